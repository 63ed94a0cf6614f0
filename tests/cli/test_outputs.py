"""What is written: whole or not at all, in UTF-8 under any locale, and harmless on a screen and in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from jats_articles import FRONT, article, cite, ref
from spreadgraph.cli import COMMANDS, main
from spreadgraph.resources import ontology_dir

PROFILE = str(ontology_dir() / "examples" / "nhs-app.yaml")
# Of each command that has -o, words that make it write.
WRITING = {
    "trace": ["peer", "to", "peer"],
    "search": ["weak", "ties"],
    "compare": [],
    "advise": ["--profile", PROFILE],
    "query": ["claims-by-basis"],
    "queries": [],
    "audit": [],
    "verify": ["copy.txt"],
    "what-if": ["ref:20"],
    "explore": [],
    "papers": [],
    "stats": [],
    "check": [],
    "export": ["--format", "bibtex"],
    "passages": ["sentences.tsv"],
}
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = f"=HYPERLINK(1) \x9b31mred\x85 {BIDI} \x9d0;title\x9c end"


def with_output() -> set[str]:
    found = set()
    for name in COMMANDS:
        shown = subprocess.run(
            [sys.executable, "-m", "spreadgraph.cli", name, "--help"], capture_output=True, text=True, check=True
        ).stdout
        if "--output" in shown:
            found.add(name)
    return found


def test_all_commands_that_write_files_are_tried_here() -> None:
    assert with_output() == set(WRITING)


@pytest.mark.parametrize("name", WRITING)
def test_a_file_is_written_as_a_whole_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("copy.txt").write_text("Nothing of the paper.\n" * 50)
    Path("sentences.tsv").write_text("introduction/1/1\tTeams that learn from one another do better than others.\n")
    written: list[str] = []

    def full(path: str, content: str) -> None:
        written.append(path)
        assert content
        raise OSError(28, "No space left on device", path)

    monkeypatch.setattr("spreadgraph.resources.write_atomically", full)
    code = main([name, *WRITING[name], "-o", "out"])
    said = capsys.readouterr()
    assert (written, code) == (["out"], 2), said
    assert "out: No space left on device" in said.err
    assert {path.name for path in tmp_path.iterdir()} == {"copy.txt", "sentences.tsv"}


@pytest.mark.parametrize("name", ["trace", "explore", "export", "papers", "audit"])
def test_the_locale_makes_no_difference(tmp_path: Path, name: str) -> None:
    outputs = []
    for locale in ("C", "C.UTF-8"):
        out = tmp_path / f"{locale}.out"
        settings = {
            key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHONUTF8"))
        }
        settings |= {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        command = [sys.executable, "-m", "spreadgraph.cli", name, *WRITING[name]]
        codes = {0} if name != "audit" else {1}  # there is something to find
        ended = [subprocess.run([*command, "-o", to], env=settings, capture_output=True) for to in (str(out), "-")]  # noqa: PLW1510  looked at below
        assert {each.returncode for each in ended} == codes
        shown = ended[1].stdout
        assert shown.decode()
        outputs.append((out.read_bytes(), shown))
    assert outputs[0] == outputs[1]
    assert not outputs[0][0].isascii()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a library of two papers whose every text tries to take the screen over; one cites the other."""
    folder = tmp_path_factory.mktemp("hostile")
    entry = (
        f'<element-citation publication-type="journal"><name><surname>Lee {HOSTILE}</surname></name>'
        f"<article-title>A study {HOSTILE}</article-title><source>J {HOSTILE}</source><year>2001</year>"
        '<pub-id pub-id-type="doi">10.5555/ward.2</pub-id></element-citation>'
    )
    front = re.sub(r"Teams that learn", HOSTILE, FRONT).replace("Smith", f"Smith {HOSTILE}")
    body = f"<sec id='a'><title>Part {HOSTILE}</title><p>Wards {HOSTILE} differ {cite(1, '1' + HOSTILE)}.</p></sec>"
    texts = (article(body, ref(1, entry), front), article(body, ref(1, entry), front.replace("WARD.1", "ward.2")))
    for number, text in enumerate(texts):
        (folder / f"{number}.xml").write_text(text, encoding="utf-8")
    store = str(folder / "library")
    assert main(["--store", store, "add", "--keep-text", "--processes", "1", str(folder / "0.xml")]) == 0
    assert main(["--store", store, "add", "--keep-text", "--processes", "1", str(folder / "1.xml"), "--bundled"]) == 0
    return store


VIEWS = (
    ["papers"],
    ["papers", "--format", "csv"],
    ["stats"],
    ["search", "wards", "study", "red"],
    ["trace", "10.5555/ward.2"],
    ["trace", "10.5555/ward.2", "--format", "md"],
    ["trace", "10.5555-ward.1", "--follow", "2"],
    ["audit"],
    ["audit", "--paper", "10.5555-ward.1"],
    ["query", "who-cites-a-work", "--param", "work=10.5555/ward.2"],
    ["query", "who-cites-a-work", "--param", "work=10.5555/ward.2", "--format", "md"],
    ["papers", "--format", "json"],
    ["stats", "--format", "json"],
    ["search", "study", "--format", "json"],
    ["trace", "10.5555/ward.2", "--format", "json"],
)


@pytest.mark.parametrize("view", VIEWS, ids=" ".join)
def test_titles_cannot_steer_the_screen(library: str, capsys: pytest.CaptureFixture[str], view: list[str]) -> None:
    capsys.readouterr()
    assert main(["--store", library, *view]) in {0, 1}
    said = capsys.readouterr()
    steering = {
        sign for sign in said.out + said.err if (unicodedata.category(sign) == "Cc" and sign != "\n") or sign in BIDI
    }
    assert steering == set()
    if "audit" not in view:
        assert "HYP" in said.out, said.out
    if view[-1] == "json":
        assert "\x9b31mred" in json.dumps(json.loads(said.out), ensure_ascii=False)


def test_a_list_of_papers_is_safe_in_a_spreadsheet(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["--store", library, "papers", "--format", "csv"]) == 0
    cells = [cell for row in csv.reader(io.StringIO(capsys.readouterr().out)) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_broken_file_is_named_without_its_controls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / f"bad {BIDI}\x1b[31m.xml"
    path.write_bytes("<a>\u202e</b>".encode())
    assert main(["--store", str(tmp_path / "library"), "add", "--processes", "1", str(path)]) == 1
    said = capsys.readouterr().err
    assert not {sign for sign in said if (unicodedata.category(sign) == "Cc" and sign != "\n") or sign in BIDI}
