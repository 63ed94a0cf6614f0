"""Turns triples into updates that every endpoint takes: in blocks, with blank nodes kept together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from spreadgraph.terms import PROVENANCE_GRAPH

# Virtuoso turns an update into a program of at most 10,000 lines; 1,000 triples were the fastest of 200, 1,000, 5,000.
BLOCK = 1000
Statement = Quad | Triple
_Term = NamedNode | BlankNode | Literal | Triple


def inserts(graph: str, statements: Iterable[Statement]) -> Iterator[str]:
    """Yield updates that together add ``statements`` to ``graph``, in blocks of about 1,000.

    A blank node means something within one update only, so all triples that hang together by blank nodes go into one,
    written as a template, since Virtuoso refuses blank nodes in data.
    """
    lone: list[Triple] = []
    tied: list[Triple] = []
    for each in dict.fromkeys(Triple(one.subject, one.predicate, one.object) for one in statements):
        (tied if _blank(each) else lone).append(each)
    for start in range(0, len(lone), BLOCK):
        yield f"INSERT DATA {{ GRAPH <{graph}> {{\n{_lines(lone[start : start + BLOCK])}}} }}"
    block: list[Triple] = []
    for group in _groups(tied):
        if block and len(block) + len(group) > BLOCK:
            yield _template(graph, block)
            block = []
        block += group
    if block:
        yield _template(graph, block)


def forget(graphs: Iterable[str]) -> str:
    """Return an update that takes the receipts of ``graphs`` out of the provenance graph."""
    names = " ".join(f"<{graph}>" for graph in graphs)
    where = f"GRAPH <{PROVENANCE_GRAPH}> {{ ?graph ?predicate ?value }}"
    return f"DELETE {{ {where} }} WHERE {{ VALUES ?graph {{ {names} }} {where} }}"


def _template(graph: str, triples: list[Triple]) -> str:
    return f"INSERT {{ GRAPH <{graph}> {{\n{_lines(triples)}}} }} WHERE {{ }}"


def _lines(triples: list[Triple]) -> str:
    return "".join(f"{triple.subject} {triple.predicate} {triple.object} .\n" for triple in triples)


def _blank(triple: Triple) -> list[str]:
    return [term.value for term in (triple.subject, triple.object) if isinstance(term, BlankNode)]


def _groups(triples: list[Triple]) -> list[list[Triple]]:
    """Part triples into groups that share no blank node (the components of a graph, by union-find)."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    for triple in triples:
        first, *rest = _blank(triple)
        for other in rest:
            parent[root(other)] = root(first)
    groups: dict[str, list[Triple]] = {}
    for triple in triples:
        groups.setdefault(root(_blank(triple)[0]), []).append(triple)
    return list(groups.values())
