"""Runs a reader's SPARQL: a named query, a file, or text; nothing that leaves the machine unless asked to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from spreadgraph.answers.catalog import Query, bound, named, serialised
from spreadgraph.answers.resolve import identify
from spreadgraph.errors import SpreadgraphError, UsageError
from spreadgraph.graph.store import Store

MOST_BYTES = 256 * 1024


def prepared(store: Store, source: str, parameters: Sequence[str], allow_service: bool = False) -> str:
    """Return the SPARQL text for ``source``: a query's name, a file, or ``-`` for standard input.

    ``parameters`` are ``name=value``, for named queries. Raises UsageError for a text that would reach outside
    (SERVICE, unless allowed), is an update, or is too long; NotFoundError for an unknown name.
    """
    if source == "-" or source.endswith((".rq", ".sparql")) or Path(source).is_file():
        text = _read(source)
        if parameters:
            raise UsageError("--param is for named queries; write the values into your own query")
        if not allow_service:
            refuse_service(text)
        return text
    query = named(source)
    return bound(query, _values(store, query, parameters))


def run(store: Store, text: str) -> Any:
    """Evaluate a query; raises UsageError with the place of the mistake where the text is not SPARQL."""
    try:
        return store.query(text)
    except SyntaxError as error:
        raise UsageError(f"the query is not SPARQL: {error}") from error


def refuse_service(text: str) -> None:
    """Raise UsageError where the query, once parsed, holds a SERVICE clause at any depth."""
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parsed = parseQuery(text)
    except RecursionError as error:
        raise UsageError("the query is nested too deeply") from error
    except ParseBaseException as error:
        place = f"line {error.lineno}, column {error.column}"
        raise UsageError(f"the query is not SPARQL: mistake near {place}: {error.line.strip()[:60]}") from error
    if _holds_service(parsed):
        raise UsageError("SERVICE would send data to another endpoint; if you mean it, add --allow-service")


def _holds_service(node: Any) -> bool:
    """Tell whether a parse tree of rdflib holds a SERVICE clause."""
    from rdflib.plugins.sparql.parserutils import CompValue

    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, CompValue):
            if part.name == "ServiceGraphPattern":
                return True
            pending.extend(part.values())
        elif (isinstance(part, Sequence) and not isinstance(part, str)) or hasattr(part, "asList"):
            pending.extend(part)
    return False


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
        parameter = known[name]
        term = identify(store, value) if parameter.type == "iri" else value
        values.setdefault(name, []).append(serialised(parameter, term))
    return values
