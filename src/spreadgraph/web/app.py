"""Puts the server together: routes, walls and workers around one store."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware

from spreadgraph.graph.store import LocalStore
from spreadgraph.web.edge import Edge
from spreadgraph.web.graphs import Graphs
from spreadgraph.web.problems import HANDLERS
from spreadgraph.web.routes import routes
from spreadgraph.web.services import Services
from spreadgraph.web.settings import Settings


def create_app(opener: Callable[[], LocalStore], settings: Settings | None = None) -> Starlette:
    """Return the application (ASGI) for the store that ``opener`` opens; it is called again for a newer store.

    Raises what ``opener`` raises.
    """
    settings = settings or Settings()
    services = Services(Graphs(opener), settings)
    app = Starlette(routes=routes(), middleware=[Middleware(Edge, settings=settings)], exception_handlers=HANDLERS)
    app.state.services = services
    return app
