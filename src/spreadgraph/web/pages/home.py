"""The first page, and the one that says that there is no such page."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers import contents
from spreadgraph.answers.holdings import holdings
from spreadgraph.graph.store import LocalStore
from spreadgraph.web.pages.answering import Made, Page, answer, in_plain_words, refusal
from spreadgraph.web.pages.forms import accepted
from spreadgraph.web.pages.shelf import kept
from spreadgraph.web.problems import ProblemError
from spreadgraph.web.services import services


def routes() -> list[BaseRoute]:
    """Return the route of the first page, and the one that catches what no other takes."""
    return [Route("/", home), Route("/{anything:path}", nothing)]


@in_plain_words
@kept
async def home(request: Request) -> Response:
    """Show what there is, and the ways in."""
    return await answer(request, _home, "html", services(request).settings.writable)


def _home(store: LocalStore, writable: bool) -> Made:
    held = holdings(store, 5)
    values = {"counts": held.counts, "works": held.most_relied_on, "writable": writable,
              "papers": contents.papers(store, "claims", 0, 5)}  # fmt: skip
    return Page("home.html", "spreadgraph", values, name="/")


async def nothing(request: Request) -> Response:
    """Say that there is nothing at this address."""
    if accepted(",".join(request.headers.getlist("accept")), ("json", "html")) != "html":
        raise HTTPException(404)
    return refusal(request, ProblemError(404, "no-such-page", "there is nothing at this address"))
