"""Talks HTTP to an endpoint within bounds: a deadline, a cap on answers, few retries, and no secret to a stranger."""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import count
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from spreadgraph.errors import EndpointError, UsageError

TIMEOUT = 60.0
MOST_BYTES = 256 * 1024 * 1024
# Longer than this nobody waits for a busy endpoint; where it asks for more, that is said instead.
LONGEST_WAIT = 60.0
_ATTEMPTS = 4
_REDIRECTS = 5
_CONNECT_TIMEOUT = 10.0
_BLOCK = 65536
_BUSY = {429, 503}
_MOVED = {301, 302, 307, 308}


@dataclass(frozen=True)
class Request:
    """One request. ``safe`` means that sending it twice does no more than sending it once, and changes nothing."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    safe: bool = True


class Reply(NamedTuple):
    """What came back: status, headers with names in lower case, the whole body, and the address that answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Address(NamedTuple):
    """Where to connect, and what to ask for there."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return what two addresses of one server have in common."""
        return self.scheme, self.host, self.port


def address(url: str) -> Address:
    """Return the parts of an ``http`` or ``https`` address; raises UsageError for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), 0
    if not parts.hostname or parts.scheme not in {"http", "https"} or not re.fullmatch(r"[!-~]+", url):
        raise UsageError("an endpoint is an address such as https://example.org/sparql, in ASCII and with its scheme")
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            "leave user and password out of the address, where others see them; "
            "set SPREADGRAPH_ENDPOINT_USER and SPREADGRAPH_ENDPOINT_PASSWORD"
        )
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(parts.scheme, parts.hostname.lower(), port, target)


def authorization(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the Authorization header that the environment asks for, None where it asks for none.

    ``SPREADGRAPH_ENDPOINT_TOKEN`` gives bearer (RFC 6750), ``SPREADGRAPH_ENDPOINT_USER`` and ``…_PASSWORD`` basic
    authentication (RFC 7617, UTF-8). Raises UsageError, without showing them, where they cannot be sent.
    """
    user, password, token = (environment.get(f"SPREADGRAPH_ENDPOINT_{name}") for name in ("USER", "PASSWORD", "TOKEN"))
    if token:
        # http.client would show a value that it refuses.
        if not token.isascii() or not token.isprintable() or " " in token:
            raise UsageError("SPREADGRAPH_ENDPOINT_TOKEN holds signs that no token has, such as a blank or a line end")
        return f"Bearer {token}"
    if not user and not password:
        return None
    if not user or ":" in user:
        raise UsageError("SPREADGRAPH_ENDPOINT_USER has to hold the name of the user, without a colon")
    return "Basic " + b64encode(f"{user}:{password or ''}".encode()).decode("ascii")


