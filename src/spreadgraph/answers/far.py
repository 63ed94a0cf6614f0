"""Fetches from an endpoint only those texts that may have some words, so that nothing large crosses the network."""

from __future__ import annotations

from collections.abc import Sequence

from spreadgraph.answers.catalog import named
from spreadgraph.answers.index import KINDS
from spreadgraph.answers.rows import Row, plain, rows
from spreadgraph.errors import EndpointError
from spreadgraph.graph.store import LocalStore, Store

MOST_TEXTS = 20_000
_BLOCK = 500
_BEYOND = "[^ -~]"


def is_far(store: Store) -> bool:
    """Tell whether each answer of ``store`` crosses a network."""
    return not isinstance(store, LocalStore)


def texts(store: Store, stems: Sequence[Sequence[str]], kinds: Sequence[str], every: bool) -> list[Row]:
    """Return the texts, as ``index/texts`` gives them, in which words begin as the stems do.

    ``stems`` holds those of each word looked for, of which a text has to have ``every`` one, or any. They may be
    more than those that have the words, never fewer; the word index decides. The endpoint has to read all its texts
    for this, since SPARQL has no words. Raises EndpointError where more than 20,000 match.
    """
    conditions = ["(" + " && ".join(map(_begins, word)) + ")" for word in stems if word]
    if not conditions:
        return []
    wanted = ", ".join(f'"{kind}"' for kind in KINDS if not kinds or kind in kinds)
    ids = _ids(store, f"FILTER(?kind IN ({wanted})) FILTER({(' && ' if every else ' || ').join(conditions)})")
    blocks = (ids[start : start + _BLOCK] for start in range(0, len(ids), _BLOCK))
    found = [row for block in blocks for row in rows(store, "index/texts", id=block)]
    return sorted(found, key=lambda row: (row["kind"], row["order"], row["id"], row["context"]))


def _ids(store: Store, filters: str) -> list[str]:
    """Return the ids alone: Virtuoso finds the right rows by a filter, but puts the texts of others beside them."""
    text = named("index/texts").text
    start = text.index("SELECT")
    sparql = f"{text[:start]}SELECT DISTINCT ?id WHERE {{ {{ {text[start:]} }} {filters} }} LIMIT {MOST_TEXTS + 1}"
    found = [row["id"] for row in plain(store.query(sparql))]
    if len(found) > MOST_TEXTS:
        raise EndpointError(f"more than {MOST_TEXTS:,} texts of the endpoint have such words; use rarer words")
    return found


def _begins(stem: str) -> str:
    """Return a condition that a text or its context has a word that begins as ``stem`` does, whatever its accents."""
    # A stem ends otherwise than its words do: policies and policy have polici.
    letters = stem[: max(3, len(stem) - 2)] if len(stem) > 3 else stem[:2]
    pattern = f"(^|[^A-Za-z0-9]){''.join(map(_letter, letters))}"
    return f'(REGEX(STR(?text), "{pattern}", "i") || REGEX(STR(?context), "{pattern}", "i"))'


def _letter(sign: str) -> str:
    """Return a pattern for a letter of a stem, with any accent or none, since stems have lost theirs.

    It is written in ASCII, and takes a sign beyond it for up to four: Virtuoso compares such signs byte by byte.
    """
    if not sign.isascii():
        return f"{_BEYOND}{{1,4}}"
    return f"({sign}{_BEYOND}{{0,2}}|{_BEYOND}{{1,2}})" if sign.isalpha() else sign
