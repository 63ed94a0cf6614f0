"""Checks markers against the reference list they number: their order, and whether each fits the title it leads to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spreadgraph.answers.exchange import (
    LEAST_BY_ANCHORS,
    LEAST_EXCHANGE,
    Exchange,
    Shift,
    exchanges,
    out_of_order,
    shift,
)
from spreadgraph.answers.finding import Check, Finding
from spreadgraph.answers.rows import Row, distinct, grouped

_CELL = re.compile(r"/r\d+c\d+/")


class Paper:
    """The markers of one paper in reading order, and the titles of its reference list, from rows of queries/audit."""

    def __init__(self, markers: list[Row], titles: list[Row]) -> None:
        # Markers that print author and year have no order.
        printed = [row for row in markers if _prints(row["marker"], row["number"])]
        self.markers = [group[0] for group in grouped(printed, "citation").values()]
        self.references = {row["number"]: row["reference"] for row in titles}
        self.titles = {row["number"]: row["title"] for row in titles if row["title"]}
        self.least = LEAST_EXCHANGE if any(row["text"] for row in printed) else LEAST_BY_ANCHORS
        self.contexts = {number: _said(group) for number, group in _by_number(printed).items()}

    def noted(self, *numbers: int) -> bool:
        """Whether a curator already holds another entry to be meant by a marker that prints one of these numbers."""
        meant = {row["number"]: row["meant"] for row in self.markers}
        return all(meant.get(number) not in {None, number} for number in numbers)


def _prints(marker: str, number: int) -> bool:
    """Whether a marker prints a number, alone or in a range such as 3-7."""
    spans = re.findall(r"(\d+)(?:\s*[-\u2013\u2212]\s*(\d+))?", marker)
    return any(int(first) <= number <= int(last or first) for first, last in spans)


def _by_number(markers: Sequence[Row]) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = {}
    for row in markers:
        groups.setdefault(row["number"], []).append(row)
    return groups


def _said(markers: list[Row]) -> str:
    """Return what is known of the words at a marker: the claims that rest on it, or else the anchor words there."""
    columns = ("text",) if any(row["text"] for row in markers) else ("start", "end")
    return " ".join(text for column in (*columns, "attached") for text in distinct(markers, column))


def order(papers: Sequence[Paper]) -> Check:
    """Check that references are numbered as they are first cited."""
    return Check(
        "markers-out-of-order",
        "Markers out of order",
        "References are numbered as they are first cited, tables in place or after the running text. These are not.",
        "defect",
        tuple(finding for paper in papers for finding in _strays(paper.markers)),
    )


def _strays(markers: Sequence[Row]) -> list[Finding]:
    """Return the markers out of order, by the habit of numbering that leaves the fewest."""
    text = [row for row in markers if not _in_a_table(row)]
    cells = [row for row in markers if _in_a_table(row)]
    later = _first([*text, *cells])[len(_first(text)) :]
    habits = ([_first(text), later], [_first(markers)])
    flows = min(habits, key=lambda habit: sum(len(out_of_order(_numbers(flow))) for flow in habit))
    strays = [(flow, at) for flow in flows for at in out_of_order(_numbers(flow))]
    # A list in alphabetical order is numbered without regard to the text.
    if len(strays) > sum(map(len, flows)) / 5:
        return []
    return [
        Finding((flow[at]["citation"],), f"marker {flow[at]['marker']}", f"first cited {_neighbours(flow, at)}")
        for flow, at in strays
    ]


def _in_a_table(marker: Row) -> bool:
    return marker["column"] is not None or _CELL.search(marker["locator"]) is not None


def _first(markers: Sequence[Row]) -> list[Row]:
    """Return the first marker of each number."""
    first: dict[int, Row] = {}
    for row in markers:
        first.setdefault(row["number"], row)
    return list(first.values())


def _numbers(markers: Sequence[Row]) -> list[int]:
    return [row["number"] for row in markers]


def _neighbours(flow: list[Row], at: int) -> str:
    sides = [
        ("after", flow[at - 1]["marker"] if at else None),
        ("before", flow[at + 1]["marker"] if at + 1 < len(flow) else None),
    ]
    return " and ".join(f"{side} marker {marker}" for side, marker in sides if marker)


def exchanged(papers: Sequence[Paper]) -> Check:
    """Check for neighbouring entries that each fit the other's marker."""
    findings = [
        _exchange(paper, found) for paper in papers for found in exchanges(paper.contexts, paper.titles, paper.least)
    ]
    return Check(
        "exchanged-references", "Neighbouring references that seem to be exchanged",
        "What is said at two neighbouring markers fits the other's title better than its own. Look at both before you"
        " rely on either.",
        "defect", tuple(findings),
    )  # fmt: skip


def _exchange(paper: Paper, found: Exchange) -> Finding:
    first, second = found.first, found.second
    parts = [
        f"what is said at marker {at} shares {', '.join(words)} with the title of entry {entry}"
        for at, entry, words in ((first, second, found.first_words), (second, first, found.second_words))
        if words
    ]
    noted = "; a curation note says the same" if paper.noted(first, second) else ""
    targets = tuple(paper.references[number] for number in (first, second))
    return Finding(targets, f"references {first} and {second}", "; ".join(parts) + noted)


def shifted(papers: Sequence[Paper]) -> Check:
    """Check for lists that are one place off from some entry on."""
    findings = [_shift(paper, found) for paper in papers if (found := shift(paper.contexts, paper.titles))]
    return Check(
        "shifted-references", "Reference lists that seem to be one place off",
        "From some marker on, what is said fits the neighbouring title better than the printed one, as happens when an"
        " entry is left out or repeated.",
        "defect", tuple(findings),
    )  # fmt: skip


def _shift(paper: Paper, found: Shift) -> Finding:
    way = "next" if found.step == 1 else "one before"
    reason = f"{found.better} markers fit the {way} better, {found.worse} fit it worse; it looks like {found.cause}"
    return Finding(
        (paper.references.get(found.first, ""),), f"from about marker {found.first} to the end of the list", reason
    )
