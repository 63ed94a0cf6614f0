"""The fence around a worker: limits, walls, and answers that say when they are cut."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as some
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat

from spreadgraph.answers.fenced import client, cut, home
from spreadgraph.answers.fenced.client import Job, QueryError
from spreadgraph.graph.store import LocalStore

FORMS = {"json": "JSON", "xml": "XML", "csv": "CSV", "tsv": "TSV"}
MEMORY = 1024 * 1024 * 1024
EVERYTHING = "SELECT * { GRAPH ?g { ?s ?p ?o } }"


def ask(store: LocalStore, text: str, job: Job) -> client.Answer:
    return client.ask(home.home(store), text, job, MEMORY)


def form(rows: str, graph: str = "ttl") -> dict[str, str | None]:
    return {"rows": rows, "graph": graph}


def test_an_answer_comes_back_whole(bundled: LocalStore) -> None:
    answer = ask(bundled, EVERYTHING, Job(20, 1_000_000, 2**27))
    assert (answer.kind, answer.form, answer.truncated) == ("rows", "json", False)
    assert len(json.loads(answer.data)["results"]["bindings"]) == len(bundled.native)


@pytest.mark.parametrize("name", FORMS)
def test_too_many_rows_are_cut_and_said(bundled: LocalStore, name: str) -> None:
    answer = ask(bundled, EVERYTHING, Job(20, 10, 2**27, form(name), cut=True))
    assert answer.truncated
    if name == "csv":  # the engine reads no CSV
        assert answer.data.count(b"\r\n") == 11
        return
    results = pyoxigraph.parse_query_results(answer.data, getattr(QueryResultsFormat, FORMS[name]))
    assert len(list(results)) == 10  # type: ignore[arg-type]  # a SELECT has rows
    if name != "tsv":
        assert b"truncated" in answer.data


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_what_cannot_say_that_it_is_cut_is_refused(bundled: LocalStore, name: str) -> None:
    with pytest.raises(QueryError, match="cannot say so") as refused:
        ask(bundled, EVERYTHING, Job(20, 10, 2**27, form(name)))
    assert refused.value.code == "too-long"


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf"])
def test_a_graph_that_is_cut_says_so(bundled: LocalStore, name: str) -> None:
    construct = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
    for job in (Job(20, 10, 2**27, form("json", name)), Job(20, 10_000, 20_000, form("json", name))):
        answer = ask(bundled, construct, job)
        assert answer.truncated
        assert b"truncated" in answer.data
        assert len(answer.data) < 21_000
        formats = {"ttl": pyoxigraph.RdfFormat.TURTLE, "nt": pyoxigraph.RdfFormat.N_TRIPLES}
        triples = list(pyoxigraph.parse(answer.data, formats.get(name, pyoxigraph.RdfFormat.RDF_XML)))
        assert 0 < len(triples) <= job.rows
    with pytest.raises(QueryError, match="cannot say so"):
        ask(bundled, construct, Job(20, 10, 2**27, form("json", "jsonld")))


def test_a_property_without_a_name_is_no_rdf_xml(bundled: LocalStore) -> None:
    job = Job(20, 10, 2**27, form("json", "rdf"))
    for end in ("1", "a/", "x%20", ""):
        with pytest.raises(QueryError, match="has no name for the property") as refused:
            ask(bundled, f'CONSTRUCT {{ <a:b> <http://e/{end}> "x" }} WHERE {{}}', job)
        assert refused.value.code == "form"
    answer = ask(bundled, 'CONSTRUCT { <a:b> <http://e/1b-é> "x" } WHERE {}', job)
    assert len(rdflib.Graph().parse(data=answer.data, format="xml")) == 1


@given(
    some.lists(some.lists(some.text(max_size=9) | some.none(), min_size=2, max_size=2), max_size=9),
    some.integers(0, 9),
    some.integers(0, 600),
    some.sampled_from(sorted(FORMS)),
)
def test_a_cut_is_always_between_rows(cells: list[list[str | None]], rows: int, size: int, name: str) -> None:
    store = pyoxigraph.Store()
    kind = getattr(QueryResultsFormat, FORMS[name])
    for place, row in enumerate(cells):
        for column, text in enumerate(row):
            if text is not None:
                store.add(Quad(NamedNode(f"r:{place}"), NamedNode(f"c:{column}"), Literal(text)))
    query = "SELECT ?a ?b { ?r ?any ?thing OPTIONAL { ?r <c:0> ?a } OPTIONAL { ?r <c:1> ?b } } ORDER BY ?r ?any"
    whole = store.query(query).serialize(format=kind) or b""
    total = sum(2 if None not in row else 1 for row in cells if row != [None, None])
    left = cut.cut(whole[:size], name, rows, full=size < len(whole))
    assert left.truncated == (size < len(whole) or rows < total)
    if not left.truncated:
        assert left.data == whole
    elif left.data and name == "json":
        assert json.loads(left.data)["truncated"] is True
        assert json.loads(left.data)["results"]["bindings"] == json.loads(whole)["results"]["bindings"][: _rows(left)]
        assert _rows(left) <= rows
    elif name in {"csv", "tsv"}:
        assert whole.startswith(left.data)


def _rows(left: cut.Cut) -> int:
    return len(json.loads(left.data)["results"]["bindings"])


def test_a_query_that_takes_too_long_is_ended(bundled: LocalStore) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { GRAPH ?a { ?b ?c ?d } GRAPH ?e { ?f ?g ?h } GRAPH ?i { ?j ?k ?l } }"
    with pytest.raises(QueryError, match=r"longer than 0\.3 seconds") as late:
        ask(bundled, endless, Job(0.3, 10, 1000))
    assert late.value.code == "deadline"


def test_a_query_that_takes_too_much_memory_is_ended(bundled: LocalStore) -> None:
    doubled = "BIND('aaaaaaaaaaaaaaaa' AS ?v0) " + " ".join(
        f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(32)
    )
    with pytest.raises(QueryError, match="memory") as large:
        client.ask(home.home(bundled), f"SELECT (STRLEN(?v32) AS ?n) {{ {doubled} }}", Job(60, 10, 1000), 900 * 2**20)
    assert large.value.code == "memory"


def test_what_would_end_a_process_ends_no_more_than_a_worker(bundled: LocalStore) -> None:
    # Without the guard in front, and deeper than the large stack of a worker bears.
    deep = "SELECT * { FILTER(" + "(" * 3_000_000 + "1" + ")" * 3_000_000 + ") }"
    with pytest.raises(QueryError) as died:
        client.ask(home.home(bundled), deep, Job(60, 10, 1000, most_bytes=2**30), 8 * 2**30, fenced=False)
    assert died.value.code == "died"


def test_a_store_in_memory_goes_to_the_worker_as_a_file(tmp_path: Path) -> None:
    store = LocalStore()
    store.native.add(Quad(NamedNode("a:a"), NamedNode("a:b"), Literal("c")))
    found = home.home(store, tmp_path)
    assert Path(found["quads"]).parent == tmp_path
    answer = client.ask(found, "ASK { <a:a> <a:b> 'c' }", Job(20, 10, 1000), MEMORY)
    assert json.loads(answer.data) == {"head": {}, "boolean": True}


@pytest.fixture
def canary() -> Iterator[socket.socket]:
    """Listen on this machine for what must not come."""
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.2)
        yield listener


WALLS = """
import os, subprocess, sys, socket
from spreadgraph.answers.fenced import limits
walls = limits.cut_off()
import pyoxigraph
found = []
try:
    list(pyoxigraph.Store().query("SELECT * { SERVICE <http://127.0.0.1:%s/> { ?s ?p ?o } }" % sys.argv[1]))
