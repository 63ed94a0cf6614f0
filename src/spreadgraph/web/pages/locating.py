"""From an address to the thing it names, or to the nearest ones where there is no such thing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from difflib import get_close_matches

from spreadgraph.answers import things
from spreadgraph.answers.index import open_index
from spreadgraph.answers.rows import rows
from spreadgraph.answers.things import Thing
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import Store
from spreadgraph.terms import DOI, expand, paper_graph, shorten
from spreadgraph.web.pages.forms import parted

LONGEST = 1000
_NEAR = 3


def by_id(text: str) -> str:
    """Return the IRI that a short id in an address stands for."""
    try:
        return expand(text)
    except UsageError:
        raise NotFoundError(f"{text[:100]} is no id") from None


def located(store: Store, text: str, iri: Callable[[str], str]) -> tuple[Thing, str | None]:
    """Return what an address names, and the form its suffix asks for; an id that itself ends like one comes first.

    Raises NotFoundError that names the nearest ids.
    """
    if len(text) > LONGEST:
        raise NotFoundError("the address is too long for an id")
    for name, form in dict.fromkeys([(text, None), parted(text)]):
        if name and (found := things.thing(store, iri(name))):
            return found, form
    raise NotFoundError(unknown(store, text, iri(text)))


def unknown(store: Store, text: str, iri: str) -> str:
    """Say that nothing is called so, with what comes nearest."""
    if iri.startswith(DOI):
        return f"no paper held here cites or is the work {text}; it may be at {iri}"
    near = nearest(store, parted(text)[0])
    return f"nothing is called {text}" + (f"; did you mean {' or '.join(near)}?" if near else "")


def nearest(store: Store, text: str) -> list[str]:
    """Return the ids of the paper named that come nearest, or the nearest names of papers."""
    slug = text.partition("/")[0]
    known = [shorten(row["id"]) for row in rows(store, "pages/ids", paper=[paper_graph(slug)])]
    return get_close_matches(text, known or slugs_like(store, slug), n=_NEAR, cutoff=0.6)


def slugs_like(store: Store, slug: str) -> list[str]:
    """Return short names of papers that begin like this one."""
    with closing(open_index(store)) as connection:
        found = connection.execute("SELECT slug FROM papers WHERE slug >= ? ORDER BY slug LIMIT 50", (slug[:3],))
        return [name for (name,) in found]
