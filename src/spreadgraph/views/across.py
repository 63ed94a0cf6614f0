"""Shows where curated papers stand on each element, as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from spreadgraph.answers.across import Across, Pair, Stand
from spreadgraph.terms import shorten
from spreadgraph.views.terminal import Terminal
from spreadgraph.views.traces import markdown_escaped

CAUTION = (
    "Agreement and difference are what curators stated between claims; nothing is read off wording. A paper is silent"
    " where none of its curated claims is about the element."
)


def as_text(found: Sequence[Across], terminal: Terminal) -> str:
    """Return the stands for a terminal, the claims under them."""
    lines: list[str] = []
    for each in found:
        lines += ["", *terminal.paragraph(_head(each), "bold")]
        for stand in each.stands:
            lines += terminal.item("  - ", _in_words(stand), *_styles(stand))
            for pair in stand.pairs:
                lines += terminal.item("      ", _pair(pair))
    return "\n".join([*lines, "", *terminal.paragraph(CAUTION, "dim")]).strip("\n") + "\n"


def as_markdown(found: Sequence[Across]) -> str:
    """Return the stands as Markdown lists."""
    blocks = []
    for each in found:
        lines = [f"## {markdown_escaped(_head(each))}", ""]
        for stand in each.stands:
            lines.append(f"- {markdown_escaped(_in_words(stand))}")
            lines += [f"  - {markdown_escaped(_pair(pair))}" for pair in stand.pairs]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join([*blocks, f"{CAUTION}\n"])


def _head(each: Across) -> str:
    return f"{each.name} ({shorten(each.element)})"


def _styles(stand: Stand) -> tuple[str, ...]:
    return {"silent": ("dim",), "differs": ("warn",), "both": ("warn",), "agrees": ("good",)}.get(stand.stand, ())


def _in_words(stand: Stand) -> str:
    claims = f" ({stand.claims} claim{'' if stand.claims == 1 else 's'} about it)" if stand.claims else ""
    return f"{stand.paper}: {stand.stand}{claims}"


def _pair(pair: Pair) -> str:
    return f"{pair.text} [{shorten(pair.claim)}] {pair.relation}: {pair.other_text} [{shorten(pair.other)}]"


def as_json(found: Sequence[Across]) -> str:
    """Return the stands as JSON, in a shape that stays stable; keys may be added, none is renamed."""
    document = [
        {
            "element": each.element, "name": each.name, "proposed_in": each.proposed_in,
            "papers": [
                {
                    "document": stand.document, "paper": stand.paper, "stand": stand.stand, "claims": stand.claims,
                    "pairs": [
                        {
                            "relation": pair.relation, "claim": pair.claim, "text": pair.text, "other": pair.other,
                            "other_text": pair.other_text,
                        }
                        for pair in stand.pairs
                    ],
                }
                for stand in each.stands
            ],
        }
        for each in found
    ]  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
