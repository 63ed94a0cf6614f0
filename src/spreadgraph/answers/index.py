"""The index beside a graph: the words of its texts and titles, and what is counted once and not each time.

All of it comes from the graph by the queries of ``queries/index`` and can be made again from it; nothing is asked of it
that the graph could not answer, only slower.
"""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from spreadgraph.answers.rows import Row, rows
from spreadgraph.errors import StoreError
from spreadgraph.graph.store import LocalStore, Store
from spreadgraph.terms import GRAPH, paper_graph

if TYPE_CHECKING:
    from pathlib import Path

_Answer = TypeVar("_Answer")

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
_FORMAT = 3
BUSY_SECONDS = 30
"""How long to wait for another process that is writing to the index."""


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
        "ON CONFLICT (work) DO UPDATE SET title = coalesce(works.title, excluded.title), papers = papers + 1, "
        "citations = citations + excluded.citations",
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


def select(store: Store, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query to the index of ``store``; see :func:`ask`."""
    return ask(store, lambda connection: connection.execute(sql, values).fetchall())


def ask(store: Store, question: Callable[[sqlite3.Connection], _Answer]) -> _Answer:
    """Return what ``question`` finds in the index of ``store``; one that proves to be damaged on the way is made again.

    Raises StoreError where another process goes on writing to it.
    """
    with closing(open_index(store)) as connection:
        try:
            return question(connection)
        except sqlite3.DatabaseError as error:
            if _busy(error):
                raise _written_to(store) from error
            if not _damaged(error):
                raise
    with closing(_made_again(store)) as connection:
        return question(connection)


def open_index(store: Store) -> sqlite3.Connection:
    """Open the index of ``store``, read only; one that is missing, damaged or behind is made again, never trusted.

    That of a library is made beside it where that can be written and no writer is in the way, any other in memory.
    Damage beyond its first page shows only in answers; see :func:`ask`. Raises StoreError where another process goes
    on writing to it.
    """
    return _opened(store) or _made_again(store)


def _made_again(store: Store) -> sqlite3.Connection:
    if store.folder and store.generation is not None:
        _tell(store.folder)
        with suppress(OSError), _draft(store, store.folder, store.generation) as draft:
            if _placed_by_a_reader(draft, store.folder, store.generation):
                if connection := _opened(store):
                    return connection
            else:
                return _in_memory(draft)
    connection = sqlite3.connect(":memory:")
    fill(connection, store)
    return connection


def _tell(folder: str) -> None:
    import logging  # costs a start several milliseconds, and is needed once in years

    logging.getLogger(__name__).warning(
        "the index of %s is made again from its papers; in a large library this takes minutes", folder
    )


def rebuild(store: Store, folder: str, generation: int) -> None:
    """Write the index of a library anew; for its writer, who holds it by :func:`kept`. Raises OSError."""
    with _draft(store, folder, generation) as draft:
        _place(draft, folder)


@contextmanager
def kept(folder: str, wait: bool = True) -> Iterator[bool]:
    """Keep others from putting another index in place: a writer while it changes index and state, a reader to do it.

    Gives False where another is at it, unless ``wait``, and where there are no such locks.
    """
    held, lock = False, None
    try:
        with suppress(ImportError, OSError):
            import fcntl

            # Of the folder, since the file itself is what is exchanged.
            lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = True
        yield held
    finally:
        if lock is not None:
            os.close(lock)


@contextmanager
def _draft(store: Store, folder: str, generation: int) -> Iterator[str]:
    """Write the index of a library to a file on its disk, which is gone at the end unless it was put in place."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(dir=folder, prefix=f".{INDEX_NAME}.", suffix=".part") as home:
        draft = os.path.join(home, INDEX_NAME)
        build_index(store, draft, generation)
        yield draft


def _placed_by_a_reader(draft: str, folder: str, generation: int) -> bool:
    """Put an index in place if it is known to be that of the newest state; a writer may have gone on meanwhile."""
    from spreadgraph.graph import snapshots

    with kept(folder, wait=False) as alone, suppress(StoreError):
        if alone and snapshots.current(folder) == generation:
            _place(draft, folder)
            return True
    return False


def _place(draft: str, folder: str) -> None:
    """Put an index in the place of the old one, in one step: who opens it finds the old one or the new one."""
    path = os.path.join(folder, INDEX_NAME)
    with suppress(FileNotFoundError):
        # Left by a process that was killed; SQLite would write what it holds of the old index into the new one.
        os.unlink(f"{path}-journal")
    os.replace(draft, path)


def _in_memory(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(path)) as source:
        source.backup(connection)
    return connection


def generation_of(connection: sqlite3.Connection) -> int | None:
    """Return the number of the state of a library that an index belongs to; None where it is damaged or old.

    Raises sqlite3.OperationalError where another process goes on writing to it.
    """
    try:
        found = connection.execute("SELECT generation, user_version FROM state, pragma_user_version").fetchone()
        return int(found[0]) if found[1] == _FORMAT else None
    except sqlite3.Error as error:
        if _busy(error):
            raise
        return None
    except (TypeError, ValueError):
        return None


def _busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _damaged(error: sqlite3.Error) -> bool:
    """Whether it is the file that is at fault, and not what was asked of it."""
    signs = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR}
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in signs or str(error).startswith("no such table")


def _written_to(store: Store) -> StoreError:
    return StoreError(f"another process is writing to the index of {store.folder}; try again when it is done")


def _opened(store: Store) -> sqlite3.Connection | None:
    path = store.companion(INDEX_NAME)
    if path is None:
        return None
    uri = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        if store.generation is None:  # what lies in the cache never changes
            return sqlite3.connect(f"file:{uri}?mode=ro&immutable=1", uri=True)
        connection = sqlite3.connect(f"file:{uri}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    except sqlite3.OperationalError:  # gone a moment ago, or for others to read
        return None
    try:
        # Between two states the index of a library is ahead of what readers see, never behind.
        if (generation_of(connection) or 0) >= store.generation:
            return connection
    except sqlite3.OperationalError as error:
        connection.close()
        raise _written_to(store) from error
    connection.close()
    return None


def _text(row: Row) -> tuple[str, str, str, str]:
    return row["kind"], row["id"], row["text"], row["context"]
