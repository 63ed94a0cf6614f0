"""Says of each element where the curated papers stand: they agree, differ, do both, leave it open or are silent."""

from __future__ import annotations

from dataclasses import dataclass

from spreadgraph.answers.compare import chosen
from spreadgraph.answers.rows import Row, grouped, rows
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import Store


@dataclass(frozen=True)
class Pair:
    """Two claims that a curator set side by side: ``claim`` of the paper asked about, ``other`` about the element."""

    relation: str
    claim: str
    text: str
    other: str
    other_text: str


@dataclass(frozen=True)
class Stand:
    """Where one paper stands on an element of another: ``stand`` in a word, its claims about it, and the pairs."""

    document: str
    paper: str
    stand: str
    claims: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Across:
    """One element, the paper that puts it forward (its IRI), and where each other curated paper stands."""

    element: str
    name: str
    proposed_in: str
    stands: tuple[Stand, ...]


def across(store: Store, wanted: str | None = None) -> tuple[Across, ...]:
    """Return where the curated papers stand on each element, or on those called ``wanted``, in their papers' order.

    Only what curators stated between claims counts (``sg:agreesWith``, ``sg:differsFrom``); nothing is read off
    wording. Raises NotFoundError where fewer than two curated papers are held, or no element is called so.
    """
    found = rows(store, "elements-across-papers")
    if not found:
        raise NotFoundError("fewer than two curated papers are held here, so that there is nothing to set side by side")
    names = {row["element"]: row["elementName"] for row in found}
    kept = chosen(names, wanted) if wanted else set(names)
    about = grouped(rows(store, "across/claims", element=sorted(kept)), "element")
    pairs = grouped(rows(store, "where-papers-agree-or-differ"), "document")
    return tuple(
        Across(
            element, group[0]["elementName"], group[0]["proposedIn"],
            tuple(_stand(row, pairs.get(row["document"], []), about.get(element, [])) for row in group),
        )
        for element, group in grouped(found, "element").items() if element in kept
    )  # fmt: skip


def _stand(row: Row, pairs: list[Row], about: list[Row]) -> Stand:
    theirs = {each["claim"] for each in about}
    mine = tuple(
        Pair(pair["relation"], pair["claim"], pair["text"], pair["other"], pair["otherText"])
        for pair in pairs if pair["other"] in theirs
    )  # fmt: skip
    return Stand(row["document"], row["paperName"] or row["document"], row["stand"], row["claims"], mine)
