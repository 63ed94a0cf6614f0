"""A small HTTP server that misbehaves as it is told, to see what the endpoint client makes of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

ROWS = "application/sparql-results+json"


class Seen(NamedTuple):
    """One request as it arrived; ``headers`` have names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Records the request and does what is next in the server's list; the last behaviour is for all that follow."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer."""
        server = self.server
        assert isinstance(server, OddServer)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        server.seen.append(Seen(self.command, self.path, headers, body))
        behaviour = server.plan.pop(0) if len(server.plan) > 1 else server.plan[0]
        with suppress(ConnectionError):
            behaviour(self)

    do_POST = do_PUT = do_GET  # noqa: N815  the names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class OddServer(ThreadingHTTPServer):
    """Answers by ``plan`` and keeps what it has ``seen``."""

    daemon_threads = True

    def __init__(self, *plan: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan = list(plan)
        self.seen: list[Seen] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """Return its address for queries."""
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"


@contextmanager
def odd_server(*plan: Behaviour) -> Iterator[OddServer]:
    """Run a server that does one behaviour after the other."""
    server = OddServer(*plan)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def says(status: int, body: str | bytes = b"", kind: str = "text/plain", **headers: str) -> Behaviour:
    """Answer with a status, a body and headers (an underscore stands for a hyphen)."""
    data = body.encode() if isinstance(body, str) else body

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return behave


def rows(*values: int | str, **headers: str) -> Behaviour:
    """Answer with one column, ``x``."""
    return says(200, json.dumps(table(*values)), ROWS, **headers)


def table(*values: int | str) -> dict[str, object]:
    """Return SPARQL results in JSON with one column, ``x``."""
    bindings = [{"x": {"type": "literal", "value": str(value)}} for value in values]
    return {"head": {"vars": ["x"]}, "results": {"bindings": bindings}}


def breaks_off(handler: Handler) -> None:
    """Announce more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Type", ROWS)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"head": {"vars": ["x"]}, "results": {"bindings": []}}')
    handler.close_connection = True


def breaks_off_between_chunks(handler: Handler) -> None:
    """Send a whole document in a chunk, and no end."""
    handler.send_response(200)
    handler.send_header("Content-Type", ROWS)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    data = b'{"head": {"vars": ["x"]}, "results": {"bindings": []}}'
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
    handler.close_connection = True


def never_ends(handler: Handler) -> None:
    """Send blanks for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", ROWS)
    handler.end_headers()
    handler.close_connection = True
    while not _server(handler).over.is_set():
        handler.wfile.write(b" " * 65536)


def trickles(handler: Handler) -> None:
    """Send a blank now and then, so that the connection is never idle for long."""
    handler.send_response(200)
    handler.send_header("Content-Type", ROWS)
    handler.end_headers()
    handler.close_connection = True
    while not _server(handler).over.wait(0.02):
        handler.wfile.write(b" ")


def says_nothing(handler: Handler) -> None:
    """Wait until the server goes down."""
    handler.close_connection = True
    _server(handler).over.wait(30)


def hangs_up(handler: Handler) -> None:
    """Close without a word."""
    handler.close_connection = True


def _server(handler: Handler) -> OddServer:
    assert isinstance(handler.server, OddServer)
    return handler.server
