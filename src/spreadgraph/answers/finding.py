"""What an audit hands over: checks, and what each of them found."""

from __future__ import annotations

from dataclasses import dataclass

from spreadgraph.answers.evidence import Result


@dataclass(frozen=True)
class Finding:
    """One thing found: the IRIs it is about, what it is in words, why it was found, and the trace of a claim."""

    targets: tuple[str, ...]
    label: str
    reason: str = ""
    claim: Result | None = None


@dataclass(frozen=True)
class Check:
    """One question put to the evidence, what an answer means, and what was found.

    ``sort`` is ``limit`` (something to know about sound evidence) or ``defect`` (something that may be wrong).
    ``unasked`` says why the question could not be put; nothing found is then no answer.
    """

    name: str
    title: str
    why: str
    sort: str
    findings: tuple[Finding, ...]
    unasked: str = ""
