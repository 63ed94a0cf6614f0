"""What the explorer shows: papers, their parts with the traced claims, the references, and papers only counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from spreadgraph.answers.evidence import ReferenceUse, Result
from spreadgraph.terms import shorten

FACTOR, CHARACTERISTIC, SECTION = "factor", "characteristic", "section"


class Part(NamedTuple):
    """A factor or characteristic, or a section with claims on neither; ``left_out`` counts claims beyond the cap."""

    id: str
    sort: str
    name: str
    definition: str | None
    results: tuple[Result, ...]
    left_out: int = 0


class Paper(NamedTuple):
    """A paper: ``citation`` and ``link`` lead to it, ``uses`` are the entries of its list that are shown."""

    id: str
    name: str
    title: str
    citation: str
    link: str | None
    parts: tuple[Part, ...]
    uses: tuple[ReferenceUse, ...]


class Further(NamedTuple):
    """A paper that is only counted; ``cited`` counts the claims for which its authors cite something, if known."""

    id: str
    name: str
    title: str
    claims: int
    cited: int | None


class Material(NamedTuple):
    """All that one page shows; ``note`` says what it leaves out, ``bare`` how many papers have nothing to show."""

    papers: tuple[Paper, ...]
    note: str | None
    further: tuple[Further, ...] = ()
    bare: str | None = None


def nodes(paper: Paper) -> set[str]:
    """Return the ids of all that a paper puts on its map: parts and their sides, claims, markers and entries."""
    parts = {name for part in paper.parts for name in (part.id, *sides(part))}
    cited = {id_ for part in paper.parts for result in part.results for id_ in taken(result)}
    return parts | cited | {shorten(use.reference.id) for use in paper.uses}


def sides(part: Part) -> tuple[str, ...]:
    """Return the ids of the innovation and the improvement side of a characteristic; other parts have none."""
    return (f"{part.id}/innovation", f"{part.id}/improvement") if part.sort == CHARACTERISTIC else ()


def framing(result: Result) -> str:
    """Return ``innovation``, ``improvement``, ``both`` or ``neither``."""
    framings = result.claim.framings
    return "both" if len(framings) > 1 else framings[0] if framings else "neither"


def halves(part: Part) -> tuple[list[Result], list[Result]]:
    """Return the claims on innovation and those on improvement; what holds for both or neither is in the first."""
    right = [result for result in part.results if framing(result) == "improvement"]
    return [result for result in part.results if result not in right], right


def cited(results: Iterable[Result]) -> int:
    """Count the claims for which the authors cite something."""
    return sum(result.support != "none given" for result in results)


def taken(result: Result) -> set[str]:
    """Return the ids of a claim, its markers and the entries they lead to."""
    cited = {citation.id for citation in result.citations} | {citation.printed.id for citation in result.citations}
    meant = {citation.effective.id for citation in result.citations if citation.effective}
    return {shorten(iri) for iri in {result.claim.id} | cited | meant}
