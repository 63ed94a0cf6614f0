"""Finds claims, passages and references by their words, with stemming, through an SQLite index beside the store."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from spreadgraph.answers.index import open_index
from spreadgraph.graph.store import Store

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


def search(store: Store, words: str, kinds: Sequence[str] = (), limit: int = 50) -> Hits:
    """Return what the words find: what has them side by side, then all of them or, failing that, some of them.

    Words are stemmed (manager finds managers) and accents make no difference. ``kinds`` narrows to claim, passage
    or reference. Empty where no word is known.
    """
    terms = "".join(character if character.isalnum() else " " for character in words).split()
    if not terms:
        return Hits((), True)
    phrase, every, some = f'"{" ".join(terms)}"', *(word.join(f'"{term}"' for term in terms) for word in (" ", " OR "))
    connection = open_index(store)
    try:
        hits = dict.fromkeys([*_match(connection, phrase, kinds, limit), *_match(connection, every, kinds, limit)])
        return Hits(tuple(hits)[:limit], True) if hits else Hits(_match(connection, some, kinds, limit), False)
    finally:
        connection.close()


def _match(connection: sqlite3.Connection, terms: str, kinds: Sequence[str], limit: int) -> tuple[Hit, ...]:
    narrowed = f"AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
    matches = f"found MATCH ? {narrowed} ORDER BY {_RANK}, rowid LIMIT ?"
    sql = f"SELECT kind, id, text FROM found WHERE {matches}"  # noqa: S608  only placeholders and constants are put in
    return tuple(Hit(*row) for row in connection.execute(sql, (terms, *kinds, limit)))
