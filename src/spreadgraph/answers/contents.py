"""What a library and each of its papers hold, a page at a time: papers, works, sentences, entries."""

from __future__ import annotations

from typing import Any, NamedTuple

from spreadgraph.answers.evidence import UNTITLED, Work
from spreadgraph.answers.holdings import CitedWork, Paper
from spreadgraph.answers.index import select
from spreadgraph.answers.rows import Row, rows
from spreadgraph.graph.store import Store
from spreadgraph.terms import paper_graph

ORDERS = {
    "name": "coalesce(name, slug) COLLATE NOCASE, slug",
    "title": "title COLLATE NOCASE, slug",
    "year": "year DESC, slug",
    "claims": "claims DESC, slug",
    "markers": "citations DESC, slug",
    "references": "refs DESC, slug",
    "uncited": "uncited DESC, slug",
}
"""By what papers can be sorted, and how SQL says it."""


class Entry(NamedTuple):
    """One entry of a reference list with the number of markers that point to it."""

    id: str
    number: int
    text: str
    citations: int


def papers(store: Store, order: str, start: int, most: int) -> tuple[Paper, ...]:
    """Return ``most`` papers from place ``start`` on (0 is the first), in one of :data:`ORDERS`."""
    columns = ", ".join(Paper._fields)
    sql = f"SELECT {columns} FROM papers ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?"  # noqa: S608  names of ours only
    return tuple(Paper(*row) for row in select(store, sql, most, start))


def paper(store: Store, slug: str) -> Paper | None:
    """Return one paper with its counts, None where none has this short name."""
    sql = f"SELECT {', '.join(Paper._fields)} FROM papers WHERE slug = ?"  # noqa: S608  names of ours only
    found = select(store, sql, slug)
    return Paper(*found[0]) if found else None


def works(store: Store, start: int, most: int) -> tuple[CitedWork, ...]:
    """Return ``most`` works from place ``start`` on, those that most papers list first."""
    sql = "SELECT work, title, papers, citations FROM works ORDER BY papers DESC, citations DESC LIMIT ? OFFSET ?"
    return tuple(CitedWork(*row) for row in select(store, sql, most, start))


def sections(store: Store, slug: str) -> list[Row]:
    """Return the sections of a paper in reading order: section, name, sentences, cite, claims."""
    return rows(store, "pages/sections", paper=[paper_graph(slug)])


def sentences(store: Store, slug: str, section: str | None = None) -> list[Row]:
    """Return the sentences of a paper, or of one section, in reading order: passage, order, citations, claims."""
    narrowed = {"section": [section]} if section else {}
    return rows(store, "pages/sentences", paper=[paper_graph(slug)], **narrowed)


def reference_list(store: Store, slug: str) -> tuple[Entry, ...]:
    """Return the reference list of a paper, by number."""
    found = rows(store, "pages/reference-list", paper=[paper_graph(slug)])
    return tuple(Entry(row["reference"], row["number"], row["text"], row["citations"]) for row in found)


def as_work(details: dict[str, Any]) -> Work:
    """Return a paper held, as :func:`spreadgraph.answers.things.paper_details` has it, as a work to be cited."""
    reviewed = {"peer reviewed": True, "not peer reviewed": False}.get(details["review"] or "")
    doi = details["doi"]
    return Work(
        details["document"], details["title"] or UNTITLED, details["authors"] or "", details["year"],
        details["journal"], doi, f"https://doi.org/{doi}" if doi else details["page"], details["type"], reviewed,
        None, False,
    )  # fmt: skip
