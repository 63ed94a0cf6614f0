"""Looks at one store of a library from end to end: can all of it be read, and is each paper as its receipt says.

The engine keeps every quad in six orders and checks a block only when it reads it, so that a flipped bit in an order
that no question has used stays unseen. Here every block of every order is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph
from pyoxigraph import Literal, NamedNode, QuerySolutions

from spreadgraph.errors import in_a_line
from spreadgraph.graph.library import papers, whole
from spreadgraph.terms import GRAPH, MADE_BY, ONTOLOGY_GRAPH, PROVENANCE_GRAPH, SHA256, paper_graph

_PROVENANCE = NamedNode(PROVENANCE_GRAPH)
_TOGETHER = 500


class Examined(NamedTuple):
    """What was found in the store at ``path``.

    ``fault`` is one line where the store as a whole is damaged, None where all of it can be read. ``whole`` maps the
    short names of the papers that agree with their receipts to the hashes of their files; ``half`` names the others.
    """

    path: Path
    fault: str | None
    whole: dict[str, str]
    half: tuple[str, ...] = ()
    ontology: bool = True


def examine(path: Path, known: Iterable[str] = (), *, thorough: bool = True) -> Examined:
    """Look at the store in the folder ``path`` without changing it.

    ``known`` are papers to look for where the store itself can no longer list them. Without ``thorough`` papers are
    counted, but not every block is read: for a store whose files were read under another name.
    """
    try:
        if not path.is_dir():
            return Examined(path, "its folder is missing", {}, ontology=False)
        store = pyoxigraph.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        return Examined(path, in_a_line(error), {}, ontology=False)
    fault = damage(store) if thorough else None
    names: set[str] = set(known)
    try:
        listed = papers(store)
        names |= listed
    except (OSError, RuntimeError) as error:
        fault, listed = fault or in_a_line(error), set(known)
    found = {slug: hash_of(store, slug) for slug in sorted(names)}
    kept = {slug: sha256 for slug, sha256 in found.items() if sha256}
    return Examined(path, fault, kept, tuple(sorted(listed - kept.keys())), ontology_is_whole(store))


def hash_of(store: pyoxigraph.Store, slug: str) -> str | None:
    """Return the hash of the file that a paper was read from; None where the paper is not whole or cannot be read."""
    try:
        receipt = {
            quad.predicate.value: quad.object.value
            for quad in store.quads_for_pattern(NamedNode(paper_graph(slug)), None, None, _PROVENANCE)
            if isinstance(quad.object, Literal)
        }
        return receipt.get(SHA256) if MADE_BY in receipt and whole(store, slug) else None
    except (OSError, RuntimeError):
        return None


def damage(store: pyoxigraph.Store) -> str | None:
    """Read every block of ``store``; return one line on the first that is damaged, None where all is well."""
    subjects, predicates, objects = (_Order("?x", place) for place in range(3))
    by_graph = (_Order("?g ?x", 1), _Order("?g ?x", 2))
    total, used = 0, set()
    try:
        for quads in _chunks(store):
            total += len(quads)
            subjects.read(store, {(quad.subject,) for quad in quads})
            objects.read(store, {(quad.object,) for quad in quads})
            by_graph[0].read(store, {(quad.graph_name, quad.predicate) for quad in quads})
            by_graph[1].read(store, {(quad.graph_name, quad.object) for quad in quads})
            used |= {(quad.predicate,) for quad in quads}
            if quads[0].graph_name != quads[-1].graph_name:  # what was read of graphs gone by does not come again
                for order in by_graph:
                    order.forget_all_but(quads[-1].graph_name)
        predicates.read(store, used)
    except (OSError, RuntimeError) as error:
        return in_a_line(error)
    unlike = {order.size for order in (subjects, objects, predicates, *by_graph)} != {total}
    return "its orders differ in what they hold" if unlike else None


class _Order:
    """One of the orders in which quads are kept, read by the terms that it begins with, each once."""

    def __init__(self, names: str, place: int) -> None:
        """Begin an order whose keys are ``names``; ``place`` is that of ?x: subject, predicate or object."""
        pattern = ("?x ?p ?o", "?s ?x ?o", "?s ?p ?x")[place]
        self._names, self._where, self._place = names, f"GRAPH ?g {{ {pattern} }}", place
        self._seen: dict[int, int] = {}  # hashes, since the terms of millions of quads would fill the memory
        self.size = 0

    def read(self, store: pyoxigraph.Store, keys: Iterable[tuple[Any, ...]]) -> None:
        """Read, inside the engine, all quads that begin with one of ``keys`` in this order."""
        new = [key for key in keys if hash(key) not in self._seen]
        self._seen |= {hash(key): hash(key[0]) for key in new}
        named = iter([f"({' '.join(map(str, key))})" for key in new if isinstance(key[-1], NamedNode | Literal)])
        while some := list(islice(named, _TOGETHER)):
            self.size += self._read(store, f"VALUES ({self._names}) {{ {' '.join(some)} }} {self._where}")
        for *graph, term in new:
            if not isinstance(term, NamedNode | Literal):  # a query cannot name it
                pattern = [None, None, None, *(graph or [None])]
                pattern[self._place] = term
                self.size += sum(1 for _ in store.quads_for_pattern(*pattern))

    def forget_all_but(self, graph: Any) -> None:
        """Forget what was read in other graphs."""
        kept = hash(graph)
        self._seen = {key: first for key, first in self._seen.items() if first == kept}

    @staticmethod
    def _read(store: pyoxigraph.Store, where: str) -> int:
        # Not COUNT: the engine would go on for ever over a block that it cannot read. A number costs no look at texts.
        found = store.query(f"SELECT (1 AS ?one) {{ {where} }}")
        if not isinstance(found, QuerySolutions):
            raise TypeError("a SELECT gives rows")
        return sum(1 for _ in found)


def _chunks(store: pyoxigraph.Store) -> Iterator[list[pyoxigraph.Quad]]:
    """Yield all quads, graph by graph, so that no library is too large."""
    quads = (quad for graph in store.named_graphs() for quad in store.quads_for_pattern(None, None, None, graph))
    while some := list(islice(quads, 20 * _TOGETHER)):
        yield some


def ontology_is_whole(store: pyoxigraph.Store) -> bool:
    """Whether the ontology and what follows from it agree with their receipts."""
    try:
        return whole(store, ONTOLOGY_GRAPH.removeprefix(GRAPH))
    except (OSError, RuntimeError):
        return False
