"""Lays text out for a terminal: colour where it is welcome, wrapped to the width, nothing that moves the cursor."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

import os
import sys
from typing import NamedTuple, TextIO

LABEL = 11
NARROW = 60
WIDEST = 100
# C0, C1 and bidirectional controls: a title must not be able to colour, overwrite or reorder what is shown.
_RANGES = (
    (0x00, 0x0A),
    (0x0B, 0x20),
    (0x7F, 0xA0),
    (0x61C, 0x61D),
    (0x200E, 0x2010),
    (0x202A, 0x202F),
    (0x2066, 0x206A),
)
_CONTROLS = {code: "\ufffd" for start, end in _RANGES for code in range(start, end)}
_STYLES = {"bold": "1", "dim": "2", "accent": "36", "warn": "33", "good": "32"}


class Terminal(NamedTuple):
    """How to lay out: ``width`` in columns, and whether to use ``colour``."""

    width: int = 80
    colour: bool = False

    @staticmethod
    def of(stream: TextIO) -> "Terminal":
        """Return the layout that suits ``stream``: colour only on a terminal, and never with NO_COLOR set."""
        tty = stream.isatty()
        colour = tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        width = columns(stream) if tty or "COLUMNS" in os.environ else 80
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
        """Fill lines with whole words; a word longer than the line (an address) is never cut."""
        lines = [""]
        for word in safe(text).split():
            if lines[-1] and len(lines[-1]) + 1 + len(word) > max(width, 16):
                lines.append(word)
            else:
                lines[-1] += f" {word}" if lines[-1] else word
        return lines


def columns(stream: TextIO) -> int:
    """Return the width to lay out for: that of ``COLUMNS``, else of the terminal, else 80."""
    # What shutil.get_terminal_size does, without importing the archive formats that come with shutil.
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and len(given) < 6 and int(given):
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
    return text.translate(_CONTROLS)


def escaped(json: str) -> str:
    r"""Return JSON that says the same without control characters, which can stand only inside its strings.

    >>> escaped('["a\u202eb"]')
    '["a\\u202eb"]'
    """
    return json.translate({code: f"\\u{code:04x}" for code in _CONTROLS if code >= 0x7F})


def _firsts(lines: list[str]) -> list[tuple[bool, str]]:
    return [(number == 0, line) for number, line in enumerate(lines)]
