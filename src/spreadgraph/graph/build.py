"""Builds the graph: the ontology, each paper as it was read, what follows from it, and where each graph comes from."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import NamedNode, RdfFormat, Store

from spreadgraph.graph.closure import Closure, Facts, Triple
from spreadgraph.graph.rules import closure_updates, materialise
from spreadgraph.graph.triples import iri, literal, text_of, triples
from spreadgraph.resources import evidence_files, ontology_dir
from spreadgraph.sources import yamlld
from spreadgraph.sources.keys import first_author, work_key
from spreadgraph.sources.source import Source
from spreadgraph.terms import (
    MADE_BY,
    ONTOLOGY,
    ONTOLOGY_GRAPH,
    ONTOLOGY_INFERRED_GRAPH,
    ONTOLOGY_VERSION,
    OWL,
    PREFIXES,
    PROVENANCE_GRAPH,
    RDF,
    SG,
    SHA256,
    TRIPLES,
    XSD,
    inferred_graph,
    paper_graph,
)

BESIDE = PREFIXES["dcterms"] + "relation"
"""Leads in a receipt to the graphs of the other papers in the file."""
_DERIVED_FROM = PREFIXES["prov"] + "wasDerivedFrom"
_ENTITY = PREFIXES["prov"] + "Entity"
_LICENCE = PREFIXES["dcterms"] + "license"


class Compiled(NamedTuple):
    """One paper ready to be stored: its name, its IRI, the file's hash, what made it, and its quads, receipt included.

    ``triples`` counts those of the paper and of what follows from it. ``quads`` is UTF-8 text that is TriG and, inside
    INSERT DATA, SPARQL as well: ``GRAPH <name> { … }`` for each graph, a triple a line.
    """

    slug: str
    paper: str
    sha256: str
    made_by: str
    triples: int
    quads: bytes


class Builder:
    """Makes quads of papers by the rules of one ontology; ``store`` holds that ontology."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def version(self) -> str:
        """A name of the ontology that changes with anything in it: its version and a checksum."""
        facts = sorted(
            " ".join(triple) for triple in _facts(self._store, ONTOLOGY_GRAPH) if "_:" not in "".join(triple)
        )
        checksum = zlib.crc32("\n".join(facts).encode())
        return f"{self._version_iri.rpartition('/')[2]}-{checksum:08x}"

    @cached_property
    def _version_iri(self) -> str:
        return _about_ontology(self._store, f"{OWL}versionIRI")

    @cached_property
    def _closure(self) -> Closure:
        graphs = (ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH)
        ontology = (triple for graph in graphs for triple in _facts(self._store, graph))
        return Closure(closure_updates(self._store), ontology)

    def made_by(self, reader: str) -> str:
        """Return what a paper is marked with: while it stays the same, the same file gives the same quads.

        ``reader`` is :attr:`~spreadgraph.sources.source.Source.reader`.
        """
        return f"{reader} ontology-{self.version}"

    def compiled(self, source: Source) -> Compiled:
        """Return the quads of a paper, of what follows from it, and of its receipt. Raises SourceError."""
        paper, inferred = paper_graph(source.slug), inferred_graph(source.slug)
        facts = self._closure.facts(triples(source.document))
        curated, licence = list(facts), self._licence(facts)
        follows = self._closure.follow(facts, [*_effective(facts), *_keys(facts)])
        made_by = self.made_by(source.reader)
        receipt = [
            *_receipt(paper, len(curated), licence, [iri(source.paper)]),
            (iri(paper), iri(SHA256), literal(source.sha256)),
            (iri(paper), iri(MADE_BY), literal(made_by)),
            *((iri(paper), iri(BESIDE), iri(paper_graph(other))) for other in source.beside),
            *_receipt(inferred, len(follows), self.licence, [iri(paper), iri(self._version_iri)]),
        ]
        # The receipt comes last: what has one is whole.
        parts = ((curated, paper), (follows, inferred), (receipt, PROVENANCE_GRAPH))
        quads = b"".join(_block(part, graph) for part, graph in parts)
        return Compiled(source.slug, source.paper, source.sha256, made_by, len(facts), quads)

    def _licence(self, facts: Facts) -> list[str]:
        """Return the licence that a paper's curation or import names for its graph; an import may name none."""
        for name in ("curates", "imports"):
            for activity, _ in facts.pairs(iri(f"{SG}{name}")):
                found = facts.objects(activity, iri(_LICENCE))
                if found or name == "imports":
                    return found
        return self.licence

    @cached_property
    def licence(self) -> list[str]:
        """The licence of the ontology, which what follows from it has too."""
        return [iri(_about_ontology(self._store, _LICENCE))]


def build(store: Store) -> None:
    """Fill an empty ``store`` with the bundled ontology and papers. Raises SourceError where a paper has faults."""
    builder = load_ontology(store)
    for file in evidence_files():
        load_paper(store, yamlld.read(file), builder)


