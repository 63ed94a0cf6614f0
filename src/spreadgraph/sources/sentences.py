"""Splits a paragraph into sentences; it knows abbreviations, initials and citations printed after the full stop."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

SPLITTER: Final = "sg-split-1"

# What stands for a character of a marker while sentences are looked for: of one of digits, and of one of words.
_DIGITS, _WORDS = "\ufdd2", "\ufdd3"
# Possessive throughout, so that no text can make the search try again and again.
_GROUP = rf"[\[(]?+{_DIGITS}++(?:[\s,;\u2010-\u2015\u2212-]++{_DIGITS}++)*+[\])]?+"
_BRACKETED = rf"[\[(][{_DIGITS}{_WORDS}]++(?:[\s,;&\u2010-\u2015\u2212-]++[{_DIGITS}{_WORDS}]++)*+[\])]\.?+"
_AHEAD = r"(?=\s[^\sa-z,;:.])"
_STOP = re.compile(
    rf"""[.!?\u2026]["'\u2019\u201d)\]\u00bb]*+        # the stop, and what closes behind it
    (?:((?:\s?(?:{_BRACKETED}|{_GROUP}))++)          # citations after the stop belong to the sentence before,
    ["'\u2019\u201d)\]]*+(?:{_AHEAD}|(?=\n|\Z)) | {_AHEAD})  # unless it is they that the next one begins with""",
    re.VERBOSE,
)
_WIDE_STOP = re.compile(r"(?<=[\u3002\uff01\uff1f])|(?=\n)")
_MARKER_OF_DIGITS = re.compile(r"\W*+\d[\d\W]*+[a-z]?+\W*+")
_OPENING = "\"'\u2018\u201c([\u00bf\u00a1\u00ab"
# Never the end of a sentence.
_ABBREVIATIONS = """
e.g i.e vs cf viz resp approx ca dr drs prof mr mrs ms st jr mt fig figs eq eqs eqn tab ref refs no nos vol vols
pp ed eds spp sp subsp var cv ssp nr art sec ch chap suppl supp ext dept univ inc ltd co corp u.s u.k
"""
_INSIDE = frozenset(_ABBREVIATIONS.split())
# The end of a sentence only before a word; else a number or bracket follows.
_SOMETIMES = frozenset(("al", "etc", "p", "a.m", "p.m"))
_WORDS_THAT_BEGIN = """
The This These Those That There Then Thus They It Its In On At As An A And But For From To We Our Here However
Although While When Where Whereas With Without After Before Since Such Some Several Similarly Both All Each Most
Many If Moreover Furthermore Therefore Hence Consequently Additionally By Because One Two Three Only
"""
_STARTERS = frozenset(_WORDS_THAT_BEGIN.split())
_WORD = re.compile(r"[^\W\d_]+")


def split(text: str, markers: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Return the sentences of ``text`` as pairs of start and end, in order, without the blanks between them.

    ``markers`` are the places of citation markers, in order. A marker after the full stop belongs to the sentence
    before it; a stop inside a marker, as in "Smith et al., 2010", ends nothing. Blanks must be single; a line feed ends
    a sentence whatever stands before it.

    >>> text = "It works.3 Dr. Lee et al. (2010) agree. So do we."
    >>> [text[start:end] for start, end in split(text, [(9, 10)])]
    ['It works.3', 'Dr. Lee et al. (2010) agree.', 'So do we.']
    """
    masked = _masked(text, markers)
    ends = [end for match in _STOP.finditer(masked) if (end := _end(masked, match))]
    if "\n" in text or not text.isascii():
        ends = sorted({*ends, *(match.end() for match in _WIDE_STOP.finditer(masked))})
    spans, start = [], 0
    for end in (*ends, len(text)):
        while start < end and text[start] in " \n":
            start += 1
        if start < end:
            spans.append((start, end))
        start = end
    return spans


def _masked(text: str, markers: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in markers:
        sign = _DIGITS if _MARKER_OF_DIGITS.fullmatch(text, start, end) else _WORDS
        pieces += [text[at:start], sign * (end - start)]
        at = end
    return "".join((*pieces, text[at:]))


def _end(text: str, match: re.Match[str]) -> int:
    """Return where the sentence ends that this stop may end, or 0 where it ends none."""
    stop, end = match.start(), match.end()
    if text[end : end + 1] in ("", "\n"):
        return 0
    following = text[end:].lstrip(" ")[:24] if len(text) - end < 25 else text[end + 1 : end + 25]
    if match[1] and not _begins(following):
        # The citation behind the stop begins the next sentence: "... ends. [3] shows that ..."
        end = match.start(1)
        return end if text[end : end + 1] == " " else 0
    if not _begins(following) or (text[stop] == "." and _abbreviates(text, stop, following)):
        return 0
    return end


def _begins(following: str) -> bool:
    """Whether a sentence may begin so: with a capital, a digit, a marker, or one of these behind an opening sign."""
    first = following.lstrip(_OPENING)[:1]
    return first.isupper() or first.isdigit() or first in (_DIGITS, _WORDS) or (first > "\u024f" and first.isalpha())


def _abbreviates(text: str, stop: int, following: str) -> bool:
    word = text[max(0, stop - 24) : stop].rpartition(" ")[2].lstrip("([\"'\u201c\u2018")
    small = word.lower()
    if small in _INSIDE:
        # "no." before a word is a plain no.
        return small != "no" or following[:1].isdigit()
    first = _WORD.match(following)
    begun = first is not None and first[0] in _STARTERS
    if small in _SOMETIMES:
        return first is None
    if len(word) == 1 and word.isupper() and word != "I":
        return not begun
    # Initials and the like: "J.-P. Martin", "U.S.A. Today".
    return re.fullmatch(r"(?:[A-Z]\.-?)+[A-Z]", word) is not None and not begun
