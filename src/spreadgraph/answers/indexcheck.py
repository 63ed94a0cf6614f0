"""Compares the index of a library with the graph that it was made from, and tells what it knows of papers."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from spreadgraph.answers.index import BUSY_SECONDS, INDEX_NAME, alone, entries, generation_of
from spreadgraph.graph.store import Store


class Known(NamedTuple):
    """What the index says of a paper, for when its graph is lost: its short name, its IRI, its title."""

    slug: str
    document: str
    title: str | None


def known(folder: Path) -> dict[str, Known]:
    """Return the papers that the index in ``folder`` names, by short name; none where it cannot be read."""
    path = folder / INDEX_NAME
    try:
        with closing(_opened(path)) as connection:
            rows = connection.execute("SELECT slug, document, title FROM papers").fetchall()
    except sqlite3.Error:
        return {}
    return {slug: Known(slug, document, title) for slug, document, title in rows}


def fault(folder: Path, store: Store, generation: int, held: Iterable[str], moving: Collection[str]) -> str | None:
    """Return one line on how the index in ``folder`` differs from ``store``, None where it agrees.

    ``generation`` is the number of the state that ``store`` shows and ``held`` its whole papers; those in ``moving``
    are under way and may differ.
    """
    if not (folder / INDEX_NAME).is_file():
        return "it is missing"
    try:
        with closing(_opened(folder / INDEX_NAME)) as connection:
            return _damage(connection, generation) or _difference(connection, store, set(held), moving)
    except sqlite3.Error as error:
        return f"it cannot be read ({error})"


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)


def _damage(connection: sqlite3.Connection, generation: int) -> str | None:
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        return f"it is damaged ({' '.join(str(verdict).split())})"
    found = generation_of(connection)
    if found is None or found < generation:
        return f"it belongs to state {found or 'unknown'}, but the newest is {generation}"
    return None


def _difference(connection: sqlite3.Connection, store: Store, held: set[str], moving: Collection[str]) -> str | None:
    listed = {slug for (slug,) in connection.execute("SELECT slug FROM papers")}
    if unlike := sorted((listed ^ held).difference(moving)):
        return f"it and the graph differ in which papers are held: {', '.join(unlike[:5])}"
    for slug in sorted(held.difference(moving)):
        if not _agrees(connection, store, slug):
            return f"what it says of {slug} is not what the graph says"
    counted = "SELECT work, count(*), sum(citations) FROM uses GROUP BY work"
    kept = "SELECT work, papers, citations FROM works"
    statement = f"SELECT * FROM ({counted} EXCEPT {kept}) UNION ALL SELECT * FROM ({kept} EXCEPT {counted})"  # noqa: S608  our own words
    if connection.execute(statement).fetchone():
        return "its counts of works are not those of its papers"
    return None


def _agrees(connection: sqlite3.Connection, store: Store, slug: str) -> bool:
    paper = entries(alone(store, slug), slug)
    if paper is None:
        return False
    columns = ", ".join((*paper.facts, "first_row", "last_row"))
    *facts, first, last = connection.execute(f"SELECT {columns} FROM papers WHERE slug = ?", (slug,)).fetchone()  # noqa: S608  names of ours
    texts = connection.execute("SELECT kind, id, text, context FROM found WHERE rowid BETWEEN ? AND ?", (first, last))
    uses = connection.execute("SELECT work, entries, citations FROM uses WHERE slug = ?", (slug,))
    return (
        facts == list(paper.facts.values())
        and sorted(texts.fetchall(), key=repr) == sorted(map(tuple, paper.texts), key=repr)
        and sorted(uses.fetchall()) == sorted((work, listed, citations) for work, _, listed, citations in paper.works)
    )
