"""The W3C's tests of the SPARQL 1.1 Protocol and of service descriptions, over HTTP."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat

from spreadgraph.graph import snapshots
from web.client import TOKEN, Server, serving, wait_until

W3C = Path(__file__).parents[3] / "shared" / "w3c"
FILE = W3C / "protocol_tests.json"
if not FILE.is_file():
    pytest.skip("the W3C's protocol tests are not beside this checkout", allow_module_level=True)

TESTS = json.loads(FILE.read_text(encoding="utf-8"))["protocol/manifest.ttl"]
READING = [test for test in TESTS if "update" not in test["id"]]
WRITING = [test for test in TESTS if "update" in test["id"]]
DATA = sorted({(graph, file) for test in TESTS for graph, file in test["data"]})
TYPES = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"},
    "RDF": {"text/turtle; charset=utf-8", "application/n-triples", "application/rdf+xml", "application/ld+json"},
}


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the tests' own graphs, read-only."""
    folder = tmp_path_factory.mktemp("w3c") / "store"
    store = pyoxigraph.Store(str(folder / "graph"))
    for graph, file in DATA:
        store.load(path=W3C / file, format=RdfFormat.N_TRIPLES, to_graph=NamedNode(graph))
    snapshots.publish(str(folder), store, 1)
    del store
    with serving("--store", str(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def writing(reading: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve an empty store that takes updates."""
    folder = tmp_path_factory.mktemp("w3c") / "empty"
    snapshots.publish(str(folder), pyoxigraph.Store(str(folder / "graph")), 1)
    with serving("--store", str(folder), "--writable") as running:
        for graph, file in DATA:
            triples = (W3C / file).read_text(encoding="utf-8")
            update = f"INSERT DATA {{ GRAPH <{graph}> {{ {triples} }} }}"
            running.http.post("/sparql", data={"update": update}, headers=bearer()).raise_for_status()
        yield running


def bearer() -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}"}


def sent(server: Server, request: dict[str, Any], **headers: str) -> httpx.Response:
    body = request["body"]
    content = None if body is None else body.encode(request["encoding"] or "utf-8")
    given = {**dict(request["headers"]), **headers}
    return server.http.request(request["method"], request["path"], content=content, headers=given)


def check(response: httpx.Response, expected: dict[str, Any]) -> None:
    assert any(str(response.status_code)[0] == status[0] for status in expected["status"]), response.text
    if expected["boolean"] is not None:
        assert response.json()["boolean"] is expected["boolean"]
    if expected["format"] is not None:
        assert response.headers["content-type"] in TYPES[expected["format"]]


@pytest.mark.parametrize("test", READING, ids=lambda test: test["id"])
def test_a_query_is_answered_as_the_protocol_says(reading: Server, test: dict[str, Any]) -> None:
    for request in test["requests"]:
        check(sent(reading, request), request["expect"])


@pytest.mark.parametrize("test", WRITING, ids=lambda test: test["id"])
def test_a_read_only_server_refuses_updates(reading: Server, test: dict[str, Any]) -> None:
    response = sent(reading, test["requests"][0], **bearer())
    assert 400 <= response.status_code < 500


# The tests of reading come last here too: those of writing clear the store.
@pytest.mark.parametrize("test", READING + WRITING, ids=lambda test: test["id"])
def test_a_writable_server_does_everything(writing: Server, test: dict[str, Any]) -> None:
    for request in test["requests"]:
        check(sent(writing, request, **bearer()), request["expect"])


def test_an_update_needs_the_token(writing: Server) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        response = writing.http.post("/sparql", data={"update": "CLEAR ALL"}, headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <http://127.0.0.1:9/>",
        "LOAD SILENT <file:///etc/hostname> INTO GRAPH <http://e/g>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "CLEAR ALL; LOAD <http://127.0.0.1:9/>",
        r"CLEAR ALL; L\u004FAD <http://127.0.0.1:9/>",
    ],
)
def test_an_update_reaches_nothing_outside(writing: Server, update: str) -> None:
    response = writing.http.post("/sparql", data={"update": update}, headers=bearer())
    assert response.status_code == 400
    assert response.json()["code"] in {"refused", "syntax"}


def test_the_store_itself_is_not_written(writing: Server, reading: Server) -> None:
    assert reading.query(f"ASK {{ GRAPH <{DATA[0][0]}> {{ ?s ?p ?o }} }}").json()["boolean"] is True


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_the_description_is_rdf_and_names_the_endpoint(reading: Server, accept: str) -> None:
    response = reading.http.get("/sparql", headers={"Accept": accept})
    kind = RdfFormat.from_media_type(response.headers["content-type"].partition(";")[0])
    assert kind is not None
    assert response.headers["content-type"].startswith(accept)
    found = pyoxigraph.Store()
    found.load(response.content, kind)
    query = (
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> SELECT ?e { ?s a sd:Service ; sd:endpoint ?e }"
    )
    (row,) = found.query(query)  # type: ignore[misc]  # a SELECT has rows
    assert row["e"].value == f"{reading.url}/sparql"


def test_a_killed_writer_is_replaced_and_the_data_is_there(writing: Server) -> None:
    update = {"update": "INSERT DATA { GRAPH <http://e/kept> { <http://e/s> <http://e/p> 1 } }"}
    writing.http.post("/sparql", data=update, headers=bearer()).raise_for_status()
    (worker,) = writing.workers()
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: writing.query("ASK {}").status_code == 200)
    assert writing.query("ASK { GRAPH <http://e/kept> { ?s ?p ?o } }").json()["boolean"] is True
