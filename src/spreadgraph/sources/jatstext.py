"""Finds the paragraphs of a JATS article that cite, and makes passages of their citing sentences."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

from spreadgraph.errors import SourceError
from spreadgraph.sources.jatsmarkers import Marker, Target, targets
from spreadgraph.sources.jatsplaces import CELLS, UNITS, Place, Places
from spreadgraph.sources.sentences import split
from spreadgraph.sources.xml import line_of
from spreadgraph.text import NORMALISATION, letters, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from spreadgraph.sources.jatsrefs import References

Node = dict[str, Any]
_Mark = tuple[tuple[int, int], list[Target]]

MOST_CITATIONS = 100_000
# More characters than this are not searched again and again for the words of an anchor.
_MOST_SEARCHED = 2_000_000_000
_RUNNING_ON = """
abbrev bold break chem-struct disp-formula email ext-link fixed-case formula inline-formula
inline-supplementary-material italic milestone-end milestone-start monospace named-content overline roman sans-serif
sc strike string-name styled-content sub sup target underline uri x xref
"""
_INLINE = frozenset(_RUNNING_ON.split())
_FORMULAS = frozenset(("inline-formula", "disp-formula", "chem-struct"))
_SUPERSCRIPTS = str.maketrans("0123456789", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
_RAISED = re.compile(r"[\d\s,;\u2013\u2212-]+")
_RAISED_DIGIT = re.compile("[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]")
# Characters that Unicode reserves for programs: begin and end of a marker, a break, and the two of the splitter.
SIGNS = "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4"
NO_SIGNS = dict.fromkeys(map(ord, SIGNS))
_SIGNS = re.compile("[\ufdd0\ufdd1]")
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\W*+\d[\d\W]*+[a-z]?+\W*+")
_DIGIT = re.compile(r"\d")
_EDGE = "\"'\u2018\u2019\u201c\u201d\u2013\u2014-,;:.!?()[] "


class Paragraph(NamedTuple):
    """A citing paragraph: its ``text`` with single blanks, where its markers stand in it, and what they point to."""

    place: Place
    text: str
    spans: list[tuple[int, int]]
    targets: list[list[Target]]
    line: int


def paragraphs(name: str, root: _Element, references: References, places: Places) -> Iterator[Paragraph]:
    """Yield the paragraphs, cells, captions and notes that hold linked markers, in the order of the file."""
    links = _links(root, references)
    blocks: dict[_Element, _Element] = {}
    for xref in links:
        parent = xref.getparent()
        if parent is not None and parent not in blocks:
            blocks[parent] = _block(parent)
    count = 0
    for block in dict.fromkeys(blocks.values()):
        pieces: list[str] = []
        found: list[_Element] = []
        _flow(block, pieces, found, links, block.tag in CELLS or block.tag == "caption")
        parts = _SIGNS.split("\n".join([" ".join(each.split()) for each in "".join(pieces).split("\ufdd4")]))
        markers = [
            Marker(parts[2 * n + 1].strip(), links[xref], parts[2 * n] if n else "") for n, xref in enumerate(found)
        ]
        pointed = targets(markers, references)
        count += sum(map(len, pointed))
        if count > MOST_CITATIONS:
            raise SourceError([f"{name}:{line_of(block)}: more citations than any article has; it is not read"])
        text, spans = _joined(parts)
        yield Paragraph(places.place(block), text, spans, pointed, line_of(block))


def _links(root: _Element, references: References) -> dict[_Element, tuple[int, ...]]:
    """Return the markers that are linked to entries of the list, whatever their kind says, with these entries."""
    found: dict[_Element, tuple[int, ...]] = {}
    places = references.places
    for xref in root.iter("xref"):
        rid = xref.get("rid")
        if not rid:
            continue
        if rid in places:
            found[xref] = (places[rid],)
        elif several := [places[each] for each in rid.split() if each in places]:
            found[xref] = tuple(dict.fromkeys(several))
    return found


def _block(element: _Element) -> _Element:
    """Return what holds a marker: the whole cell or caption, or else the nearest that does not run on in a line."""
    found = None
    each: _Element | None = element
    while each is not None:
        tag = each.tag
        if found is None and tag not in _INLINE:
            found = each
        if found is not None:
            if tag in CELLS or tag == "caption":
                return each
            if tag in UNITS:
                break
        each = each.getparent()
    return found if found is not None else element


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
            pieces += ("\ufdd0", _text(child) if len(child) else child.text or "", "\ufdd1")
        elif tag in _FORMULAS:
            pieces.append(_formula(child))
        elif tag == "sup" and not len(child) and _RAISED.fullmatch(child.text or ""):
            pieces.append((child.text or "").translate(_SUPERSCRIPTS))
        elif tag in _INLINE:
            _flow(child, pieces, found, links, whole)
        elif whole and tag not in UNITS and tag != "table":
            pieces.append("\ufdd4")
            _flow(child, pieces, found, links, whole)
            pieces.append("\ufdd4")
        else:
            pieces.append(" ")
        if tail := child.tail:
            pieces.append(tail)


def _formula(element: _Element) -> str:
    """Return the text of a formula without its source in TeX."""
    if element.find(".//tex-math") is None:
        return _text(element)
    return "".join(map(_text, element.iter("{http://www.w3.org/1998/Math/MathML}math")))


def _text(element: _Element) -> str:
    return "".join(map(str, element.itertext()))


def _joined(parts: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    spans, at = [], 0
    for number, part in enumerate(parts):
        if number % 2:
            spans.append((at, at + len(part)))
        at += len(part)
    return "".join(parts), spans


class Passages:
    """The passages of one article as they are made, numbered in reading order; ``lines`` says where they stand."""

    def __init__(self, *, keep_text: bool) -> None:
        self.nodes: list[Node] = []
        self.sections: dict[str, Node] = {}
        self.lines: dict[str, int] = {}
        self.citations = 0
        self._anchors: list[_Anchor] = []
        self._keep_text = keep_text
        self._sentences: dict[str, int] = {}

    def add(self, paragraph: Paragraph) -> None:
        """Make a passage of every sentence of ``paragraph`` in which a marker stands."""
        text, place = paragraph.text, paragraph.place
        marks = list(zip(paragraph.spans, paragraph.targets, strict=True))
        # The paragraphs of one cell or caption share its place.
        before = self._sentences.get(place.path, 0)
        spans = split(text, paragraph.spans)
        self._sentences[place.path] = before + len(spans)
        at = 0
        for number, (start, end) in enumerate(spans, 1):
            first = at
            while at < len(marks) and (marks[at][0][0] < end or number == len(spans)):
                at += 1
            if at > first:
                node = self._passage(place, before + number, text, (start, end), marks[first:at])
                node["citations"] = [self._citation(target) for _, pointed in marks[first:at] for target in pointed]
                self.lines[node["id"]] = paragraph.line

    def _passage(self, place: Place, number: int, text: str, span: tuple[int, int], marks: list[_Mark]) -> Node:
        start, end = span
        sentence = text[start:end]
        locator = f"{place.path}/{number}"
        segments = _segments(sentence, start, marks)
        bare = segments[0] if len(segments) == 1 else " ".join(segments)
        folded = letters(sentence)
        words = len(_WORD.findall(bare))
        first, last, tokens = _ends(segments, sentence, words)
        node: Node = {
            "id": f"passage/{locator}",
            "type": "Passage",
            "locator": locator,
            "order": len(self.nodes) + 1,
            "section": self._section(place),
            "container": place.container,
            "start": first,
            "letters": len(folded),
            "words": words,
            "sha256": hashlib.sha256(folded.encode()).hexdigest(),
            "normalisation": NORMALISATION,
        }
        if last:
            node["end"] = last
        if tokens:
            self._anchors.append(_Anchor(node, sentence, tokens, (words + 2) // 2, text[max(0, start - 200) : start]))
        if _DIGIT.search(bare):
            node["numbers"] = numbers(bare)
        if place.row:
            node["rowHeading"] = place.row
        if place.column:
            node["columnHeading"] = place.column
        if self._keep_text:
            node["text"] = sentence
        self.nodes.append(node)
        return node

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

    def finish(self, full_text: str) -> None:
        """Lengthen the anchors whose words stand more than once in ``full_text``, the text of the whole article.

        Three words in the midst of each anchor tell whether it can stand twice at all; they are looked for by the
        longest of them, which few other places share.
        """
        tokens = full_text.lower().split()
        middles = [_middle(each.sentence) for each in self._anchors]
        longest = {max(middle, key=len) for middle in middles}
        hits = compress(range(len(tokens)), map(longest.__contains__, tokens))
        wanted = set(middles)
        counted = Counter(
            trio for hit in hits for at in (hit - 2, hit - 1, hit) if (trio := tuple(tokens[at : at + 3])) in wanted
        )
        text = ""
        left = _MOST_SEARCHED
        for each, middle in zip(self._anchors, middles, strict=True):
            # A trio is met once for each of its words that is looked for.
            if counted[middle] <= sum(word in longest for word in middle):
                continue
            text = text or " ".join(tokens)
            left -= 2 * len(text)
            if left > 0 and text.count(str(each.node["start"]).lower()) > 1:
                each.lengthen(text)


def _middle(sentence: str) -> tuple[str, ...]:
    return tuple(sentence[:200].lower().split()[1:4]) or ("",)


class _Anchor(NamedTuple):
    """The anchor of a passage while it may still prove to stand twice in the article."""

    node: Node
    sentence: str
    tokens: Sequence[str]
    budget: int
    before: str

    def lengthen(self, text: str) -> None:
        """Take up to six words instead of five, and the words before the sentence where these are not enough."""
        node = self.node
        start = _slice(self.tokens, min(6, self.budget))
        if len(_WORD.findall(f"{start} {node.get('end', '')}")) <= self.budget:
            node["start"] = start
        if text.count(node["start"].lower()) > 1 and (prefix := " ".join(self.before.split()[-4:]).strip(_EDGE)):
            node["prefix"] = prefix


def _ends(segments: Sequence[str], sentence: str, words: int) -> tuple[str, str, list[str]]:
    """Return the first and last words of a sentence, about half of it at most, and the tokens the first are from.

    At most five and three words, none of them a marker or touching one; a marker alone is its own first word.
    """
    budget = (words + 2) // 2
    tokens = next((tokens for each in segments if len(tokens := each.split()) > 1), [])
    start = _slice(tokens, min(5, budget))
    if not start:
        return " ".join(sentence.split()[:6]), "", []
    tail = segments[-1].split()
    left = min(3, budget - len(_WORD.findall(start)))
    # Words that may overlap with the first, or may not be the last of their kind, end nothing.
    end = _slice(tail[-left:], left) if left > 0 and len(tail) > 8 else ""
    return start, end if end and segments[-1].count(end) == 1 else "", tokens


def _segments(sentence: str, offset: int, marks: Sequence[_Mark]) -> list[str]:
    """Return the sentence cut at its markers of digits; ``offset`` is where it begins in its paragraph."""
    pieces, at = [], 0
    for (start, end), _ in marks:
        if _DIGITS.fullmatch(sentence, start - offset, end - offset):
            pieces.append(sentence[at : start - offset])
            at = end - offset
    pieces.append(sentence[at:])
    return pieces


def _slice(tokens: Sequence[str], most: int) -> str:
    """Return the first tokens that hold at most ``most`` words, without the signs around them."""
    count = len(tokens) if len(tokens) < most else most
    found = " ".join(tokens[:count])
    while count > 1 and (len(_WORD.findall(found)) > most or _RAISED_DIGIT.search(found)):
        count -= 1
        found = " ".join(tokens[:count])
    return found.strip(_EDGE)
