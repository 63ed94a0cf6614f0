"""Finds claims, passages and references by their words, with stemming, through an SQLite index beside the store."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from spreadgraph.answers import far
from spreadgraph.answers.rows import Row, rows
from spreadgraph.graph.store import Store

if TYPE_CHECKING:
    from pathlib import Path

INDEX_NAME = "search.sqlite"
_TOKENS = "tokenize = 'porter unicode61 remove_diacritics 2'"
# A match in the text itself counts more than one in its surroundings (heading, element, search words, title).
_RANK = "bm25(found, 0.0, 0.0, 4.0, 1.0)"


class Hit(NamedTuple):
    """One match: ``kind`` is claim, passage or reference; ``text`` is what was indexed for it."""

    kind: str
    id: str
    text: str


class Hits(NamedTuple):
    """Matches, best first. ``every_word`` tells whether each of them has all the words, or only some."""

    hits: tuple[Hit, ...]
    every_word: bool


def build_index(store: Store, path: "Path | str") -> None:
    """Write the word index of ``store`` to the new file ``path``; raises OSError where it cannot be written."""
    connection = sqlite3.connect(path)
    try:
        _fill(connection, store)
    except sqlite3.Error as error:
        raise OSError(f"the word index cannot be written: {error}") from error
    finally:
        connection.close()


def open_index(store: Store) -> sqlite3.Connection:
    """Open the index that lies beside ``store``, read only; without one, build it in memory."""
    path = store.companion(INDEX_NAME)
    if path is not None:
        uri = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
        return sqlite3.connect(f"file:{uri}?mode=ro&immutable=1", uri=True)
    connection = sqlite3.connect(":memory:")
    _fill(connection, store)
    return connection


def search(store: Store, words: str, kinds: Sequence[str] = (), limit: int = 50) -> Hits:
    """Return what the words find: what has them side by side, then all of them or, failing that, some of them.

    Words are stemmed (manager finds managers) and accents make no difference. ``kinds`` narrows to claim, passage
    or reference. Empty where no word is known.
    """
    terms = "".join(character if character.isalnum() else " " for character in words).split()
    if not terms:
        return Hits((), True)
    phrase, every, some = f'"{" ".join(terms)}"', *(word.join(f'"{term}"' for term in terms) for word in (" ", " OR "))
    narrowed = store.companion(INDEX_NAME) is None and far.is_far(store)
    connection = _narrowed(store, terms, kinds, every=True) if narrowed else open_index(store)
    try:
        hits = dict.fromkeys([*_match(connection, phrase, kinds, limit), *_match(connection, every, kinds, limit)])
        if hits:
            return Hits(tuple(hits)[:limit], True)
        if narrowed:
            connection.close()
            connection = _narrowed(store, terms, kinds, every=False)
        return Hits(_match(connection, some, kinds, limit), False)
    finally:
        connection.close()


def _narrowed(store: Store, terms: Sequence[str], kinds: Sequence[str], every: bool) -> sqlite3.Connection:
    """Return an index in memory of those texts of an endpoint that may have the words; its ranks are among these."""
    connection = sqlite3.connect(":memory:")
    try:
        _enter(connection, far.texts(store, stems(terms), kinds, every))
    except BaseException:
        connection.close()
        raise
    return connection


def stems(terms: Sequence[str]) -> list[list[str]]:
    """Return the stems of each word, as the index makes them: in lower case and without accents.

    >>> stems(["Managers", "Évidence"])
    [['manag'], ['evid']]
    """
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f"CREATE VIRTUAL TABLE words USING fts5(word, {_TOKENS})")
        connection.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(words, 'instance')")
        connection.executemany("INSERT INTO words VALUES (?)", [(term,) for term in terms])
        found: list[list[str]] = [[] for _ in terms]
        for stem, number in connection.execute("SELECT term, doc FROM stems ORDER BY doc, offset"):
            found[number - 1].append(stem)
        return found
    finally:
        connection.close()


def _match(connection: sqlite3.Connection, terms: str, kinds: Sequence[str], limit: int) -> tuple[Hit, ...]:
    narrowed = f"AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
    matches = f"found MATCH ? {narrowed} ORDER BY {_RANK}, rowid LIMIT ?"
    sql = f"SELECT kind, id, text FROM found WHERE {matches}"  # noqa: S608  only placeholders and constants are put in
    return tuple(Hit(*row) for row in connection.execute(sql, (terms, *kinds, limit)))


def _fill(connection: sqlite3.Connection, store: Store) -> None:
    _enter(connection, rows(store, "trace/search-texts"))


def _enter(connection: sqlite3.Connection, texts: Sequence[Row]) -> None:
    connection.execute(f"CREATE VIRTUAL TABLE found USING fts5(kind UNINDEXED, id UNINDEXED, text, context, {_TOKENS})")
    connection.executemany(
        "INSERT INTO found VALUES (?, ?, ?, ?)", [(r["kind"], r["id"], r["text"], r["context"]) for r in texts]
    )
    connection.commit()
