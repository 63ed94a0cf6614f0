"""Looks for what a critical reader would attack: thin support and references that do not fit; changes nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from spreadgraph.answers import numbering
from spreadgraph.answers.catalog import named
from spreadgraph.answers.evidence import Result
from spreadgraph.answers.finding import Check, Finding
from spreadgraph.answers.rows import Row, distinct, grouped, rows
from spreadgraph.answers.trace import trace_claims
from spreadgraph.graph.store import Store

QUERIES = (
    "elements-without-a-citation", "elements-on-one-source", "claims-without-a-citation", "claims-on-one-source",
    "claims-on-own-work-only", "claims-on-secondary-sources", "claims-without-peer-reviewed-work",
    "references-no-claim-rests-on", "references-never-cited", "references-listed-twice",
)  # fmt: skip
_NEEDS_LINKS = frozenset({"references-never-cited"})
_NEEDS_NOTHING = frozenset({"references-listed-twice"})
NO_CLAIMS = "no claims are curated here"
NO_LINKS = "no citation is linked to its list here, so that nobody knows what is cited"
_NOTE = re.compile(r"^# (sort|why): (.+)$", re.MULTILINE)


def audit(store: Store, papers: Sequence[str] = ()) -> tuple[Check, ...]:
    """Return every check with its findings, over the papers with these IRIs or over all papers held.

    A check that none of the papers can answer says so: one that was imported has no claims, and one without linked
    citations none of its references can be called uncited.
    """
    scope = {"document": papers} if papers else {}
    known = set(distinct(rows(store, "audit/known", **scope), "known"))
    found = {name: rows(store, f"audit/{name}", **scope) for name in QUERIES}
    claims = [row["target"] for name in QUERIES if name.startswith("claims-") for row in found[name]]
    traced = {result.claim.id: result for result in trace_claims(store, list(dict.fromkeys(claims))).results}
    markers, titles = rows(store, "audit/markers", **scope), rows(store, "audit/titles", **scope)
    listed = grouped(titles, "document")
    lists = [numbering.Paper(group, listed.get(paper, [])) for paper, group in grouped(markers, "document").items()]
    return (
        *(_check(name, [_finding(row, traced) for row in found[name]], known) for name in QUERIES),
        *(
            replace(check(lists), unasked="" if "links" in known else NO_LINKS)
            for check in (numbering.order, numbering.exchanged, numbering.shifted)
        ),
    )


def _check(name: str, findings: Sequence[Finding], known: Collection[str]) -> Check:
    query = named(f"audit/{name}")
    notes = dict(_NOTE.findall(query.text))
    why = notes["why"] + (_by_basis(findings) if name == "claims-without-a-citation" else "")
    return Check(name, query.title, why, notes["sort"], tuple(findings), _unasked(name, known))


def _by_basis(findings: Sequence[Finding]) -> str:
    """Say how many of the claims have which basis: not all that cite nothing need a citation."""
    counts = Counter(finding.claim.basis for finding in findings if finding.claim)
    return f" By basis: {', '.join(f'{basis} {number}' for basis, number in counts.most_common())}." if counts else ""


def _unasked(name: str, known: Collection[str]) -> str:
    """Say why none of the papers can answer a check; nothing where one can."""
    if name in _NEEDS_NOTHING:
        return ""
    if name in _NEEDS_LINKS:
        return "" if "links" in known else NO_LINKS
    return "" if "claims" in known else NO_CLAIMS


def _finding(row: Row, traced: dict[str, Result]) -> Finding:
    if claim := traced.get(row["target"]):
        return Finding((row["target"],), claim.claim.text, claim=claim)
    number = f"[{row['number']}] " if row.get("number") else ""
    return Finding(
        (row["target"],), number + row["label"], f"the same work as entry {row['other']}" if row.get("other") else ""
    )
