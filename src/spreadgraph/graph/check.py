"""Looks for defects: shapes, violation queries and, if asked, a reasoner; each finding says where and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.finding import Finding
from spreadgraph.graph.library import paper_quads, papers
from spreadgraph.graph.reason import reason as ask_reasoner
from spreadgraph.graph.store import LocalStore
from spreadgraph.resources import evidence_files, ontology_dir, queries_dir
from spreadgraph.sources import yamlld
from spreadgraph.sources.source import Source
from spreadgraph.terms import (
    DATA,
    ONTOLOGY_GRAPH,
    ONTOLOGY_INFERRED_GRAPH,
    PROVENANCE_GRAPH,
    RDF,
    SHA256,
    inferred_graph,
    paper_graph,
    shorten,
)

if TYPE_CHECKING:
    import rdflib

__all__ = ["Finding", "check", "check_file"]

_SEVERITIES = {"Violation": "violation", "Warning": "warning", "Info": "notice"}
_TITLE = re.compile(r"^# title: (.+)$", re.MULTILINE)


def check(store: LocalStore, reason: bool = False, paper: str | None = None) -> list[Finding]:
    """Return the findings of every shape and every ``checks/*-violation.rq``, paper by paper; none is good news.

    ``paper`` is the short name of the only one to be checked, which does not grow with the library; a paper takes
    about a second. With ``reason`` also those of HermiT and of the OWL 2 DL profile, which take minutes and need Java.
    """
    places, held = _places(store), papers(store.native)
    if paper is None and len(held) < 2:
        return _in_order(_check(store, held, places, reason))
    slugs = [paper] if paper else held
    return _in_order(each for slug in slugs for each in _check_alone(store, slug, places, reason))


def _check_alone(store: LocalStore, slug: str, places: Mapping[str, str], reason: bool) -> Iterator[Finding]:
    """Check one paper beside those that it links to and the ontology, whatever else is held."""
    draft = LocalStore()
    for graph in (ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH):
        draft.native.extend(store.native.quads_for_pattern(None, None, None, NamedNode(graph)))
    beside = _linked(store, slug)
    for name in (slug, *beside):
        draft.native.extend(paper_quads(store.native, name))
    others = tuple(f"{name}/" for name in beside)
    return (each for each in _check(draft, [slug], places, reason) if not each.focus.startswith(others))


def check_file(path: Path | str, reason: bool = False) -> list[Finding]:
    """Return the findings for a curated file of the user's own, together with the bundled ontology.

    Raises SourceError where the file cannot be read as YAML-LD, and OSError where it cannot be read at all.
    """
    source = yamlld.read(path)
    store = LocalStore()
    builder = load_ontology(store.native)
    load_paper(store.native, source, builder)
    linked = _linked(store, source.slug)
    for other in map(yamlld.read, evidence_files()) if linked else ():
        if other.slug in linked:
            load_paper(store.native, other, builder)
    return _in_order(_check(store, papers(store.native), _lines(source, str(path)), reason))


def _check(store: LocalStore, slugs: Iterable[str], places: Mapping[str, str], reason: bool) -> Iterator[Finding]:
    """Ask the queries of all that ``store`` holds, and judge the papers ``slugs`` by the shapes."""
    yield from _violations(store, places)
    held = papers(store.native)
    for slug in slugs:
        graphs = [ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH, paper_graph(slug), inferred_graph(slug)]
        beside = [paper_graph(other) for other in _linked(store, slug) if other in held]
        yield from _shapes(store, graphs, beside, places)
        yield from ask_reasoner(store.native, graphs) if reason else ()


def _in_order(found: Iterable[Finding]) -> list[Finding]:
    order = {severity: rank for rank, severity in enumerate(_SEVERITIES.values())}
    return sorted(set(found), key=lambda each: (order[each.severity], each.check, each.focus, each.message))


def _linked(store: LocalStore, slug: str) -> list[str]:
    """Return the short names of the other papers to whose claims, elements or the like a paper links."""
    quads = store.native.quads_for_pattern(None, None, None, NamedNode(paper_graph(slug)))
    ends = {quad.object.value for quad in quads if isinstance(quad.object, NamedNode)}
    names = {end.removeprefix(DATA).partition("/")[0] for end in ends if end.startswith(DATA)}
    return sorted(names - {slug})


# ------ violation queries


def _violations(store: LocalStore, places: Mapping[str, str]) -> Iterator[Finding]:
    for file in sorted((queries_dir() / "checks").glob("*-violation.rq")):
        text = file.read_text(encoding="utf-8")
        title = _TITLE.search(text)
        solutions = store.query(text)
        if not isinstance(solutions, QuerySolutions):
            raise TypeError(f"{file.name} has to be a SELECT query")
        names = [variable.value for variable in solutions.variables]
        for row in solutions:
            values = [_words(term) for term in row]
            details = [f"{name} {value}" for name, value in zip(names[1:], values[1:], strict=True) if value]
            message = ": ".join(filter(None, (title[1] if title else file.stem, ", ".join(details))))
            place = places.get(row[0].value if isinstance(row[0], NamedNode) else "", "")
            yield Finding("violation", file.stem.removesuffix("-violation"), values[0], message, place)


def _words(term: object) -> str:
    if isinstance(term, NamedNode):
        return shorten(term.value)
    return term.value if isinstance(term, Literal) else ""


# ------ shapes


def _shapes(store: LocalStore, graphs: list[str], beside: list[str], places: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what the shapes find in a paper; what it says of elements and claims of others is judged beside those."""
    import pyshacl
    import rdflib

    shapes = rdflib.Graph().parse(ontology_dir() / "shapes.ttl", format="turtle")
    merged, own = _merged(store, graphs, beside)
    _, report, _ = pyshacl.validate(merged, shacl_graph=shapes, inference="none", do_owl_imports=False)
    if not isinstance(report, rdflib.Graph):
        raise TypeError(f"the shapes cannot be used: {report}")
    for result in report.subjects(rdflib.RDF.type, rdflib.SH.ValidationResult):
        if not beside or str(report.value(result, rdflib.SH.focusNode)) in own:
            yield _finding(report, result, places)


def _merged(store: LocalStore, graphs: list[str], beside: list[str]) -> tuple[rdflib.Graph, set[str]]:
    """Return the graphs as one, and what they describe; of those ``beside``, only what they describe alone is added.

    It stays in Oxigraph, where the shapes' queries run ten times as fast as in rdflib.
    """
    import oxrdflib
    import rdflib
    from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

    merged = pyoxigraph.Store()
    for graph in graphs:
        quads = store.native.quads_for_pattern(None, None, None, NamedNode(graph))
        merged.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    # What is typed here is described here; the closure says something of things elsewhere too.
    types = merged.quads_for_pattern(None, NamedNode(f"{RDF}type"), None, None)
    own = {quad.subject.value for quad in types if isinstance(quad.subject, NamedNode)}
    for graph in beside:
        quads = store.native.quads_for_pattern(None, None, None, NamedNode(graph))
        # Two papers may describe one work in different words, each rightly.
        others = (quad for quad in quads if not (isinstance(quad.subject, NamedNode) and quad.subject.value in own))
        merged.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in others)
    return rdflib.Graph(store=oxrdflib.OxigraphStore(store=merged), identifier=DATASET_DEFAULT_GRAPH_ID), own


def _finding(report: rdflib.Graph, result: rdflib.term.Node, places: Mapping[str, str]) -> Finding:
    from rdflib import SH, URIRef

    focus, path = report.value(result, SH.focusNode), report.value(result, SH.resultPath)
    severity = str(report.value(result, SH.resultSeverity)).rpartition("#")[2]
    name = f"shape {shorten(str(path))}" if isinstance(path, URIRef) else "shape"
    message = str(report.value(result, SH.resultMessage))
    value = report.value(result, SH.value)
    found = f" Found: {shorten(str(value))}" if value is not None and isinstance(path, URIRef) else ""
    return Finding(_SEVERITIES[severity], name, shorten(str(focus)), message + found, places.get(str(focus), ""))


# ------ where things stand


def _places(store: LocalStore) -> dict[str, str]:
    """Return ``file:line`` of the nodes of those bundled files that the store was built from, told by their hash."""
    query = f"SELECT ?sha {{ GRAPH <{PROVENANCE_GRAPH}> {{ ?graph <{SHA256}> ?sha }} }}"
    solutions = store.query(query)
    known = {_words(row[0]) for row in solutions} if isinstance(solutions, QuerySolutions) else set()
    sources = [yamlld.read(file) for file in evidence_files()]
    return {iri: place for each in sources if each.sha256 in known for iri, place in _lines(each, each.name).items()}


def _lines(source: Source, name: str) -> dict[str, str]:
    return {iri: f"{name}:{line}" for iri, line in source.lines.items()}
