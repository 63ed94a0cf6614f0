"""Shows how the passages of a paper compare with a reader's copy, as text, Markdown and JSON."""

from __future__ import annotations

import json
from typing import Any

from spreadgraph.answers.judge import IDENTICAL, VERDICTS, Verdict
from spreadgraph.answers.verify import Verification
from spreadgraph.terms import shorten
from spreadgraph.views.comparisons import summary
from spreadgraph.views.terminal import Terminal
from spreadgraph.views.traces import markdown_escaped

_STYLES = {IDENTICAL: "good"}


def as_text(found: Verification, terminal: Terminal, *, show: bool = False) -> str:
    """Return the counts and what is not identical; with ``show``, each sentence beside the claims made from it."""
    lines = terminal.paragraph(counts_in_words(found), "bold")
    for verdict in found.verdicts:
        if show or verdict.verdict != IDENTICAL:
            lines += ["", *_verdict_lines(verdict, terminal, show)]
    return "\n".join(lines) + "\n"


def counts_in_words(found: Verification) -> str:
    """Return how many passages got which verdict, in one sentence."""
    counts = [f"{number} {verdict}" for verdict in VERDICTS if (number := found.count(verdict))]
    return f"Of {len(found.verdicts)} passages of {found.name}, checked against {found.copy}: {', '.join(counts)}."


def _verdict_lines(verdict: Verdict, terminal: Terminal, show: bool) -> list[str]:
    style = _STYLES.get(verdict.verdict, "warn")
    lines = terminal.item("", f"{verdict.passage.place} ({verdict.passage.locator})", "bold")
    lines += terminal.field("Verdict", f"{verdict.verdict}: {verdict.reason}", style)
    if show:
        lines += terminal.field("Your copy", verdict.sentence or "nothing found there")
        for claim in verdict.claims:
            lines += terminal.field("Claim", summary(claim))
    return lines


def as_markdown(found: Verification, *, show: bool = False) -> str:
    """Return the verdicts as Markdown: counts, then a list of what is not identical, or of all with ``show``."""
    lines = [markdown_escaped(counts_in_words(found)), ""]
    for verdict in found.verdicts:
        if not show and verdict.verdict == IDENTICAL:
            continue
        reason = markdown_escaped(f"{verdict.verdict}: {verdict.reason}")
        lines.append(f"- **{markdown_escaped(verdict.passage.locator)}**: {reason}")
        if show:
            lines.append(f"  - Your copy: {markdown_escaped(verdict.sentence or 'nothing found there')}")
            lines += [f"  - Claim: {markdown_escaped(summary(claim))}" for claim in verdict.claims]
    return "\n".join(lines).rstrip("\n") + "\n"


def as_json(found: Verification, *, show: bool = False) -> str:
    """Return the verdicts as JSON; the sentences of the copy and the claims only with ``show``."""
    document = {
        "paper": shorten(found.paper),
        "copy": found.copy,
        "remarks": list(found.remarks),
        "counts": {verdict: found.count(verdict) for verdict in VERDICTS},
        "passages": [_json(verdict, show) for verdict in found.verdicts],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _json(verdict: Verdict, show: bool) -> dict[str, Any]:
    passage = verdict.passage
    found: dict[str, Any] = {
        "id": shorten(passage.id), "locator": passage.locator, "place": passage.place,
        "verdict": verdict.verdict, "reason": verdict.reason,
    }  # fmt: skip
    if show:
        found["sentence"] = verdict.sentence
        found["claims"] = [{"id": shorten(claim.claim.id), "text": claim.claim.text} for claim in verdict.claims]
    return found
