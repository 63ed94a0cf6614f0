"""What a library holds: its papers, its sizes and the works it relies on, from counts kept when papers came in."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

from collections.abc import Sequence
from typing import NamedTuple

from spreadgraph.answers.index import COUNTED, INDEX_NAME, ask, select
from spreadgraph.answers.rows import distinct, rows
from spreadgraph.graph.store import Store
from spreadgraph.terms import DOI


class Paper(NamedTuple):
    """One paper held: ``slug`` is its short name, ``made_by`` what read it.

    ``uncited`` counts works that no marker cites; None where the file links no marker to its entry: nobody knows.
    """

    slug: str
    document: str
    name: str | None
    title: str
    year: int | None
    made_by: str | None
    passages: int
    claims: int
    citations: int
    refs: int
    works: int
    uncited: int | None

    @property
    def curated(self) -> bool:
        """Whether people read it; otherwise it was imported automatically and has no claims."""
        return (self.made_by or "curated").startswith("curated")


class CitedWork(NamedTuple):
    """A work with the number of papers that list it and of markers that cite it."""

    iri: str
    title: str | None
    papers: int
    citations: int


class Holdings(NamedTuple):
    """How much of each kind is held, and the works that most papers rely on."""

    counts: dict[str, int]
    most_relied_on: tuple[CitedWork, ...]


_ORDERS = {"name": "slug", "year": "year DESC, slug", "uncited": "uncited DESC, slug", "size": "citations DESC, slug"}
ORDERS = tuple(_ORDERS)


def papers(store: Store, order: str = "name", limit: int | None = None) -> tuple[Paper, ...]:
    """Return the papers held, in one of :data:`ORDERS`."""
    columns = ", ".join(Paper._fields)
    found = select(store, f"SELECT {columns} FROM papers ORDER BY {_ORDERS[order]} LIMIT ?", limit or -1)  # noqa: S608  names of ours
    return tuple(Paper(*row) for row in found)


def holdings(store: Store, most: int = 10) -> Holdings:
    """Return the sizes of the library and the ``most`` works that it relies on, most papers first."""
    sums = ", ".join(f"coalesce(sum({each}), 0)" for each in ("triples", *COUNTED))
    numbers = select(store, f"SELECT count(*), sum(made_by LIKE 'curated%'), {sums} FROM papers")[0]  # noqa: S608  names of ours
    works = select(store, "SELECT count(*), coalesce(sum(papers > 1), 0) FROM works")[0]
    names = (
        "papers",
        "curated",
        "triples",
        "passages",
        "claims",
        "citations",
        "references",
        "notes",
        "works",
        "shared",
    )
    relied = select(
        store, "SELECT work, title, papers, citations FROM works ORDER BY papers DESC, citations DESC LIMIT ?", most
    )
    return Holdings(
        dict(zip(names, (number or 0 for number in (*numbers, *works)), strict=True)),
        tuple(CitedWork(*row) for row in relied),
    )


def number_of_papers(store: Store) -> int:
    """Return how many papers are held: as kept beside the store, else counted, which takes one query of an endpoint."""
    if store.companion(INDEX_NAME) is None:
        return len(distinct(rows(store, "trace/papers"), "slug"))
    return int(select(store, "SELECT count(*) FROM papers")[0][0])


def uses_of(store: Store, work: str) -> tuple[int, int]:
    """Return how many papers list a work and how many markers cite it: as kept beside the store, else counted."""
    if store.companion(INDEX_NAME) is None:
        counted = rows(store, "trace/uses", work=[work])[0]
        return counted["papers"], counted["citations"]
    found = select(store, "SELECT papers, citations FROM works WHERE work = ?", work)
    return (found[0][0], found[0][1]) if found else (0, 0)


def works_with_a_doi(store: Store) -> list[tuple[str, str | None]]:
    """Return IRI and title of every work that has a DOI; as many as the library cites."""
    found = select(store, "SELECT work, title FROM works WHERE work LIKE ? ORDER BY work", f"{DOI}%")
    return [(work, title) for work, title in found]


def imported_uses_of(store: Store, works: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return in how many imported papers each work is cited, and with how many markers; not those cited in none.

    Taken from the counts kept at import, so that a popular work costs no more than a rare one.
    """
    sql = (
        "SELECT count(*), sum(uses.citations) FROM uses JOIN papers ON papers.slug = uses.slug "
        "WHERE uses.work = ? AND uses.citations > 0 AND papers.made_by NOT LIKE 'curated%'"
    )
    found = ask(store, lambda connection: {work: connection.execute(sql, (work,)).fetchone() for work in works})
    return {work: (papers, markers) for work, (papers, markers) in found.items() if papers}
