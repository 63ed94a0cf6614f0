"""The search page: words find claims, sentences, references and papers; an id or a DOI leads straight to its page."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers import things
from spreadgraph.answers.index import KINDS
from spreadgraph.answers.resolve import identify, resolve
from spreadgraph.answers.search import Hits, search
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import expand
from spreadgraph.views import hits as hit_views
from spreadgraph.views.addresses import address
from spreadgraph.views.wording import Pager
from spreadgraph.web.pages.answering import Elsewhere, Made, Page, answer, in_plain_words, number
from spreadgraph.web.pages.forms import parted
from spreadgraph.web.pages.shelf import kept

LONGEST = 300
_SIZE, _MOST = 20, 200


def routes() -> list[BaseRoute]:
    """Return the routes of the search."""
    return [Route(f"/search{suffix}", the_search) for suffix in ("", ".json")]


@in_plain_words
@kept
async def the_search(request: Request) -> Response:
    """Search for the words given."""
    given = request.query_params
    kind = given.get("kind", "")
    words = " ".join(given.get("q", "")[:LONGEST].split())
    return await answer(
        request, _found, parted(request.url.path)[1], words, kind if kind in KINDS else "", number(request)
    )


def _found(store: LocalStore, words: str, kind: str, at: int) -> Made:
    if at == 1 and not kind and (page := _pointed_at(store, words)):
        return Elsewhere(page)
    # Matches further down than this are of no use; words that are too common need a second one.
    found = search(store, words, [kind] if kind else [], _MOST) if words else Hits((), True)
    pager = Pager(len(found.hits), at, _SIZE)
    hits = found.hits[pager.start : pager.end]
    slugs = {hit.id: things.paper_with(store, hit.id) for hit in hits if hit.kind == "paper"}
    values = {
        "asked": words, "kind": kind, "kinds": KINDS, "hits": hits, "slugs": slugs,
        "every_word": found.every_word, "pager": pager, "most": _MOST,
    }  # fmt: skip
    title = f"Search: {words}" if words else "Search"
    return Page("search.html", title, values, {"json": partial(hit_views.as_json, found)}, name="/search")


def _pointed_at(store: LocalStore, words: str) -> str | None:
    """Return the page that an id, an address, a DOI or ``ref:13`` leads to; None where these are words."""
    text = words.removeprefix("doi:").strip()
    if not text or " " in text or not any(mark in text for mark in "/:"):
        return None
    for prefix in ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/"):
        text = text.removeprefix(prefix)
    try:
        if text.startswith("10."):
            found = things.thing(store, expand(text))
            return address(found.iri) if found else None
        if "ref:" in text:
            references = resolve(store, text, 1).references
            return address(references[0]) if references else None
        return address(identify(store, text))
    except (NotFoundError, UsageError):
        return None
