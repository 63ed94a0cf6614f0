"""Shows comparisons as text, Markdown and JSON: innovation on the left, improvement on the right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from spreadgraph.answers.compare import Comparison
from spreadgraph.answers.evidence import Result
from spreadgraph.terms import shorten
from spreadgraph.views.table import render
from spreadgraph.views.terminal import NARROW, Terminal, safe
from spreadgraph.views.traces import markdown_escaped

TITLES = {
    "factor": "Shared by innovations and improvements",
    "characteristic": "Where innovations and improvements differ",
}


def as_text(comparisons: Sequence[Comparison], terminal: Terminal) -> str:
    """Return the comparisons for a terminal, in two columns where it is wide enough."""
    lines: list[str] = []
    sort = ""
    for comparison in comparisons:
        if comparison.sort != sort:
            sort = comparison.sort
            lines += ["", *terminal.paragraph(TITLES[sort].upper(), "accent")]
        lines += ["", *terminal.paragraph(comparison.name, "bold")]
        for result in comparison.shared:
            lines += terminal.item("  \u2022 ", summary(result))
        lines += _columns(comparison, terminal)
    return "\n".join(lines).strip("\n") + "\n"


def summary(result: Result) -> str:
    """Return a claim in one line: text, hedge and support."""
    return f"{result.claim.text} [{', '.join(result.claim.hedges)}; {', '.join([result.support, *result.flags])}]"


def _columns(comparison: Comparison, terminal: Terminal) -> list[str]:
    sides = (("innovation", comparison.innovation), ("improvement", comparison.improvement))
    if not (comparison.innovation and comparison.improvement) or terminal.width < NARROW:
        lines: list[str] = []
        for name, results in sides:
            lines += terminal.paragraph(f"as {name}", "dim", indent=2) if results else []
            lines += [line for result in results for line in terminal.item("  \u2022 ", summary(result))]
        return lines
    cells = ["\n\n".join(summary(result) for result in results) for _, results in sides]
    return render([name for name, _ in sides], [cells], terminal).rstrip("\n").split("\n")


def as_markdown(comparisons: Sequence[Comparison]) -> str:
    """Return the comparisons as Markdown: lists for what is shared, a table for what differs."""
    blocks = []
    for comparison in comparisons:
        block = [f"## {comparison.name}", ""]
        block += [f"- {markdown_escaped(summary(result))}" for result in comparison.shared]
        if comparison.innovation or comparison.improvement:
            sides = [
                "<br><br>".join(markdown_escaped(summary(result)) for result in results)
                for results in (comparison.innovation, comparison.improvement)
            ]
            block += ["", "| Innovation | Improvement |", "|---|---|", f"| {sides[0]} | {sides[1]} |"]
        blocks.append("\n".join(block) + "\n")
    return "\n".join(blocks)


def as_json(comparisons: Sequence[Comparison]) -> str:
    """Return the comparisons as JSON."""
    return json.dumps([_json(comparison) for comparison in comparisons], ensure_ascii=False, indent=2) + "\n"


def _json(comparison: Comparison) -> dict[str, Any]:
    sides = ("shared", "innovation", "improvement")
    return {
        "element": shorten(comparison.element),
        "sort": comparison.sort,
        "name": comparison.name,
        "definition": comparison.definition,
        **{side: [_claim(result) for result in getattr(comparison, side)] for side in sides},
    }


def _claim(result: Result) -> dict[str, Any]:
    return {
        "id": result.claim.id,
        "text": safe(result.claim.text),
        "hedges": list(result.claim.hedges),
        "support": result.support,
        "flags": list(result.flags),
    }
