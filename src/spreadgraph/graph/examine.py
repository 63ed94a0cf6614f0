"""Looks at one store of a library from end to end: can all of it be read, and is each paper as its receipt says.

The engine keeps every quad in six orders and checks a block only when it reads it, so that a flipped bit in an order
that no question has used stays unseen. Here every block of every order is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from spreadgraph.errors import in_a_line
from spreadgraph.graph.build import MADE_BY, SHA256
from spreadgraph.graph.library import papers, whole
from spreadgraph.terms import GRAPH, ONTOLOGY_GRAPH, PROVENANCE_GRAPH, paper_graph

_Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
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
    subjects, objects, predicates = _Order("?x ?p ?o"), _Order("?s ?p ?x"), _Order("?s ?x ?o")
    total = 0
    try:
        for graph in store.named_graphs():
            inside = (_Order("?s ?x ?o", str(graph)), _Order("?s ?p ?x", str(graph)))
            size = 0
            for quads in _chunks(store, graph):
                size += len(quads)
                about = {quad.subject for quad in quads}
                said, by = {quad.object for quad in quads}, {quad.predicate for quad in quads}
                for order, terms in ((subjects, about), (objects, said), (inside[0], by), (inside[1], said)):
                    order.read(store, terms)
                predicates.waiting |= by
            if any(order.size != size for order in inside):
                return f"its orders of {graph} differ in what they hold"
            total += size
        predicates.read(store, predicates.waiting)
    except (OSError, RuntimeError) as error:
        return in_a_line(error)
    return "its orders differ in what they hold" if {subjects.size, objects.size, predicates.size} != {total} else None


class _Order:
    """One of the orders in which quads are kept, read by the terms that it begins with, each once."""

    def __init__(self, pattern: str, graph: str = "?g") -> None:
        self._where = f"GRAPH {graph} {{ {pattern} }}"
        self._seen: set[int] = set()  # hashes, since the terms of millions of quads would fill the memory
        self.waiting: set[_Term] = set()
        self.size = 0

    def read(self, store: pyoxigraph.Store, terms: Iterable[_Term]) -> None:
        """Read, inside the engine, all quads that have one of ``terms`` in first place."""
        new = [term for term in terms if hash(term) not in self._seen]
        self._seen.update(map(hash, new))
        named = iter([str(term) for term in new if isinstance(term, NamedNode | Literal)])
        while some := list(islice(named, _TOGETHER)):
            self.size += self._count(store, f"VALUES ?x {{ {' '.join(some)} }} {self._where}")
        if any(not isinstance(term, NamedNode | Literal) for term in new):
            # A query cannot name these; they are few, and read together the first time one is met.
            kind = "isBlank(?x) || isTriple(?x)"
            if -1 not in self._seen:
                self._seen.add(-1)
                self.size += self._count(store, f"{self._where} FILTER({kind})")

    @staticmethod
    def _count(store: pyoxigraph.Store, where: str) -> int:
        # Not COUNT: the engine would go on for ever over a block that it cannot read. A number costs no look at texts.
        found = store.query(f"SELECT (1 AS ?one) {{ {where} }}")
        if not isinstance(found, QuerySolutions):
            raise TypeError("a SELECT gives rows")
        return sum(1 for _ in found)


def _chunks(store: pyoxigraph.Store, graph: NamedNode | BlankNode) -> Iterator[list[pyoxigraph.Quad]]:
    quads = iter(store.quads_for_pattern(None, None, None, graph))
    while some := list(islice(quads, 20 * _TOGETHER)):
        yield some


def ontology_is_whole(store: pyoxigraph.Store) -> bool:
    """Whether the ontology and what follows from it agree with their receipts."""
    try:
        return whole(store, ONTOLOGY_GRAPH.removeprefix(GRAPH))
    except (OSError, RuntimeError):
        return False
