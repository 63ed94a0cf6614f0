"""Lays text out for a terminal: colour where it is welcome, wrapped to the width, nothing that moves the cursor."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from typing import NamedTuple, TextIO

LABEL = 11
NARROW = 60
WIDEST = 100
# C0, C1 and bidirectional controls: a title must not be able to colour, overwrite or reorder what is shown.
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STYLES = {"bold": "1", "dim": "2", "accent": "36", "warn": "33", "good": "32"}


class Terminal(NamedTuple):
    """How to lay out: ``width`` in columns, and whether to use ``colour``."""

    width: int = 80
    colour: bool = False

    @staticmethod
    def of(stream: TextIO) -> Terminal:
        """Return the layout that suits ``stream``: colour only on a terminal, and never with NO_COLOR set."""
        tty = stream.isatty()
        colour = tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        width = _columns(stream) if tty or "COLUMNS" in os.environ else 80
        return Terminal(max(20, min(width, WIDEST)), colour and sys.platform != "win32")

    def style(self, text: str, *styles: str) -> str:
        """Return ``text`` in the named styles (bold, dim, accent, warn, good), or as it is without colour."""
        codes = ";".join(_STYLES[style] for style in styles)
        return f"\x1b[{codes}m{text}\x1b[0m" if self.colour and styles and text else text

    def paragraph(self, text: str, *styles: str, indent: int = 0) -> list[str]:
        """Return ``text`` wrapped to the width, each line indented."""
        pad = " " * indent
        return [pad + self.style(line, *styles) for line in self._wrapped(text, self.width - indent)]

    def field(self, label: str, text: str, *styles: str, indent: int = 2) -> list[str]:
        """Return a labelled text: label in a column of its own, or on a line of its own where it is narrow."""
        pad = " " * indent
        name = self.style(f"{label:<{LABEL}}", "dim")
        if self.width < NARROW:
            return [*([pad + name.rstrip()] if label else []), *self.paragraph(text, *styles, indent=indent + 2)]
        lines = self._wrapped(text, self.width - indent - LABEL)
        rest = " " * LABEL
        return [pad + (name if first else rest) + self.style(line, *styles) for first, line in _firsts(lines)]

    def item(self, bullet: str, text: str, *styles: str) -> list[str]:
        """Return ``text`` behind a bullet or number, its further lines hanging under the first."""
        lines = self._wrapped(text, self.width - len(bullet))
        rest = " " * len(bullet)
        return [(bullet if first else rest) + self.style(line, *styles) for first, line in _firsts(lines)]

    def _wrapped(self, text: str, width: int) -> list[str]:
        if re.fullmatch(r"https?://\S+", text):
            return [safe(text)]
        return textwrap.wrap(safe(text), max(width, 16), break_long_words=False, break_on_hyphens=False) or [""]


def _columns(stream: TextIO) -> int:
    # What shutil.get_terminal_size does, without importing the archive formats that come with shutil.
    if (given := os.environ.get("COLUMNS", "")).isdigit() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80


def safe(text: str) -> str:
    r"""Return ``text`` with control characters replaced, so that it can only be read.

    >>> safe("a\x1b[31m title")
    'a�[31m title'
    """
    return _CONTROLS.sub("\ufffd", text)


def _firsts(lines: list[str]) -> list[tuple[bool, str]]:
    return [(number == 0, line) for number, line in enumerate(lines)]
