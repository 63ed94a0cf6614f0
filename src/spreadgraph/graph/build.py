"""Builds the graph: the ontology, each paper as curated, what follows from it, and where each graph comes from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from spreadgraph.graph.rules import Rule, closure_updates, materialise
from spreadgraph.resources import evidence_files, ontology_dir
from spreadgraph.sources import yamlld
from spreadgraph.sources.source import Source
from spreadgraph.terms import (
    ONTOLOGY,
    ONTOLOGY_GRAPH,
    ONTOLOGY_INFERRED_GRAPH,
    OWL,
    PREFIXES,
    PROVENANCE_GRAPH,
    RDF,
    SG,
    XSD,
    inferred_graph,
    paper_graph,
)

_DERIVED_FROM = NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
_ENTITY = NamedNode(PREFIXES["prov"] + "Entity")
_LICENCE = NamedNode(PREFIXES["dcterms"] + "license")
_SHA256 = NamedNode("https://schema.org/sha256")
_TRIPLES = NamedNode("http://rdfs.org/ns/void#triples")

# Which reference is meant is a default that a note overrides; OWL cannot say that, so it is written here.
_EFFECTIVE = """
PREFIX sg: <{sg}>
INSERT {{ GRAPH <{inferred}> {{ ?citation sg:effectiveReference ?reference }} }}
WHERE {{ GRAPH <{paper}> {{
  ?citation sg:pointsTo ?printed .
  OPTIONAL {{ ?note sg:onTarget ?citation ; sg:proposesReference ?proposed }}
  BIND(COALESCE(?proposed, ?printed) AS ?reference)
}} }}
"""


def build(store: Store) -> None:
    """Fill an empty ``store`` with the bundled ontology and papers. Raises SourceError where a paper has faults."""
    rules = load_ontology(store)
    for file in evidence_files():
        load_paper(store, yamlld.read(file), rules)


def load_ontology(store: Store, turtle: str | None = None) -> list[Rule]:
    """Load the bundled ontology (or ``turtle``) with what follows from it, and return its rules for papers.

    An ontology that the store holds already is replaced.
    """
    text = turtle or (ontology_dir() / "spreadgraph.ttl").read_text(encoding="utf-8")
    _clear(store, ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH)
    store.load(text, format=RdfFormat.TURTLE, to_graph=NamedNode(ONTOLOGY_GRAPH))
    rules = closure_updates(store)
    materialise(store, [ONTOLOGY_GRAPH], ONTOLOGY_INFERRED_GRAPH, rules)
    _record(store, ONTOLOGY_GRAPH, [_about_ontology(store, f"{OWL}versionIRI")])
    _record(store, ONTOLOGY_INFERRED_GRAPH, [NamedNode(ONTOLOGY_GRAPH)])
    return rules


def load_paper(store: Store, source: Source, rules: Sequence[Rule] | None = None) -> None:
    """Load one paper into its own graph and what follows from it into another; the ontology has to be there.

    A paper that the store holds already is replaced. ``rules`` saves reading them again for each paper. The paper is
    built in memory and written in one step, so that a crash leaves no half of it.
    """
    paper, inferred = paper_graph(source.slug), inferred_graph(source.slug)
    draft = Store()
    for graph in (ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH):
        draft.extend(store.quads_for_pattern(None, None, None, NamedNode(graph)))
    draft.load(json.dumps(source.document), format=RdfFormat.JSON_LD, to_graph=NamedNode(paper))
    draft.update(_EFFECTIVE.format(sg=SG, paper=paper, inferred=inferred))
    materialise(draft, [ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH, paper], inferred, rules)
    _record(draft, paper, [NamedNode(source.paper)], source.sha256)
    _record(draft, inferred, [NamedNode(paper), _about_ontology(draft, f"{OWL}versionIRI")])
    _clear(store, paper, inferred)
    graphs = (NamedNode(name) for name in (paper, inferred, PROVENANCE_GRAPH))
    store.extend(quad for graph in graphs for quad in draft.quads_for_pattern(None, None, None, graph))


def _clear(store: Store, *graphs: str) -> None:
    for graph in graphs:
        store.clear_graph(NamedNode(graph))
        for quad in list(store.quads_for_pattern(NamedNode(graph), None, None, NamedNode(PROVENANCE_GRAPH))):
            store.remove(quad)


def _record(store: Store, graph: str, origins: Iterable[NamedNode], sha256: str | None = None) -> None:
    """Write where ``graph`` comes from: only what a second build would write too, so no time and no path."""
    node = NamedNode(graph)
    size = sum(1 for _ in store.quads_for_pattern(None, None, None, node))
    facts: list[tuple[NamedNode, NamedNode | Literal]] = [
        (NamedNode(f"{RDF}type"), _ENTITY),
        (_TRIPLES, Literal(str(size), datatype=NamedNode(f"{XSD}integer"))),
        (_LICENCE, _licence(store, node)),
        *((_DERIVED_FROM, origin) for origin in origins),
        *([(_SHA256, Literal(sha256))] if sha256 else []),
    ]
    store.extend(Quad(node, predicate, value, NamedNode(PROVENANCE_GRAPH)) for predicate, value in facts)


def _licence(store: Store, graph: NamedNode) -> NamedNode:
    """Return the licence that the curation of a paper names for its graph; other graphs have that of the ontology."""
    for quad in store.quads_for_pattern(None, NamedNode(f"{SG}curates"), None, graph):
        for found in store.quads_for_pattern(quad.subject, _LICENCE, None, graph):
            if isinstance(found.object, NamedNode):
                return found.object
    return _about_ontology(store, _LICENCE.value)


def _about_ontology(store: Store, predicate: str) -> NamedNode:
    """Return the IRI that the header of the ontology gives for ``predicate``, or that of the ontology itself."""
    quads = store.quads_for_pattern(NamedNode(ONTOLOGY), NamedNode(predicate), None, NamedNode(ONTOLOGY_GRAPH))
    return next((quad.object for quad in quads if isinstance(quad.object, NamedNode)), NamedNode(ONTOLOGY))
