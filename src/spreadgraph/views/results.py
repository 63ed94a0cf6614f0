"""SPARQL results for people: a table with links, and comma-separated values that a spreadsheet cannot mistake."""

from __future__ import annotations

import json
from typing import NamedTuple

from spreadgraph.terms import shorten
from spreadgraph.views.addresses import address
from spreadgraph.views.pages import is_link
from spreadgraph.views.table import spreadsheet


class Cell(NamedTuple):
    """A value as it is shown, with the address of its page, or of what is outside; ``link`` None for plain texts."""

    text: str
    link: str | None
    outside: bool = False


class Table(NamedTuple):
    """The columns and rows of an answer."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table(data: bytes, most: int | None = None) -> Table:
    """Return the first ``most`` rows of SPARQL results JSON, ids shortened and linked; a yes or no is one cell."""
    columns, rows = _rows(data)
    cells = tuple(tuple(_cell(*value) for value in row) for row in rows[:most])
    return Table(columns, cells)


def csv(data: bytes) -> str:
    """Return SPARQL results JSON as comma-separated values for people: values in full, formulas made harmless."""
    columns, rows = _rows(data)
    return spreadsheet(columns, [[text for text, _ in row] for row in rows])


def _rows(data: bytes) -> tuple[tuple[str, ...], list[list[tuple[str, str]]]]:
    document = json.loads(data)
    if "boolean" in document:
        return ("answer",), [[("yes" if document["boolean"] else "no", "literal")]]
    columns = tuple(document["head"].get("vars", ()))
    found = document["results"]["bindings"]
    return columns, [[_value(row.get(column)) for column in columns] for row in found]


def _value(term: dict[str, object] | None) -> tuple[str, str]:
    if term is None:
        return "", "literal"
    if term["type"] == "triple":
        return json.dumps(term["value"], ensure_ascii=False), "triple"
    return str(term["value"]), str(term["type"])


def _cell(text: str, kind: str) -> Cell:
    if kind == "uri":
        page = address(text)
        return Cell(shorten(text), page or (text if is_link(text) else None), page is None)
    return Cell(text, text, True) if is_link(text) else Cell(text, None)
