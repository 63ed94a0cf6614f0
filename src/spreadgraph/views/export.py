"""Writes the graph, its claims, its works or its networks in the formats that other programs read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from spreadgraph.answers.evidence import Citation, Passage, Result, Work
from spreadgraph.answers.rows import distinct, rows
from spreadgraph.answers.trace import trace_claims, trace_references
from spreadgraph.errors import UsageError
from spreadgraph.graph.store import Store
from spreadgraph.terms import shorten
from spreadgraph.views import bibliography, statements
from spreadgraph.views.table import spreadsheet

NETWORKS = ("graphml", "gexf")
_BLOCK = 500
# What XML 1.0 cannot hold at all, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def export(store: Store, form: str, view: str = "evidence") -> str:
    """Return what the store holds in one of the forms of :data:`FORMS`.

    nq, trig and jsonld keep the named graphs, ttl merges them; csv is for people, one row for each passage and
    citation of a claim; bibtex, ris and csljson list the cited works; graphml and gexf hold the network called
    ``view``. Raises UsageError for an unknown form or view.
    """
    if form in NETWORKS:
        return _network(store, form, view)
    if form not in _WRITERS:
        raise UsageError(f"there is no export to {form!r}; there are: {', '.join(FORMS)}")
    return _WRITERS[form](store)


def _works(store: Store, form: Callable[[list[Work]], str]) -> str:
    references = distinct(rows(store, "views/every-reference"), "reference")
    uses = [use for block in _blocks(references) for use in trace_references(store, block).references]
    return form(list({work.iri: work for use in uses for work in use.works}.values()))


def _blocks(values: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (values[start : start + _BLOCK] for start in range(0, len(values), _BLOCK))


def _claims(store: Store) -> str:
    claims = distinct(rows(store, "views/every-claim"), "claim")
    results = [result for block in _blocks(claims) for result in trace_claims(store, block).results]
    paths = [path for result in results for path in _paths(result)]
    columns = list(paths[0]) if paths else []
    return spreadsheet(columns, [["" if value is None else str(value) for value in path.values()] for path in paths])


def _paths(result: Result) -> Iterator[dict[str, Any]]:
    """Yield a row for each passage of a claim and each citation there, both with a blank where there is none."""
    for passage in result.passages or (None,):
        for citation in result.citations or (None,):
            work = citation.work if citation else None
            yield {**_claim(result), **_passage(passage), **_citation(citation), **_work(work)}


def _claim(result: Result) -> dict[str, Any]:
    claim = result.claim
    return {
        "id": shorten(claim.id),
        "claim": claim.text,
        "hedges": "; ".join(claim.hedges),
        "words of the hedge": "; ".join(claim.cues),
        "kind": claim.kind,
        "role": claim.role,
        "about": claim.element,
        "framing": "; ".join(claim.framings),
        "basis": result.basis,
        "support": result.support,
        "flags": "; ".join(result.flags),
    }


def _passage(passage: Passage | None) -> dict[str, Any]:
    return {
        "paper": passage and passage.paper,
        "place": passage and passage.place,
        "link": passage and passage.link,
    }


def _citation(citation: Citation | None) -> dict[str, Any]:
    meant = citation and citation.effective
    return {
        "marker": citation and citation.marker,
        "function": citation and citation.function,
        "reference printed": citation and citation.printed.number,
        "reference meant": meant and meant.number,
        "entry meant": meant and meant.text,
        "notes on the citation": citation and "; ".join(note.label for note in citation.notes),
    }


def _work(work: Work | None) -> dict[str, Any]:
    reviewed = {True: "yes", False: "no", None: "not known"}
    return {
        "work": work and work.title,
        "authors": work and work.authors,
        "year": work and work.year,
        "journal": work and work.journal,
        "type": work and work.type,
        "peer reviewed": work and reviewed[work.peer_reviewed],
        "relation to the authors": work and work.relation,
        "url": work and work.url,
    }


def _network(store: Store, form: str, view: str) -> str:
    import networkx as nx

    from spreadgraph.views.network import network

    graph = _portable(network(store, view))
    lines = "\n".join(nx.generate_graphml(graph) if form == "graphml" else nx.generate_gexf(graph))
    # Without the day on which it was written, the same graph is the same file.
    lines = re.sub(r'(<meta) lastmodifieddate="[^"]*"', r"\1", lines, count=1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{lines}\n'


def _portable(graph: Any) -> Any:
    """Return a copy whose edges are numbered, as both formats want of parallel ones, and whose texts are XML."""
    copy = graph.__class__(name=graph.name)
    copy.add_nodes_from((node, _texts(data)) for node, data in graph.nodes(data=True))
    for number, (source, target, data) in enumerate(graph.edges(data=True)):
        key = {"key": f"e{number}"} if graph.is_multigraph() else {}
        copy.add_edge(source, target, **key, **_texts(data))
    return copy


def _texts(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _NOT_XML.sub("\ufffd", value) if isinstance(value, str) else value for name, value in data.items()}


_WRITERS: Mapping[str, Callable[[Store], str]] = {
    "nq": statements.nquads,
    "trig": statements.trig,
    "ttl": statements.turtle,
    "jsonld": statements.jsonld,
    "csv": _claims,
    "bibtex": partial(_works, form=bibliography.bibtex),
    "ris": partial(_works, form=bibliography.ris),
    "csljson": partial(_works, form=bibliography.csl_json),
}
FORMS = (*_WRITERS, *NETWORKS)
