"""Finds the thing that an id or an address stands for, says of which sort it is, and what is recorded of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from spreadgraph.answers.catalog import bound, iris, named
from spreadgraph.answers.index import select
from spreadgraph.answers.rows import distinct, rows
from spreadgraph.graph.store import Store
from spreadgraph.terms import DATA, ONTOLOGY_GRAPH, SG, SGV, doi_iri, inferred_graph, paper_graph

# The first class of this list that a thing has decides what its page shows.
_SORTS = {
    "Claim": "claim",
    "Passage": "passage",
    "InTextCitation": "citation",
    "BibliographicReference": "reference",
    "Factor": "element",
    "Characteristic": "element",
    "Intervention": "intervention",
    "CurationNote": "note",
    "Section": "section",
}
PAPER, WORK, OTHER = "paper", "work", "other"
_SLUG = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_MOST = 5000
"""Statements about one page's things at most; more than any page has."""


class Thing(NamedTuple):
    """Something with a page.

    ``sort`` is claim, passage, citation, reference, element, intervention, note, section, paper, work or other;
    ``paper`` is the short name of the paper it belongs to or is, None for works and terms.
    """

    iri: str
    sort: str
    paper: str | None

    @property
    def graphs(self) -> tuple[str, ...]:
        """The graphs in which it is described, as far as they can be told from its id."""
        return graphs_of(self.paper) if self.paper else (ONTOLOGY_GRAPH,)


def thing(store: Store, iri: str) -> Thing | None:
    """Return the thing with this IRI, None where nothing is recorded of it; costs the same in any library."""
    if use_of(store, iri) is not None:
        return Thing(iri, WORK, None)
    if slug := paper_with(store, iri):
        return Thing(iri, PAPER, slug)
    slug = slug_of(iri)
    if slug is None and not iri.startswith((SG, SGV)):
        return None
    found = Thing(iri, OTHER, slug)
    classes = distinct(rows(store, "pages/classes", id=[iri], graph=found.graphs), "class")
    sort = next((sort for name, sort in _SORTS.items() if SG + name in classes), OTHER)
    return found._replace(sort=sort) if classes else None


def slug_of(iri: str) -> str | None:
    """Return the short name of the paper that an id of ours belongs to.

    >>> slug_of("https://w3id.org/spreadgraph/id/bevan-2024/claim/x"), slug_of("https://doi.org/10.1/x")
    ('bevan-2024', None)
    """
    slug, slash, _ = iri.removeprefix(DATA).partition("/")
    return slug if slash and slug and iri.startswith(DATA) else None


def paper_with(store: Store, iri: str) -> str | None:
    """Return the short name of the paper held that has this IRI."""
    found = rows(store, "pages/paper", document=[iri])
    return str(found[0]["slug"]) if found else None


def use_of(store: Store, work: str) -> tuple[int, int] | None:
    """Return how many papers list a work and how many markers cite it; None where none lists it."""
    found = select(store, "SELECT papers, citations FROM works WHERE work = ?", work)
    return (found[0][0], found[0][1]) if found else None


def papers_listing(store: Store, work: str, start: int, most: int) -> tuple[str, ...]:
    """Return the short names of ``most`` papers that list a work, in their order, from number ``start`` on."""
    sql = "SELECT slug FROM uses WHERE work = ? ORDER BY slug LIMIT ? OFFSET ?"
    return tuple(slug for (slug,) in select(store, sql, work, most, start))


def references_in(store: Store, work: str, papers: Sequence[str]) -> tuple[str, ...]:
    """Return the entries (IRIs) of the lists of ``papers`` (short names) that refer to a work."""
    if not papers:
        return ()
    return distinct(rows(store, "pages/references-in", work=[work], paper=list(map(paper_graph, papers))), "reference")


def graphs_of(slug: str) -> tuple[str, ...]:
    """Return the graphs of a paper: as curated or imported, and what follows from that."""
    return paper_graph(slug), inferred_graph(slug)


def recorded(store: Store, things: Iterable[str], graphs: Sequence[str] = ()) -> tuple[Triple, ...]:
    """Return the statements about ``things`` (IRIs) in the graphs of the papers that their ids name, and in ``graphs``.

    What is no IRI of ours, such as a work, is described as those papers describe it.
    """
    wanted = list(dict.fromkeys(things))
    slugs = dict.fromkeys(slug for iri in wanted if (slug := slug_of(iri)))
    where = dict.fromkeys([*graphs, *(graph for slug in slugs for graph in graphs_of(slug))])
    if not wanted or not where:
        return ()
    text = bound(named("pages/statements"), {"thing": iris(wanted), "graph": iris(list(where))})
    found = store.query(f"{text}\nLIMIT {_MOST}")
    if not isinstance(found, QuerySolutions):
        raise TypeError("pages/statements has to be a SELECT query")
    return tuple(Triple(row["thing"], row["property"], row["value"]) for row in found)


def called(store: Store, things: Sequence[str], graphs: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
    """Return the name and the definition of things, by IRI, as the ``graphs`` give them."""
    if not things:
        return {}
    found = rows(store, "pages/labels", id=list(things), graph=list(graphs))
    return {row["id"]: (row["name"] or row["label"], row["definition"]) for row in reversed(found)}


def iri_of_doi(doi: str) -> str:
    """Return the IRI of the work with a DOI, with what an IRI cannot hold escaped.

    >>> iri_of_doi("10.1002/(SICI)1097<1::AID>3.0")
    'https://doi.org/10.1002/(sici)1097%3C1::aid%3E3.0'
    """
    return doi_iri(doi.lower())


def texts(triples: Iterable[Triple]) -> list[tuple[str, str, str, bool]]:
    """Return statements as (subject, property, value, whether the value is an IRI), for tables."""
    return [
        (
            str(each.subject.value) if isinstance(each.subject, NamedNode) else str(each.subject),
            each.predicate.value,
            each.object.value if isinstance(each.object, Literal | NamedNode) else str(each.object),
            isinstance(each.object, NamedNode),
        )
        for each in triples
    ]


def paper_details(store: Store, slug: str) -> dict[str, Any] | None:
    """Return what a paper held is called, who wrote it, where and when it appeared; None where none is called so.

    Keys: slug, document (IRI), name, title, authors, year, journal, doi, page, type, review.
    """
    # A name out of an address may hold anything.
    if not _SLUG.fullmatch(slug):
        return None
    found = rows(store, "pages/paper-details", paper=[paper_graph(slug)])
    return {**found[0], "slug": slug} if found else None
