"""Finds the papers that a reader names, so that an answer can be confined to them, without listing all of them."""

from __future__ import annotations

from spreadgraph.answers.catalog import bound, named, serialised
from spreadgraph.answers.resolve import few_papers
from spreadgraph.answers.rows import plain, rows
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import Store
from spreadgraph.terms import expand, paper_graph

_NAMED_SO = 5


def paper_called(store: Store, text: str) -> str:
    """Return the IRI of the paper called ``text``: its short name (``bevan-2024``), its name in text, DOI or IRI.

    Raises NotFoundError where none is called so, and UsageError where several are: names in text can be alike.
    """
    if found := paper_known(store, text):
        return found
    held = few_papers(store)
    advice = f"there are: {', '.join(held)}" if held else "see which there are: spreadgraph papers"
    raise NotFoundError(f"no paper called {text!r} is held here; {advice}")


def slug_called(store: Store, text: str) -> str:
    """Return the short name of the paper called ``text``; see :func:`paper_called`."""
    (held, *_) = rows(store, "chains/held", work=[paper_called(store, text)])
    return str(held["slug"])


def paper_known(store: Store, text: str) -> str | None:
    """Return the IRI of the paper called ``text``, None where none is. Raises UsageError where several are."""
    text = text.strip()
    if iri := _iri(text):
        if rows(store, "chains/held", work=[iri]):
            return iri
        short = rows(store, "index/papers", paper=[paper_graph(text)]) if "/" not in text else ()
        if len(short) == 1:
            return str(short[0]["document"])
    query = named("trace/papers-named")
    name = serialised(query.parameters[0], text)
    found = [row["document"] for row in plain(store.query(bound(query, {"name": [name]})))]
    if len(found) > 1:
        first = ", ".join(found[:_NAMED_SO])
        raise UsageError(f"{len(found)} papers are called {text!r}; name one by its DOI or short name: {first}")
    return found[0] if found else None


def _iri(text: str) -> str | None:
    try:
        return expand(text)
    except UsageError:
        return None
