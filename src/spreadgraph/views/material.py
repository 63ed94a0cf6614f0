"""Gathers what the explorer shows: papers, their parts with the traced claims, and the references, up to a cap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spreadgraph.answers.rows import Row, grouped, rows
from spreadgraph.answers.trace import ReferenceUse, Result, trace_claims, trace_references
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import Store
from spreadgraph.terms import DATA, GRAPH, shorten

# The drawing library stays usable to about this many nodes without a graphics processor (benchmarks/explorer.md).
CAP = 800
FACTOR, CHARACTERISTIC, SECTION = "factor", "characteristic", "section"
_ORDER = (FACTOR, CHARACTERISTIC, SECTION)


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


class Material(NamedTuple):
    """All that one page shows; ``note`` says what it leaves out."""

    papers: tuple[Paper, ...]
    note: str | None


def gather(store: Store, claims: Sequence[str] | None = None, cap: int = CAP) -> Material:
    """Gather the papers with claims, or only ``claims`` (IRIs) and what they rest on; at most ``cap`` nodes.

    Raises NotFoundError where there are no claims to show.
    """
    every = rows(store, "views/every-claim")
    wanted = [row for row in every if claims is None or row["claim"] in set(claims)]
    if not wanted:
        raise NotFoundError("there is no claim to explore; papers that were imported carry none until they are curated")
    # Every claim is at least one node, so that no more of them need be traced.
    traced = {result.claim.id: result for result in trace_claims(store, [row["claim"] for row in wanted[:cap]]).results}
    elements = rows(store, "trace/elements")
    known = {row["slug"]: row for row in rows(store, "trace/papers")}
    papers, room = [], cap
    for graph, group in grouped(wanted, "paper").items():
        slug = graph.removeprefix(GRAPH)
        paper = _paper(store, known[slug], _parts(slug, group, elements, traced), room, claims is None)
        if not paper.parts:
            break
        papers.append(paper)
        room -= len(nodes(paper))
    return Material(tuple(papers), _note(len(wanted), every, papers, cap))


def nodes(paper: Paper) -> set[str]:
    """Return the ids of all that a paper puts on its map: parts and their sides, claims, markers and entries."""
    parts = {name for part in paper.parts for name in (part.id, *sides(part))}
    cited = {id_ for part in paper.parts for result in part.results for id_ in _nodes(result)}
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


def _parts(slug: str, wanted: Sequence[Row], elements: Sequence[Row], traced: dict[str, Result]) -> list[Part]:
    """Return the parts in the order in which they are shown; a claim on two elements stands at the first."""
    mine = {row["claim"] for row in wanted}
    of_element = {row["claim"]: row for row in reversed(elements) if row["claim"] in mine}
    found: dict[str, tuple[Row, list[str]]] = {}
    for row in [row for row in elements if row["element"].startswith(f"{DATA}{slug}/") and row["claim"] in mine]:
        _, claims = found.setdefault(row["element"], (row, []))
        claims += [row["claim"]] if of_element[row["claim"]] is row else []
    parts = [_part(shorten(id_), row["sort"], row["name"], row["definition"], claims, traced)
             for id_, (row, claims) in found.items()]  # fmt: skip
    return parts + _sections(slug, [row["claim"] for row in wanted if row["claim"] not in of_element], traced)


def _sections(slug: str, claims: Sequence[str], traced: dict[str, Result]) -> list[Part]:
    """Return claims on no element by the section they stand in."""
    names: dict[str, list[str]] = {}
    for claim in claims:
        if claim in traced and traced[claim].passages:
            passage = traced[claim].passages[0]
            section = f"{slug}/section/{passage.locator.split('/')[0]}\n{passage.place.split(',')[0]}"
            names.setdefault(section, []).append(claim)
    return [
        _part(section.split("\n")[0], SECTION, section.split("\n")[1], None, claims, traced)
        for section, claims in names.items()
    ]


def _part(  # noqa: PLR0913, PLR0917  what a part is made of, in the order of its fields
    id_: str, sort: str, name: str, definition: str | None, claims: Sequence[str], traced: dict[str, Result]
) -> Part:
    results = tuple(traced[claim] for claim in claims if claim in traced)
    return Part(id_, sort, name, definition, results, len(claims) - len(results))


def _paper(store: Store, row: Row, parts: Sequence[Part], room: int, whole: bool) -> Paper:
    kept, seen = _within(parts, room)
    references = _references(store, row["document"], kept, whole, room - len(seen))
    title, citation, link = _about(store, row["document"])
    name = row["name"] or row["slug"]
    uses = trace_references(store, references).references
    return Paper(row["slug"], name, title or name, citation, link, tuple(kept), uses)


def _about(store: Store, document: str) -> tuple[str, str, str | None]:
    """Return the title of a paper, how to cite it, and where it is published."""
    known = next(iter(rows(store, "trace/document", document=[document])))
    link = f"https://doi.org/{known['doi']}" if known["doi"] else known["page"]
    when = f"({known['year']})" if known["year"] else ""
    parts = (f"{known['authors'] or ''} {when}".strip(), known["title"], known["journal"], link)
    return known["title"] or "", ". ".join(part for part in parts if part), link


def _within(parts: Sequence[Part], room: int) -> tuple[list[Part], set[str]]:
    """Return the parts with as many claims as there is room for, and what they take; every part comes before claims."""
    seen: set[str] = set()
    listed = []
    for part in parts:
        own = {part.id, *sides(part)}
        if len(seen | own) <= room:
            seen |= own
            listed.append(part)
    return [_filled(part, seen, room) for part in listed], seen


def _filled(part: Part, seen: set[str], room: int) -> Part:
    kept = []
    for result in part.results:
        more = _nodes(result)
        if len(seen | more) > room:
            break
        seen |= more
        kept.append(result)
    return part._replace(results=tuple(kept), left_out=part.left_out + len(part.results) - len(kept))


def _references(store: Store, document: str, parts: Sequence[Part], whole: bool, room: int) -> list[str]:
    """Return the entries behind the parts and, for a whole paper, the rest of its list as far as there is room."""
    behind = {
        reference.id
        for part in parts for result in part.results for citation in result.citations
        for reference in (citation.printed, citation.effective) if reference
    }  # fmt: skip
    listed = dict.fromkeys(row["reference"] for row in rows(store, "audit/titles", document=[document]))
    others = [reference for reference in listed if reference not in behind][: max(0, room)] if whole else []
    kept = behind | set(others)
    return [*(reference for reference in listed if reference in kept), *sorted(behind - set(listed))]


def _nodes(result: Result) -> set[str]:
    cited = {citation.id for citation in result.citations} | {citation.printed.id for citation in result.citations}
    meant = {citation.effective.id for citation in result.citations if citation.effective}
    return {shorten(iri) for iri in {result.claim.id} | cited | meant}


def _note(wanted: int, every: Sequence[Row], papers: Sequence[Paper], cap: int) -> str | None:
    shown = sum(len(part.results) for paper in papers for part in paper.parts)
    held = len({row["paper"] for row in every})
    where = f", from {len(papers)} of {held} papers" if len(papers) < held else ""
    if shown < wanted:
        return (
            f"This page shows {shown} of {wanted} claims{where}: a map of more than {cap} points can no longer be "
            "read. For others: spreadgraph explore WORDS"
        )
    if shown < len(every):
        return f"This page shows {shown} of {len(every)} claims{where}. For all of them: spreadgraph explore"
    return None
