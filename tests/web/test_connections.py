"""What a connection does, or leaves undone, and when it is closed for that: each state has its limit, and only one."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from urllib.parse import quote

import pytest
import uvicorn

from spreadgraph.web.settings import Settings
from web import served
from web.client import wait_until
from web.test_processes import ENDLESS

# The limit that is tested is short, but long enough for a busy machine to answer within; the others end nothing.
SHORT, LONG = 2.0, 600.0
ASK = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\n\r\n"
OFFER = (
    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    b"Connection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nUpgrade: h2c\r\n"
)
CATALOGUE = b"GET /queries HTTP/1.1\r\nHost: localhost\r\n"
# Some megabytes.
UNREAD = "SELECT ?s ?p ?o ?x { GRAPH ?g { ?s ?p ?o } VALUES ?x { 1 2 3 4 5 6 } } LIMIT 30000"


def limits(**short: float) -> Settings:
    """Return settings with all time in the world but for what is given."""
    times = {"header_seconds": LONG, "body_seconds": LONG, "write_seconds": LONG, **short}
    return Settings(deadline=120, **times)  # type: ignore[arg-type]  # mixes floats and ints


@contextmanager
def connected(server: uvicorn.Server) -> Iterator[socket.socket]:
    """Connect as a client that takes in little at a time."""
    with socket.socket() as connection:
        connection.settimeout(60)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", served.port(server)))
        yield connection


def closed(server: uvicorn.Server) -> bool:
    """Whether the server has no connection any more."""
    return not server.server_state.connections


def long_one() -> bytes:
    """Return a request for an answer of some megabytes."""
    address = f"/sparql?format=json&query={quote(UNREAD)}"
    return f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """Read one answer: its status and its body."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += some(connection, 1)
    length = re.search(rb"(?i)content-length: (\d+)", head)
    assert length, head
    body, left = b"", int(length[1])
    while len(body) < left:
        body += some(connection, min(65536, left - len(body)))
    return int(head.split()[1]), body


def some(connection: socket.socket, most: int) -> bytes:
    """Read up to so many bytes; fail where the connection has been closed."""
    part = connection.recv(most)
    assert part, "the connection has been closed"
    return part


def waiting(server: uvicorn.Server) -> int:
    """Return how many bytes of answers a server keeps because they are not read."""
    return sum(each.transport.get_write_buffer_size() for each in server.server_state.connections)


def test_who_never_asks_is_closed() -> None:
    with served.running(served.bundled, limits(header_seconds=SHORT)) as server, connected(server):
        wait_until(lambda: not closed(server))
        wait_until(lambda: closed(server))


@pytest.mark.parametrize("first", [b"", ASK])
def test_a_head_has_its_time_whatever_arrives_of_it(first: bytes) -> None:
    with served.running(served.bundled, limits(header_seconds=SHORT)) as server, connected(server) as client:
        client.sendall(first)
        if first:
            assert answer(client)[0] == 200
        client.sendall(b"GET / HTTP/1.1\r\nX: ")
        wait_until(lambda: dripped(client, server))


def dripped(client: socket.socket, server: uvicorn.Server) -> bool:
    """Send another byte; whether the connection has been closed."""
    try:
        client.sendall(b"x")
    except OSError:
        return True
    return closed(server)


@pytest.mark.parametrize("stray", [b"", b"\r\n"])
def test_who_asks_nothing_more_is_closed(stray: bytes) -> None:
    """Empty lines between requests are passed over, and are no request."""
    with served.running(served.bundled, limits(header_seconds=SHORT)) as server, connected(server) as client:
        client.sendall(ASK)
        assert answer(client)[0] == 200
        client.sendall(stray)
        wait_until(lambda: closed(server))


def test_a_body_that_has_been_answered_is_not_waited_for_long() -> None:
    with served.running(served.bundled, limits(body_seconds=SHORT)) as server, connected(server) as client:
        client.sendall(CATALOGUE + b"Content-Length: 100000\r\n\r\n")
        assert answer(client)[0] == 200
        wait_until(lambda: dripped(client, server))


def test_a_body_may_come_after_its_answer_and_another_request_behind_it() -> None:
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n"
    with served.running(served.bundled, limits()) as server, connected(server) as client:
        client.sendall(head)
        assert answer(client)[0] == 415
        client.sendall(b"x" * 100_000 + ASK)
        assert answer(client)[0] == 200


@pytest.mark.parametrize("behind", [b"", ASK, ASK[:20]])
def test_who_does_not_read_is_closed(behind: bytes) -> None:
    """Asking again does not count as reading."""
    with served.running(served.bundled, limits(write_seconds=SHORT)) as server, connected(server) as client:
        client.sendall(long_one())
        wait_until(lambda: waiting(server))
        client.sendall(behind)
        wait_until(lambda: closed(server))


def test_the_end_of_an_answer_has_to_be_read_as_well() -> None:
    """Also where the application has long sent it, and little of it is left."""
    settings = limits(header_seconds=SHORT, write_seconds=SHORT)
    with served.running(served.bundled, settings) as server, connected(server) as client:
        while not waiting(server):
            before = server.server_state.total_requests
            client.sendall(ASK)
            wait_until(partial(further, server, before))
        wait_until(lambda: closed(server))


