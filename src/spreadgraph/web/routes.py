"""The pages: one line a route; this is where pages plug in.

A page is an async function from a request to a response. It gets its data with ``await services(request).read(make,
...)``, which calls ``make(store, ...)`` in a thread with the newest store, and answers with :func:`html`. It never runs
a reader's SPARQL: that goes to ``await services(request).ask(...)``, into a worker that can be killed.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers.catalog import catalogue
from spreadgraph.views import pages
from spreadgraph.web.html import html
from spreadgraph.web.services import services


def routes() -> list[BaseRoute]:
    """Return the routes of all pages, the more special before the more general."""
    return [Route("/", home)]


async def home(request: Request) -> Response:
    """Show what there is, and the way to the endpoint."""
    writable = services(request).settings.writable
    return html(pages.render("web/home.html", queries=catalogue(), writable=writable))
