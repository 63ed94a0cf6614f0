"""A copy folded to its letters, with the way back to its text: where a sentence may stand, and how it stands there."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

from spreadgraph.text import letters, without_markers

_STOP = re.compile(r"[.:;?!\u2026]")
_OPENS = re.compile(r"[.:;?!\u2026\n\t\u2022\u25aa\u25b6\u25ba|]")
# What ends before a sentence begins; digits glued to a stop are the marker of the sentence before.
_OPENER = re.compile(
    r"\.\d+(?:[,\u2013-]\d+)*(?=\s)|[.:;?!\u2026\t\u2022\u25aa\u25b6\u25ba|)\]\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+"
)
# What may end a sentence; a stop inside a number does not, and without one it ends with the line or cell.
_STOPS = re.compile(r"(?:(?<!\d)\.|\.(?!\d)|[:;?!\u2026])[\"'\u2019\u201d)\]]*|(?=[\n\t])|(?<=.)$")
_BREAK = re.compile(r"[\n\t]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
_LINE_HYPHEN = re.compile(r"[-\u2010]\s*\n")
_WORD = re.compile(r"[^\W_]+")
_HAS_LETTER = re.compile(r"[^\W\d_]")
_PAGE_NUMBER = re.compile(r"^\s*\d+\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Span:
    """Where a sentence stands: letters ``start`` to ``end``; ``cut`` and ``resume`` where other lines stand in it."""

    start: int
    end: int
    cut: int | None = None
    resume: int | None = None


class FoldedCopy:
    """The letters of a text in normal form, each with its place in the text. All positions count letters."""

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFC", text)
        places = array("I")
        folded = []
        breaks = []
        for place, character in enumerate(self.text):
            if found := _folded(character):
                folded.append(found)
                places.extend([place] * len(found))
            elif character == "\n":
                breaks.append(len(places))
        self.letters = "".join(folded)
        self._places = places
        self._breaks = sorted(set(breaks) - {0, len(places)})

    def finds(self, words: str, start: int = 0, end: int | None = None) -> Iterator[int]:
        """Yield every place from ``start`` to ``end`` at which the letters of ``words`` stand."""
        wanted = letters(words)
        at = self.letters.find(wanted, start, end) if wanted else -1
        while at >= 0:
            yield at
            at = self.letters.find(wanted, at + 1, end)

    def has(self, sha256: str, span: Span) -> bool:
        """Whether the letters of ``span`` have this hash."""
        return hashlib.sha256(self._letters(span).encode()).hexdigest() == sha256

    def broken(self, start: int, count: int, reach: int) -> Iterator[Span]:
        """Yield the spans of ``count`` letters from ``start`` with whole lines left out, at most ``reach`` letters."""
        cuts = self._breaks[bisect_right(self._breaks, start) : bisect_left(self._breaks, start + count)]
        for cut in cuts:
            last = bisect_right(self._breaks, cut + reach)
            for resume in self._breaks[bisect_right(self._breaks, cut) : last]:
                end = resume + count - (cut - start)
                if end <= len(self.letters):
                    yield Span(start, end, cut, resume)

    def is_furniture(self, span: Span) -> bool:
        """Whether the whole lines left out of ``span`` may be page furniture: no stray word of a sentence.

        That is a line of which there are several, as running heads are, or four words at least, or a number.
        """
        if span.cut is None or span.resume is None:
            return False
        block = self._slice(span.cut, span.resume)
        return len(_WORD.findall(block)) >= 4 or bool(re.search(r"\d", block)) or self._lines[letters(block)] > 1

    def readings(self, span: Span) -> Iterator[list[str]]:
        """Yield the text of ``span``, in two parts where other lines stand in it, likeliest first.

        They differ in which numbers at its edges are taken for its own, since no letter tells: those up to the first
        stop or a later one ('et al., 2012.'), and those that a line break sets apart.
        """
        before, after = self._gap(span.start), self._gap(span.end)
        head = before[max((found.end() for found in _OPENER.finditer(before)), default=0) :]
        stops = [found.end() for found in _STOPS.finditer(after)]
        tails = [after[:stop] for stop in stops or [len(after)]]
        inner = self._inner(span)
        for first, tail in product(dict.fromkeys((head.rpartition("\n")[2], head)), tails):
            yield [first + inner[0] + tail] if len(inner) == 1 else [first + inner[0], inner[1] + tail]

    def _inner(self, span: Span) -> list[str]:
        if span.cut is None or span.resume is None:
            return [self._slice(span.start, span.end)]
        # The first part goes to the end of its line, the second begins with its own.
        cut = self._slice(span.start, span.cut) + self._gap(span.cut).partition("\n")[0]
        return [cut, self._gap(span.resume).rpartition("\n")[2] + self._slice(span.resume, span.end)]

    def stands_alone(self, span: Span, capital: bool) -> bool:
        """Whether a sentence begins and ends where ``span`` does, so that no words lead in or go on.

        ``capital`` says that the sentence is known to begin with a capital.
        """
        small = self.text[self._places[span.start]].islower()
        return self.begins_at(span.start) and self.ends_at(span.end) and not (capital and small)

    def begins_at(self, place: int) -> bool:
        """Whether a sentence may begin here: after a stop, a colon, or in a line or cell of its own."""
        return place == 0 or _OPENS.search(self._gap(place)) is not None

    def ends_at(self, place: int) -> bool:
        """Whether a sentence may end here: with a stop, or with its line or cell unless small letters go on."""
        gap = self._gap(place)
        if place == len(self._places) or _STOP.search(gap):
            return True
        return _BREAK.search(gap) is not None and not self.text[self._places[place]].islower()

    def word_counts(self, span: Span) -> range:
        """Return how many words with letters ``span`` may hold: line hyphens may or may not join two."""
        text = _INVISIBLE.sub("", without_markers(self._slice(span.start, span.end)))
        words = sum(_HAS_LETTER.search(word) is not None for word in _WORD.findall(text))
        return range(words - len(_LINE_HYPHEN.findall(text)), words + 1)

    def at_word_edge(self, place: int) -> bool:
        """Whether a word begins or ends at ``place``."""
        return not 0 < place < len(self._places) or self._places[place] - self._places[place - 1] > 1

    @cached_property
    def _lines(self) -> Counter[str]:
        return Counter(letters(line) for line in self.text.split("\n"))

    def _letters(self, span: Span) -> str:
        if span.cut is None or span.resume is None:
            return self.letters[span.start : span.end]
        return self.letters[span.start : span.cut] + self.letters[span.resume : span.end]

    def _slice(self, start: int, end: int) -> str:
        return self.text[self._places[start] : self._places[end - 1] + 1]

    def _gap(self, place: int) -> str:
        """Return the text between the letter before ``place`` and the one at it."""
        first = self._places[place - 1] + 1 if place else 0
        last = self._places[place] if place < len(self._places) else len(self.text)
        return self.text[first:last]


def without_page_numbers(text: str) -> str:
    """Drop lines that hold nothing but a number."""
    return _PAGE_NUMBER.sub("", text)


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    return letters(character)
