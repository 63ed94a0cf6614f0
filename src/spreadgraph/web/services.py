"""What a request handler may use: the newest store for our own queries, and the workers for everybody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import anyio.to_thread

if TYPE_CHECKING:
    from starlette.requests import Request

    from spreadgraph.graph.store import LocalStore
    from spreadgraph.web.graphs import Graphs
    from spreadgraph.web.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")


class Services:
    """The parts of one server, made once and shared by all requests."""

    def __init__(self, graphs: Graphs, settings: Settings) -> None:
        self.graphs = graphs
        self.settings = settings

    async def read(self, make: Callable[Concatenate[LocalStore, P], T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """Return ``make(store, ...)``, called in a thread with the newest read-only store; for our own queries only.

        It cannot be stopped, so it has to be quick; what ``make`` raises goes through.
        """

        def made() -> T:
            return make(self.graphs.current(), *arguments, **named)

        return await anyio.to_thread.run_sync(made)


def services(request: Request) -> Services:
    """Return the services of the server that handles ``request``."""
    found: Any = request.app.state.services
    assert isinstance(found, Services)  # noqa: S101  tells the type checker what create_app has put there
    return found
