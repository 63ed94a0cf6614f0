"""Shows an audit as text, Markdown and JSON: what was looked for, what it means, what was found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from spreadgraph.answers.finding import Check, Finding
from spreadgraph.terms import shorten
from spreadgraph.views.comparisons import summary
from spreadgraph.views.terminal import Terminal
from spreadgraph.views.traces import markdown_escaped

SORTS = {"limit": "What to know about the evidence", "defect": "What may be wrong"}
FEW = 5


def as_text(checks: Sequence[Check], terminal: Terminal, *, everything: bool = False) -> str:
    """Return the audit for a terminal: what may be wrong first; of long lists the first few, unless ``everything``."""
    lines: list[str] = []
    for sort in ("defect", "limit"):
        lines += ["", *terminal.paragraph(SORTS[sort].upper(), "accent")]
        for check in _of(checks, sort):
            lines += _check_lines(check, terminal, everything)
        lines += ["", *_clear(checks, sort, terminal)]
    return "\n".join(lines).strip("\n") + "\n"


def _of(checks: Sequence[Check], sort: str) -> list[Check]:
    return [check for check in checks if check.sort == sort and check.findings]


def _check_lines(check: Check, terminal: Terminal, everything: bool) -> list[str]:
    lines = ["", *terminal.paragraph(f"{check.title} ({len(check.findings)})", "bold")]
    lines += terminal.paragraph(check.why, "dim")
    if all(finding.claim is None and not finding.reason for finding in check.findings):
        return lines + terminal.item("  \u2022 ", "; ".join(finding.label for finding in check.findings))
    shown = check.findings if everything else check.findings[:FEW]
    for finding in shown:
        lines += terminal.item("  \u2022 ", in_words(finding))
    if rest := len(check.findings) - len(shown):
        lines += terminal.item("    ", f"and {rest} more; --all shows them", "dim")
    return lines


def _clear(checks: Sequence[Check], sort: str, terminal: Terminal) -> list[str]:
    clear = [check.title for check in checks if check.sort == sort and not check.findings]
    return terminal.field("Not found", "; ".join(clear), "good", indent=0) if clear else []


def in_words(finding: Finding) -> str:
    """Return a finding in one line: what it is about, and why it was found."""
    what = summary(finding.claim) if finding.claim else finding.label
    return f"{what}: {finding.reason}" if finding.reason else what


def as_markdown(checks: Sequence[Check]) -> str:
    """Return the audit as Markdown, every finding with its id."""
    blocks = []
    for sort in ("defect", "limit"):
        blocks.append(f"# {SORTS[sort]}\n")
        for check in (check for check in checks if check.sort == sort):
            found = [f"- {markdown_escaped(in_words(finding))} {_ids(finding)}" for finding in check.findings]
            head = [f"## {check.title} ({len(found)})", "", check.why, ""]
            blocks.append("\n".join([*head, *(found or ["Nothing found."]), ""]))
    return "\n".join(blocks)


def _ids(finding: Finding) -> str:
    return " ".join(f"`{shorten(target)}`" for target in finding.targets)


def as_json(checks: Sequence[Check]) -> str:
    """Return the audit as JSON, the checks in their order, those without findings too."""
    return json.dumps([_json(check) for check in checks], ensure_ascii=False, indent=2) + "\n"


def _json(check: Check) -> dict[str, Any]:
    findings = [
        {"ids": [shorten(target) for target in finding.targets], "text": finding.label, "reason": finding.reason}
        for finding in check.findings
    ]
    return {"check": check.name, "title": check.title, "why": check.why, "sort": check.sort, "findings": findings}
