"""Measures and breaks text for pictures, so that Python can place boxes that hold what is written in them."""

from __future__ import annotations

import unicodedata

# Widths of Helvetica, Arial and Liberation Sans in thousandths of the letter size, from their common metrics.
_WIDTHS = {
    191: "'", 222: "ijl", 260: "|", 278: " !,./:;I[\\]ft", 333: "-()`r", 334: "{}", 355: '"', 389: "*", 469: "^",
    500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu", 584: "+<=>~", 611: "FTZ", 667: "&ABEKPSVXY",
    722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1015: "@",
}  # fmt: skip
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
# Bold letters, and other sans serifs that a reader's machine may put in their place, are a little wider.
_MARGIN = 1.06

# What a page measures to learn how wide the letters of its reader's machine are.
SAMPLE = "Health services struggle to spread what works. Advice is plentiful; what it rests on is hard to see."


def width(text: str, size: float) -> float:
    """Return how wide ``text`` is at most, in pixels, in letters of ``size`` pixels.

    >>> width("ill", 10) < width("WWW", 10)
    True
    """
    return sum(_letter(letter) for letter in text) * size / 1000 * _MARGIN


def wrap(text: str, across: float, size: float, lines: int | None = None) -> list[str]:
    """Break ``text`` into lines no wider than ``across`` pixels; with ``lines``, what is left over ends in an ellipsis.

    A word that is wider than a line is broken within.

    >>> wrap("weak ties and strong ties", 80, 13)
    ['weak ties', 'and strong', 'ties']
    >>> wrap("weak ties and strong ties", 80, 13, lines=2)
    ['weak ties', 'and strong\u2026']
    """
    wrapped: list[str] = []
    for word in _words(text, across, size):
        longer = f"{wrapped[-1]} {word}" if wrapped else word
        if wrapped and width(longer, size) <= across:
            wrapped[-1] = longer
        else:
            wrapped.append(word)
    if lines is None or len(wrapped) <= lines:
        return wrapped
    return [*wrapped[: lines - 1], clip(" ".join(wrapped[lines - 1 :]), across, size)]


def clip(text: str, across: float, size: float) -> str:
    """Return ``text`` on one line of ``across`` pixels; what does not fit becomes an ellipsis."""
    if width(text, size) <= across:
        return text
    end = _fitting(text, across - width("\u2026", size), size)
    return f"{text[:end].rstrip()}\u2026"


def _words(text: str, across: float, size: float) -> list[str]:
    words = []
    for word in text.split():
        rest = word
        while width(rest, size) > across:
            end = max(1, _fitting(rest, across, size))
            words.append(rest[:end])
            rest = rest[end:]
        words.append(rest)
    return words


def _fitting(text: str, across: float, size: float) -> int:
    """Return how many letters of ``text`` fit into ``across`` pixels."""
    used = 0.0
    for count, letter in enumerate(text):
        used += width(letter, size)
        if used > across:
            return count
    return len(text)


def _letter(letter: str) -> int:
    if letter in _WIDTH:
        return _WIDTH[letter]
    if unicodedata.combining(letter):
        return 0
    return 1000 if unicodedata.east_asian_width(letter) in "WFA" or ord(letter) > 0xFFFF else 722
