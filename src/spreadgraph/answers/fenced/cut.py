"""Keeps an answer within its limits: cuts it at the end of a row, and writes into it that it was cut.

Works on what the engine wrote (SPARQL 1.1 results in JSON, XML, CSV and TSV). Each cutter relies on what its format
guarantees: TSV escapes line ends, XML escapes ``<``, CSV doubles quotes, and JSON escapes quotation marks.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple

_JSON_ROWS = b'"bindings":['
# Between two rows of the engine's JSON. It cannot stand inside a string, where each quotation mark has a backslash; and
# where a string ends in what looks like its beginning, what looks like a name is not followed by a term.
_NEXT_ROW = re.compile(rb'\}\},\{"[^"\\]*":\{"type":"')
_EMPTY_ROW = re.compile(rb"[\[,]\{\}")
_NOTE = b"truncated: the answer is longer than the limit"


class Cut(NamedTuple):
    """What is left of an answer, and whether rows were cut off."""

    data: bytes
    truncated: bool


class FullError(Exception):
    """Stops the engine's writer at the limit."""


class Bounded(io.BytesIO):
    """A file in memory that takes ``most`` bytes and then raises FullError."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._room = most

    def write(self, part: Any) -> int:
        """Take some bytes."""
        self._room -= len(part)
        if self._room < 0:
            super().write(part[: self._room])
            raise FullError
        return super().write(part)


def cut(data: bytes, form: str, rows: int, full: bool) -> Cut:
    """Return ``data``, in the form json, xml, csv or tsv, with at most ``rows`` rows.

    ``full`` tells that the writer was stopped, so that the last row may be broken.
    """
    ends = {"json": _json_ends, "xml": _xml_ends, "csv": _csv_ends, "tsv": _tsv_ends}[form](data, rows + 1)
    if len(ends) <= rows and not full:
        return Cut(data, False)
    kept = ends[:rows]
    return Cut(_closed(data[: kept[-1]] if kept else _before(data, form), form), True)


def _json_ends(data: bytes, most: int) -> list[int]:
    start = data.find(_JSON_ROWS)
    if start < 0:
        return []
    start += len(_JSON_ROWS)
    if _EMPTY_ROW.search(data, start):
        return _decoded_ends(data, start, most)
    ends = [match.start() + 2 for match in islice(_NEXT_ROW.finditer(data, start), most)]
    if len(ends) < most and data.endswith(b"}}]}}"):
        ends.append(len(data) - 3)
    return ends


def _decoded_ends(data: bytes, start: int, most: int) -> list[int]:
    """Find the ends of rows by reading them; slow, and never wrong."""
    text = data[start:].decode("utf-8", "ignore")
    place, ends, decoder = 0, [0], json.JSONDecoder()
    while len(ends) <= most:
        try:
            _, end = decoder.raw_decode(text, place)
        except ValueError:
            break
        ends.append(ends[-1] + len(text[place - bool(place) : end].encode()))
        if text[end : end + 1] != ",":
            break
        place = end + 1
    return [start + end for end in ends[1:]]


def _xml_ends(data: bytes, most: int) -> list[int]:
    return _some(re.finditer(rb"</result>|<result/>", data), most)


def _tsv_ends(data: bytes, most: int) -> list[int]:
    return _some(re.finditer(rb"\n", data), most + 1)[1:]


def _csv_ends(data: bytes, most: int) -> list[int]:
    # Quoted fields are matched as a whole, so that a line end inside one is passed over.
    return _some((end for end in re.finditer(rb'"[^"]*"|\r\n', data) if end[0] == b"\r\n"), most + 1)[1:]


def _some(matches: Iterable[re.Match[bytes]], most: int) -> list[int]:
    return [match.end() for match in islice(matches, most)]


def _before(data: bytes, form: str) -> bytes:
    """Return what stands before the first row."""
    marks = {"json": _JSON_ROWS, "xml": b"<results>", "csv": b"\r\n", "tsv": b"\n"}
    place = data.find(marks[form])
    return data[: place + len(marks[form])] if place >= 0 else b""


def _closed(data: bytes, form: str) -> bytes:
    """Complete a document that ends after a row, and say in it, where the format can, that it was cut.

    Where not even its head fits, nothing is left.
    """
    if not data:
        return data
    if form == "json":
        # In front: the engine's own reader, for one, takes nothing more after the rows.
        return b'{"truncated":true,' + data[1:] + b"]}}"
    return data + b"</results><!-- " + _NOTE + b" --></sparql>" if form == "xml" else data


def noted(data: bytes, form: str) -> bytes:
    """Return a graph in the form ttl, nt or rdf with the note that it was cut; JSON-LD has no place for one."""
    if form == "rdf":
        return data + b"\n<!-- " + _NOTE + b" -->\n"
    return data + b"# " + _NOTE + b"\n" if form in {"ttl", "nt"} else data
