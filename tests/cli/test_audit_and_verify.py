"""Audit and verify as a person meets them: what is printed, which exit code, and how mistakes are told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from made_up_copy import pdf
from small_paper import TEXT
from spreadgraph.cli import main
from spreadgraph.intake.reading import prepared
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.sources import anchors
from spreadgraph.sources.yamlld import parse

Run = Callable[..., tuple[int, str, str]]
SENTENCES = {
    "introduction/1/1": "Teams learn best from 3 others.\u00b9",
    "introduction/1/2": "Leaders listen, or do not lead.\u00b2",
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def called(*words: str | Path) -> tuple[int, str, str]:
        try:
            code = main([str(word) for word in words])
        except SystemExit as leave:
            code = int(leave.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return called


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a library with the small paper, its passages found by the words of SENTENCES."""
    text = TEXT
    for entry in anchors.passages(SENTENCES):
        for key in ("letters", "words", "sha256", "start"):
            value = f'"{entry[key]}"' if isinstance(entry[key], str) else entry[key]
            pattern = rf"(  locator: {entry['locator']}\n(?:  .*\n)*?  {key}: ).*"
            text, changes = re.subn(pattern, rf"\g<1>{value}", text, count=1)
            assert changes
        if "numbers" in entry:
            text = text.replace(
                f'  sha256: "{entry["sha256"]}"', f'  numbers: "{entry["numbers"]}"\n  sha256: "{entry["sha256"]}"'
            )
    folder = tmp_path_factory.mktemp("library") / "store"
    shelf = DiskShelf(folder)
    shelf.put([prepared(parse(text))])
    shelf.close()
    return folder


def saved(folder: Path, content: str | bytes, name: str = "copy.txt") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ------ verify

FAITHFUL = "Introduction\n" + " ".join(SENTENCES.values()) + "\n"


def test_a_faithful_copy_is_done(run: Run, library: Path, tmp_path: Path) -> None:
    code, out, err = run("--store", library, "verify", saved(tmp_path, FAITHFUL))
    assert (code, err) == (0, "")
    assert out == "Of 2 passages of Smith 2025, checked against copy.txt: 2 identical.\n"


@pytest.mark.parametrize(("old", "new"), [("do not lead", "do lead"), ("3 others", "4 others"), ("best", "most")])
def test_a_changed_copy_is_a_defect(run: Run, library: Path, tmp_path: Path, old: str, new: str) -> None:
    assert old in FAITHFUL
    code, out, _ = run("--store", library, "verify", saved(tmp_path, FAITHFUL.replace(old, new)))
    assert code == 1
    assert "1 identical, 1 changed." in out


def test_a_pdf_is_read_like_a_text_and_its_plain_markers_are_no_numbers(
    run: Run, library: Path, tmp_path: Path
) -> None:
    copy = saved(
        tmp_path,
        pdf("Introduction\nTeams learn best from\n3 others.1 Leaders listen, or\ndo not lead.2\n7"),
        "copy.pdf",
    )
    code, out, _ = run("--store", library, "verify", copy)
    assert (code, out) == (0, "Of 2 passages of Smith 2025, checked against copy.pdf: 2 identical.\n")


def test_show_sets_the_sentence_beside_the_claims(run: Run, library: Path, tmp_path: Path) -> None:
    _, out, _ = run("--store", library, "verify", "--show", saved(tmp_path, FAITHFUL))
    assert (
        "  Your copy  Teams learn best from 3 others.\n  Claim      Teams may learn from one another. [may; one source"
        in out
    )
    assert out.count("  Claim ") == 3
    code, markdown, _ = run("--store", library, "verify", "--show", "--format", "md", saved(tmp_path, FAITHFUL))
    assert code == 0
    assert (
        "- **introduction/1/2**: identical: letter for letter and number for number\n  - Your copy: Leaders" in markdown
    )


def test_json_keeps_the_sentences_of_the_copy_to_itself_unless_asked(run: Run, library: Path, tmp_path: Path) -> None:
    copy = saved(tmp_path, FAITHFUL.replace("best", "most"))
    code, out, _ = run("--store", library, "verify", "--format", "json", copy)
    document = json.loads(out)
    assert code == 1
    assert (document["paper"], document["copy"]) == ("doi:10.1234/small.1", "copy.txt")
    assert (document["counts"]["identical"], document["counts"]["changed"]) == (1, 1)
    assert [passage["verdict"] for passage in document["passages"]] == ["changed", "identical"]
    assert "sentence" not in document["passages"][0]
    shown = json.loads(run("--store", library, "verify", "--show", "--format", "json", copy)[1])
    assert shown["passages"][0]["sentence"] == "Teams learn most from 3 others."


def test_a_scan_has_no_text_and_that_is_said(run: Run, library: Path, tmp_path: Path) -> None:
    code, out, err = run("--store", library, "verify", saved(tmp_path, pdf("", ""), "scan.pdf"))
    assert code == 1
    assert "2 this copy has no text." in out
    assert err == "spreadgraph: 2 of 2 pages of scan.pdf have no text; what stands there was not compared\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"PK\x03\x04", "is an archive or an office document"), (b"<?xml version='1.0'?><a>", "not well-formed XML")],
)
def test_a_copy_that_cannot_be_read_is_one_line_and_no_output(
    run: Run, library: Path, tmp_path: Path, content: bytes, message: str
) -> None:
    answer = tmp_path / "answer.md"
    code, out, err = run("--store", library, "verify", saved(tmp_path, content), "--format", "md", "-o", answer)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert not answer.exists()


def test_a_missing_copy_and_an_unknown_paper_are_told(run: Run, library: Path, tmp_path: Path) -> None:
    code, _, err = run("--store", library, "verify", tmp_path / "none.txt")
    assert (code, err.count("\n")) == (2, 1)
    code, _, err = run("--store", library, "verify", "--paper", "jones-1999", saved(tmp_path, FAITHFUL))
    assert (code, err) == (1, "spreadgraph: no paper called 'jones-1999' is held here; there are: smith-2025\n")


# ------ audit


def test_the_audit_says_what_may_be_wrong_first_and_ends_with_1(run: Run) -> None:
    code, out, err = run("audit")
    assert (code, err) == (1, "")
    assert (
        out.index("WHAT MAY BE WRONG")
        < out.index("references 13 and 14")
        < out.index("WHAT TO KNOW ABOUT THE EVIDENCE")
    )
    assert "Finance and budgeting; System cohesion; The intervention" in out
    assert max(map(len, out.splitlines())) <= 80
    few, everything = out.count("  \u2022 "), run("audit", "--all")[1].count("  \u2022 ")
    assert few < 40 < everything


def test_limits_alone_are_no_defect(run: Run, library: Path) -> None:
    code, out, _ = run("--store", library, "audit", "--paper", "smith-2025")
    assert code == 0
    assert "Not found  References that no marker cites; Works listed twice" in out


def test_the_audit_in_markdown_and_json_has_every_finding(run: Run) -> None:
    document = json.loads(run("audit", "--format", "json")[1])
    by_name = {check["check"]: check for check in document}
    assert by_name["exchanged-references"]["findings"][0]["ids"] == [
        "bevan-2024/reference/13",
        "bevan-2024/reference/14",
    ]
    assert {check["sort"] for check in document} == {"limit", "defect"}
    markdown = run("audit", "--format", "md")[1]
    for check in document:
        assert f"## {check['title']} ({len(check['findings'])})" in markdown
    assert markdown.count("\n- ") == sum(len(check["findings"]) for check in document)
