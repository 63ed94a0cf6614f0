"""What the documents say is run: commands, outputs, the list of folders, the picture."""

from __future__ import annotations

import re
import shlex
import tarfile
from itertools import pairwise
from pathlib import Path

import pytest

from jats_articles import article, cite
from spreadgraph.cli import COMMANDS, main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FOLDERS = ("ontology", "benchmarks", "docs")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.S)
SHOWN = [
    (command, shown)
    for (kind, command), (after, shown) in pairwise(BLOCKS)
    if kind == "sh" and after == "text" and command.count("\n") == 1 and "-o " not in command
]
RUN = [
    line
    for kind, block in BLOCKS
    if kind == "sh"
    for line in block.splitlines()
    if line.startswith("spreadgraph ") and "|" not in line
]
LIBRARY = [line for line in RUN if "--store library" in line]


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_an_output_shown_is_the_output(capsys: pytest.CaptureFixture[str], command: str, shown: str) -> None:
    assert main(shlex.split(command.strip().split("spreadgraph ")[-1])) == 0
    assert capsys.readouterr().out.strip() == shown.strip()


def test_the_commands_shown_for_a_library_work_one_after_the_other(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles").mkdir()
    for name in ("articles/one.xml", "two.xml"):
        # What a publisher's file is like; the second gets a DOI of its own.
        text = article(f"<sec><title>Wards</title><p>Ties matter {cite(1)}.</p></sec>")
        (tmp_path / name).write_text(text.replace("WARD.1", "WARD.2") if name == "two.xml" else text)
    with tarfile.open("corpus.tar.gz", "w:gz") as archive:
        archive.add("two.xml")
    assert len(LIBRARY) > 8
    codes = {line: main(shlex.split(line)[1:]) for line in LIBRARY}
    assert set(codes.values()) <= {0, 1}, codes
    assert "3 added" in capsys.readouterr().out
    assert [line for line, code in codes.items() if code and " query " not in line and "--across" not in line] == []


@pytest.mark.parametrize("line", [line for line in RUN if line not in LIBRARY])
def test_a_command_shown_works(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    words = [word.replace("ontology/", f"{ROOT}/ontology/") for word in shlex.split(line, comments=True)[1:]]
    if words[0] in {"verify", "check"} or "--plan" in words:
        pytest.skip("needs a file of the reader's own, or is tested elsewhere at length")
    assert main(words) in {0, 1}
    assert "spreadgraph:" not in capsys.readouterr().err.replace("spreadgraph: wrote ", "")


def test_every_command_is_described() -> None:
    for name in COMMANDS:
        assert re.search(rf"spreadgraph (--store \S+ )?{name}", README), name


def test_the_commands_that_write_no_file_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    silent = set()
    for name in COMMANDS:
        with pytest.raises(SystemExit):
            main([name, "--help"])
        silent |= set() if "-o FILE" in capsys.readouterr().out else {name}
    told = re.search(r"All but ([^.]+) write to a file with `-o`", README)
    assert told
    assert set(re.findall(r"`(\S+)`", told[1])) == silent


def test_links_lead_to_files_that_are_there() -> None:
    for document in [*ROOT.glob("*.md"), *(page for name in FOLDERS for page in (ROOT / name).glob("*.md"))]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"


def test_the_folders_named_are_there() -> None:
    tree = next(block for kind, block in BLOCKS if kind == "text" and "ontology/" in block and "src/" in block)
    for name in re.findall(r"^\s*([\w/.-]+/)\s", tree, re.M):
        assert any(ROOT.glob(f"**/{name}")), name


def test_the_licences_are_named() -> None:
    licences = (ROOT / "ontology" / "LICENCE.md").read_text(encoding="utf-8")
    for name in ("MIT", "CC BY 4.0", "CC BY-NC 4.0", "10.1136/bmjinnov-2024-001251"):
        assert name in licences


def test_the_options_of_the_server_are_described(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    shown = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    described = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    assert {option for option in shown if option not in described} == set()
