"""Watches each connection: how long its head may be, and how long it may take to ask and to listen.

uvicorn limits how long an idle connection is kept, but not how slowly a head arrives or an answer is read.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from spreadgraph.web.settings import Settings


class LimitsExceededError(Exception):
    """Stops the parser in the middle of a head that is too long."""


class Careful(HttpToolsProtocol):
    """One connection with limits; :func:`careful` sets them."""

    settings: ClassVar[Settings]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._in_head, self._length = True, 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        """Take a connection; where there are too many, one that has not asked yet makes room."""
        super().connection_made(transport)
        self._watch(self.settings.header_seconds)
        if len(self.connections) > self.settings.connections:
            slow = next((each for each in self.connections if isinstance(each, Careful) and each._in_head), self)
            slow.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read on, unless a head has become too long."""
        super().data_received(data)
        self._length += len(data)
        if self._in_head and self._length > self.settings.header and not self.transport.is_closing():
            self.send_400_response("The head is too long.")

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        self._in_head, self._length = True, 0
        self._watch(self.settings.header_seconds)

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        self._in_head = False
        self._watch(None)
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Wait for the client to read, but not for ever."""
        super().pause_writing()
        self._watch(self.settings.write_seconds)

    def resume_writing(self) -> None:
        """Go on writing."""
        self._watch(None)
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the connection."""
        self._watch(None)
        super().connection_lost(exc)

    def _count(self, length: int) -> None:
        self._length += length
        if self._length > self.settings.header:
            raise LimitsExceededError

    def _watch(self, seconds: float | None) -> None:
        """Close the connection after ``seconds``, unless called again before."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self.loop.call_later(seconds, self._expire)

    def _expire(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()


def careful(settings: Settings) -> type[Careful]:
    """Return the protocol class with the limits of ``settings``, for uvicorn's ``http``."""
    return type("CarefulWithLimits", (Careful,), {"settings": settings})
