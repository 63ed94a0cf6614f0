"""The pages: where each kind of page adds its routes.

A page is an async function from a request to a response. It gets its data with ``await services(request).read(make,
...)``, which calls ``make(store, ...)`` in a thread with the newest store, and answers with :func:`answer`. It never
runs a reader's SPARQL: that goes to ``await services(request).ask(...)``, into a worker that can be killed.
"""

from __future__ import annotations

from starlette.routing import BaseRoute

from spreadgraph.web.pages import advising, between, editor, home, named, papers, searching, things, tools


def routes() -> list[BaseRoute]:
    """Return the routes of all pages, the more special before the more general."""
    parts = (papers, searching, named, editor, between, tools, advising, things, home)
    return [route for part in parts for route in part.routes()]
