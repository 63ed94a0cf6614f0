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
    """The columns and some rows of an answer that has ``total`` of them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int


def table(data: bytes, start: int = 0, most: int | None = None) -> Table:
    """Return up to ``most`` rows of SPARQL results JSON from ``start`` on, ids shortened and linked; yes or no is one.

    All rows are read, only those shown are made into cells. A long answer takes a good while, so it is for a thread.
    """
    columns, rows = _rows(data)
    shown = rows[start : None if most is None else start + most]
    cells = tuple(tuple(_cell(*_value(row.get(column))) for column in columns) for row in shown)
    return Table(columns, cells, len(rows))


def csv(data: bytes) -> str:
    """Return SPARQL results JSON as comma-separated values for people: values in full, formulas made harmless."""
    columns, rows = _rows(data)
    return spreadsheet(columns, [[_value(row.get(column))[0] for column in columns] for row in rows])


def _rows(data: bytes) -> tuple[tuple[str, ...], list[dict[str, dict[str, object]]]]:
    document = json.loads(data)
    if "boolean" in document:
        return ("answer",), [{"answer": {"type": "literal", "value": "yes" if document["boolean"] else "no"}}]
    return tuple(document["head"].get("vars", ())), document["results"]["bindings"]


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
