"""From an address to the thing it names, or to the nearest ones where there is no such thing."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from spreadgraph.answers import things
from spreadgraph.answers.index import select
from spreadgraph.answers.rows import rows
from spreadgraph.answers.things import Thing
from spreadgraph.errors import UsageError
from spreadgraph.graph.store import Store
from spreadgraph.terms import DOI, expand, paper_graph, shorten
from spreadgraph.views.addresses import address, paper_address
from spreadgraph.web.pages.answering import NotHereError
from spreadgraph.web.pages.forms import parted

LONGEST = 1000
_NEAR = 3


def by_id(text: str) -> str:
    """Return the IRI that a short id in an address stands for."""
    try:
        return expand(text)
    except UsageError:
        raise NotHereError(f"{text[:100]} is no id") from None


def located(store: Store, text: str, iri: Callable[[str], str]) -> tuple[Thing, str | None]:
    """Return what an address names, and the form its suffix asks for; an id that itself ends like one comes first.

    Raises NotHereError with the nearest ids.
    """
    if len(text) > LONGEST:
        raise NotHereError("the address is too long for an id")
    for name, form in dict.fromkeys([(text, None), parted(text)]):
        if name and (found := things.thing(store, iri(name))):
            return found, form
    raise unknown(store, text, iri(text))


def unknown(store: Store, text: str, iri: str) -> NotHereError:
    """Return the error that nothing is called so, with what comes nearest."""
    if iri.startswith(DOI):
        return NotHereError(f"no paper held here cites or is the work {text}", {iri: iri})
    return NotHereError(f"nothing is called {text}", nearest(store, parted(text)[0]))


def nearest(store: Store, text: str) -> dict[str, str]:
    """Return the pages, by id, of what comes nearest in the paper named, or of the papers with the nearest names."""
    slug = text.partition("/")[0]
    if known := {shorten(row["id"]): row["id"] for row in rows(store, "pages/ids", paper=[paper_graph(slug)])}:
        near = get_close_matches(text, known, n=_NEAR, cutoff=0.6)
        return {name: address(known[name]) or "" for name in near}
    return papers_like(store, slug)


def papers_like(store: Store, slug: str) -> dict[str, str]:
    """Return the pages of the papers with the nearest short names."""
    near = get_close_matches(slug, slugs_like(store, slug), n=_NEAR, cutoff=0.5)
    return {name: paper_address(name) for name in near}


def slugs_like(store: Store, slug: str) -> list[str]:
    """Return short names of papers that begin like this one."""
    found = select(store, "SELECT slug FROM papers WHERE slug >= ? ORDER BY slug LIMIT 50", slug[:3])
    return [name for (name,) in found]
