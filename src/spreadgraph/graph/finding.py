"""What a check has to say about one thing in the graph."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A defect or a remark. ``severity`` is ``violation``, ``warning`` or ``notice``.

    ``check`` names the check that speaks, ``focus`` is the short id of what it speaks about (empty for the whole
    graph), ``place`` is ``file:line`` of that thing where the curated file is known.
    """

    severity: str
    check: str
    focus: str
    message: str
    place: str = ""
