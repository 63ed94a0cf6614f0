"""Makes the explorer: one HTML file with a map of the evidence, the traces behind it, and nothing to load."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyvis
from markupsafe import Markup
from pyvis.network import Network

from spreadgraph.answers.catalog import named
from spreadgraph.answers.evidence import ReferenceUse, Result
from spreadgraph.errors import SpreadgraphError
from spreadgraph.graph.store import Store
from spreadgraph.terms import shorten
from spreadgraph.views import pages, scenes
from spreadgraph.views.chains import chains
from spreadgraph.views.gathering import CAP, gather
from spreadgraph.views.lettering import SAMPLE, width
from spreadgraph.views.material import CHARACTERISTIC, Further, Material, Paper, Part, cited, framing, sides
from spreadgraph.views.overviews import library, overview, sources
from spreadgraph.views.traces import fields, hedge_in_words, subject, use_fields
from spreadgraph.views.wording import amount

_SCRIPTS = ("state", "paint", "map", "panel", "export", "main")
_FRAMES = {"wide": scenes.WIDE, "narrow": scenes.NARROW}
Link = tuple[str, str, dict[str, Any]]


def explorer(store: Store, claims: Sequence[str] | None = None, cap: int = CAP, home: str | None = None) -> str:
    """Return the page for all papers with claims, or for ``claims`` (IRIs) and what they rest on.

    At most ``cap`` nodes are shown; the page says so where that leaves something out. Raises NotFoundError where
    there is nothing to show. ``home`` is the way back, where the page is one of several.
    """
    return page(gather(store, claims, cap), home)


def page(material: Material, home: str | None = None) -> str:
    """Return the page for what was gathered."""
    style, library, script = runnable()
    return pages.render(
        "explorer/page.html",
        policy=pages.policy([library, script], [style]),
        style=style,
        library=library,
        script=script,
        data=pages.as_data(contents(material)),
        material=material,
        home=home,
        framing=framing,
        hedge=hedge_in_words,
        shorten=shorten,
        cited=cited,
        facts=facts,
        basis=basis,
        is_characteristic=lambda part: part.sort == CHARACTERISTIC,
    )


@cache
def runnable() -> tuple[Markup, Markup, Markup]:
    """Return what may run in the page: its style, the drawing library, its script."""
    script = Markup('\n"use strict";\n(() => {{\n{}\n}})();\n').format(
        pages.source(*(f"explorer/{name}.js" for name in _SCRIPTS))
    )
    library = pages.inline(drawing_library().read_text(encoding="utf-8"))
    return pages.source("explorer/style.css"), library, script


def drawing_library() -> Path:
    """Return the file of vis-network that the installed pyvis carries (Apache-2.0 or MIT), the newest if several."""
    found = Path(pyvis.__file__).parent.glob("lib/vis-*/vis-network.min.js")
    newest = max(found, key=lambda path: [int(number) for number in path.parent.name[4:].split(".")], default=None)
    if newest is None:
        raise SpreadgraphError("the installed pyvis lacks its drawing library; install pyvis 0.3.2 again")
    return newest


def network(material: Material) -> Network:
    """Return the evidence as a pyvis network without physics; what the page draws is taken from it."""
    graph = Network(directed=True)
    for paper in material.papers:
        for id_, label, attributes in _nodes(paper):
            if id_ not in graph.node_map:
                graph.add_node(id_, label=label, shape="custom", physics=False, **attributes)
        for start, end, attributes in _links(paper):
            graph.add_edge(start, end, **attributes)
    for other in material.further:
        graph.add_node(other.id, label=other.title, shape="custom", physics=False, **_further(other))
    return graph


def contents(material: Material) -> dict[str, Any]:
    """Return all the page needs as plain values: nodes, edges, scenes and traces."""
    graph = network(material)
    return {
        "papers": [[paper.id, paper.name, paper.title, paper.citation] for paper in material.papers],
        "nodes": [_without(node, "shape", "physics", "color", "font") for node in graph.nodes],
        "edges": [_without(edge, "arrows") for edge in graph.edges],
        "scenes": {name: _scenes(material, frame) for name, frame in _FRAMES.items()},
        "traces": {shorten(result.claim.id): _trace(result, paper) for paper, result in _results(material)},
        "entries": {shorten(use.reference.id): _entry(use) for paper in material.papers for use in paper.uses},
        "sample": {"text": SAMPLE, "width": width(SAMPLE, 100)},
        "queries": {name: named(name).text for name in ("from-claim-to-work", "open-the-page-at-the-sentence")},
    }


def facts(paper: Paper, whole: bool = True) -> str:
    """Say what a paper rests on: how many claims cite a source, and how many works of its list are peer reviewed.

    Where the page does not show the ``whole`` of what is held, the numbers are said to be those of what it shows.
    """
    results = [result for part in paper.parts for result in part.results]
    works = [work.peer_reviewed for use in paper.uses for work in use.works]
    unknown = "not known to be" if set(works) - {None} else "not known to be peer reviewed"
    kinds = [(True, "peer reviewed"), (False, "not peer reviewed"), (None, unknown)]
    counts = ", ".join(f"{works.count(kind)} {words}" for kind, words in kinds if kind in works)
    claims, entries = ("", "in their list") if whole else (" shown here", "of their list shown here")
    number = len(paper.uses)
    told = [
        f"The authors cite a source for {cited(results)} of {amount(len(results), 'claim')}{claims}."
        if results
        else f"None of its claims is{claims or ' known'}.",
        f"{'The one entry' if number == 1 else f'Of the {number} entries'} {entries}: {counts or 'no works are known'}."
        if number
        else "",
    ]
    return " ".join(filter(None, told))


def basis(paper: Paper) -> list[Result]:
    """Return the claims in which the authors themselves say what the paper is based on."""
    return [result for part in paper.parts for result in part.results if result.claim.kind == "statement of basis"]


def _nodes(paper: Paper) -> Iterator[Link]:
    yield paper.id, paper.name, {"kind": "paper", "paper": paper.id}
    for part in paper.parts:
        yield part.id, part.name, _part(part, paper)
        for side, name in zip(sides(part), ("innovation", "improvement"), strict=False):
            yield side, f"{part.name}, {name}", {"kind": "side", "paper": paper.id, "part": part.id, "framing": name}
        for result in part.results:
            yield shorten(result.claim.id), result.claim.text, _claim(result, part, paper)
            for citation in result.citations:
                yield shorten(citation.id), f"Marker {citation.marker}", {
                    "kind": "citation", "paper": paper.id, "part": part.id, "function": citation.function or "",
                }  # fmt: skip
    for use in paper.uses:
        yield (
            shorten(use.reference.id),
            scenes.use_title(use),
            {"kind": "entry", "paper": paper.id, "reviewed": _reviewed(use)},
        )


def _further(paper: Further) -> dict[str, Any]:
    return {"kind": "further", "name": paper.name, "count": paper.claims}


def _part(part: Part, paper: Paper) -> dict[str, Any]:
    return {
        "kind": part.sort, "paper": paper.id, "definition": part.definition or "", "left_out": part.left_out,
        "claims": [shorten(result.claim.id) for result in part.results],
    }  # fmt: skip


def _claim(result: Result, part: Part, paper: Paper) -> dict[str, Any]:
    return {
        "kind": "claim", "paper": paper.id, "part": part.id, "framing": framing(result), "support": result.support,
        "flags": list(result.flags), "sort": result.claim.kind, "hedge": hedge_in_words(result),
    }  # fmt: skip


def _links(paper: Paper) -> Iterator[Link]:
    known = {shorten(use.reference.id) for use in paper.uses}
    resting: dict[tuple[str, str], int] = {}
    seen = set()
    for part in paper.parts:
        for result in part.results:
            yield part.id, shorten(result.claim.id), {"kind": "has claim"}
            for start, end, kind in _chain(result):
                if end in known and kind == "means":
                    resting[part.id, end] = resting.get((part.id, end), 0) + 1
                if (start, end) not in seen and (kind == "cites" or end in known):
                    seen.add((start, end))
                    yield start, end, {"kind": kind}
    for (start, end), count in resting.items():
        yield start, end, {"kind": "rests on", "count": count}


def _chain(result: Result) -> Iterator[tuple[str, str, str]]:
    for citation in result.citations:
        id_ = shorten(citation.id)
        yield shorten(result.claim.id), id_, "cites"
        if citation.effective:
            yield id_, shorten(citation.effective.id), "means"
        if citation.corrected:
            yield id_, shorten(citation.printed.id), "prints"


def _scenes(material: Material, frame: scenes.Frame) -> dict[str, Any]:
    several = len(material.papers) + len(material.further) > 1
    made = {"": library(material.papers, frame, material.further)} if several else {}
    for paper in material.papers:
        made[paper.id] = overview(paper, frame)
        made[f"{paper.id}/sources"] = sources(paper, frame)
        made |= {part.id: chains(part, frame) for part in paper.parts}
    return {name: scenes.as_plain(scene) for name, scene in made.items()}


def _trace(result: Result, paper: Paper) -> dict[str, Any]:
    return {"subject": subject(result), "fields": _plain(fields(result)), "iri": result.claim.id,
            "cite": _cite(result, paper)}  # fmt: skip


def _cite(result: Result, paper: Paper) -> str:
    """Return the words with which a reader can cite the place of a claim, and what the authors cite there."""
    places = "; ".join(passage.place for passage in result.passages)
    meant = [citation.effective or citation.printed for citation in result.citations]
    there = "".join(f" There cited: [{reference.number}] {reference.text}" for reference in dict.fromkeys(meant))
    return f"{paper.citation} ({places}).{there}"


def _entry(use: ReferenceUse) -> dict[str, Any]:
    claims = dict.fromkeys(shorten(claim) for place in use.places for claim in place.claims)
    return {"subject": f"Reference {use.reference.number}", "fields": _plain(use_fields(use)), "claims": list(claims),
            "cite": use.reference.text}  # fmt: skip


def _reviewed(use: ReferenceUse) -> str:
    found = {work.peer_reviewed for work in use.works}
    return "yes" if True in found else "no" if False in found else "unknown"


def _plain(found: Iterable[tuple[str, str, tuple[str, ...]]]) -> list[list[str]]:
    return [[label, text] for label, text, _ in found]


def _results(material: Material) -> Iterator[tuple[Paper, Result]]:
    return ((paper, result) for paper in material.papers for part in paper.parts for result in part.results)


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
