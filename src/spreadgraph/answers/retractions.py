"""Looks works up in a list of retractions, corrections and concerns that a reader has; unknown is never clean."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from spreadgraph.errors import UsageError
from spreadgraph.sources.doi import normal_doi

RETRACTED, CONCERN, CORRECTED, REINSTATED, OTHER = (
    "retracted", "expression of concern", "corrected", "reinstated", "other notice",
)  # fmt: skip
NOT_LISTED, NO_DOI = "not in this list", "cannot be looked up: no DOI"
# The columns and values of the Retraction Watch data as Crossref gives them out; dates are month/day/year there.
_DOI, _NATURE, _DATE, _NOTICE = "OriginalPaperDOI", "RetractionNature", "RetractionDate", "RetractionDOI"
_NATURES = {
    "retraction": RETRACTED, "expression of concern": CONCERN, "correction": CORRECTED, "reinstatement": REINSTATED,
}  # fmt: skip
_FORMS = ("%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y-%m-%d")


@dataclass(frozen=True)
class Notice:
    """One entry of the list: ``nature`` as kept apart here, ``date`` as year-month-day, or as written."""

    nature: str
    date: str
    doi: str | None


@dataclass(frozen=True)
class Standing:
    """What the list says of one work: all its notices, oldest first, or why there are none."""

    work: str
    title: str
    doi: str | None
    notices: tuple[Notice, ...]

    @property
    def status(self) -> str:
        """The gravest notice in force; a work that was reinstated after its retraction is ``reinstated``."""
        natures = [notice.nature for notice in self.notices if notice.nature in {RETRACTED, REINSTATED}]
        if natures:
            return natures[-1]
        found = {notice.nature for notice in self.notices}
        unknown = NOT_LISTED if self.doi else NO_DOI
        return next((nature for nature in (CONCERN, CORRECTED, OTHER) if nature in found), unknown)


def read_notices(path: Path | str, wanted: Iterable[str]) -> dict[str, tuple[Notice, ...]]:
    """Return the notices on the wanted DOIs, by DOI in normal form, oldest first.

    ``path`` is a CSV file in the form of Retraction Watch. Raises UsageError in one line where it is something else,
    and OSError where it cannot be read.
    """
    found: dict[str, list[Notice]] = {normal: [] for doi in wanted if (normal := normal_doi(doi))}
    # The published file has a few bytes that are no UTF-8, all in titles and names, which are not needed here.
    with Path(path).open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            for row in _rows(file, str(path)):
                if (doi := normal_doi(row[_DOI])) in found:
                    found[doi].append(_notice(row))
        except csv.Error as error:
            raise UsageError(f"{path}: not a CSV file that can be read ({error})") from error
    return {doi: tuple(sorted(notices, key=lambda notice: notice.date)) for doi, notices in found.items()}


def _rows(file: Iterable[str], path: str) -> Iterator[Mapping[str, str]]:
    reader = csv.DictReader(file, restval="")
    missing = [column for column in (_DOI, _NATURE, _DATE) if column not in (reader.fieldnames or ())]
    if missing:
        raise UsageError(f"{path}: no column {' or '.join(missing)}; give a CSV file in the form of Retraction Watch")
    return iter(reader)


def _notice(row: Mapping[str, str]) -> Notice:
    nature = _NATURES.get(row[_NATURE].strip().lower(), OTHER)
    return Notice(nature, _iso(row[_DATE].strip()), normal_doi(row.get(_NOTICE) or "") or None)


def _iso(text: str) -> str:
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date().isoformat()
        except ValueError:
            continue
    return text


def as_of(path: Path | str, given: str | None = None) -> str:
    """Return the day for which a list speaks: the one ``given``, or else that on which its file was last changed.

    Raises UsageError where ``given`` is no date.
    """
    if given is None:
        return datetime.fromtimestamp(Path(path).stat().st_mtime, UTC).date().isoformat()
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError as error:
        raise UsageError(f"--as-of needs a date such as 2026-11-23, not {given!r}") from error
