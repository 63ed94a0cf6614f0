"""The outer wall over HTTP: who may ask, in which form answers come, and what every answer says."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from urllib.parse import quote

import httpx
import pytest

from spreadgraph.web.settings import Settings
from web import served
from web.client import Server, serving
from web.test_processes import ENDLESS

HOSTILE = "https://evil.example"
FRIEND = "https://friend.example"
PUBLIC = "https://evidence.example"
ROWS = "SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 2"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 2"


@pytest.fixture(scope="module")
def public() -> Iterator[Server]:
    """Serve behind a reverse proxy, and for the pages of a friend."""
    with serving("--public-url", PUBLIC, "--allow-origin", FRIEND) as running:
        yield running


def problem(response: httpx.Response) -> str:
    """Return the code of a problem document; fail where it tells about this machine."""
    assert response.headers["content-type"] == "application/problem+json"
    for secret in ("Traceback", "/tmp", "/home", "/root", ".py", "site-packages"):  # noqa: S108  is searched for
        assert secret not in response.text
    return str(response.json()["code"])


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example:80", "localhost:x", "localhost:\u00b2", "", "[::1]x", "0.0.0.0"],  # noqa: S104  is refused
)
def test_a_foreign_host_name_is_refused_everywhere(server: Server, host: str) -> None:
    for path in ("/", "/sparql?query=ASK%7B%7D", "/nothing"):
        response = server.http.get(path, headers=[(b"Host", host.encode("latin-1"))])
        assert (response.status_code, problem(response)) == (421, "wrong-host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "[::1]"])
def test_own_host_names_are_answered(server: Server, host: str) -> None:
    assert server.http.get("/", headers={"Host": host}).status_code == 200


def test_a_request_without_or_with_two_host_names_is_refused(server: Server) -> None:
    for hosts in (b"", b"Host: localhost\r\nHost: evil.example\r\n"):
        assert b" 421 " in raw(server, b"GET / HTTP/1.1\r\n" + hosts + b"\r\n").split(b"\r\n")[0]


@pytest.mark.parametrize(
    "origin", [HOSTILE, "null", "http://127.0.0.1:1", "http://localhost.evil.example", "http://[", "", "\u00e9"]
)
def test_a_foreign_page_may_not_post(server: Server, origin: str) -> None:
    headers = [(b"Origin", origin.encode("latin-1"))]
    response = server.http.post("/sparql", data={"query": "ASK {}"}, headers=headers)
    assert (response.status_code, problem(response)) == (403, "wrong-origin")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert server.http.get("/", headers=headers).status_code == 200


def test_a_foreign_page_may_not_keep_the_workers_busy(server: Server) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert problem(server.query("ASK {}", headers=headers)) == "wrong-origin"
    followed = {**headers, "Sec-Fetch-Mode": "navigate"}
    assert server.query("ASK {}", headers=followed).status_code == 200, "a link from elsewhere may be followed"


def test_own_pages_may_post(server: Server) -> None:
    response = server.http.post("/sparql", data={"query": "ASK {}"}, headers={"Origin": server.url})
    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers


def test_only_a_listed_origin_may_read(public: Server) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for origin, allowed in ((FRIEND, True), (HOSTILE, False)):
        response = public.query("ASK {}", headers={"Origin": origin})
        preflight = public.http.options("/sparql", headers={"Origin": origin, **asked})
        assert (response.headers.get("access-control-allow-origin") == origin) is allowed
        assert (preflight.headers.get("access-control-allow-origin") == origin) is allowed
        assert (preflight.status_code == 204) is allowed
        assert "Origin" in response.headers["vary"]


def test_behind_a_proxy_the_public_name_counts(public: Server) -> None:
    headers = {"Host": "evidence.example", "Accept": "text/turtle"}
    assert f"<{PUBLIC}/sparql>" in public.http.get("/sparql", headers=headers).text
    response = public.http.post(
        "/sparql", data={"query": "ASK {}"}, headers={**headers, "Origin": PUBLIC, "Accept": "*/*"}
    )
    assert response.status_code == 200
    assert public.http.get("/", headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("accept", "query", "kind"),
    [
        ("", ROWS, "application/sparql-results+json"),
        ("*/*", ROWS, "application/sparql-results+json"),
        ("application/sparql-results+xml", ROWS, "application/sparql-results+xml"),
        ("text/csv", ROWS, "text/csv; charset=utf-8"),
        ("text/tab-separated-values", ROWS, "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.4, application/json;q=0.5, */*;q=0.1", ROWS, "application/sparql-results+json"),
        ("application/sparql-results+json;q=0, */*", ROWS, "application/sparql-results+xml"),
        ("image/png, text/*;q=0.2", ROWS, "text/csv; charset=utf-8"),
        ("application/sparql-results+xml", "ASK {}", "application/sparql-results+xml"),
        ("*/*", GRAPH, "text/turtle; charset=utf-8"),
        ("application/ld+json", GRAPH, "application/ld+json"),
        ("application/rdf+xml", GRAPH, "application/rdf+xml"),
        ("application/n-triples", GRAPH, "application/n-triples"),
        ("application/json", "DESCRIBE <a:a>", "application/ld+json"),
    ],
)
def test_the_client_chooses_the_form(server: Server, accept: str, query: str, kind: str) -> None:
    response = server.query(query, headers={"Accept": accept})
    assert response.status_code == 200
    if accept:  # httpx sends */* for an empty one
        assert response.headers["content-type"].partition(";")[0] in (kind.partition(";")[0], "text/xml")
    assert "Accept" in response.headers["vary"]


def test_a_form_nobody_can_give_is_said(server: Server) -> None:
    assert problem(server.query(ROWS, headers={"Accept": "image/png"})) == "form"
    response = server.query(GRAPH, headers={"Accept": "text/csv"})
    assert (response.status_code, problem(response)) == (406, "form")
    assert server.http.get("/sparql", params={"query": ROWS, "format": "csv"}).text.startswith("g,o,p,s")
    assert problem(server.http.get("/sparql", params={"query": ROWS, "format": "exe"})) == "form"


# Little may be sent, and there is all the time in the world for it: nothing else can end the query.
@pytest.mark.parametrize("limits", [Settings(deadline=600, rows=10), Settings(deadline=600, answer=2000)])
def test_an_answer_that_is_cut_says_so(limits: Settings) -> None:
    query = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
    with served.asking(served.bundled, limits) as little:
        for form in ("json", "xml"):
            response = little.get("/sparql", params={"query": query, "format": form})
            assert response.headers["spreadgraph-truncated"] == "true"
            assert "truncated" in (response.text[:40] if form == "json" else response.text[-200:])
        answer = json.loads(little.get("/sparql", params={"query": query}).text)
        assert answer["truncated"] is True
        assert 0 < len(answer["results"]["bindings"]) <= limits.rows
        response = little.get("/sparql", params={"query": query, "format": "csv"})
        assert (response.status_code, problem(response)) == (406, "too-long")
        response = little.get("/sparql", params={"query": query, "format": "csv", "cut": "yes"})
        assert response.headers["spreadgraph-truncated"] == "true"
        assert 1 < response.text.count("\r\n") <= 1 + limits.rows
        assert len(response.content) <= limits.answer
        whole = little.get("/sparql", params={"query": f"{query} LIMIT 1"})
        assert "spreadgraph-truncated" not in whole.headers


@pytest.mark.parametrize("path", ["/", "/sparql", "/sparql?query=ASK%7B%7D", "/nothing", "/sparql?query=ASK%7B"])
def test_every_answer_is_sealed(server: Server, path: str) -> None:
    headers = server.http.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    # A page tells its own origin where a form comes from; nobody else is told anything.
    assert headers["referrer-policy"] == ("same-origin" if path == "/" else "no-referrer")
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "server" not in headers


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/sparql/x", "/.git/config", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%00", "/é"],
)
def test_what_is_no_page_is_not_found(server: Server, path: str) -> None:
    response = server.http.get(path)
    assert (response.status_code, problem(response)) == (404, "no-such-page")


def test_a_wrong_method_is_told_the_right_ones(server: Server) -> None:
    response = server.http.delete("/sparql")
    assert (response.status_code, problem(response)) == (405, "method-not-allowed")
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert set(server.http.post("/").headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", ["/", "/sparql", "/sparql?query=ASK%7B%7D"])
def test_head_is_get_without_the_body(server: Server, path: str) -> None:
    head, get = server.http.head(path), server.http.get(path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length"):
        assert head.headers[name] == get.headers[name]


def test_a_long_body_is_refused_told_or_not(server: Server) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 65536

    headers = {"Content-Type": "application/sparql-query"}
    for body in (b"x" * 1_100_000, endless()):
        response = server.http.post("/sparql", content=body, headers=headers)
        assert (response.status_code, problem(response)) == (413, "body-too-long")
    response = server.http.request("GET", "/sparql", params={"query": ENDLESS}, content=endless())
    assert (response.status_code, problem(response)) == (413, "body-too-long"), "also where no body was asked for"
    assert server.query("ASK {}").status_code == 200


@pytest.mark.parametrize(("length", "status"), [(b"0" * 5000 + b"1", b"415"), (b"0" * 5000 + b"9999999", b"413")])
def test_a_length_may_be_written_at_length(server: Server, length: bytes, status: bytes) -> None:
    answer = raw(server, b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + b"\r\n\r\nx")
    assert answer.split()[1] == status
    assert b"content-security-policy: default-src 'none'" in answer


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: x\r\n" * 20_000 + b"\r\n",
        b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40_000,
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_a_head_too_long_or_broken_is_refused(server: Server, head: bytes) -> None:
    answer = raw(server, head)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert server.query("ASK {}").status_code == 200


@pytest.mark.parametrize(
    "fields",
    ["query=ASK%7B%7D&query=ASK%7B%7D", "query=%FF", "update=x", "default-graph-uri=a:a", "query=ASK%7B%7D&update=x"],
)
def test_what_the_protocol_excludes_is_refused(server: Server, fields: str) -> None:
    assert problem(server.http.get(f"/sparql?{fields}")) == "protocol"


def test_graphs_of_the_request_are_checked(server: Server) -> None:
    for graph, code in (("file:///etc/passwd", "refused"), ("not an iri", "failed")):
        response = server.http.get("/sparql", params={"query": "ASK {}", "default-graph-uri": graph})
        assert (response.status_code, problem(response)) == (400, code)


def test_all_graphs_at_once_can_be_asked_for(server: Server) -> None:
    ask = "ASK { ?claim a <https://w3id.org/spreadgraph/ontology#Claim> }"
    union = {"query": ask, "default-graph-uri": "urn:x-arq:UnionGraph"}
    assert server.query(ask).json()["boolean"] is False
    assert server.http.get("/sparql", params=union).json()["boolean"] is True


def test_slow_clients_do_not_block_others(server: Server) -> None:
    """Two hundred clients send a head or a body byte by byte, and ten do not read: others are answered all the time."""
    host, port = server.url.removeprefix("http://").split(":")
    heads = [
        b"GET /sparql?query=ASK HTTP/1.1\r\nHost: localhost\r\nX: ",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 1000000\r\n\r\nA",
    ]
    long = "SELECT ?s ?p ?o ?x { GRAPH ?g { ?s ?p ?o } VALUES ?x { 1 2 3 4 5 6 } } LIMIT 30000"
    with ExitStack() as stack:
        deaf = [stack.enter_context(socket.socket()) for _ in range(10)]
        for each in deaf:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            each.connect((host, int(port)))
            each.sendall(f"GET /sparql?query={quote(long)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        slow = [stack.enter_context(socket.create_connection((host, int(port)))) for _ in range(200)]
        for place, each in enumerate(slow):
            each.sendall(heads[place % 2])
        for _ in range(20):
            for each in slow:
                # Those that have been at it too long are gone by now.
                with suppress(ConnectionError):
                    each.sendall(b"x")
            assert server.query("ASK {}").status_code == 200
            time.sleep(0.1)


def raw(server: Server, data: bytes) -> bytes:
    """Send bytes as they are and return what comes back until the connection is closed, or a second has passed."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=1) as connection:
        found = b""
        try:
            connection.sendall(data)
            while part := connection.recv(65536):
                found += part
        except (TimeoutError, ConnectionError):
            pass
        return found
