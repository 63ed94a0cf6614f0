"""Finds the papers that a reader names, so that an answer can be confined to them."""

from __future__ import annotations

from spreadgraph.answers.rows import rows
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import Store
from spreadgraph.terms import expand, shorten


def paper_called(store: Store, text: str) -> str:
    """Return the IRI of the paper called ``text``: its short name (``bevan-2024``), its name in text, DOI or IRI.

    Raises NotFoundError with the papers that are held where none is called so.
    """
    held = rows(store, "trace/papers")
    for row in held:
        if text in {row["slug"], row["name"], row["document"]}:
            return str(row["document"])
    if rows(store, "trace/known", id=[iri := expand(text.strip())]):
        return iri
    names = ", ".join(row["slug"] or shorten(row["document"]) for row in held[:10])
    raise NotFoundError(f"no paper called {text!r} is held here; there are: {names}")
