"""The index beside a graph: the words of its texts and titles, and what is counted once and not each time.

All of it comes from the graph by the queries of ``queries/index`` and can be made again from it; nothing is asked of it
that the graph could not answer, only slower.
"""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from spreadgraph.answers.rows import Row, rows
from spreadgraph.graph.store import LocalStore, Store
from spreadgraph.terms import GRAPH, paper_graph

if TYPE_CHECKING:
    from pathlib import Path

INDEX_NAME = "index.sqlite"
COUNTED = ("passages", "claims", "citations", "refs", "notes")
TOKENS = "tokenize = 'porter unicode61 remove_diacritics 2'"
KINDS = ("claim", "passage", "reference", "paper")
WORDS = f"fts5(kind UNINDEXED, id UNINDEXED, text, context, {TOKENS})"
_TABLES = """
CREATE TABLE papers (slug TEXT PRIMARY KEY, document TEXT, name TEXT, title TEXT, year INTEGER, sha256 TEXT,
  made_by TEXT, triples INTEGER, passages INTEGER, claims INTEGER, citations INTEGER,
  refs INTEGER, notes INTEGER, works INTEGER, uncited INTEGER,
  first_row INTEGER, last_row INTEGER) WITHOUT ROWID;
CREATE INDEX papers_by_row ON papers (last_row);
CREATE TABLE uses (work TEXT, slug TEXT, entries INTEGER, citations INTEGER, PRIMARY KEY (work, slug)) WITHOUT ROWID;
CREATE INDEX uses_of_paper ON uses (slug);
CREATE TABLE works (work TEXT PRIMARY KEY, title TEXT, papers INTEGER, citations INTEGER) WITHOUT ROWID;
CREATE INDEX works_by_use ON works (papers, citations);
CREATE TABLE state (generation INTEGER);
INSERT INTO state VALUES (0);
"""
# To be raised with every change of the tables or of the queries that fill them: an older index is then made again.
_FORMAT = 2


class Entries(NamedTuple):
    """What the index holds of one paper: a row of the table of papers, its texts, and its works.

    ``texts`` are (kind, id, text, context); ``works`` are (IRI, title, entries that lead to it, markers that cite it).
    """

    slug: str
    facts: dict[str, Any]
    texts: list[tuple[str, str, str, str]]
    works: list[tuple[str, str | None, int, int]]


def entries(store: Store, slug: str) -> Entries | None:
    """Return what the index is to hold of one paper of ``store``; None where the store does not hold it."""
    graph = [paper_graph(slug)]
    found = rows(store, "index/papers", paper=graph)
    if not found:
        return None
    counts = {row["kind"]: row["number"] for row in rows(store, "index/counts", paper=graph)}
    works = rows(store, "index/works", paper=graph)
    facts = {
        **{key: found[0][key] for key in ("document", "name", "title", "year", "sha256", "triples")},
        "made_by": found[0]["madeBy"],
        **{kind: counts.get(kind, 0) for kind in COUNTED},
        "works": len(works),
        # Where the file links no marker to its entry, nothing is known of what is cited.
        "uncited": None if found[0]["linked"] is False else sum(row["citations"] == 0 for row in works),
    }
    texts = [_text(row) for row in rows(store, "index/texts", paper=graph)]
    return Entries(slug, facts, texts, [(row["work"], row["title"], row["entries"], row["citations"]) for row in works])


def alone(store: Store, slug: str) -> Store:
    """Return one paper of ``store`` in a store of its own: what is asked of it does not grow with the library."""
    from spreadgraph.graph.library import paper_quads

    if not isinstance(store, LocalStore):
        return store
    draft = LocalStore()
    draft.native.extend(paper_quads(store.native, slug))
    return draft