@dataclass
class Client:
    """Sends requests and returns whole replies. ``timeout`` is in seconds, for one request with its answer."""

    authorization: str | None = field(default=None, repr=False)
    timeout: float = TIMEOUT
    most_bytes: int = MOST_BYTES
    pause: Callable[[float], object] = time.sleep
    _idle: list[tuple[tuple[str, str, int], http.client.HTTPConnection]] = field(default_factory=list, repr=False)

    def send(self, request: Request) -> Reply:
        """Return the reply, whatever its status; a busy endpoint (429, 503) is asked again after the wait it names.

        Raises EndpointError where there is no whole answer in time.
        """
        waited = 0.0
        for attempt in count(1):
            reply = self._followed(request)
            wait = asked_to_wait(reply.headers)
            wait = 0.5 * 2**attempt if wait is None else wait
            if reply.status not in _BUSY or attempt == _ATTEMPTS or waited + wait > LONGEST_WAIT:
                return reply
            waited += wait
            self.pause(wait)
        raise AssertionError("the loop above ends by returning")

    def close(self) -> None:
        """Close the connections that were kept; the next request opens a new one."""
        while self._idle:
            self._idle.pop()[1].close()

    def __del__(self) -> None:
        self.close()

    def _followed(self, request: Request) -> Reply:
        """Send, and go where a redirect leads; a stranger gets no credentials, and nobody an update meant for another.

        A 303 asks to fetch something else, which is not how SPARQL answers, so it is not followed.
        """
        home = address(request.url).origin
        url = request.url
        for _ in range(_REDIRECTS):
            reply = self._once(request, url, address(url).origin == home)
            if reply.status not in _MOVED or "location" not in reply.headers:
                return reply
            moved = urljoin(url, reply.headers["location"])
            if not request.safe or (url.startswith("https:") and not moved.startswith("https:")):
                raise EndpointError(f"{url} has moved to {_shown(moved)}; name that address if you trust it")
            url = moved
            address(url)
        raise EndpointError(f"{request.url} redirects again and again")

    def _once(self, request: Request, url: str, trusted: bool) -> Reply:
        """Send over a kept connection or a new one. A kept one may have been closed meanwhile: then a new one."""
        where = address(url)
        headers = {**request.headers, "Accept-Encoding": "identity", "User-Agent": "spreadgraph"}
        if trusted and self.authorization:
            headers["Authorization"] = self.authorization
        kept = self._kept(where) if request.safe else None
        with _in_words(where, self.timeout):
            if kept:
                with suppress(ConnectionError, http.client.BadStatusLine):
                    return self._exchange(kept, where, request, headers, url)
            return self._exchange(self._connected(where), where, request, headers, url)

    def _kept(self, where: Address) -> http.client.HTTPConnection | None:
        # pop and append are atomic, so that threads may share a client.
        while self._idle:
            origin, connection = self._idle.pop()
            if origin == where.origin and connection.sock:
                return connection
            connection.close()
        return None

    def _connected(self, where: Address) -> http.client.HTTPConnection:
        timeout = min(self.timeout, _CONNECT_TIMEOUT)
        if where.scheme == "https":
            context = ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                where.host, where.port, timeout=timeout, context=context
            )
        else:
            connection = http.client.HTTPConnection(where.host, where.port, timeout=timeout)
        connection.connect()
        return connection

    def _exchange(
        self, connection: http.client.HTTPConnection, where: Address, request: Request,
        headers: Mapping[str, str], url: str,
    ) -> Reply:  # fmt: skip
        try:
            with _Deadline(connection.sock, self.timeout):
                connection.request(request.method, where.target, request.body, dict(headers))
                response = connection.getresponse()
                with response:
                    found = {name.lower(): value for name, value in response.getheaders()}
                    body = self._body(response, where)
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            self._idle.append((where.origin, connection))
        return Reply(response.status, found, body, url)

    def _body(self, response: http.client.HTTPResponse, where: Address) -> bytes:
        blocks, size = [], 0
        while block := response.read(_BLOCK):
            blocks.append(block)
            size += len(block)
            if size > self.most_bytes:
                raise EndpointError(
                    f"{where.host} answers with more than {self.most_bytes // 1024**2} MB; ask for less, with LIMIT"
                )
        # http.client says nothing where fewer bytes come than were announced.
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return b"".join(blocks)


class _Deadline:
    """Ends an exchange that takes longer than ``seconds``, also one that trickles and so never idles."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._socket = connection
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._over = False
        connection.settimeout(seconds)

    def _end(self) -> None:
        self._over = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        self._timer.cancel()
        if self._over and not isinstance(error, EndpointError):
            raise TimeoutError from error


class _in_words:  # noqa: N801  it is used as a function is
    """Turns what can go wrong between two machines into one line."""

    def __init__(self, where: Address, timeout: float) -> None:
        self._where = f"{where.host}:{where.port}"
        self._timeout = timeout

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, TimeoutError):
            hint = "ask for less, or give it longer with --endpoint-timeout"
            raise EndpointError(f"no whole answer from {self._where} within {self._timeout:g} s; {hint}") from error
        if isinstance(error, ssl.SSLCertVerificationError):
            raise EndpointError(f"{self._where} has no valid certificate: {error.verify_message}") from error
        if isinstance(error, http.client.IncompleteRead):
            raise EndpointError(f"the answer from {self._where} broke off; ask again") from error
        if isinstance(error, http.client.HTTPException):
            raise EndpointError(f"{self._where} does not answer in HTTP ({type(error).__name__})") from error
        if isinstance(error, OSError):
            reason = error.strerror or type(error).__name__
            raise EndpointError(f"no connection to {self._where} ({reason}); is it the right address?") from error


def asked_to_wait(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Return the seconds that Retry-After (RFC 9110, 10.2.3: seconds or a date) asks for, None where it does not."""
    given = headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit():
        return float(given[:9])
    with suppress(ValueError, TypeError, OverflowError):
        return max(0.0, parsedate_to_datetime(given).timestamp() - now())
    return None


def _shown(url: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in url)[:200]
