"""Looks for what a critical reader would attack: thin support and references that do not fit; changes nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spreadgraph.answers import numbering
from spreadgraph.answers.catalog import named
from spreadgraph.answers.finding import Check, Finding
from spreadgraph.answers.rows import Row, grouped, rows
from spreadgraph.answers.trace import Result, trace_claims
from spreadgraph.graph.store import Store

QUERIES = (
    "elements-without-a-citation", "elements-on-one-source", "claims-without-a-citation", "claims-on-one-source",
    "claims-on-own-work-only", "claims-on-secondary-sources", "claims-without-peer-reviewed-work",
    "references-no-claim-rests-on", "references-never-cited", "references-listed-twice",
)  # fmt: skip
_NOTE = re.compile(r"^# (sort|why): (.+)$", re.MULTILINE)


def audit(store: Store, papers: Sequence[str] = ()) -> tuple[Check, ...]:
    """Return every check with its findings, over the papers with these IRIs or over all papers held."""
    scope = {"document": papers} if papers else {}
    found = {name: rows(store, f"audit/{name}", **scope) for name in QUERIES}
    claims = [row["target"] for name in QUERIES if name.startswith("claims-") for row in found[name]]
    traced = {result.claim.id: result for result in trace_claims(store, list(dict.fromkeys(claims))).results}
    markers, titles = rows(store, "audit/markers", **scope), rows(store, "audit/titles", **scope)
    listed = grouped(titles, "document")
    lists = [numbering.Paper(group, listed.get(paper, [])) for paper, group in grouped(markers, "document").items()]
    return (
        *(_check(name, [_finding(row, traced) for row in found[name]]) for name in QUERIES),
        *(check(lists) for check in (numbering.order, numbering.exchanged, numbering.shifted)),
    )


def _check(name: str, findings: Sequence[Finding]) -> Check:
    query = named(f"audit/{name}")
    notes = dict(_NOTE.findall(query.text))
    return Check(name, query.title, notes["why"], notes["sort"], tuple(findings))


def _finding(row: Row, traced: dict[str, Result]) -> Finding:
    if claim := traced.get(row["target"]):
        return Finding((row["target"],), claim.claim.text, claim=claim)
    number = f"[{row['number']}] " if row.get("number") else ""
    return Finding(
        (row["target"],), number + row["label"], f"the same work as entry {row['other']}" if row.get("other") else ""
    )
