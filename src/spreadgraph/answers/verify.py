"""Compares the passages of a paper with a reader's own copy of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spreadgraph.answers.copies import FoldedCopy
from spreadgraph.answers.holdings import number_of_papers
from spreadgraph.answers.judge import ELSEWHERE, MISSING, Passage, Verdict, judge, stands
from spreadgraph.answers.lookups import place_in_words
from spreadgraph.answers.rows import Row, distinct, grouped, rows
from spreadgraph.answers.trace import trace_claims
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import Store
from spreadgraph.sources.copies import Copy
from spreadgraph.terms import shorten

MOST_TRIED = 100
"""Of how many papers at most it is tried out which one a copy is of."""


@dataclass(frozen=True)
class Verification:
    """The verdicts on all passages of a ``paper`` (its IRI), in reading order, against the copy called ``copy``."""

    paper: str
    name: str
    copy: str
    remarks: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    def count(self, verdict: str) -> int:
        """Return how many passages got this verdict."""
        return sum(each.verdict == verdict for each in self.verdicts)


def verify(store: Store, copy: Copy, papers: Sequence[str] = (), *, show: bool = False) -> Verification:
    """Return the verdicts on the passages of the paper that ``copy`` is a copy of.

    Of the ``papers`` given as IRIs, or else of all papers held, it is the one with most of its sentences in the copy.
    ``show`` adds the claims. Raises NotFoundError where that cannot be told, UsageError where too many would have to be
    tried.
    """
    found = _held(store, papers)
    markers = grouped(rows(store, "verify/markers", **({"document": papers} if papers else {})), "passage")
    held = {paper: _passages(group, markers) for paper, group in found.items()}
    folded = FoldedCopy(copy.text)
    paper = _paper_of(copy, folded, held)
    verdicts = _elsewhere(store, judge(held[paper], folded))
    if show:
        verdicts = _with_claims(store, verdicts)
    return Verification(paper, found[paper][0]["name"] or shorten(paper), copy.name, _remarks(copy), verdicts)


def _held(store: Store, papers: Sequence[str]) -> dict[str, list[Row]]:
    if not papers and (number := number_of_papers(store)) > MOST_TRIED:
        raise UsageError(f"{number} papers are held, too many to try each; say of which this is a copy: --paper PAPER")
    scope = {"document": papers} if papers else {}
    found = grouped(rows(store, "verify/passages", **scope), "document")
    if not found:
        raise NotFoundError("no passages of that paper are held here; see what is: spreadgraph query what-is-held")
    return found


def _passages(found: list[Row], markers: dict[str, list[Row]]) -> list[Passage]:
    passages = [_passage(group, markers.get(passage, [])) for passage, group in grouped(found, "passage").items()]
    before = [(), *(passage.markers for passage in passages)]
    return [replace(passage, markers_before=markers) for passage, markers in zip(passages, before, strict=False)]


def _passage(found: list[Row], printed: list[Row]) -> Passage:
    row = found[0]
    section = row["section"] or row["locator"].split("/")[0]
    markers = tuple(group[0]["marker"] for group in grouped(printed, "citation").values())
    place = place_in_words(row["locator"], section, row["element"], row["column"])
    numbers_known = tuple((row["numbers"] or "").split())
    return Passage(
        row["passage"], row["locator"], place, section, row["start"], row["end"], row["letters"], row["words"],
        numbers_known, row["sha256"], markers,
    )  # fmt: skip


def _paper_of(copy: Copy, folded: FoldedCopy, held: dict[str, list[Passage]]) -> str:
    if len(held) == 1:
        return next(iter(held))
    counts = {
        paper: sum(stands(passage, folded) is not None for passage in passages) for paper, passages in held.items()
    }
    best = max(counts, key=lambda paper: counts[paper])
    if not counts[best]:
        what = "has no text" if not folded.letters else f"is of none of the {len(held)} papers held here"
        raise NotFoundError(f"{copy.name} {what}; name its paper with --paper, or add it with: spreadgraph add")
    return best


def _elsewhere(store: Store, found: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    missing = [each.passage.id for each in found if each.verdict == MISSING]
    if not missing:
        return found
    twins = grouped(rows(store, "verify/same-sentence", passage=missing), "passage")
    return tuple(
        replace(each, verdict=ELSEWHERE, reason=f"the same sentence stands in {_where(twins[each.passage.id])}")
        if each.verdict == MISSING and each.passage.id in twins
        else each
        for each in found
    )


def _where(twins: Sequence[Row]) -> str:
    return "; ".join(f"{row['name'] or row['twin']}, {row['locator']}" for row in twins)


def _with_claims(store: Store, found: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    claims = rows(store, "verify/claims", passage=[each.passage.id for each in found])
    traced = {result.claim.id: result for result in trace_claims(store, distinct(claims, "claim")).results}
    by_passage = grouped(claims, "passage")
    return tuple(
        replace(each, claims=tuple(traced[row["claim"]] for row in by_passage.get(each.passage.id, ())))
        for each in found
    )


def _remarks(copy: Copy) -> tuple[str, ...]:
    pages = f"{copy.blank_pages} of {copy.pages} pages of {copy.name} have no text; what stands there was not compared"
    return tuple(filter(None, (copy.remark, pages if copy.blank_pages else None)))