def build_index(store: Store, path: "Path | str", generation: int = 0) -> None:
    """Write the index of all that ``store`` holds to the new file ``path``; raises OSError where it cannot."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            fill(connection, store, generation)
    except sqlite3.Error as error:
        raise OSError(f"the index cannot be written: {error}") from error


def fill(connection: sqlite3.Connection, store: Store, generation: int = 0) -> None:
    """Make the tables and put in what ``store`` holds, paper by paper so that memory stays bounded."""
    connection.execute(f"CREATE VIRTUAL TABLE found USING {WORDS}")
    connection.executescript(f"{_TABLES}PRAGMA user_version = {_FORMAT};")
    for slug in dict.fromkeys(row["paper"].removeprefix(GRAPH) for row in rows(store, "index/papers")):
        if found := entries(alone(store, slug), slug):
            insert(connection, found)
    connection.execute("UPDATE state SET generation = ?", (generation,))
    connection.commit()


def insert(connection: sqlite3.Connection, paper: Entries) -> None:
    """Put one paper in, in place of what is there under its short name; the caller commits."""
    delete(connection, paper.slug)
    first = connection.execute("SELECT coalesce(max(last_row), 0) + 1 FROM papers").fetchone()[0]
    numbered = ((first + place, *text) for place, text in enumerate(paper.texts))
    connection.executemany("INSERT INTO found (rowid, kind, id, text, context) VALUES (?, ?, ?, ?, ?)", numbered)
    facts = {"slug": paper.slug, **paper.facts, "first_row": first, "last_row": first + len(paper.texts) - 1}
    columns, places = ", ".join(facts), ", ".join("?" * len(facts))
    connection.execute(f"INSERT INTO papers ({columns}) VALUES ({places})", tuple(facts.values()))  # noqa: S608  the names are ours
    connection.executemany(
        "INSERT INTO uses VALUES (?, ?, ?, ?)",
        ((work, paper.slug, listed, citations) for work, _, listed, citations in paper.works),
    )
    connection.executemany(
        "INSERT INTO works VALUES (?, ?, 1, ?) "
        "ON CONFLICT (work) DO UPDATE SET papers = papers + 1, citations = citations + excluded.citations",
        ((work, title, citations) for work, title, _, citations in paper.works),
    )


def delete(connection: sqlite3.Connection, slug: str) -> None:
    """Take one paper out, if it is there; the caller commits."""
    known = connection.execute("SELECT first_row, last_row FROM papers WHERE slug = ?", (slug,)).fetchone()
    if known is None:
        return
    connection.execute("DELETE FROM found WHERE rowid BETWEEN ? AND ?", known)
    connection.execute(
        "UPDATE works SET papers = papers - 1, citations = works.citations - uses.citations "
        "FROM uses WHERE uses.slug = ? AND uses.work = works.work",
        (slug,),
    )
    connection.execute("DELETE FROM works WHERE papers = 0 AND work IN (SELECT work FROM uses WHERE slug = ?)", (slug,))
    connection.execute("DELETE FROM uses WHERE slug = ?", (slug,))
    connection.execute("DELETE FROM papers WHERE slug = ?", (slug,))


def open_index(store: Store) -> sqlite3.Connection:
    """Open the index of ``store``, read only; one that is missing, damaged or behind is made again, never trusted.

    That of a library is made beside it where that can be written, any other in memory.
    """
    if connection := _opened(store):
        return connection
    if store.folder and store.generation is not None:
        _tell(store.folder)
        with suppress(OSError):
            rebuild(store, store.folder, store.generation)
            if connection := _opened(store):
                return connection
    connection = sqlite3.connect(":memory:")
    fill(connection, store)
    return connection


def _tell(folder: str) -> None:
    import logging  # costs a start several milliseconds, and is needed once in years

    logging.getLogger(__name__).warning(
        "the index of %s is made again from its papers; in a large library this takes minutes", folder
    )


def rebuild(store: Store, folder: str, generation: int) -> None:
    """Write the index of a library anew beside it; a reader finds the old one or the new one. Raises OSError."""
    draft = os.path.join(folder, f".{INDEX_NAME}.{os.getpid()}.part")
    try:
        build_index(store, draft, generation)
        os.replace(draft, os.path.join(folder, INDEX_NAME))
    finally:
        if os.path.exists(draft):
            os.unlink(draft)


def generation_of(connection: sqlite3.Connection) -> int | None:
    """Return the number of the state of a library that an index belongs to; None where it is damaged or old."""
    try:
        found = connection.execute("SELECT generation, user_version FROM state, pragma_user_version").fetchone()
        return int(found[0]) if found[1] == _FORMAT else None
    except (sqlite3.Error, TypeError, ValueError):
        return None


def _opened(store: Store) -> sqlite3.Connection | None:
    path = store.companion(INDEX_NAME)
    if path is None:
        return None
    uri = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    if store.generation is None:  # what lies in the cache never changes
        return sqlite3.connect(f"file:{uri}?mode=ro&immutable=1", uri=True)
    connection = sqlite3.connect(f"file:{uri}?mode=ro", uri=True)
    # Between two states the index of a library is ahead of what readers see, never behind.
    if (generation_of(connection) or 0) >= store.generation:
        return connection
    connection.close()
    return None


def _text(row: Row) -> tuple[str, str, str, str]:
    return row["kind"], row["id"], row["text"], row["context"]
