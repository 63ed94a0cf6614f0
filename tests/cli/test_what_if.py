"""Taking sources away from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spreadgraph.cli import main

LIST = (
    "OriginalPaperDOI,RetractionNature,RetractionDate,RetractionDOI\n"
    "10.1186/1748-5908-6-42,{nature},3/14/2025 0:00,10.9/notice\n"
)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["what-if", *words])
    out, err = capsys.readouterr()
    return code, out, err


def taken(text: str) -> list[int]:
    return [each["references"][0]["number"] for each in json.loads(text)["taken"]]


def test_sources_of_every_sort_are_taken_together(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(
        capsys, "ref:20", "Granovetter", "--organisation", "MHRA", "--type", "magazine article", "--format", "json"
    )
    assert (code, err) == (0, "")
    assert taken(out) == [10, 19, 20, 24, 25]


def test_what_is_not_reviewed_is_told_from_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "--not-reviewed", "--format", "json")
    assert code == 0
    assert len(taken(out)) == 17
    assert err == "spreadgraph: 2 sources whose peer review is unknown stay; --review-unknown takes them too\n"
    code, out, err = run(capsys, "--not-reviewed", "--review-unknown", "--format", "json")
    assert (len(taken(out)), err) == (19, "")


@pytest.mark.parametrize(
    ("nature", "numbers"), [("Retraction", [16]), ("Correction", []), ("Expression of concern", [])]
)
def test_only_what_is_retracted_falls(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, nature: str, numbers: list[int]
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST.format(nature=nature), encoding="utf-8")
    code, out, _ = run(capsys, "--retractions", str(path), "--as-of", "2026-11-01", "--format", "json")
    assert code == 0
    assert taken(out) == numbers
    document = json.loads(out)
    assert document["as_of"] == "2026-11-01"
    assert sum(bool(each["notices"]) for each in document["standings"]) == 1
    _, text, _ = run(capsys, "--retractions", str(path), "--as-of", "2026-11-01")
    assert "What the list says as of 2026-11-01" in text


def test_a_ranking_is_given_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--ranking", "--format", "md")
    assert code == 0
    assert out.startswith("## What rests on each source")


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        ((), 2, "say what falls, such as ref:20"),
        (("ref:99",), 1, "there is no reference 99"),
        (("nobody",), 1, "no source has the words 'nobody'"),
        (("claim/source.innovation.commercial",), 2, "is no source"),
        (("--type", "leaflet"), 1, "no source has the type 'leaflet'; there are:"),
        (("--retractions", "nowhere.csv"), 2, "nowhere.csv: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_no_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: tuple[str, ...], code: int, line: str
) -> None:
    found, out, err = run(capsys, *words, "-o", str(tmp_path / "out.md"))
    assert (found, out) == (code, "")
    assert line in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
