"""Runs a query file and hands its rows over as plain Python values: the one place where terms become values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from spreadgraph.answers.catalog import bound, iris, named
from spreadgraph.graph.store import Store

_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
Row = dict[str, Any]


def rows(store: Store, name: str, most: int | None = None, /, **parameters: Sequence[str]) -> list[Row]:
    """Return the rows of the named query, each a dict of column -> value, unbound columns as None.

    ``parameters`` are lists of IRIs, ``most`` the largest number of rows that is of use. IRIs come back as strings,
    integers as int, booleans as bool, other literals as strings.
    """
    query = named(name)
    text = bound(query, {key: iris(values) for key, values in parameters.items()})
    return list(plain(store.query(text if most is None else f"{text}\nLIMIT {most}")))


def grouped(found: Sequence[Row], key: str) -> dict[str, list[Row]]:
    """Group rows by one column, keeping their order."""
    groups: dict[str, list[Row]] = {}
    for row in found:
        groups.setdefault(row[key], []).append(row)
    return groups


def distinct(found: Sequence[Row], column: str) -> tuple[Any, ...]:
    """Return the values of one column in order of appearance, without None and without repeats."""
    return tuple(dict.fromkeys(row[column] for row in found if row[column] is not None))


def plain(solutions: object) -> list[Row]:
    """Turn the solutions of a SELECT into rows of plain values."""
    if not isinstance(solutions, QuerySolutions):
        raise TypeError("a SELECT query is needed")
    names = [variable.value for variable in solutions.variables]
    return [{name: value(term) for name, term in zip(names, solution, strict=True)} for solution in solutions]


def value(term: NamedNode | BlankNode | Literal | Triple | None) -> Any:
    """Return the plain value of an RDF term: str, int, bool, or None where there is no term."""
    if isinstance(term, NamedNode):
        return term.value
    if not isinstance(term, Literal):
        return None if term is None else str(term)
    kind = term.datatype.value
    if kind == _INTEGER:
        return int(term.value)
    return term.value == "true" if kind == _BOOLEAN else term.value
