"""Shows the catalogue of named queries."""

from __future__ import annotations

from collections.abc import Sequence

from spreadgraph.answers.catalog import Query
from spreadgraph.views.terminal import Terminal

AUDIENCES = ("practitioner", "researcher", "curator")


def as_text(queries: Sequence[Query], terminal: Terminal, audience: str | None = None) -> str:
    """Return the queries for a terminal, grouped by the people they are for."""
    lines: list[str] = []
    for who in [audience] if audience else AUDIENCES:
        lines += ["", *terminal.paragraph(f"For a {who}", "accent", "bold"), ""]
        for query in queries:
            if query.audience == who:
                lines += _lines(query, terminal)
    return "\n".join(lines).strip("\n") + "\n"


def _lines(query: Query, terminal: Terminal) -> list[str]:
    lines = [*terminal.paragraph(query.name, "bold"), *terminal.paragraph(query.question, indent=4)]
    for parameter in query.parameters:
        need = "" if parameter.required else " (optional)"
        text = f"--param {parameter.name}={parameter.example}  {parameter.meaning}{need}"
        lines += terminal.paragraph(text, "dim", indent=4)
    return lines
