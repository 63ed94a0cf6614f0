"""Shows what a check found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from spreadgraph.graph.check import Finding
from spreadgraph.views.terminal import safe


def as_text(found: Sequence[Finding]) -> str:
    """Return one line a finding, or one line that says that nothing was found."""
    if not found:
        return "no defects found\n"
    lines = ((finding.place, finding.severity, finding.focus, finding.message) for finding in found)
    return "".join(": ".join(safe(part) for part in line if part) + "\n" for line in lines)


def as_json(found: Sequence[Finding]) -> str:
    """Return the findings as JSON."""
    return json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2) + "\n"