def further(server: uvicorn.Server, before: int) -> bool:
    """Whether more requests have been answered than before, or an answer is not read."""
    return server.server_state.total_requests > before or waiting(server) > 0


def test_an_answer_that_ends_the_connection_has_to_be_read_too() -> None:
    with served.running(served.bundled, limits(write_seconds=SHORT)) as server, connected(server) as client:
        client.sendall(b"GET /explorer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        wait_until(lambda: waiting(server) and not server.server_state.tasks)
        wait_until(lambda: closed(server))


def test_who_reads_late_but_in_time_gets_all() -> None:
    """The time for the next request does not begin before the answer has been read."""
    with served.running(served.bundled, limits(header_seconds=SHORT)) as server, connected(server) as client:
        client.sendall(long_one())
        wait_until(lambda: waiting(server))
        time.sleep(2 * SHORT)
        status, body = answer(client)
        assert (status, body[-1:]) == (200, b"}")
        client.sendall(ASK)
        assert answer(client)[0] == 200


def test_requests_may_come_ahead_but_not_any_number() -> None:
    with served.running(served.bundled, limits()) as server:
        with connected(server) as client:
            client.sendall(ASK * 20)
            assert [answer(client)[0] for _ in range(20)] == [200] * 20
        with connected(server) as client:
            client.sendall(ASK * 200)
            wait_until(lambda: closed(server))


def test_who_asks_ahead_and_leaves_takes_all_queries_along() -> None:
    body = ENDLESS.encode()
    head = "POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    asked = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    with served.running(served.bundled, limits()) as server:
        for pieces in ([asked + ASK], [asked, ASK]):
            with connected(server) as client:
                for piece in pieces:
                    client.sendall(piece)
                    wait_until(lambda: server.server_state.tasks)
                    time.sleep(0.5)
            # Long before the end of the query.
            wait_until(lambda: not server.server_state.tasks)


def test_who_owes_a_request_makes_room() -> None:
    settings = Settings(deadline=120, connections=4, header_seconds=LONG, body_seconds=LONG)
    with served.running(served.bundled, settings) as server, ExitStack() as stack:
        held = [stack.enter_context(connected(server)) for _ in range(4)]
        for each, sent in zip(held, (ASK, CATALOGUE + b"Content-Length: 9\r\n\r\n") * 2, strict=True):
            each.sendall(sent)
            assert answer(each)[0] == 200
        for _ in range(8):
            with connected(server) as newcomer:
                newcomer.sendall(ASK)
                assert answer(newcomer)[0] == 200


def test_a_head_may_be_as_long_as_it_is_said_in_pieces_too() -> None:
    lines = b"".join(b"X-%d: %s\r\n" % (at, b"x" * 100) for at in range(240))
    head = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\n" + lines + b"\r\n"
    assert 24_000 < len(head) < Settings().header
    with served.running(served.bundled, limits()) as server, connected(server) as client:
        for start in range(0, len(head), 8000):
            client.sendall(head[start : start + 8000])
            time.sleep(0.1)
        assert answer(client)[0] == 200


@pytest.mark.parametrize("framing", [b"Content-Length: 5\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
def test_an_offer_of_another_protocol_costs_no_body(framing: bytes) -> None:
    # As Java's client sends it with every request, once in one piece and once in two.
    head = OFFER + framing
    body = b"5\r\nASK{}\r\n0\r\n\r\n" if b"chunked" in framing else b"ASK{}"
    for pieces in ((head + body,), (head, body)):
        with served.running(served.bundled, limits()) as server, connected(server) as client:
            for piece in pieces:
                client.sendall(piece)
                time.sleep(0.1)
            assert answer(client) == (200, b'{"head":{},"boolean":true}')


def test_a_body_behind_such_an_offer_is_no_request() -> None:
    with served.running(served.bundled, limits()) as server, connected(server) as client:
        client.sendall(OFFER + b"Content-Length: %d\r\n\r\n" % len(ASK))
        client.sendall(ASK)
        assert answer(client)[0] == 400
        client.sendall(ASK)
        assert answer(client)[0] == 200


def test_an_offer_in_pieces_ends_the_connection() -> None:
    with served.running(served.bundled, limits()) as server, connected(server) as client:
        client.sendall(OFFER[:-10])
        time.sleep(0.1)
        client.sendall(OFFER[-10:] + b"Content-Length: 5\r\n\r\nASK{}")
        assert answer(client)[0] == 400
        wait_until(partial(closed, server))


def test_a_body_is_read_as_it_was_sent_wherever_the_head_is_cut() -> None:
    body = b"ASK{}#\nupgrade:\nupgrade:\n"
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    head += b"Content-Length: %d\r\n\r\n" % len(body)
    for cut in (1, 2, 3, 4, 5):
        with served.running(served.bundled, limits()) as server, connected(server) as client:
            client.sendall(head[:-cut])
            time.sleep(0.1)
            client.sendall(head[-cut:] + body + ASK)
            # "upgrade:" is no SPARQL, and nothing of the body is left for the next request.
            assert [answer(client)[0] for _ in range(2)] == [400, 200]
