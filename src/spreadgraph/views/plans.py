"""Shows what an existing plan speaks of, with the words that say so, as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from spreadgraph.answers.plan import Coverage, Mention
from spreadgraph.terms import shorten
from spreadgraph.views.terminal import Terminal
from spreadgraph.views.traces import markdown_escaped

SPEAKS = "Your plan seems to speak of"
SILENT = "No word found for"
REMARK = (
    "A word does not tell whether a topic is dealt with: accept or reject each. Not every topic has to apply. "
    "Nothing is scored, and nothing left this machine."
)
_SHOWN = 5
_LONGEST = 90


def as_text(coverage: Sequence[Coverage], terminal: Terminal) -> str:
    """Return the answer for a terminal."""
    spoken, silent = _parted(coverage)
    lines = [*terminal.paragraph(SPEAKS, "accent", "bold"), ""]
    for each in spoken:
        lines += terminal.item("  ", f"{each.name} ({each.sort})", "bold")
        for mention in each.mentions[:_SHOWN]:
            lines += terminal.item("    ", _mention(mention))
        lines += terminal.item("    ", _further(each), "dim") if _further(each) else []
    lines += [] if spoken else ["  nothing"]
    lines += ["", *terminal.paragraph(SILENT, "accent", "bold"), ""]
    for each in silent:
        lines += terminal.item("  ", _left_out(each))
    lines += [] if silent else ["  nothing: there is a word for each"]
    return "\n".join([*lines, "", *terminal.paragraph(REMARK, "warn")]) + "\n"


def as_markdown(coverage: Sequence[Coverage]) -> str:
    """Return the answer as Markdown, with boxes to tick."""
    spoken, silent = _parted(coverage)
    lines = [f"# {SPEAKS}", ""]
    for each in spoken:
        lines += [f"- [ ] **{markdown_escaped(each.name)}** ({each.sort})"]
        lines += [f"    - {markdown_escaped(_mention(mention))}" for mention in each.mentions]
    lines += ["", f"# {SILENT}", "", *(f"- [ ] {markdown_escaped(_left_out(each))}" for each in silent)]
    return "\n".join([*lines, "", REMARK]) + "\n"


def as_json(coverage: Sequence[Coverage]) -> str:
    """Return the answer as JSON."""
    return json.dumps([_json(each) for each in coverage], ensure_ascii=False, indent=2) + "\n"


def _parted(coverage: Sequence[Coverage]) -> tuple[list[Coverage], list[Coverage]]:
    return [each for each in coverage if each.mentions], [each for each in coverage if not each.mentions]


def _mention(mention: Mention) -> str:
    text = mention.text if len(mention.text) <= _LONGEST else mention.text[: _LONGEST - 1] + "\u2026"
    return f"line {mention.line}: {', '.join(mention.words)} \u2013 {text}"


def _further(each: Coverage) -> str:
    rest = each.mentions[_SHOWN:]
    return f"and in {len(rest)} further lines: {', '.join(str(mention.line) for mention in rest)}" if rest else ""


def _left_out(each: Coverage) -> str:
    return f"{each.name} ({each.sort}){f': {each.definition}' if each.definition else ''}"


def _json(each: Coverage) -> dict[str, Any]:
    mentions = [{"line": mention.line, "words": list(mention.words), "text": mention.text} for mention in each.mentions]
    return {"element": shorten(each.element), "sort": each.sort, "name": each.name, "mentions": mentions}