def load_ontology(store: Store, turtle: str | None = None) -> Builder:
    """Load the bundled ontology (or ``turtle``) with what follows from it, and return the builder of its papers.

    An ontology that the store holds already is replaced.
    """
    text = turtle or (ontology_dir() / "spreadgraph.ttl").read_text(encoding="utf-8")
    _clear(store, ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH)
    store.load(text, format=RdfFormat.TURTLE, to_graph=NamedNode(ONTOLOGY_GRAPH))
    materialise(store, [ONTOLOGY_GRAPH], ONTOLOGY_INFERRED_GRAPH)
    builder = Builder(store)
    for graph, origin in ((ONTOLOGY_GRAPH, f"{OWL}versionIRI"), (ONTOLOGY_INFERRED_GRAPH, None)):
        size = sum(1 for _ in store.quads_for_pattern(None, None, None, NamedNode(graph)))
        made_from = _about_ontology(store, origin) if origin else ONTOLOGY_GRAPH
        receipt = _receipt(graph, size, builder.licence, [iri(made_from)])
        receipt.append((iri(graph), iri(ONTOLOGY_VERSION), literal(builder.version)))
        store.load(_block(receipt, PROVENANCE_GRAPH), format=RdfFormat.TRIG)
    return builder


def load_paper(store: Store, source: Source, builder: Builder | None = None) -> None:
    """Load one paper into its own graph and what follows from it into another; the ontology has to be there.

    A paper that the store holds already is replaced. ``builder`` saves reading the ontology again for each paper.
    """
    quads = (builder or Builder(store)).compiled(source).quads
    _clear(store, paper_graph(source.slug), inferred_graph(source.slug))
    store.load(quads, format=RdfFormat.TRIG)


def _effective(facts: Facts) -> Iterator[Triple]:
    """Yield which reference each citation means: what a note proposes, or else what is printed.

    A default that a note overrides is more than OWL can say, so it is written here.
    """
    on_target, proposes = iri(f"{SG}onTarget"), iri(f"{SG}proposesReference")
    for citation, printed in facts.pairs(iri(f"{SG}pointsTo")):
        notes = facts.subjects(on_target, citation)
        proposed = [reference for note in notes for reference in facts.objects(note, proposes)]
        for reference in proposed or [printed]:
            yield citation, iri(f"{SG}effectiveReference"), reference


def _keys(facts: Facts) -> Iterator[Triple]:
    """Yield a key for each work that people described; a reader of articles has given those that it can."""
    if facts.pairs(iri(f"{SG}imports")):
        return
    key, title, year = iri(f"{SG}workKey"), iri(f"{PREFIXES['dcterms']}title"), iri(f"{SG}year")
    for work, authors in facts.pairs(iri(f"{SG}authorList")):
        if facts.objects(work, key):
            continue
        titles, years = facts.objects(work, title), facts.objects(work, year)
        year_known = int(text_of(years[0])) if years else None
        if titles and (made := work_key(text_of(titles[0]), year_known, first_author(text_of(authors)))):
            yield work, key, literal(made)


def _receipt(graph: str, size: int, licences: Sequence[str], origins: Sequence[str]) -> list[Triple]:
    """Return where ``graph`` comes from: only what a second build would write too, so no time and no path."""
    node = iri(graph)
    return [
        (node, iri(f"{RDF}type"), iri(_ENTITY)),
        (node, iri(TRIPLES), literal(str(size), f"^^<{XSD}integer>")),
        *((node, iri(_LICENCE), licence) for licence in licences),
        *((node, iri(_DERIVED_FROM), origin) for origin in origins),
    ]


def _block(facts: Iterable[Triple], graph: str) -> bytes:
    lines = "".join([" ".join(triple) + " .\n" for triple in facts])
    return f"GRAPH {iri(graph)} {{\n{lines}}}\n".encode()


def _facts(store: Store, graph: str) -> Iterator[Triple]:
    for quad in store.quads_for_pattern(None, None, None, NamedNode(graph)):
        yield str(quad.subject), str(quad.predicate), str(quad.object)


def _clear(store: Store, *graphs: str) -> None:
    for graph in graphs:
        store.clear_graph(NamedNode(graph))
        for quad in list(store.quads_for_pattern(NamedNode(graph), None, None, NamedNode(PROVENANCE_GRAPH))):
            store.remove(quad)


def _about_ontology(store: Store, predicate: str) -> str:
    """Return the IRI that the header of the ontology gives for ``predicate``, or that of the ontology itself."""
    quads = store.quads_for_pattern(NamedNode(ONTOLOGY), NamedNode(predicate), None, NamedNode(ONTOLOGY_GRAPH))
    return next((quad.object.value for quad in quads if isinstance(quad.object, NamedNode)), ONTOLOGY)
