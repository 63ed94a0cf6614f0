"""Runs a reader's SPARQL: a named query, a file, or text; nothing that leaves the machine unless asked to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spreadgraph.answers import guard
from spreadgraph.answers.catalog import Parameter, Query, bound, named, serialised
from spreadgraph.answers.papers import slug_called
from spreadgraph.answers.resolve import few_papers, identify
from spreadgraph.answers.rows import rows
from spreadgraph.errors import NotFoundError, SpreadgraphError, UsageError
from spreadgraph.graph.store import Store
from spreadgraph.terms import GRAPH, paper_graph, shorten

# A reader's own file may hold long lists of values; the server takes less (:data:`guard.MOST_BYTES`).
MOST_BYTES = 256 * 1024
_NEAR = 3
ADVICE = "if you mean it, add --allow-service"


def prepared(store: Store, source: str, parameters: Sequence[str], allow_service: bool = False) -> str:
    """Return the SPARQL text for ``source``: a query's name, a file, or ``-`` for standard input.

    ``parameters`` are ``name=value``, for named queries. Raises UsageError for a text that would reach outside
    (SERVICE, unless allowed), is an update, or is too long; NotFoundError for an unknown name.
    """
    text = own_text(source, parameters)
    if text is None:
        return prepared_named(store, source, parameters)
    if not allow_service:
        refuse(text)
    return text


def own_text(source: str, parameters: Sequence[str] = ()) -> str | None:
    """Return the text of a reader's own query, from a file or (``-``) standard input; None where ``source`` is neither.

    Raises UsageError where it is too long or no text, or where there are parameters, which only named queries take.
    """
    if source != "-" and not source.endswith((".rq", ".sparql")) and not Path(source).is_file():
        return None
    text = _read(source)
    if parameters:
        raise UsageError("--param is for named queries; write the values into your own query")
    if not _words(text):
        raise UsageError("the query is empty; write one such as SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 10")
    return text


def prepared_named(store: Store, name: str, parameters: Sequence[str]) -> str:
    """Return the text of a named query with its parameters (``name=value``) in place; see :func:`prepared`."""
    query = named(name)
    return bound(query, _values(store, query, parameters))


def run(store: Store, text: str) -> Any:
    """Evaluate a query; raises UsageError with the place of the mistake where the text is not SPARQL."""
    try:
        return store.query(text)
    except SyntaxError as error:
        from spreadgraph.answers.fenced.evaluate import not_sparql

        raise UsageError(not_sparql(text, error)) from error


def names_no_graph(text: str) -> bool:
    """Whether a query looks at the default graph alone, which is empty here.

    >>> names_no_graph("ASK { ?s ?p 'GRAPH' }"), names_no_graph("ASK { graph ?g { ?s ?p ?o } }")
    (True, False)
    """
    return not _words(text) & {"GRAPH", "FROM", "SERVICE"}


def within_graphs(text: str) -> str | None:
    """Return a query with ``GRAPH`` around its whole pattern, None where it is not plain where that begins.

    >>> within_graphs("SELECT * { ?s ?p '}' } LIMIT 1")
    "SELECT * { GRAPH ?g { ?s ?p '}' } } LIMIT 1"
    """
    braces = [token for token in guard.tokens(text) if token.text in {"{", "}"}]
    # The first braces of a CONSTRUCT hold a template, and a DESCRIBE may have none.
    if len(braces) < 2 or _words(text) & {"CONSTRUCT", "DESCRIBE"}:
        return None
    start, end = braces[0].start + 1, braces[-1].start
    return f"{text[:start]} GRAPH ?g {{{text[start:end]}}} {text[end:]}"


def _words(text: str) -> set[str]:
    return {token.text.upper() for token in guard.tokens(text) if token.kind == "word"}


def refuse(text: str) -> None:
    """Raise UsageError where a query of one's own is no query, is too large, or would reach outside."""
    guard.preflight(text, MOST_BYTES)
    guard.refuse_outside(text, advice=ADVICE)
    if guard.is_update(text):
        raise UsageError("this is an update; queries only are answered here")


def _read(source: str) -> str:
    data = sys.stdin.buffer.read(MOST_BYTES + 1) if source == "-" else _file(source)
    if len(data) > MOST_BYTES:
        raise UsageError(f"a query of more than {MOST_BYTES // 1024} KB is not read")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError("the query is not UTF-8 text") from error


def _file(source: str) -> bytes:
    try:
        with Path(source).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SpreadgraphError(f"{source} cannot be read: {error.strerror}") from error


def _values(store: Store, query: Query, parameters: Sequence[str]) -> dict[str, list[str]]:
    known = {parameter.name: parameter for parameter in query.parameters}
    values: dict[str, list[str]] = {}
    for given in parameters:
        name, sign, value = given.partition("=")
        if not sign:
            raise UsageError(f"write --param NAME=VALUE, not {given!r}")
        if name not in known:
            raise UsageError(f"{query.name} has no parameter {name!r}; it takes {', '.join(known) or 'none'}")
        values.setdefault(name, []).append(serialised(known[name], _term(store, known[name], value)))
    return values


def _term(store: Store, parameter: Parameter, value: str) -> str:
    if parameter.type != "iri":
        return value
    if parameter.name != "paper" or value.startswith(GRAPH):
        return _identified(store, parameter, value)
    # A paper stands for its graph: by short name, name in text or DOI.
    return paper_graph(slug_called(store, value))


def _identified(store: Store, parameter: Parameter, value: str) -> str:
    try:
        return identify(store, value)
    except (NotFoundError, UsageError) as error:
        if any(mark in value for mark in "/:"):
            raise
        near = _called_so(store, parameter, value)
        meant = f"did you mean {' or '.join(near)}?" if near else f"write one such as {parameter.example}"
        raise type(error)(f"nothing has the id {value!r}; {meant}") from error


def _called_so(store: Store, parameter: Parameter, value: str) -> list[str]:
    """Return the ids that end in what was given, such as complexity; first those of the sort that is asked for."""
    name = "-".join(value.casefold().split())
    ids = [shorten(row["id"]) for row in rows(store, "trace/ids")] if few_papers(store) else []
    sort = f"/{parameter.example.split('/')[-2]}/" if "/" in parameter.example else ""
    return sorted((each for each in ids if each.endswith(f"/{name}")), key=lambda each: sort not in each)[:_NEAR]
