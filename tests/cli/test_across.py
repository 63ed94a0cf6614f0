"""Commands on a library of several papers: chains, comparison across papers, and audits that would read too much."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from across_papers import ADAMS, adams, article, jones, smith
from spreadgraph.answers import verify as verifying
from spreadgraph.cli import main
from spreadgraph.intake.run import add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.sources.archive import Member


def library(folder: Path, *texts: str) -> str:
    shelf = DiskShelf(folder)
    files = [
        Member(f"paper-{at}", "jats" if text.startswith("<") else "yamlld", text.encode())
        for at, text in enumerate(texts)
    ]
    assert add(shelf, files, processes=1).faults == []
    shelf.close()
    return str(folder)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> str:
    return library(tmp_path_factory.mktemp("three") / "library", smith(), jones(), adams())


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> str:
    texts = [article(at, *(f"10.1234/work.{at}.{each}" for each in range(at % 3))) for at in range(21)]
    return library(tmp_path_factory.mktemp("many") / "library", smith(), *texts)


def call(capsys: pytest.CaptureFixture[str], store: str, *words: str) -> tuple[int, str, str]:
    code = main(["--store", store, *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_paper_is_followed_by_its_name(capsys: pytest.CaptureFixture[str], three: str) -> None:
    code, out, err = call(capsys, three, "trace", "Adams 2027", "--follow", "2", "--format", "json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert [step["paper"] for step in document["chains"][0]["steps"]] == ["jones-2026", "smith-2025"]


def test_of_several_claims_one_is_followed_unless_all_are_asked_for(
    capsys: pytest.CaptureFixture[str], three: str
) -> None:
    code, out, err = call(capsys, three, "trace", "teams", "ask", "--follow", "1")
    assert (code, out.count("From the claim")) == (0, 1)
    assert "followed is one of 3 matches; --pick N follows another, --all follows each of them" in err
    _, out, err = call(capsys, three, "trace", "teams", "ask", "--follow", "1", "--all")
    assert (out.count("From the claim"), err) == (3, "")
    _, second, _ = call(capsys, three, "trace", "teams", "ask", "--follow", "1", "--pick", "2", "--format", "md")
    assert second.count("From the claim") == 1
    assert out.split("\n")[0].split()[3] not in second


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--follow", "6"), "--follow takes 1 to 5 steps"),
        (("--follow", "2", "--width", "21"), "--width with it up to 20 works"),
        (("--width", "3"), "--follow takes 1 to 5 steps"),
        (("--follow", "2", "--format", "svg"), "--follow can be shown as text, md, json, not as svg"),
    ],
)
def test_what_cannot_be_followed_is_one_line(
    capsys: pytest.CaptureFixture[str], three: str, words: tuple[str, ...], line: str
) -> None:
    code, out, err = call(capsys, three, "trace", ADAMS, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert line in err


@pytest.mark.parametrize("form", ["text", "md", "json"])
def test_papers_are_compared_across(capsys: pytest.CaptureFixture[str], three: str, form: str) -> None:
    code, out, err = call(capsys, three, "compare", "--across", "culture", "--format", form)
    assert (code, err) == (0, "")
    assert all(word in out for word in ("agrees", "differs", "silent"))


def test_an_audit_of_many_papers_gives_counts_and_asks_for_one(capsys: pytest.CaptureFixture[str], many: str) -> None:
    code, out, err = call(capsys, many, "audit")
    assert code == 0
    assert "22 papers; 1 of them curated" in out
    assert "22 papers are held, too many to audit at once" in err
    assert err.count("\n") == 1
    assert json.loads(call(capsys, many, "audit", "--format", "json")[1])["counts"]["papers"] == 22
    assert call(capsys, many, "audit", "--format", "md")[1].startswith("- 22 papers")
    code, out, err = call(capsys, many, "audit", "--paper", "10.1234/article.2")
    assert (code, err) == (0, "")
    assert "no claims are curated here" in " ".join(out.split())


@pytest.mark.parametrize("name", ["smith-2025", "Smith 2025", "10.1234/small.1"])
def test_one_of_many_papers_is_checked(capsys: pytest.CaptureFixture[str], many: str, name: str) -> None:
    assert call(capsys, many, "check", "--paper", name) == (0, "no defects found\n", "")


def test_a_paper_that_is_not_held_cannot_be_checked(capsys: pytest.CaptureFixture[str], three: str) -> None:
    code, out, err = call(capsys, three, "check", "--paper", "nobody-2020")
    assert (code, out) == (1, "")
    assert err.startswith("spreadgraph: no paper called 'nobody-2020' is held here; there are: ")


def test_a_copy_of_one_of_very_many_papers_needs_its_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, many: str
) -> None:
    monkeypatch.setattr(verifying, "MOST_TRIED", 21)
    copy = tmp_path / "copy.txt"
    copy.write_text("Finding i rests on a work [1]. Finding ii rests on a work [2].", encoding="utf-8")
    code, _, err = call(capsys, many, "verify", str(copy))
    assert code == 2
    assert "22 papers are held, too many to try each; say of which this is a copy: --paper PAPER" in err
    code, out, _ = call(capsys, many, "verify", str(copy), "--paper", "10.1234-article.2")
    assert code == 0
    assert "Of 2 passages of Davis 2022" in " ".join(out.split())
