"""Says where a paragraph of a JATS article stands: its section, cell, caption, note or box, and its number there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spreadgraph.errors import SourceError
from spreadgraph.sources.jatsnames import text_of

if TYPE_CHECKING:
    from lxml.etree import _Element

# Parts in which paragraphs are counted anew, and what stands there; the nearest one around a paragraph is its place.
UNITS = {
    "sec": "running-text", "body": "running-text", "back": "running-text", "front": "running-text",
    "article-meta": "running-text", "app": "running-text", "ack": "running-text", "notes": "running-text",
    "bio": "running-text", "glossary": "running-text", "floats-group": "running-text",
    "abstract": "abstract", "trans-abstract": "abstract", "boxed-text": "box",
    "fn": "footnote", "author-notes": "footnote", "table-wrap-foot": "footnote",
    "table-wrap": "table", "array": "table", "fig": "figure", "supplementary-material": "figure", "media": "figure",
    "ref": "reference-list", "ref-list": "reference-list",
}  # fmt: skip
_NAMES = {
    "body": "Body", "back": "Back matter", "front": "Front matter", "article-meta": "Front matter", "app": "Appendix",
    "ack": "Acknowledgements", "notes": "Notes", "bio": "Biography", "glossary": "Glossary", "fn": "Footnotes",
    "floats-group": "Figures and tables",
    "author-notes": "Footnotes", "table-wrap-foot": "Table notes", "abstract": "Abstract",
    "trans-abstract": "Abstract in another language", "boxed-text": "Box", "table-wrap": "Table", "array": "Table",
    "fig": "Figure", "supplementary-material": "Supplement", "media": "Media", "ref": "References",
    "ref-list": "References", "sec": "Section",
}  # fmt: skip
CELLS = frozenset(("td", "th"))
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_MOST_CARRIED = 200_000
_MOST_SPAN = 100
_MOST_HEADING = 200


@dataclass
class Unit:
    """A part of the article in which paragraphs are counted: its ``slug`` for locators and the ``section`` shown."""

    slug: str
    section: str
    label: str
    container: str
    anchor: str
    paragraphs: int = 0
    notes: int = 0


@dataclass(frozen=True)
class Place:
    """Where a paragraph stands. ``path`` begins its sentences' locators; a cell has the headings of row and column."""

    unit: Unit
    path: str
    container: str
    row: str = ""
    column: str = ""


