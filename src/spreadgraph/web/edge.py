"""The outer wall: who may ask, how much and for how long, and what every answer tells the browser."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

from spreadgraph.web.html import SEALED
from spreadgraph.web.problems import ProblemError, unknown

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from spreadgraph.web.settings import Settings

OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": SEALED,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}

_RAW = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


class Edge:
    """Middleware (ASGI) that every request passes first, before it is routed."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._hosts = OWN_HOSTS | {host.lower() for host in settings.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request or hand it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        allowed = headers.get("origin") if headers.get("origin") in self._settings.origins else None
        dressed = _Dressed(send, allowed, bool(self._settings.origins))
        try:
            await self._answered(scope, receive, dressed, headers)
        except Exception as error:
            # Here and not in Starlette's own outermost layer, where the answer would go out undressed.
            if dressed.started:
                raise
            await unknown(error, self._settings.debug)(scope, receive, dressed)

    async def _answered(self, scope: Scope, receive: Receive, dressed: _Dressed, headers: Headers) -> None:
        try:
            self._check(scope["method"], headers)
        except ProblemError as problem:
            # The body is left unread, so the connection cannot be used again.
            problem.headers["Connection"] = "close"
            await problem.response()(scope, receive, dressed)
            return
        if scope["method"] == "OPTIONS" and dressed.allowed and "access-control-request-method" in headers:
            await _preflight()(scope, receive, dressed)
            return
        await self._app(scope, _Metered(receive, self._settings), dressed)

    def _check(self, method: str, headers: Headers) -> None:
        hosts = headers.getlist("host")
        # A page elsewhere whose name was made to point here (DNS rebinding) still sends its own name.
        if len(hosts) != 1 or _name(hosts[0]) not in self._hosts:
            raise ProblemError(421, "wrong-host", "this server answers for its own names only, such as localhost")
        origin = headers.get("origin")
        own = origin is not None and _authority(origin) == hosts[0].lower()
        trusted = own or origin in self._settings.origins
        if origin is not None and method not in SAFE_METHODS and not trusted:
            raise ProblemError(403, "wrong-origin", "a page of another origin may not post here")
        # A foreign page cannot read the answer of a GET, but it could keep the workers busy with pictures and scripts.
        site, mode = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode")
        if site == "cross-site" and mode != "navigate" and not trusted:
            raise ProblemError(403, "wrong-origin", "a page of another origin may not ask here")
        if not _at_most(headers.get("content-length", "0"), self._settings.body):
            raise ProblemError(413, "body-too-long", f"a body of more than {self._settings.body} bytes is not read")


class _Metered:
    """Reads a body of limited length within a limited time."""

    def __init__(self, receive: Receive, settings: Settings) -> None:
        self._receive, self._settings = receive, settings
        self._length, self._whole = 0, False
        self._until = asyncio.get_running_loop().time() + settings.body_seconds

    async def __call__(self) -> Message:
        if self._whole:
            # Nothing more comes but the news that the client has gone, and that may take its time.
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise ProblemError(408, "body-too-slow", "the body took too long", {"Connection": "close"}) from None
        self._length += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._length > self._settings.body:
            detail = f"a body of more than {self._settings.body} bytes is not read"
            raise ProblemError(413, "body-too-long", detail, {"Connection": "close"})
        return message


class _Dressed:
    """Adds to an answer what every answer carries."""

    def __init__(self, send: Send, allowed: str | None, varies: bool) -> None:
        self._send, self._varies = send, varies
        self.allowed = allowed
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            given = {name for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(each for each in _RAW if each[0] not in given)]
            headers = MutableHeaders(raw=message["headers"])
            if self._varies:
                headers.add_vary_header("Origin")
            if self.allowed:
                headers["Access-Control-Allow-Origin"] = self.allowed
                headers["Access-Control-Expose-Headers"] = "Spreadgraph-Truncated"
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        await self._send(message)


def _preflight() -> Response:
    allowed = {"Methods": "GET, HEAD, POST", "Headers": "Accept, Content-Type, Authorization"}
    return Response(None, 204, {f"Access-Control-Allow-{name}": value for name, value in allowed.items()})


def _name(host: str) -> str:
    """Return the name of a Host header without its port, in lower case; empty where it is malformed."""
    name, colon, port = host.lower().rpartition(":")
    if not colon or host.endswith("]"):
        return host.lower()
    return name if port.isascii() and port.isdigit() else ""


def _authority(origin: str) -> str | None:
    """Return the name and port of an Origin header, in lower case; None where it is malformed."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _at_most(length: str, most: int) -> bool:
    """Whether a Content-Length header is a number, and so small; Python reads no number of thousands of digits."""
    digits = length.lstrip("0")
    return length.isascii() and length.isdigit() and len(digits) <= len(str(most)) and int(digits or "0") <= most
