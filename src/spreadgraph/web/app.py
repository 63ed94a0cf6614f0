"""Puts the server together: routes, walls and workers around one store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware

from spreadgraph.graph.store import LocalStore
from spreadgraph.web import routes, sparql
from spreadgraph.web.edge import Edge
from spreadgraph.web.graphs import Graphs
from spreadgraph.web.problems import HANDLERS
from spreadgraph.web.services import Services
from spreadgraph.web.settings import Settings


def create_app(opener: Callable[[], LocalStore], settings: Settings | None = None) -> Starlette:
    """Return the application (ASGI) for the store that ``opener`` opens; it is called again for a newer store.

    Raises what ``opener`` raises.
    """
    settings = settings or Settings()
    services = Services(Graphs(opener), settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await services.pool.start()
        try:
            yield
        finally:
            await services.pool.close()
            services.graphs.close()

    app = Starlette(
        routes=[*sparql.routes(), *routes.routes()],
        middleware=[Middleware(Edge, settings=settings)],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    # One address for each page: a redirect would only hide a wrong link.
    app.router.redirect_slashes = False
    app.state.services = services
    return app
