"""Remembers finished pages as long as the store stays as it is; of those that take long one is made at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any, NamedTuple

import anyio
from starlette.requests import Request
from starlette.responses import Response

from spreadgraph.web.remembered import Remembered
from spreadgraph.web.services import services
from spreadgraph.web.settings import MIB

Handler = Callable[[Request], Awaitable[Response]]
# A hundredth of this is the largest page remembered, which the explorer's has to fit in.
_MOST = 200 * MIB


class _Kept(NamedTuple):
    body: bytes
    headers: dict[str, str]

    def response(self) -> Response:
        return Response(self.body, 200, self.headers)


class _Shelf:
    """The pages of one application."""

    def __init__(self) -> None:
        self.pages: Remembered[_Kept] = Remembered(_MOST)
        self.turn = anyio.Lock()


def kept(handler: Handler) -> Handler:
    """Remember the pages of ``handler`` by their address and what the client accepts."""
    return _keeping(handler, alone=False)


def kept_alone(handler: Handler) -> Handler:
    """Do so for pages that take long; who waits for a turn holds no thread, so that quick pages go on."""
    return _keeping(handler, alone=True)


def _keeping(handler: Handler, alone: bool) -> Handler:
    @wraps(handler)
    async def answered(request: Request) -> Response:
        shared, shelf = services(request), _shelf(request)
        # Of before the page is made: what was written meanwhile must not pass for what was there before.
        generation = shared.graphs.generation()
        # As the routes take it: put together as one address, a path with a question mark would pass for another page.
        key = (request.scope["path"], request.url.query, *request.headers.getlist("accept"))
        recalled = partial(shelf.pages.get, generation, key)
        if found := recalled():
            return found.response()
        if not alone:
            return _put(shelf, generation, key, await handler(request))
        async with shelf.turn:
            if found := recalled():
                return found.response()
            return _put(shelf, generation, key, await handler(request))

    return answered


def _put(shelf: _Shelf, generation: str, key: tuple[str, ...], response: Response) -> Response:
    if response.status_code == 200:
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        page = _Kept(bytes(response.body), headers)
        shelf.pages.put(generation, key, page, len(page.body) + sum(map(len, key)))
    return response


def _shelf(request: Request) -> _Shelf:
    state: Any = request.app.state
    if not hasattr(state, "shelf"):
        state.shelf = _Shelf()
    shelf: _Shelf = state.shelf
    return shelf
