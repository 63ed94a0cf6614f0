"""What lies between papers: trails from what cites to what is cited, and where curated papers agree or differ."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers import things
from spreadgraph.answers.across import across
from spreadgraph.answers.follow import Reach, follow
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import LocalStore
from spreadgraph.views import across as across_views
from spreadgraph.views import trails, wording
from spreadgraph.web.pages.answering import Made, Page, answer, in_plain_words, number
from spreadgraph.web.pages.forms import parted
from spreadgraph.web.pages.shelf import kept_alone

# With more steps an answer takes seconds and has thousands of lines; the command line gives those.
STEPS, USUAL = 3, 2
_LONGEST = 300


def routes() -> list[BaseRoute]:
    """Return the routes of trails and of papers side by side."""
    pages = {"follow": the_trails, "compare/across": the_stands}
    return [
        Route(f"/{name}{suffix}", in_plain_words(kept_alone(page)))
        for name, page in pages.items()
        for suffix in ("", ".json", ".md")
    ]


async def the_trails(request: Request) -> Response:
    """Follow what a paper, a claim or a sentence cites from paper to paper."""
    words = " ".join(request.query_params.get("from", "")[:_LONGEST].split())
    steps = min(number(request, "steps"), STEPS) if "steps" in request.query_params else USUAL
    return await answer(request, _trails, parted(request.url.path)[1], words, steps)


def _trails(store: LocalStore, words: str, steps: int) -> Made:
    values = {"words": words, "steps": steps, "offered": range(1, STEPS + 1), "caution": trails.CAUTION}
    if not words:
        return Page("follow.html", "From paper to paper", values, name="/follow")
    try:
        found = follow(store, words, Reach(steps))
    except NotFoundError:
        # The message of before speaks of commands.
        raise NotFoundError(f"no paper, claim or sentence is called {words[:100]}, and none has such words") from None
    starts = {chain.id: things.paper_with(store, chain.id) for chain in found.chains.chains if chain.kind == "paper"}
    values |= {"found": found, "slugs": starts, "left_out": trails.left_out}
    writers = {"json": partial(trails.as_json, found.chains), "md": partial(trails.as_markdown, found.chains)}
    title = wording.clipped(found.chains.chains[0].text) if found.chains.chains else words
    return Page("follow.html", f"From paper to paper: {title}", values, writers, name="/follow")


async def the_stands(request: Request) -> Response:
    """Set curated papers side by side, element by element."""
    wanted = request.query_params.get("element", "").strip()[:_LONGEST]
    return await answer(request, _stands, parted(request.url.path)[1], wanted)


def _stands(store: LocalStore, wanted: str) -> Made:
    try:
        found = across(store, wanted or None)
    except NotFoundError:
        if wanted:
            raise
        found = ()
    papers = dict.fromkeys(
        [each.proposed_in for each in found] + [each.document for one in found for each in one.stands]
    )
    known = {iri: slug for iri in papers if (slug := things.paper_with(store, iri))}
    details = {iri: things.paper_details(store, slug) or {} for iri, slug in known.items()}
    spoken = [each for each in found if any(stand.stand != "silent" for stand in each.stands)]
    values = {"found": found, "spoken": spoken, "unspoken": [each for each in found if each not in spoken],
              "wanted": wanted, "caution": across_views.CAUTION, "slugs": known, "details": details}  # fmt: skip
    writers = {"json": partial(across_views.as_json, found), "md": partial(across_views.as_markdown, found)}
    return Page("across.html", "Papers side by side", values, writers if found else {}, name="/compare/across")
