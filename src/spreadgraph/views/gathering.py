"""Gathers what the explorer shows, whole papers as far as there is room under a cap, and counts the rest."""

from __future__ import annotations

from collections.abc import Sequence

from spreadgraph.answers.evidence import Result
from spreadgraph.answers.holdings import number_of_papers
from spreadgraph.answers.lookups import details
from spreadgraph.answers.rows import Row, distinct, grouped, rows
from spreadgraph.answers.trace import trace_claims, trace_references
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import Store
from spreadgraph.terms import DATA, GRAPH, shorten
from spreadgraph.views.material import SECTION, Further, Material, Paper, Part, nodes, sides, taken

# The drawing library stays usable to about this many nodes without a graphics processor (benchmarks/explorer.md).
CAP = 800
# Of several papers, those for which there is no room get a card with a number each, from at most this part of the cap.
_CARDS = 4


def gather(store: Store, claims: Sequence[str] | None = None, cap: int = CAP) -> Material:
    """Gather the papers with claims, or only ``claims`` (IRIs) and what they rest on; at most ``cap`` nodes.

    The first paper is shown as far as there is room, later ones while there is room for all of their claims; others
    are counted. What is read grows with the cap and the number of papers, not with what the papers hold. Raises
    NotFoundError where there are no claims to show.
    """
    held = rows(store, "views/papers")
    chosen = None if claims is None else _by_paper(rows(store, "views/every-claim", claim=claims))
    wanted = held if chosen is None else _narrowed(held, chosen)
    if not wanted:
        raise NotFoundError("there is no claim to explore; papers that were imported carry none until they are curated")
    room = cap - min(len(wanted) - 1, cap // _CARDS)
    papers: list[Paper] = []
    for row in wanted:
        if papers and row["claims"] > room:
            break
        paper = _paper(store, row, None if chosen is None else chosen[row["paper"]], room)
        if papers and (_shown(paper) < row["claims"] or len(nodes(paper)) > room):
            break
        papers.append(paper)
        room -= len(nodes(paper))
    rest = wanted[len(papers) :]
    further = [Further(_slug(row), _name(row), row["title"] or _name(row), row["claims"], row["cited"]) for row in rest]
    note = _note(held, wanted, papers, len(rest) - cap // _CARDS, cap)
    bare = _bare_note(store, held) if claims is None else None
    return Material(tuple(papers), note, tuple(further[: cap // _CARDS]), bare)


def _by_paper(found: Sequence[Row]) -> dict[str, list[str]]:
    return {graph: [row["claim"] for row in group] for graph, group in grouped(found, "paper").items()}


def _narrowed(held: Sequence[Row], chosen: dict[str, list[str]]) -> list[Row]:
    """Return the papers of chosen claims with the number of these; how many of them are cited is not known."""
    return [row | {"claims": len(chosen[row["paper"]]), "cited": None} for row in held if row["paper"] in chosen]


def _paper(store: Store, row: Row, chosen: Sequence[str] | None, room: int) -> Paper:
    """Return a paper with its claims, or the chosen ones, as far as there is room."""
    graph, document = row["paper"], row["document"]
    claims = chosen or [each["claim"] for each in rows(store, "views/every-claim", paper=[graph])]
    # Every claim is at least one node, so that no more of them need be traced.
    traced = {result.claim.id: result for result in trace_claims(store, claims[:room]).results}
    kept, seen = _within(_parts(_slug(row), claims, rows(store, "trace/elements", paper=[graph]), traced), room)
    uses = trace_references(store, _references(store, document, kept, chosen is None, room - len(seen))).references
    citation, link = _about(store, document)
    return Paper(_slug(row), _name(row), row["title"] or _name(row), citation, link, tuple(kept), uses)


def _slug(row: Row) -> str:
    return str(row["paper"]).removeprefix(GRAPH)


def _name(row: Row) -> str:
    return row["name"] or _slug(row)


def _shown(paper: Paper) -> int:
    return sum(len(part.results) for part in paper.parts)


def _parts(slug: str, wanted: Sequence[str], elements: Sequence[Row], traced: dict[str, Result]) -> list[Part]:
    """Return the parts in the order in which they are shown; a claim on two elements stands at the first."""
    mine = set(wanted)
    of_element = {row["claim"]: row for row in reversed(elements) if row["claim"] in mine}
    found: dict[str, tuple[Row, list[str]]] = {}
    for row in [row for row in elements if row["element"].startswith(f"{DATA}{slug}/") and row["claim"] in mine]:
        _, claims = found.setdefault(row["element"], (row, []))
        claims += [row["claim"]] if of_element[row["claim"]] is row else []
    parts = [_part(shorten(id_), row["sort"], row["name"], row["definition"], claims, traced)
             for id_, (row, claims) in found.items()]  # fmt: skip
    return parts + _sections(slug, [claim for claim in wanted if claim not in of_element], traced)


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


def _about(store: Store, document: str) -> tuple[str, str | None]:
    """Return how to cite a paper, and where it is published."""
    known = details(rows(store, "trace/document-details", document=[document]))
    link = f"https://doi.org/{known['doi']}" if "doi" in known else known.get("landingPage")
    when = f"({known['year']})" if "year" in known else ""
    parts = (f"{known.get('authorList', '')} {when}".strip(), known.get("title"), known.get("containerTitle"), link)
    return ". ".join(part for part in parts if part), link


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
        more = taken(result)
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


def _note(held: Sequence[Row], wanted: Sequence[Row], papers: Sequence[Paper], uncounted: int, cap: int) -> str | None:
    """Say what the page leaves out, and why: claims beyond the cap, papers without a card, what was not asked for."""
    shown, asked, every = sum(map(_shown, papers)), _claims(wanted), _claims(held)
    where = f", from {len(papers)} of {len(held)} papers" if len(papers) < len(held) else ""
    if shown == asked:
        return f"This page shows {shown:,} of {every:,} claims{where}: those asked for." if shown < every else None
    why = f"a map of more than {cap} points can no longer be read"
    rest = " The other papers have a card each." if len(papers) < len(wanted) else ""
    rest = f" Of the other papers only the first have a card, and {uncounted:,} have none." if uncounted > 0 else rest
    words = "spreadgraph explore PAPER" if rest else "spreadgraph explore WORDS"
    return f"This page shows {shown:,} of {asked:,} claims{where}: {why}.{rest} For what is left out: {words}"


def _bare_note(store: Store, held: Sequence[Row]) -> str | None:
    """Say how many papers have no claims: a map without them must not pass for one of the whole library."""
    bare = number_of_papers(store) - len(distinct(held, "paper"))
    if bare < 1:
        return None
    more = "1 more paper is" if bare == 1 else f"{bare:,} more papers are"
    return f"{more} held without claims, and so without a map."


def _claims(found: Sequence[Row]) -> int:
    return sum(row["claims"] for row in found)
