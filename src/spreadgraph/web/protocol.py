"""Watches each connection: how much it may send ahead, and how long it may take to ask and to listen.

uvicorn limits how long an idle connection is kept, until the next byte, whatever that is; but not how slowly a head
arrives or an answer is read. Here two clocks run beside each other, one for what the client sends and one for what it
takes. A byte stops neither, only the end of what is waited for:

===============================================  ========================================================
what the client is doing                         what limits it
===============================================  ========================================================
has not begun a request, the first or the next   ``header_seconds``
sends a head, also while it is answered          ``header_seconds`` from its first byte
sends a body that is waited for                  ``body_seconds``, in :mod:`~spreadgraph.web.edge`, which says so
sends a body although it has been answered       ``body_seconds`` from the end of the answer
waits for an answer                              the time limit of the query; ``ahead`` for what it sends meanwhile
leaves an answer unread, ended or not            ``write_seconds``; the next request need not begin before
===============================================  ========================================================

An offer to go on in another protocol, which Java's clients make with every request, is passed over (RFC 9110, 7.8). The
parser would take what follows such a head for that protocol: the body would be lost, or read as a request.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from spreadgraph.web.settings import Settings


_OFFER = re.compile(rb"^upgrade:", re.IGNORECASE | re.MULTILINE)


class LimitsExceededError(Exception):
    """Stops the parser where a head is too long, too many requests came ahead, or another protocol would begin."""


class Careful(HttpToolsProtocol):
    """One connection with limits; :func:`careful` sets them."""

    settings: ClassVar[Settings]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._sending: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self._in_head, self._in_body = True, False
        # Whether something of a head has come, but not all of it.
        self._begun = False
        # Of the present head: what the parser told of it, and what arrived after the piece in which it began.
        self._told = self._arrived = 0
        # What is being answered, and what came after it.
        self._due: deque[RequestResponseCycle] = deque()
        self._since = self.loop.time()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        """Take a connection; where there are too many, the one that has owed a request longest makes room."""
        super().connection_made(transport)
        # So that writing is paused as long as anything is unread, and not only from 64 KiB on.
        transport.set_write_buffer_limits(0)
        self._limit_sending(self.settings.header_seconds)
        if len(self.connections) > self.settings.connections:
            owing = [each for each in self.connections if isinstance(each, Careful) and each._owes]
            min(owing, key=lambda each: each._since, default=self).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read on, unless a head has become too long."""
        self._arrived += len(data)
        # Only where all of a head is in this piece is it known where it ends, and that nothing of a body is changed.
        super().data_received(data if self._in_body or self._begun else _without_offer(data))
        if self._in_head and self._arrived > self.settings.header and not self.transport.is_closing():
            self.send_400_response("The head is too long.")

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        self._in_head = self._begun = True
        self._told = self._arrived = 0
        self._limit_sending(self.settings.header_seconds)

    def on_url(self, url: bytes) -> None:
        """Take a piece of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer, or put the request behind those that came before; too many end the connection."""
        self._in_head, self._in_body, self._begun = False, True, False
        self._limit_sending(None)
        if self.parser.should_upgrade():  # CONNECT, or an offer behind another request or in pieces
            raise LimitsExceededError
        super().on_headers_complete()
        self._due.append(self.cycle)
        if len(self._due) > 1 + self.settings.ahead:
            raise LimitsExceededError
        # uvicorn stops reading behind a request that has to wait, and would not see the client go.
        self.flow.resume_reading()

    def on_message_complete(self) -> None:
        """Note that the client has asked to the end."""
        self._in_body = False
        super().on_message_complete()
        self._turn()

    def on_response_complete(self) -> None:
        """Go on to the next request."""
        self._due.popleft()
        super().on_response_complete()
        self._turn()

    def pause_writing(self) -> None:
        """Wait for the client to read, but not for ever."""
        super().pause_writing()
        self._limit_taking(self.settings.write_seconds)

    def resume_writing(self) -> None:
        """Go on writing."""
        self._limit_taking(None)
        super().resume_writing()
        self._turn()

    def timeout_keep_alive_handler(self) -> None:
        """Do nothing at the end of uvicorn's limit on idle connections, which is not the one that holds here."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read; in the middle of an answer that cannot be said."""
        if self._due and self._due[0].response_started:
            self.transport.abort()
        else:
            super().send_400_response(msg)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the connection, and of all that it asked for."""
        self._limit_sending(None)
        self._limit_taking(None)
        super().connection_lost(exc)
        # uvicorn tells only the request that came last.
        for cycle in self._due:
            cycle.disconnected = True
            cycle.message_event.set()

    @property
    def _owes(self) -> bool:
        """Whether the client has not asked, or not to the end, and has read what it was answered."""
        asked = len(self._due) > self._in_body
        return not asked and not self.flow.write_paused and not self.transport.is_closing()

    def _turn(self) -> None:
        """Limit what the client does next, where it is its turn."""
        if self._in_head or self._due or self.transport.is_closing():
            return
        if self._in_body:
            self._limit_sending(self.settings.body_seconds)
        elif not self.flow.write_paused:
            self._since = self.loop.time()
            self._limit_sending(self.settings.header_seconds)

    def _count(self, length: int) -> None:
        self._told += length
        if self._told > self.settings.header:
            raise LimitsExceededError

    def _limit_sending(self, seconds: float | None) -> None:
        self._sending = self._limit(self._sending, seconds)

    def _limit_taking(self, seconds: float | None) -> None:
        self._taking = self._limit(self._taking, seconds)

    def _limit(self, running: asyncio.TimerHandle | None, seconds: float | None) -> asyncio.TimerHandle | None:
        """Stop a clock and return one that ends the connection after ``seconds``, also one that is being closed."""
        if running is not None:
            running.cancel()
        return None if seconds is None else self.loop.call_later(seconds, self.transport.abort)


def _without_offer(data: bytes) -> bytes:
    """Return what begins in a head with the name of its Upgrade header changed, so that it is one that says nothing."""
    head, end, rest = data.partition(b"\r\n\r\n")
    return _OFFER.sub(b"x-upgrade:", head) + end + rest if end else data


def careful(settings: Settings) -> type[Careful]:
    """Return the protocol class with the limits of ``settings``, for uvicorn's ``http``."""
    return type("CarefulWithLimits", (Careful,), {"settings": settings})
