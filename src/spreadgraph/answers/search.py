"""Finds claims, passages, references and papers by words, with stemming, in an SQLite index beside the store."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from typing import NamedTuple

from spreadgraph.answers import far
from spreadgraph.answers.index import INDEX_NAME, TOKENS, WORDS, ask
from spreadgraph.answers.lookups import details
from spreadgraph.answers.rows import Row, grouped, rows
from spreadgraph.graph.store import Store

# A match in the text itself counts more than one in its surroundings (heading, element, search words, title).
_RANK = "bm25(found, 0.0, 0.0, 4.0, 1.0)"


class Hit(NamedTuple):
    """One match: ``kind`` is claim, passage, reference or paper; ``text`` is what it says.

    Of a passage these are its first words and, behind an ellipsis, its last, since what lies between is not kept.
    """

    kind: str
    id: str
    text: str


class Hits(NamedTuple):
    """Matches, best first. ``every_word`` tells whether each of them has all the words, or only some."""

    hits: tuple[Hit, ...]
    every_word: bool


def search(store: Store, words: str, kinds: Sequence[str] = (), limit: int = 50) -> Hits:
    """Return what the words find: what has them side by side, then all of them or, failing that, some of them.

    Words are stemmed (manager finds managers) and accents make no difference. ``kinds`` narrows to claim, passage,
    reference or paper. Empty where no word is known.
    """
    found = _found(store, words, kinds, limit)
    return found._replace(hits=_told(store, found.hits))


def _found(store: Store, words: str, kinds: Sequence[str], limit: int) -> Hits:
    """Return the matches with their texts as they stand in the index."""
    terms = "".join(character if character.isalnum() else " " for character in words).split()
    if not terms:
        return Hits((), True)
    phrase, every, some = f'"{" ".join(terms)}"', *(word.join(f'"{term}"' for term in terms) for word in (" ", " OR "))
    if store.companion(INDEX_NAME) is None and far.is_far(store):
        with closing(_narrowed(store, terms, kinds, every=True)) as connection:
            if hits := _best(connection, (phrase, every), kinds, limit):
                return Hits(hits, True)
        with closing(_narrowed(store, terms, kinds, every=False)) as connection:
            return Hits(_best(connection, (some,), kinds, limit), False)

    def found(connection: sqlite3.Connection) -> Hits:
        hits = _best(connection, (phrase, every), kinds, limit)
        return Hits(hits or _best(connection, (some,), kinds, limit), bool(hits))

    return ask(store, found)


def _best(connection: sqlite3.Connection, wanted: Sequence[str], kinds: Sequence[str], limit: int) -> tuple[Hit, ...]:
    """Return what the first of ``wanted`` matches, then what only the next ones do."""
    hits = dict.fromkeys(hit for terms in wanted for hit in _match(connection, terms, kinds, limit))
    return tuple(hits)[:limit]


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
        connection.execute(f"CREATE VIRTUAL TABLE words USING fts5(word, {TOKENS})")
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


def _told(store: Store, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the hits with passages as they can be quoted: the index holds the two ends of each as if they were one."""
    passages = [hit.id for hit in hits if hit.kind == "passage"]
    found = grouped(rows(store, "trace/passage-details", passage=passages), "passage") if passages else {}
    quoted = {iri: _quotable(details(group)) for iri, group in found.items()}
    return tuple(hit._replace(text=quoted.get(hit.id, hit.text)) for hit in hits)


def _quotable(known: dict[str, object]) -> str:
    return f"{known['startWords']} \u2026 {known.get('endWords', '')}".rstrip()


def _enter(connection: sqlite3.Connection, texts: Sequence[Row]) -> None:
    connection.execute(f"CREATE VIRTUAL TABLE found USING {WORDS}")
    connection.executemany(
        "INSERT INTO found VALUES (?, ?, ?, ?)", [(r["kind"], r["id"], r["text"], r["context"]) for r in texts]
    )
    connection.commit()
