"""A list of retractions: kinds kept apart, dates, what is not known, and files that are no list."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spreadgraph.answers.retractions import (
    CONCERN,
    CORRECTED,
    NO_DOI,
    NOT_LISTED,
    OTHER,
    REINSTATED,
    RETRACTED,
    Notice,
    Standing,
    as_of,
    read_notices,
)
from spreadgraph.answers.whatif import sources, standings
from spreadgraph.errors import UsageError
from spreadgraph.graph.store import LocalStore

HEAD = "Record ID,Title,RetractionDate,RetractionDOI,OriginalPaperDOI,RetractionNature,Notes\n"


def csv_file(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "list.csv"
    path.write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def standing(*natures: str, doi: str | None = "10.1000/a") -> Standing:
    return Standing(
        "work/a", "A", doi, tuple(Notice(nature, f"20{n:02}-01-01", None) for n, nature in enumerate(natures))
    )


def test_notices_are_found_by_doi_in_any_spelling(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        '1,"A, and B",3/14/2025 0:00,10.9000/Notice,https://doi.org/10.1000/A,Retraction,"two\nlines"',
        "2,C,12/1/2024 0:00,unavailable,10.1000/a,Expression of concern,",
        "3,D,1/1/2024 0:00,,unavailable,Retraction,",
        "4,E,someday,10.9000/e,10.1000/b,Withdrawal of praise,",
    )
    found = read_notices(path, ["10.1000/A", "10.1000/b", "10.1000/c"])
    assert found == {
        "10.1000/a": (Notice(CONCERN, "2024-12-01", None), Notice(RETRACTED, "2025-03-14", "10.9000/notice")),
        "10.1000/b": (Notice(OTHER, "someday", "10.9000/e"),),
        "10.1000/c": (),
    }


@pytest.mark.parametrize(
    ("natures", "status"),
    [
        ([], NOT_LISTED),
        ([CORRECTED], CORRECTED),
        ([CONCERN, CORRECTED], CONCERN),
        ([RETRACTED, CORRECTED], RETRACTED),
        ([CONCERN, RETRACTED], RETRACTED),
        ([RETRACTED, REINSTATED], REINSTATED),
        ([RETRACTED, REINSTATED, RETRACTED], RETRACTED),
        ([OTHER], OTHER),
    ],
)
def test_the_gravest_notice_in_force_gives_the_status(natures: list[str], status: str) -> None:
    assert standing(*natures).status == status


def test_a_work_without_a_doi_is_not_clean() -> None:
    assert standing(doi=None).status == NO_DOI


def test_bytes_that_are_no_utf_8_do_not_hide_a_notice(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(HEAD.encode() + b"1,caf\xe9,1/2/2025 0:00,10.9000/n,10.1000/a,Correction,\n")
    assert read_notices(path, ["10.1000/a"])["10.1000/a"] == (Notice(CORRECTED, "2025-01-02", "10.9000/n"),)


def test_a_short_row_is_no_notice(tmp_path: Path) -> None:
    assert read_notices(csv_file(tmp_path, "1,A"), ["10.1000/a"]) == {"10.1000/a": ()}


@pytest.mark.parametrize("head", ["", "doi,nature\n", HEAD.replace("RetractionNature", "Nature")])
def test_another_table_is_refused_in_one_line(tmp_path: Path, head: str) -> None:
    with pytest.raises(UsageError, match=r"no column .*; give a CSV file in the form of Retraction Watch"):
        read_notices(csv_file(tmp_path, head=head), ["10.1000/a"])


def test_what_csv_cannot_read_is_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, f'1,"{"x" * 200_000}",,,,,')
    with pytest.raises(UsageError, match="not a CSV file that can be read"):
        read_notices(path, ["10.1000/a"])


def test_every_status_has_its_day(tmp_path: Path) -> None:
    path = csv_file(tmp_path)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert as_of(path) == "2023-11-14"
    assert as_of(path, "2026-11-01") == "2026-11-01"
    with pytest.raises(UsageError, match="--as-of needs a date such as"):
        as_of(path, "yesterday")


def test_the_paper_itself_and_all_its_sources_are_looked_up(bundled: LocalStore, tmp_path: Path) -> None:
    known = sources(bundled)
    path = csv_file(tmp_path, "1,A,1/2/2025 0:00,,10.1136/BMJINNOV-2024-001251,Correction,")
    found = standings(bundled, known, path)
    assert [(each.doi, each.status) for each in found[:1]] == [("10.1136/bmjinnov-2024-001251", CORRECTED)]
    assert len(found) == 1 + len(known)
    assert {each.status for each in found[1:]} == {NOT_LISTED, NO_DOI}
