"""Turns the rows of the network queries into NetworkX graphs: labelled, typed, with literals as attributes only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import networkx as nx

from spreadgraph.answers.rows import Row, rows
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import Store
from spreadgraph.terms import shorten

ELEMENTS, CLAIMS, WORKS = "views/nodes-elements", "views/nodes-claims", "views/nodes-works"
REFERENCES, PLACES, OTHERS = "views/nodes-references", "views/nodes-places", "views/nodes-others"
# An endpoint may refuse a query of megabytes, so that many nodes are asked for in several steps.
_BLOCK = 500
_IDS = frozenset({"node", "source", "target", "claim", "citation"})
_SEVERAL = ("hedge", "framing")
_ORDER = ("node", "source", "target", "kind", "claim", "citation", *_SEVERAL)


class View(NamedTuple):
    """A kind of network: the query of its edges, those of its nodes, and whether its edges have a direction."""

    edges: str
    nodes: tuple[str, ...]
    directed: bool = True


VIEWS: Mapping[str, View] = {
    "evidence": View("views/evidence", (ELEMENTS, CLAIMS, WORKS)),
    "elements-to-works": View("views/elements-to-works", (ELEMENTS, WORKS)),
    "citations": View("views/citations", (WORKS,)),
    "co-citation": View("views/co-citation", (WORKS,), directed=False),
    "co-citation-by-paper": View("views/co-citation-by-paper", (WORKS,), directed=False),
}


def network(store: Store, view: str = "evidence") -> Any:
    """Return one of :data:`VIEWS` as a graph: a MultiDiGraph, or a Graph for the two kinds of co-citation.

    A node is a short id such as ``bevan-2024/claim/…`` with at least ``label`` and ``kind`` (factor, characteristic,
    claim, paper, work). An edge has ``kind``; one that stands for a citation keeps ``marker``, the number ``printed``
    there, the number of the ``reference`` that is meant after curation, ``function`` and ``hedge``. What is not known
    is left out; several values of one attribute are joined by ``; ``. Raises UsageError for an unknown view.
    """
    if view not in VIEWS:
        raise UsageError(f"no network is called {view!r}; there are: {', '.join(VIEWS)}")
    chosen, labels = VIEWS[view], _labels(store)
    graph: Any = nx.MultiDiGraph(name=view) if chosen.directed else nx.Graph(name=view)
    for name in chosen.nodes:
        _add_nodes(graph, _readable(rows(store, name), labels))
    _add_edges(graph, _readable(rows(store, chosen.edges), labels))
    # A paper is a node where it cites or is cited; elsewhere it only says where claims come from.
    graph.remove_nodes_from([node for node in list(nx.isolates(graph)) if graph.nodes[node]["kind"] == "paper"])
    return graph


def ego(store: Store, centre: str, radius: int = 1) -> Any:
    """Return what lies within ``radius`` links of ``centre`` (a full IRI), whatever it is, as a MultiDiGraph.

    Links are followed both ways and named by the ontology's labels. Raises NotFoundError for an unknown node,
    UsageError for a radius below 1.
    """
    if radius < 1:
        raise UsageError(f"a radius of at least 1 is needed, not {radius}")
    links: list[Row] = []
    known, frontier = {centre}, [centre]
    for _ in range(radius):
        found = _bound(store, "views/around", "centre", frontier)
        links += found
        frontier = sorted({row[end] for row in found for end in ("source", "target")} - known)
        known.update(frontier)
    graph: Any = nx.MultiDiGraph(name=f"around {shorten(centre)}")
    labels = _labels(store)
    for name in (ELEMENTS, CLAIMS, WORKS, REFERENCES, PLACES, OTHERS):
        _add_nodes(graph, _readable(_bound(store, name, "node", sorted(known)), labels))
    if shorten(centre) not in graph:
        raise NotFoundError(f"{shorten(centre)} is no node; find one with: spreadgraph search WORDS")
    _add_edges(graph, _readable(links, labels))
    return graph


def _bound(store: Store, name: str, parameter: str, values: Sequence[str]) -> list[Row]:
    blocks = [values[start : start + _BLOCK] for start in range(0, len(values), _BLOCK)]
    return [row for block in blocks for row in rows(store, name, **{parameter: block})]


def _labels(store: Store) -> dict[str, str]:
    return {row["concept"]: row["label"] for row in rows(store, "views/labels")}


def _readable(found: Iterable[Row], labels: Mapping[Any, str]) -> list[Row]:
    """Return the rows with short ids, labels for concepts and without what is not known, in an order of their own."""

    def shown(name: str, value: Any) -> Any:
        return shorten(value) if name in _IDS else labels.get(value, value)

    known = ({name: shown(name, value) for name, value in row.items() if value is not None} for row in found)
    return sorted(known, key=lambda row: tuple(row.get(name, "") for name in _ORDER))


def _add_nodes(graph: Any, found: Iterable[Row]) -> None:
    for row in found:
        node = row.pop("node")
        if node in graph:
            _join(graph.nodes[node], row)
        else:
            graph.add_node(node, **row)


def _add_edges(graph: Any, found: Iterable[Row]) -> None:
    """Add an edge a citation, or a link of another kind; those whose ends are no nodes of this view are left out."""
    for row in found:
        source, target = row.pop("source"), row.pop("target")
        if source not in graph or target not in graph:
            continue
        name = " ".join(row[part] for part in ("claim", "citation") if part in row) or row["kind"]
        key = {"key": name} if graph.is_multigraph() else {}
        if graph.has_edge(source, target, **key):
            _join(graph.edges[source, target, *key.values()], row)
        else:
            graph.add_edge(source, target, **key, **row)


def _join(data: dict[str, Any], row: Row) -> None:
    """Add what one more row about the same thing says; only a few attributes can differ between such rows."""
    for name in _SEVERAL:
        value = row.get(name)
        if value and value not in data.get(name, "").split("; "):
            data[name] = f"{data[name]}; {value}" if name in data else value
