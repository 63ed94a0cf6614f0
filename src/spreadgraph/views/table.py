"""Shows rows of text as a table: for a terminal, as Markdown, as comma-separated values for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from spreadgraph.views.terminal import NARROW, Terminal, safe

# Between columns; and the letters that a column has to have room for.
_GAP, _READABLE = 3, 10
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(columns: Sequence[str], cells: Sequence[Sequence[str]], terminal: Terminal) -> str:
    """Return a table for a terminal, its cells wrapped to the width; where that breaks every word, a block a row."""
    if _widest(columns, cells, terminal.width) < _READABLE:
        return _blocks(columns, cells, terminal)
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, expand=False, header_style="bold cyan")
    for column in columns:
        table.add_column(Text(safe(column)), overflow="fold", ratio=None)
    for row in cells:
        table.add_row(*(Text("\n".join(safe(line) for line in cell.split("\n"))) for cell in row))
    out = io.StringIO()
    colour = terminal.colour
    # In a notebook rich would otherwise show the table itself, and write nothing.
    console = Console(file=out, width=terminal.width, force_terminal=colour, no_color=not colour, force_jupyter=False)
    console.print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def _widest(columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> int:
    """Return how wide a column of a table can be at most, where narrower ones take no more than they need."""
    lines = [[line for row in (columns, *cells) for line in row[place].split("\n")] for place in range(len(columns))]
    room = width - _GAP * (len(columns) - 1)
    for left, need in zip(range(len(columns), 0, -1), sorted(max(map(len, each)) for each in lines), strict=True):
        most = room // left
        if need > most:
            return most
        room -= need
    return width


def _blocks(columns: Sequence[str], cells: Sequence[Sequence[str]], terminal: Terminal) -> str:
    """Return each row as lines of name and value, without what is empty."""
    names = [f"{safe(column)}: " for column in columns]
    edge = max(map(len, names)) if terminal.width >= NARROW else 0
    blocks = [
        [line for name, cell in zip(names, row, strict=True) if cell for line in terminal.item(f"{name:<{edge}}", cell)]
        for row in cells
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def markdown(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; bars and line breaks inside cells are escaped."""
    lines = [columns, ["---"] * len(columns), *cells]
    return "".join("| " + " | ".join(_cell(cell) for cell in row) + " |\n" for row in lines)


def spreadsheet(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return comma-separated values that are safe to open in a spreadsheet.

    A cell that a spreadsheet would read as a formula (it begins with = + - @, tab or return) gets a leading
    apostrophe, as OWASP advises, and control characters are replaced.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe(f"'{cell}" if cell.startswith(_FORMULA) else cell) for cell in row] for row in cells)
    return out.getvalue()


def _cell(text: str) -> str:
    return safe(text).replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
