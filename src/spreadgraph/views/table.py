"""Shows rows of text as a table: for a terminal, as Markdown, as comma-separated values for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from spreadgraph.views.terminal import Terminal, safe

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(columns: Sequence[str], cells: Sequence[Sequence[str]], terminal: Terminal) -> str:
    """Return a table for a terminal, its cells wrapped to the width."""
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
