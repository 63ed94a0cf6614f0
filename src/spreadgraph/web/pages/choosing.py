"""Which paper a page is about: the one named in the address, else the one with most claims."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from spreadgraph.answers import contents, things
from spreadgraph.answers.holdings import Paper
from spreadgraph.graph.store import Store
from spreadgraph.terms import paper_graph
from spreadgraph.views.addresses import with_query
from spreadgraph.web.pages.answering import NotHereError
from spreadgraph.web.pages.locating import papers_like

_OFFERED = 50


class Choice(NamedTuple):
    """A paper, what is known of it, and the papers to choose from, those with most claims first."""

    slug: str
    details: dict[str, Any]
    offered: tuple[Paper, ...]

    @property
    def graph(self) -> str:
        """The graph of the paper."""
        return paper_graph(self.slug)

    @property
    def document(self) -> str:
        """The IRI of the paper."""
        return str(self.details["document"])


def with_claims(chosen: Choice, path: str) -> dict[str, str]:
    """Return the addresses under ``path`` of the papers that people have read, by their names."""
    return by_name(((each.name or each.title, each.slug) for each in chosen.offered if each.claims), path)


def by_name(papers: Iterable[tuple[str, str]], path: str) -> dict[str, str]:
    """Return the addresses under ``path`` of papers given by name and short name; where names are alike, by both."""
    found: dict[str, str] = {}
    for name, slug in papers:
        found[f"{name} ({slug})" if name in found else name] = with_query(path, {"paper": slug})
    return found


def choice(store: Store, wanted: str) -> Choice:
    """Return the paper called ``wanted`` (its short name), or the one with most claims where that is empty.

    Raises NotHereError where there is none.
    """
    offered = contents.papers(store, "claims", 0, _OFFERED)
    slug = wanted or (offered[0].slug if offered else "")
    details = things.paper_details(store, slug) if slug else None
    if details is None:
        if not wanted:
            raise NotHereError("no paper is held here yet")
        raise NotHereError(f"no paper called {wanted[:100]} is held here", papers_like(store, wanted))
    return Choice(slug, details, offered)
