"""Answers questions on a network: to which works advice leads, which carry it, what belongs together or is central."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from importlib.util import find_spec
from typing import Any, NamedTuple

import networkx as nx

from spreadgraph.errors import NotFoundError, UsageError, with_extra

ADVICE = frozenset({"factor", "characteristic", "claim"})
CENTRALITIES = ("degree", "closeness", "betweenness", "pagerank")
# Below this, networkx answers in about a second, and handing the graph over is not worth while.
LARGE = 2000
# PageRank is repeated until two rounds differ by less than this in all, in both libraries.
_TOLERANCE = 1e-10


class Load(NamedTuple):
    """What a work carries: ``alone`` are ids that rest on nothing else, ``shared`` ids that other works carry too."""

    work: str
    label: str
    alone: tuple[str, ...]
    shared: tuple[str, ...]


def paths_to_works(graph: Any, start: str, longest: int = 6) -> list[tuple[str, ...]]:
    """Return the ways from the node ``start`` along the links to each work, shortest first, as tuples of ids.

    ``longest`` bounds the number of links. Empty where no work is behind ``start``; raises NotFoundError where
    ``start`` is no node of ``graph``.
    """
    if start not in graph:
        raise NotFoundError(f"{start} is no node of this network; its nodes look like {next(iter(graph), 'none')}")
    works = _works(graph) - {start}
    # Parallel citations are one way here: the same ids in the same order.
    found = nx.all_simple_paths(nx.DiGraph(graph), start, works, cutoff=longest)
    return sorted((tuple(path) for path in found), key=lambda path: (len(path), path))


def load_bearing(graph: Any, kinds: Collection[str] = ADVICE) -> list[Load]:
    """Return the works that ``graph`` leads to, with what each carries alone, the heaviest first.

    Counted are the nodes of ``kinds`` from which a work can be reached. Take a work away, and those in ``alone``
    have no cited work left. Works that carry nothing are left out.
    """
    works = _works(graph)
    carried: dict[str, list[tuple[str, bool]]] = {}
    for node, kind in graph.nodes(data="kind"):
        behind = nx.descendants(graph, node) & works if kind in kinds else ()
        for work in behind:
            carried.setdefault(work, []).append((node, len(behind) == 1))
    loads = [_load(graph, work, nodes) for work, nodes in carried.items()]
    return sorted(loads, key=lambda load: (-len(load.alone), -len(load.shared), load.work))


def joints(graph: Any, kinds: Collection[str] = ("work", "paper")) -> dict[str, int]:
    """Return the articulation points among the nodes of ``kinds``: id -> into how many pieces the network falls.

    The pieces are those of the part of the network in which the node stands, once the node is gone; most pieces come
    first. Direction makes no difference here.
    """
    blocks: Any = nx.biconnected_components(nx.Graph(graph))
    pieces = Counter(str(node) for block in blocks for node in block)
    cut = {node: count for node, count in pieces.items() if count > 1 and graph.nodes[node].get("kind") in kinds}
    return dict(sorted(cut.items(), key=lambda item: (-item[1], item[0])))


def communities(graph: Any, seed: int = 1) -> list[tuple[str, ...]]:
    """Return what belongs together by the Louvain method, largest first; the same ``seed`` gives the same answer."""
    found = nx.community.louvain_communities(_simple(graph.to_undirected()), weight="weight", seed=seed)
    return sorted((tuple(sorted(group)) for group in found), key=lambda group: (-len(group), group))


def centrality(graph: Any, measure: str = "betweenness", engine: str | None = None) -> dict[str, float]:
    """Return node -> centrality, highest first, by one of :data:`CENTRALITIES`.

    Direction counts where ``graph`` has one; parallel links are one link, which pagerank weighs by their number.
    ``engine`` is networkx or rustworkx, which gives the same numbers sooner; without it, rustworkx is used where it
    is installed and the graph has more than :data:`LARGE` nodes, or networkx would need scipy (pagerank).
    Raises UsageError for a name that is none of these or a library that is missing.
    """
    if measure not in CENTRALITIES:
        raise UsageError(f"no centrality is called {measure!r}; there are: {', '.join(CENTRALITIES)}")
    hard = len(graph) > LARGE or measure == "pagerank"
    engine = engine or ("rustworkx" if hard and find_spec("rustworkx") else "networkx")
    if engine not in _ENGINES:
        raise UsageError(f"no engine is called {engine!r}; there are: {', '.join(_ENGINES)}")
    _require(engine, "scipy" if (engine, measure) == ("networkx", "pagerank") else engine)
    found = _ENGINES[engine](_simple(graph), measure)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _works(graph: Any) -> set[str]:
    return {node for node, kind in graph.nodes(data="kind") if kind in {"work", "paper"}}


def _load(graph: Any, work: str, nodes: list[tuple[str, bool]]) -> Load:
    alone = tuple(sorted(node for node, only in nodes if only))
    shared = tuple(sorted(node for node, only in nodes if not only))
    return Load(work, graph.nodes[work]["label"], alone, shared)


def _simple(graph: Any) -> Any:
    """Return ``graph`` with at most one edge a pair, weighed by the sum of those it stands for, without attributes."""
    simple: Any = nx.DiGraph() if graph.is_directed() else nx.Graph()
    simple.add_nodes_from(graph)
    for source, target, weight in graph.edges(data="weight", default=1):
        before = simple.get_edge_data(source, target, {"weight": 0})["weight"]
        simple.add_edge(source, target, weight=before + weight)
    return simple


def _require(engine: str, library: str) -> None:
    if not find_spec(library):
        raise UsageError(f"{engine} needs {library} for this; install it with: {with_extra('fast')}")


def _by_networkx(graph: Any, measure: str) -> dict[str, float]:
    if measure == "pagerank":
        found = nx.pagerank(graph, weight="weight", tol=_TOLERANCE / max(len(graph), 1), max_iter=1000)
    else:
        found = getattr(nx, f"{measure}_centrality")(graph)
    return dict(found)


def _by_rustworkx(graph: Any, measure: str) -> dict[str, float]:
    import rustworkx as rx

    # A walk may take an undirected link either way.
    graph = graph.to_directed() if measure == "pagerank" else graph
    nodes = list(graph)
    index = {node: number for number, node in enumerate(nodes)}
    other: Any = rx.PyDiGraph() if graph.is_directed() else rx.PyGraph()
    other.add_nodes_from(nodes)
    other.add_edges_from([(index[one], index[two], float(weight)) for one, two, weight in graph.edges(data="weight")])
    if measure == "pagerank":
        found = rx.pagerank(other, weight_fn=float, tol=_TOLERANCE / max(len(nodes), 1), max_iter=1000)
    else:
        found = getattr(rx, f"{measure}_centrality")(other)
    return {node: float(found[number]) for number, node in enumerate(nodes)}


_ENGINES = {"networkx": _by_networkx, "rustworkx": _by_rustworkx}
