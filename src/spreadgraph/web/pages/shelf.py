"""Keeps finished answers of pages that take long, until the store changes, and lets only one be made at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import Response

from spreadgraph.web.services import services

Handler = Callable[[Request], Awaitable[Response]]
_MOST = 40
_LARGEST = 4 * 1024 * 1024


class Shelf:
    """Finished answers, the least used of which go first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, ...], tuple[bytes, int, dict[str, str]]] = OrderedDict()
        self._turn = anyio.Lock()

    async def answer(self, key: tuple[str, ...], make: Callable[[], Awaitable[Response]]) -> Response:
        """Return the answer kept under ``key``, or the one that ``make`` makes, which is kept if it is a good one.

        Who waits for a turn holds no thread, so that quick pages are answered meanwhile.
        """
        if key not in self._answers:
            async with self._turn:
                if key not in self._answers:
                    response = await make()
                    if response.status_code != 200 or len(response.body) > _LARGEST:
                        return response
                    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
                    self._answers[key] = (bytes(response.body), response.status_code, headers)
                    while len(self._answers) > _MOST:
                        self._answers.popitem(last=False)
        self._answers.move_to_end(key)
        return Response(*self._answers[key])


def kept(handler: Handler) -> Handler:
    """Keep the answers of ``handler`` by address and what the client accepts, as long as the store stays the same."""

    async def answered(request: Request) -> Response:
        state: Any = request.app.state
        if not hasattr(state, "shelf"):
            state.shelf = Shelf()
        # The generation is asked for first: an answer of a newer store under an older name would be harmless.
        generation = services(request).graphs.generation()
        accept = ",".join(request.headers.getlist("accept"))
        key = (generation, request.url.path, request.url.query, accept)
        answer: Response = await state.shelf.answer(key, lambda: handler(request))
        return answer

    return answered
