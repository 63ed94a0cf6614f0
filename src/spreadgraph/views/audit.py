"""Shows an audit as text, Markdown and JSON: what was looked for, what it means, what was found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from spreadgraph.answers.finding import Check, Finding
from spreadgraph.answers.holdings import Holdings, Paper
from spreadgraph.terms import shorten
from spreadgraph.views.comparisons import summary
from spreadgraph.views.terminal import Terminal
from spreadgraph.views.traces import markdown_escaped

SORTS = {"limit": "What to know about the evidence", "defect": "What may be wrong"}
FEW = 5
_COUNTED = {
    "papers": "papers", "curated": "of them curated, with claims", "claims": "claims", "references": "references",
    "citations": "markers", "works": "works", "notes": "curation notes",
}  # fmt: skip
_MOST_UNCITED = "Most references that no marker cites, of papers whose markers are linked"


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
    nothing = [check for check in checks if check.sort == sort and not check.findings]
    clear = [check.title for check in nothing if not check.unasked]
    lines = terminal.field("Not found", "; ".join(clear), "good", indent=0) if clear else []
    for reason in dict.fromkeys(check.unasked for check in nothing if check.unasked):
        titles = "; ".join(check.title for check in nothing if check.unasked == reason)
        lines += terminal.field("Not asked", f"{titles}: {reason}", "warn", indent=0)
    return lines


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
            nothing = f"Not asked: {check.unasked}." if check.unasked else "Nothing found."
            blocks.append("\n".join([*head, *(found or [nothing]), ""]))
    return "\n".join(blocks)


def _ids(finding: Finding) -> str:
    return " ".join(f"`{shorten(target)}`" for target in finding.targets)


def overview_as(form: str, held: Holdings, most_uncited: Sequence[Paper], terminal: Terminal) -> str:
    """Return counts of a library too large to be audited as a whole, as ``text``, ``md`` or ``json``."""
    counts = [f"{held.counts[name]:,} {words}" for name, words in _COUNTED.items()]
    uncited = [f"{each.name or each.slug} ({each.slug}): {each.uncited} of {each.refs}" for each in most_uncited]
    if form == "json":
        papers = [{"paper": each.slug, "references": each.refs, "uncited": each.uncited} for each in most_uncited]
        return json.dumps({"counts": held.counts, "most_uncited": papers}, ensure_ascii=False, indent=2) + "\n"
    if form == "md":
        blocks = (f"# {_MOST_UNCITED}", "", *(f"- {markdown_escaped(each)}" for each in uncited), "")
        return "\n".join([*(f"- {count}" for count in counts), "", *(blocks if uncited else ())])
    lines = terminal.item("", "; ".join(counts))
    lines += ["", *terminal.paragraph(_MOST_UNCITED, "bold")] if uncited else []
    return "\n".join([*lines, *(line for each in uncited for line in terminal.item("  \u2022 ", each))]) + "\n"


def as_json(checks: Sequence[Check]) -> str:
    """Return the audit as JSON, the checks in their order, those without findings too."""
    return json.dumps([_json(check) for check in checks], ensure_ascii=False, indent=2) + "\n"


def _json(check: Check) -> dict[str, Any]:
    findings = [
        {"ids": [shorten(target) for target in finding.targets], "text": finding.label, "reason": finding.reason}
        for finding in check.findings
    ]
    return {
        "check": check.name, "title": check.title, "why": check.why, "sort": check.sort, "findings": findings,
        "unasked": check.unasked or None,
    }  # fmt: skip