except OSError as error:
    found.append("engine")
for name, way in {
    "socket": lambda: socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1),
    "program": lambda: subprocess.run(["/bin/true"]),
    "system": lambda: os.system("true"),
}.items():
    try:
        way()
    except OSError:
        found.append(name)
print(*walls, "|", *found)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these walls")
def test_nothing_leaves_a_worker_even_without_the_guard(canary: socket.socket) -> None:
    port = str(canary.getsockname()[1])
    command = [sys.executable, "-c", WALLS, port]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    walls, _, refused = done.stdout.partition("|")
    assert "hook" in walls.split()
    assert {"calls", "namespace"} & set(walls.split()), "this system has neither network namespaces nor seccomp"
    assert refused.split() == ["engine", "socket", "program", "system"]
    with pytest.raises(TimeoutError):
        canary.accept()


def test_the_canary_would_have_sung(canary: socket.socket) -> None:
    port = canary.getsockname()[1]
    job = Job(1, 10, 1000)
    with pytest.raises(QueryError):
        client.ask(
            {"quads": "/dev/null"}, f"ASK {{ SERVICE <http://127.0.0.1:{port}/> {{}} }}", job, MEMORY, fenced=False
        )
    canary.accept()[0].close()


def test_a_worker_writes_no_file(tmp_path: Path) -> None:
    code = "import sys; from spreadgraph.answers.fenced import limits; limits.limit(2**30, False)"
    code += "; open(sys.argv[1], 'wb', 0).write(b'x')"
    target = tmp_path / "file"
    done = subprocess.run([sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=False)
    assert "File too large" in done.stderr
    assert target.read_bytes() == b""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits and counts memory so")
def test_a_worker_takes_little_of_the_memory_for_itself(bundled: LocalStore) -> None:
    # What the engine's threads reserve must not depend on how they meet: a busy machine would end workers at the start.
    for _ in range(5):
        assert client.ask(home.home(bundled), "ASK {}", Job(60, 1, 1000), 600 * 1024 * 1024).data
