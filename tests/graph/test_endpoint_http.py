"""What a bad network and a bad server do: one line each, within bounds, no half answer, and no secret given away."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import Literal, QuerySolutions

from endpoint_servers import free_ports
from odd_server import (
    ROWS,
    Behaviour,
    Handler,
    breaks_off,
    breaks_off_between_chunks,
    hangs_up,
    never_ends,
    odd_server,
    rows,
    says,
    says_nothing,
    table,
    trickles,
)
from spreadgraph.errors import EndpointError, UsageError
from spreadgraph.graph.endpoint import EndpointStore
from spreadgraph.graph.endpoint_http import Client, address, asked_to_wait, authorization

QUERY = "SELECT ?x WHERE { GRAPH ?g { ?s ?p ?x } } ORDER BY ?x"
SECRET = "s3cret-wörd"  # noqa: S105  it opens nothing


def asked(url: str, query: str = QUERY, **options: Any) -> list[str]:
    """Return the values of ``x``."""
    solutions = EndpointStore(url, client=Client(**options)).query(query)
    assert isinstance(solutions, QuerySolutions)
    return [value.value for row in solutions if isinstance(value := row["x"], Literal)]


def refusal(*plan: Behaviour, **options: Any) -> str:
    """Return the error, which has to be one line."""
    with odd_server(*plan) as server, pytest.raises(EndpointError) as error:
        asked(server.url, **options)
    (line,) = str(error.value).splitlines()
    return line


# ------ busy


def test_a_busy_endpoint_is_asked_again_after_the_wait_it_names() -> None:
    waits: list[float] = []
    with odd_server(says(429, Retry_After="7"), says(503), rows(1)) as server:
        assert asked(server.url, pause=waits.append) == ["1"]
    assert waits == [7.0, 2.0]


def test_a_busy_endpoint_is_given_up_in_the_end() -> None:
    waits: list[float] = []
    assert "is busy or down (503); try again later: overload" in refusal(says(503, "overload"), pause=waits.append)
    assert waits == [1.0, 2.0, 4.0]


def test_nobody_waits_for_as_long_as_an_endpoint_likes() -> None:
    waits: list[float] = []
    assert "is asked too often (429)" in refusal(says(429, Retry_After="86400"), pause=waits.append)
    assert waits == []


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("3", 3.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 10.0),
        ("Wed, 21 Oct 2015 07:00:00 GMT", 0.0),
        ("soon", None),
        ("-1", None),
        ("", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(given: str, seconds: float | None) -> None:
    assert asked_to_wait({"retry-after": given}, now=lambda: 1445412470.0) == seconds


# ------ redirects and secrets


def test_credentials_follow_no_redirect_to_another_server() -> None:
    with odd_server(rows(1)) as stranger, odd_server(says(307, Location=stranger.url)) as server:
        assert asked(server.url, authorization="Bearer secret") == ["1"]
        assert [each.headers.get("authorization") for each in server.seen] == ["Bearer secret"]
        assert [each.headers.get("authorization") for each in stranger.seen] == [None]


def test_a_redirect_within_a_server_keeps_method_body_and_credentials() -> None:
    long = QUERY + " #" + "x" * 3000
    with odd_server(says(301, Location="/elsewhere"), rows(1)) as server:
        assert asked(server.url, long, authorization="Bearer secret") == ["1"]
        first, second = server.seen
    assert (second.method, second.body, second.target) == ("POST", first.body, "/elsewhere")
    assert second.headers["authorization"] == "Bearer secret"


def test_an_update_is_not_carried_to_another_address() -> None:
    with odd_server(rows(1)) as stranger, odd_server(says(308, Location=stranger.url)) as server:
        with pytest.raises(EndpointError, match=f"has moved to {stranger.url}"):
            EndpointStore(server.url).update("INSERT DATA {}")
        assert stranger.seen == []


def test_a_circle_of_redirects_ends() -> None:
    assert "redirects again and again" in refusal(says(302, Location="/sparql"))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://user:pw@127.0.0.1/"])
def test_a_redirect_leads_to_http_only(target: str) -> None:
    with odd_server(says(302, Location=target)) as server, pytest.raises(UsageError):
        asked(server.url)


def test_credentials_come_from_the_environment() -> None:
    assert authorization({}) is None
    assert authorization({"SPREADGRAPH_ENDPOINT_TOKEN": "abc"}) == "Bearer abc"
    basic = authorization({"SPREADGRAPH_ENDPOINT_USER": "ann", "SPREADGRAPH_ENDPOINT_PASSWORD": SECRET})
    assert basic is not None
    assert b64decode(basic.removeprefix("Basic ")).decode() == f"ann:{SECRET}"


@pytest.mark.parametrize(
    "environment",
    [
        {"SPREADGRAPH_ENDPOINT_TOKEN": f"{SECRET}"},
        {"SPREADGRAPH_ENDPOINT_TOKEN": "s3cret\r\nX-Other: 1"},
        {"SPREADGRAPH_ENDPOINT_PASSWORD": SECRET},
        {"SPREADGRAPH_ENDPOINT_USER": "a:b", "SPREADGRAPH_ENDPOINT_PASSWORD": SECRET},
    ],
)
def test_credentials_that_cannot_be_sent_are_refused_unshown(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError) as error:
        authorization(environment)
    assert "s3cret" not in str(error.value)


def test_no_secret_is_shown() -> None:
    assert "secret" not in repr(Client("Bearer secret"))
    assert "secret" not in refusal(says(401), authorization="Bearer secret")
    with pytest.raises(UsageError) as error:
        address("https://ann:secret@example.org/sparql")
    assert "secret" not in str(error.value)
    assert "SPREADGRAPH_ENDPOINT_PASSWORD" in str(error.value)


@pytest.mark.parametrize(
    "url", ["", "example.org/sparql", "file:///x", "http://", "http://a:b/", "http://a b/", "https://[x"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="an endpoint is an address such as"):
        EndpointStore(url)


# ------ refusals in one line


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (says(401), "wants to know who asks (401); set SPREADGRAPH_ENDPOINT_USER"),
        (says(403, "read only"), "does not allow that (403): read only"),
        (says(404), "there is nothing at http://127.0.0.1:"),
        (says(400, "bad\x1b[31m thing\nsecond line"), "does not accept the request (400): bad [31m thing"),
        (says(400, "<!doctype html><p>no", "text/html"), "does not accept the request (400)"),
        (says(500, "x" * 5000), "answers with 500: " + "x" * 300),
        (says(200, "<!doctype html>", "text/html; charset=utf-8"), "answers with a web page, not with SPARQL results"),
        (says(200, "x", "image/png"), "answers with image/png, not with SPARQL results"),
        (says(200, '{"head": {"vars": ["x"]}, "results": {"bind', ROWS), "the endpoint's answer is broken"),
        (says(200, '{"head": {}, "boolean": true}', ROWS), "answers a SELECT with yes or no"),
        (breaks_off, "broke off"),
        (breaks_off_between_chunks, "broke off"),
        (hangs_up, "does not answer in HTTP"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_line_that_says_what_is_wrong(behaviour: Behaviour, words: str) -> None:
    assert words in refusal(behaviour)


def test_nobody_there_is_said() -> None:
    (port,) = free_ports(1)
    with pytest.raises(EndpointError, match=f"no connection to 127.0.0.1:{port} .* right address"):
        asked(f"http://127.0.0.1:{port}/sparql")


def test_an_unknown_host_is_said() -> None:
    with pytest.raises(EndpointError, match=r"no connection to nowhere\.invalid:80"):
        asked("http://nowhere.invalid/sparql")


@pytest.mark.parametrize("behaviour", [says_nothing, trickles])
def test_a_slow_answer_is_given_up(behaviour: Behaviour) -> None:
    assert "within 0.3 s; ask for less, or give it longer with --endpoint-timeout" in refusal(behaviour, timeout=0.3)


def test_an_endless_answer_is_given_up() -> None:
    assert "answers with more than 1 MB" in refusal(never_ends, most_bytes=1024 * 1024)


def test_a_kept_connection_that_was_closed_is_opened_anew() -> None:
    def closes_after(handler: Handler) -> None:
        rows(1)(handler)
        handler.close_connection = True

    with odd_server(closes_after, rows(2)) as server:
        client = Client()
        store = EndpointStore(server.url, client=client)
        for _ in range(2):
            store.query(QUERY)
        assert len(server.seen) == 2


# ------ how it asks


def test_a_short_query_goes_in_the_address_and_a_long_one_in_the_body() -> None:
    with odd_server(rows(1)) as server:
        asked(server.url + "?default=x")
        asked(server.url, QUERY + " #" + "é" * 3000)
        short, long = server.seen
    assert short.method == "GET"
    assert parse_qs(urlsplit(short.target).query) == {"default": ["x"], "query": [QUERY]}
    assert (long.method, long.target) == ("POST", "/sparql")
    assert parse_qs(long.body.decode())["query"] == [QUERY + " #" + "é" * 3000]


@pytest.mark.parametrize(
    "text", ["DROP ALL", "INSERT DATA { <a:> <b:> <c:> }", "PREFIX a: <b:>\n# SELECT\nCLEAR ALL", ""]
)
def test_an_update_is_never_sent_as_a_query(text: str) -> None:
    with odd_server(rows(1)) as server:
        with pytest.raises(SyntaxError):
            asked(server.url, text)
        assert server.seen == []


# ------ answers that were cut


def capped(total: int, cap: int, loses: int = 0, told: dict[str, str] | None = None) -> Behaviour:
    """Give ``cap`` rows of ``total`` at most, and ``loses`` of each later page; ``told`` is the header that says so."""

    def behave(handler: Handler) -> None:
        query = parse_qs(urlsplit(handler.path).query)["query"][0]
        words = query.split()
        start = int(words[words.index("OFFSET") + 1]) if "OFFSET" in words else 0
        some = table(*range(total)[start : start + cap - (loses if start else 0)])
        says(200, counted(total) if "COUNT(*)" in query else json.dumps(some), ROWS, **(told or {}))(handler)

    return behave


def counted(rows: int) -> str:
    """Return the answer to a count."""
    return json.dumps(table(rows)).replace('"x"', '"rows"')


@pytest.mark.parametrize(
    ("total", "cap", "told"),
    [(25, 10, {"X_SPARQL_MaxRows": "10"}), (250, 100, {}), (200, 100, {}), (100, 100, {}), (2048, 1024, {})],
)
def test_an_answer_that_was_cut_is_completed(total: int, cap: int, told: dict[str, str]) -> None:
    with odd_server(capped(total, cap, told=told)) as server:
        assert asked(server.url) == [str(number) for number in range(total)]


def test_an_answer_that_cannot_be_completed_is_refused() -> None:
    assert "gave 249 of 250 rows" in refusal(capped(250, 100, loses=1))


def test_pages_that_overlap_are_refused() -> None:
    plan = [rows(*range(100)), says(200, counted(200), ROWS), rows(*range(100))]
    with odd_server(*plan) as server, pytest.raises(EndpointError, match="gave 200 of 200 rows"):
        asked(server.url, QUERY.replace("SELECT", "SELECT DISTINCT"))


def test_blank_nodes_of_a_cut_answer_are_not_joined() -> None:
    cut = json.dumps(table(*range(100))).replace("literal", "bnode").replace('"value": "', '"value": "b')
    total = says(200, counted(200), ROWS)
    assert "blank nodes" in refusal(says(200, cut, ROWS), total, says(200, cut, ROWS))


def test_triples_that_were_cut_are_refused() -> None:
    cut = says(200, "<a:> <b:> <c:> .", "application/n-triples", X_SPARQL_MaxRows="1")
    with odd_server(cut) as server, pytest.raises(EndpointError, match="cut its answer"):
        EndpointStore(server.url).query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def test_a_query_with_from_is_not_paged() -> None:
    with odd_server(rows(*range(100))) as server, pytest.raises(EndpointError, match="FROM cannot be paged"):
        asked(server.url, "SELECT ?x FROM <a:> WHERE { ?s ?p ?x }")
