"""Papers put into an endpoint that others run: paper by paper, each with its receipt last."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat

from spreadgraph.graph.build import BESIDE, load_ontology
from spreadgraph.graph.endpoint import EndpointStore
from spreadgraph.intake.shelf import Prepared
from spreadgraph.sources.source import SLUG
from spreadgraph.terms import (
    MADE_BY,
    ONTOLOGY_GRAPH,
    ONTOLOGY_INFERRED_GRAPH,
    ONTOLOGY_VERSION,
    PREFIXES,
    PROVENANCE_GRAPH,
    SHA256,
    inferred_graph,
    paper_graph,
)


class EndpointShelf:
    """An endpoint as a place for papers; see :class:`spreadgraph.intake.shelf.Shelf`.

    The protocol knows no transactions: a paper whose writing broke off has no receipt, and is written again by the next
    ``add``. Raises EndpointError where the endpoint does not answer, or does not take updates.
    """

    def __init__(self, store: EndpointStore) -> None:
        self._store = store
        bundled = pyoxigraph.Store()
        self._builder = load_ontology(bundled)
        if not self._any(f"<{ONTOLOGY_GRAPH}> <{ONTOLOGY_VERSION}> {_text(self._builder.version)}"):
            self._replace(bundled, (ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH))

    def holds(self, sha256: str, reader: str) -> bool:
        """Whether all papers of a file were added before and would be the same again; see :class:`Shelf`."""
        made_by = self._builder.made_by(reader)
        paper = f"?paper <{SHA256}> {_text(sha256)} ; <{MADE_BY}> {_text(made_by)}"
        missing = f"?paper <{BESIDE}> ?other FILTER NOT EXISTS {{ ?other <{MADE_BY}> ?any }}"
        return self._any(paper) and not self._any(f"{paper} . {missing}")

    def paper(self, slug: str) -> str | None:
        """Return the IRI of the paper that has this short name; see :class:`Shelf`."""
        if not SLUG.fullmatch(slug):
            return None
        origin = f"<{paper_graph(slug)}> <{MADE_BY}> ?reader ; <{PREFIXES['prov']}wasDerivedFrom> ?paper"
        found = self._store.query(f"SELECT DISTINCT ?paper {{ GRAPH <{PROVENANCE_GRAPH}> {{ {origin} }} }} LIMIT 1")
        if not isinstance(found, QuerySolutions):
            raise TypeError("a SELECT gives rows")
        return next((row["paper"].value for row in found if isinstance(row["paper"], NamedNode)), None)

    def put(self, papers: Sequence[Prepared]) -> None:
        """Store papers; see :class:`Shelf`."""
        for paper in papers:
            draft = pyoxigraph.Store()
            draft.load(paper.compiled.quads, format=RdfFormat.TRIG)
            self._replace(draft, _graphs(paper.compiled.slug))

    def remove(self, slugs: Sequence[str]) -> None:
        """Take papers out; see :class:`Shelf`."""
        for slug in slugs:
            self._store.replace(dict.fromkeys(_graphs(slug), ()))

    def close(self) -> None:
        """Let go of it."""

    def _replace(self, draft: pyoxigraph.Store, graphs: Sequence[str]) -> None:
        names = (*graphs, PROVENANCE_GRAPH)
        self._store.replace({name: draft.quads_for_pattern(None, None, None, NamedNode(name)) for name in names})

    def _any(self, pattern: str) -> bool:
        return bool(self._store.query(f"ASK {{ GRAPH <{PROVENANCE_GRAPH}> {{ {pattern} }} }}"))


def _graphs(slug: str) -> tuple[str, str]:
    return paper_graph(slug), inferred_graph(slug)


def _text(value: str) -> str:
    return str(pyoxigraph.Literal(value))
