"""Tells a query that asks outside the named graphs, in which all data stand, and how it is written inside them."""

from __future__ import annotations

from spreadgraph.answers.guard import tokens

_INSIDE = {"GRAPH", "FROM", "SERVICE"}
# Their first braces may hold a template, or there may be none.
_TEMPLATED = {"CONSTRUCT", "DESCRIBE"}


def outside(text: str) -> bool:
    """Whether a query names no graph.

    >>> outside("ASK { ?s ?p 'GRAPH' }"), outside("ASK { graph ?g { ?s ?p ?o } }")
    (True, False)
    """
    return not _words(text) & _INSIDE


def inside(text: str) -> str | None:
    """Return the query with ``GRAPH`` around its whole pattern, None where it is not plain where that begins.

    >>> inside("SELECT * { ?s ?p '}' } LIMIT 1")
    "SELECT * { GRAPH ?g { ?s ?p '}' } } LIMIT 1"
    """
    braces = [token for token in tokens(text) if token.text in {"{", "}"}]
    if len(braces) < 2 or _words(text) & _TEMPLATED:
        return None
    start, end = braces[0].start + 1, braces[-1].start
    return f"{text[:start]} GRAPH ?g {{{text[start:end]}}} {text[end:]}"


def _words(text: str) -> set[str]:
    return {token.text.upper() for token in tokens(text) if token.kind == "word"}
