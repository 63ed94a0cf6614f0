"""Finds the paragraphs of a JATS article that cite, and makes passages of their citing sentences."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spreadgraph.errors import SourceError
from spreadgraph.sources.jatsmarkers import Marker, Target, targets
from spreadgraph.sources.jatsplaces import CELLS, UNITS, Place, Places
from spreadgraph.sources.sentences import split
from spreadgraph.text import NORMALISATION, letters, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.etree import _Element

    from spreadgraph.sources.jatsrefs import References

Node = dict[str, Any]

MOST_CITATIONS = 100_000
# More characters than this are not searched again and again for the words of an anchor.
_MOST_SEARCHED = 2_000_000_000
_INLINE = frozenset(
    """abbrev bold break chem-struct disp-formula email ext-link fixed-case formula inline-formula
    inline-supplementary-material italic milestone-end milestone-start monospace named-content overline roman
    sans-serif sc strike string-name styled-content sub sup target underline uri x xref""".split()
)
_FORMULAS = frozenset(("inline-formula", "disp-formula", "chem-struct"))
_SUPERSCRIPTS = str.maketrans("0123456789", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
_RAISED = re.compile(r"[\d\s,;\u2013\u2212-]+")
_RAISED_DIGIT = re.compile("[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]")
_SIGNS = re.compile("[\ufdd0\ufdd1]")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\W*+\d[\d\W]*+[a-z]?+\W*+")
_EDGE = "\"'\u2018\u2019\u201c\u201d\u2013\u2014-,;:.!?()[] "


@dataclass(frozen=True)
class Paragraph:
    """A citing paragraph: its ``text`` with single blanks, where its markers stand in it, and what they point to."""

    place: Place
    text: str
    spans: list[tuple[int, int]]
    targets: list[list[Target]]
    line: int


def paragraphs(name: str, root: _Element, references: References, places: Places) -> Iterator[Paragraph]:
    """Yield the paragraphs, cells, captions and notes that hold linked markers, in the order of the file."""
    links = _links(root, references)
    blocks: dict[_Element, list[_Element]] = {}
    for xref in links:
        blocks.setdefault(_block(xref), []).append(xref)
    count = 0
    for block, _ in blocks.items():
        pieces: list[str] = []
        found: list[_Element] = []
        _flow(block, pieces, found, links, block.tag in CELLS or block.tag == "caption")
        parts = _SIGNS.split(" ".join("".join(pieces).split()))
        markers = [
            Marker(parts[2 * n + 1].strip(), links[xref], parts[2 * n] if n else "") for n, xref in enumerate(found)
        ]
        pointed = targets(markers, references)
        count += sum(map(len, pointed))
        if count > MOST_CITATIONS:
            raise SourceError([f"{name}:{block.sourceline or 1}: more citations than any article has; it is not read"])
        text, spans = _joined(parts)
        yield Paragraph(places.place(block), text, spans, pointed, block.sourceline or 0)


def _links(root: _Element, references: References) -> dict[_Element, tuple[int, ...]]:
    """Return the markers that are linked to entries of the list, whatever their kind says, with these entries."""
    found = {}
    for xref in root.iter("xref"):
        rid = xref.get("rid")
        if rid in references.places:
            found[xref] = (references.places[rid],)
        elif rid and (several := [references.places[each] for each in rid.split() if each in references.places]):
            found[xref] = tuple(dict.fromkeys(several))
    return found


def _block(xref: _Element) -> _Element:
    """Return what holds the marker: the whole cell or caption, or else the nearest that does not run on in a line."""
    block = xref
    found = None
    for ancestor in xref.iterancestors():
        tag = ancestor.tag
        if found is None:
            if tag in _INLINE:
                continue
            found = ancestor
        if tag in CELLS or tag == "caption":
            return ancestor
        if tag in UNITS:
            break
    return found if found is not None else block


def _flow(
    element: _Element, pieces: list[str], found: list[_Element], links: dict[_Element, tuple[int, ...]], whole: bool
) -> None:
    """Collect the text of a block and its markers, each between two signs; ``whole`` takes inner paragraphs along."""
    if text := element.text:
        pieces.append(text)
    for child in element:
        tag = child.tag
        if tag == "xref" and child in links:
            found.append(child)
            pieces += ("\ufdd0", "".join(child.itertext()).translate(_NO_SIGNS), "\ufdd1")
        elif tag in _FORMULAS:
            pieces.append(_formula(child))
        elif tag == "sup" and not len(child) and _RAISED.fullmatch(child.text or ""):
            pieces.append((child.text or "").translate(_SUPERSCRIPTS))
        elif tag in _INLINE:
            _flow(child, pieces, found, links, whole)
        elif whole and tag not in UNITS and tag != "table":
            pieces.append(" ")
            _flow(child, pieces, found, links, whole)
            pieces.append(" ")
        else:
            pieces.append(" ")
        if tail := child.tail:
            pieces.append(tail)


_NO_SIGNS = {0xFDD0: None, 0xFDD1: None}


def _formula(element: _Element) -> str:
    """Return the text of a formula without its source in TeX."""
    if element.find(".//tex-math") is None:
        return "".join(element.itertext())
    return "".join("".join(each.itertext()) for each in element.iter("{http://www.w3.org/1998/Math/MathML}math"))


def _joined(parts: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    spans, at = [], 0
    for number, part in enumerate(parts):
        if number % 2:
            spans.append((at, at + len(part)))
        at += len(part)
    return "".join(parts), spans


class Passages:
    """The passages of one article as they are made, numbered in reading order; ``lines`` says where they stand."""

    def __init__(self, full_text: str, *, keep_text: bool) -> None:
        self.nodes: list[Node] = []
        self.sections: dict[str, Node] = {}
        self.lines: dict[str, int] = {}
        self.citations = 0
        self._full_text = full_text
        self._searched = 0
        self._keep_text = keep_text
        self._sentences: dict[str, int] = {}

    def add(self, paragraph: Paragraph) -> None:
        """Make a passage of every sentence of ``paragraph`` in which a marker stands."""
        text, place = paragraph.text, paragraph.place
        marks = iter(zip(paragraph.spans, paragraph.targets, strict=True))
        mark = next(marks, None)
        # The paragraphs of one cell or caption share its place.
        before = self._sentences.get(place.path, 0)
        spans = split(text, paragraph.spans)
        self._sentences[place.path] = before + len(spans)
        for number, (start, end) in enumerate(spans, before + 1):
            own = []
            last = number == before + len(spans)
            while mark is not None and (mark[0][0] < end or last):
                own.append(mark)
                mark = next(marks, None)
            if own:
                self._add(place, number, text[start:end], start, own, text[max(0, start - 200) : start], paragraph.line)

    def _add(
        self, place: Place, number: int, sentence: str, offset: int,
        own: list[tuple[tuple[int, int], list[Target]]], before: str, line: int,
    ) -> None:  # fmt: skip
        locator = f"{place.path}/{number}"
        identity = f"passage/{locator}"
        spans = [(start - offset, end - offset) for (start, end), _ in own]
        segments = _segments(sentence, spans)
        bare = " ".join(segments)
        folded = letters(sentence)
        words = len(_WORD.findall(bare))
        node: Node = {
            "id": identity,
            "type": "Passage",
            "locator": locator,
            "order": len(self.nodes) + 1,
            "section": self._section(place),
            "container": place.container,
            **self._anchor(segments, sentence, words, before),
            "letters": len(folded),
            "words": words,
            "sha256": hashlib.sha256(folded.encode()).hexdigest(),
            "normalisation": NORMALISATION,
        }
        if found := numbers(bare):
            node["numbers"] = found
        if place.row:
            node["rowHeading"] = place.row
        if place.column:
            node["columnHeading"] = place.column
        if self._keep_text:
            node["text"] = sentence
        node["citations"] = [self._citation(target) for _, pointed in own for target in pointed]
        self.nodes.append(node)
        self.lines[identity] = line

    def _section(self, place: Place) -> str:
        unit = place.unit
        identity = f"section/{unit.section}"
        if identity not in self.sections:
            node: Node = {"id": identity, "type": "Section", "label": unit.label, "order": len(self.sections) + 1}
            if unit.anchor:
                node["anchor"] = unit.anchor
            self.sections[identity] = node
        return identity

    def _citation(self, target: Target) -> Node:
        self.citations += 1
        node: Node = {
            "id": f"citation/{self.citations}",
            "type": "InTextCitation",
            "marker": target.marker,
            "order": self.citations,
            "pointsTo": f"reference/{target.reference}",
            "function": "unread",
        }
        if target.from_range:
            node["fromRange"] = True
        return node

    def _anchor(self, segments: list[str], sentence: str, words: int, before: str) -> Node:
        """Return the words that find the sentence again: at most six, none of them a marker or touching one."""
        budget = (words + 2) // 2
        segment = next((each for each in segments if len(_WORD.findall(each)) > 1), None)
        if segment is None:
            return {"start": " ".join(sentence.split()[:6])}
        tokens = segment.split()
        start = _slice(tokens, min(5, budget))
        if not self._is_unique(start):
            start = _slice(tokens, min(6, budget))
        node: Node = {"start": start}
        left = budget - len(_WORD.findall(start)) if segments[-1] else 0
        tail = segments[-1].split()
        if left > 0 and (end := _slice(tail[-min(3, left, max(0, len(tail) - 6)) :], left)) and len(tail) > 6:
            node["end"] = end
        if before and not self._is_unique(start):
            prefix = " ".join(before.split()[-4:]).strip(_EDGE)
            if prefix:
                node["prefix"] = prefix
        return node

    def _is_unique(self, words: str) -> bool:
        self._searched += len(self._full_text)
        return self._searched > _MOST_SEARCHED or self._full_text.count(words.lower()) < 2


def _segments(sentence: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return the sentence cut at its markers of digits, without the words and signs that touch one."""
    pieces, at = [], 0
    for start, end in spans:
        if _DIGITS.fullmatch(sentence, start, end):
            pieces.append(sentence[at:start])
            at = end
    pieces.append(sentence[at:])
    return pieces


def _slice(tokens: Sequence[str], most: int) -> str:
    """Return the first tokens that hold at most ``most`` words, without the signs around them."""
    taken: list[str] = []
    count = 0
    for token in tokens[:6]:
        count += len(_WORD.findall(token))
        if (count > most and taken) or _RAISED_DIGIT.search(token):
            break
        taken.append(token)
    return " ".join(taken).strip(_EDGE)