class Places:
    """The places of one article. Raises SourceError for a table that spans more cells than any page could show."""

    def __init__(self, name: str, root: _Element) -> None:
        self._name = name
        self._units: dict[_Element, Unit] = {}
        self._slugs: dict[str, int] = {}
        self._numbers: dict[_Element, int] = {}
        self._tables: dict[_Element, dict[_Element, tuple[int, int, str, str]]] = {}
        self._carried = 0
        self._root = root
        for paragraph in root.iter("p"):
            unit = self.unit(paragraph)
            unit.paragraphs += 1
            self._numbers[paragraph] = unit.paragraphs

    def unit(self, element: _Element) -> Unit:
        """Return the unit that ``element`` stands in."""
        parent = element.getparent()
        climbed = []
        while parent is not None and parent not in self._units:
            climbed.append(parent)
            if parent.tag in UNITS or parent is self._root:
                break
            parent = parent.getparent()
        if parent is None:
            parent = self._root
        if parent not in self._units:
            self._units[parent] = self._new_unit(parent)
        unit = self._units[parent]
        for each in climbed:
            self._units[each] = unit
        return unit

    def _new_unit(self, element: _Element) -> Unit:
        tag = element.tag
        outer = self.unit(element) if element is not self._root else None
        # The sections of an abstract are parts of it; a note of a table is one of the table.
        if outer and outer.container == "abstract" and tag in ("sec", "ack", "notes"):
            return outer
        identity = element.get("id") or ""
        title = _heading(element)
        container = UNITS.get(tag, "running-text")
        if container == "running-text" and outer and outer.container == "box":
            container = "box"
        if container == "footnote":
            return self._note_unit(element, identity, outer)
        base = tag if container == "abstract" else slug(identity) or slug(title)[:40].strip("-.") or tag
        if container == "abstract" and (kind := slug(element.get("abstract-type") or "")):
            base = f"abstract-{kind}"
        name = self._unique(base)
        return Unit(name, name, title or _NAMES.get(tag, "Article"), container, identity)

    def _note_unit(self, element: _Element, identity: str, outer: Unit | None) -> Unit:
        if outer and outer.container == "table":
            outer.notes += 1
            return Unit(f"{outer.slug}/fn{outer.notes}", outer.section, outer.label, "footnote", outer.anchor)
        if outer and outer.container == "footnote" and element.tag == "fn" and "/" in outer.slug:
            return outer
        return Unit(self._unique(slug(identity) or "fn"), "footnotes", _NAMES["fn"], "footnote", "")

    def _unique(self, base: str) -> str:
        self._slugs[base] = self._slugs.get(base, 0) + 1
        if self._slugs[base] == 1:
            return base
        name = f"{base}-{self._slugs[base]}"
        return name if name not in self._slugs else self._unique(name)

    def place(self, block: _Element) -> Place:
        """Return where a paragraph, cell, caption or title stands."""
        cell = caption = None
        for ancestor in (block, *block.iterancestors()):
            tag = ancestor.tag
            if tag in CELLS:
                cell = ancestor
            elif tag == "caption":
                caption = ancestor
            elif tag in UNITS or tag == "table":
                break
        unit = self.unit(block)
        if cell is not None:
            return self._cell(cell, unit)
        if caption is not None:
            return Place(unit, f"{unit.slug}/caption", unit.container)
        number = self._numbers.get(block)
        if number is None:
            part = slug(block.tag) or "part"
            unit_parts = self._slugs
            key = f"{unit.slug}/{part}"
            unit_parts[key] = unit_parts.get(key, 0) + 1
            return Place(unit, key if unit_parts[key] == 1 else f"{key}-{unit_parts[key]}", unit.container)
        return Place(unit, f"{unit.slug}/{number}", unit.container)

    # ------ tables

    def _cell(self, cell: _Element, unit: Unit) -> Place:
        table = next((each for each in cell.iterancestors("table")), None)
        if table is not None and table not in self._tables:
            self._tables[table] = self._grid(table)
        if table is None or cell not in self._tables[table]:
            # A cell outside of any row; the sentences of all such share one place.
            return Place(unit, f"{unit.slug}/cell", unit.container)
        row, column, row_heading, column_heading = self._tables[table][cell]
        part = f"r{row}c{column}"
        first = self._slugs.setdefault(f"{unit.slug} table", id(table))
        if first != id(table):
            part = f"part{self._slugs.setdefault(f'{unit.slug} {id(table)}', len(self._tables))}-{part}"
        return Place(unit, f"{unit.slug}/{part}", "table", row_heading, column_heading)

    def _grid(self, table: _Element) -> dict[_Element, tuple[int, int, str, str]]:
        """Return row, column, and the headings of row and column of every cell, spans counted."""
        cells: dict[_Element, tuple[int, int, str, str]] = {}
        below: dict[int, tuple[int, str]] = {}
        headings: dict[int, str] = {}
        for number, row in enumerate(table.iter("tr"), 1):
            parent = row.getparent()
            is_head = parent is not None and parent.tag == "thead"
            below = {column: (left - 1, text) for column, (left, text) in below.items() if left > 1}
            column, first = 1, below.get(1, (0, ""))[1]
            taken = dict(below)
            for cell in row.iterchildren("td", "th"):
                while column in taken:
                    column += 1
                width, height = _span(cell, "colspan"), _span(cell, "rowspan")
                text = ""
                if column == 1 or is_head:
                    text = text_of(cell)[:_MOST_HEADING]
                if column == 1:
                    first = text
                cells[cell] = (number, column, first if column > 1 else "", "" if is_head else headings.get(column, ""))
                self._spend(width)
                for each in range(column, column + width):
                    if is_head and text:
                        headings[each] = f"{headings[each]} > {text}" if headings.get(each) else text
                    if height > 1:
                        below[each] = (height, text)
                column += width
        return cells

    def _spend(self, width: int) -> None:
        self._carried += width
        if self._carried > _MOST_CARRIED:
            raise SourceError([f"{self._name}:1: its tables span more cells than can be read; correct the spans"])


def _span(cell: _Element, name: str) -> int:
    value = cell.get(name) or "1"
    return max(1, min(int(value), _MOST_SPAN)) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _heading(element: _Element) -> str:
    """Return what a part is called: its label for a table or figure, its title else."""
    tag = element.tag
    label, title = element.find("label"), element.find("title")
    if tag in ("table-wrap", "fig", "boxed-text", "supplementary-material") and label is not None:
        return text_of(label).rstrip(". ")[:_MOST_HEADING]
    if title is None and tag in ("boxed-text", "table-wrap", "fig"):
        title = element.find("caption/title")
    if title is None:
        title = element.find("sec/title") if tag == "boxed-text" else title
    return text_of(title)[:_MOST_HEADING] if title is not None else ""


def slug(text: str) -> str:
    """Return ``text`` in the characters of a locator.

    >>> slug("Sec 2.1: R\u00e9sum\u00e9")
    'sec-2-1-resume'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(character for character in text if not unicodedata.combining(character))
    return _NO_SLUG.sub("-", text.lower()).strip("-")[:60].strip("-")
