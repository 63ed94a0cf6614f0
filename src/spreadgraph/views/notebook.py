"""What one calls in a notebook: trace, search, query, compare, networks, each in one line and shown as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import QueryBoolean, QuerySolutions

from spreadgraph.answers import ask
from spreadgraph.answers import compare as comparing
from spreadgraph.answers import search as searching
from spreadgraph.answers.index import INDEX_NAME, build_index
from spreadgraph.answers.resolve import identify, resolve, traced
from spreadgraph.graph.store import Store, open_bundled, open_store
from spreadgraph.views import solutions
from spreadgraph.views.shown import Shown, explorer, matches, plain, show, side_by_side, table
from spreadgraph.views.terminal import Terminal

__all__ = [
    "compare",
    "ego",
    "explore",
    "explorer",
    "network",
    "open_graph",
    "query",
    "search",
    "show",
    "table",
    "trace",
]


def open_graph(folder: Path | str | None = None) -> Store:
    """Return the graph of the bundled papers, or that of a library on disk; what every function here asks.

    ``folder`` may also be the address of a SPARQL endpoint. Raises StoreError where it holds no library.
    """
    if isinstance(folder, str) and folder.startswith(("http://", "https://")):
        from spreadgraph.graph.endpoint import EndpointStore

        return EndpointStore(folder)
    return open_store(folder) if folder else _bundled()


def trace(words: str, graph: Store | None = None) -> Shown:
    """Follow a claim to its sentence, citation, reference and work, or a reference back to the claims.

    ``words`` are words of the claim, an id, a place such as ``introduction/2/2``, ``ref:13``, a DOI or an author.
    ``data`` is a :class:`spreadgraph.answers.evidence.Trace`. Raises NotFoundError where nothing fits.

    >>> trace("bevan-2024/citation/13").data.results[0].citations[0].effective.number
    14
    """
    graph = graph or _bundled()
    meant = resolve(graph, words)
    return show(traced(graph, meant))


def search(words: str, kind: str | None = None, limit: int = 20, graph: Store | None = None) -> Shown:
    """Find claims, passages and references by their words, best first; ``kind`` keeps to one of the three."""
    return matches(searching.search(graph or _bundled(), words, [kind] if kind else (), limit))


def query(source: str, graph: Store | None = None, **parameters: str | int | Sequence[str | int]) -> Shown:
    """Ask a named query with its parameters, a ``.rq`` file, or SPARQL of your own.

    ``data`` is a list of dicts for SELECT, True or False for ASK, Turtle for CONSTRUCT. Raises UsageError where the
    text is not SPARQL or would reach another endpoint, NotFoundError for an unknown name.

    >>> query("ASK { GRAPH ?paper { ?claim a <https://w3id.org/spreadgraph/ontology#Claim> } }").data
    True
    """
    graph = graph or _bundled()
    answer = ask.run(graph, _prepared(graph, source, parameters))
    if isinstance(answer, QuerySolutions):
        return table(answer)
    text = solutions.rendered(answer, "table", Terminal(width=100)).text
    return plain(bool(answer) if isinstance(answer, QueryBoolean) else text, text)


def compare(element: str | None = None, graph: Store | None = None) -> Shown:
    """Set innovation beside improvement for one factor or characteristic, or for all of them."""
    return side_by_side(comparing.compare(graph or _bundled(), element))


def network(view: str = "evidence", graph: Store | None = None) -> Any:
    """Return a network as a NetworkX graph; see :func:`spreadgraph.views.network.network` for the views.

    >>> network("citations").is_directed()
    True
    """
    from spreadgraph.views.network import network as made

    return made(graph or _bundled(), view)


def ego(node: str, radius: int = 1, graph: Store | None = None) -> Any:
    """Return what is linked to ``node`` (an id such as ``factor/sustainability`` or a DOI) as a NetworkX graph."""
    from spreadgraph.views.network import ego as made

    graph = graph or _bundled()
    return made(graph, identify(graph, node), radius)


def explore(words: str | None = None, height: int = 700, graph: Store | None = None) -> Shown:
    """Show the explorer in a frame of ``height`` pixels, with everything or only what ``words`` lead to.

    ``data`` is the page as HTML.
    """
    from spreadgraph.views.explorer import explorer as page

    graph = graph or _bundled()
    claims = [result.claim.id for result in trace(words, graph).data.results] if words else None
    return explorer(page(graph, claims), height)


@cache
def _bundled() -> Store:
    return open_bundled([(INDEX_NAME, build_index)])


def _prepared(graph: Store, source: str, parameters: dict[str, Any]) -> str:
    values = {name: [given] if isinstance(given, str | int) else given for name, given in parameters.items()}
    pairs = [f"{name}={each}" for name, given in values.items() for each in given]
    if "{" not in source:
        return ask.prepared(graph, source, pairs)
    ask.refuse(source)
    return source
