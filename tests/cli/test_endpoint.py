"""Every command that reads says the same of an endpoint as of the bundled graph, and mistakes are one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from endpoint_servers import free_ports
from odd_server import odd_server, rows, says
from spreadgraph.cli import COMMANDS, main
from spreadgraph.graph.endpoint import EndpointStore
from spreadgraph.graph.store import LocalStore
from spreadgraph.resources import ontology_dir

CLAIM = "claim/culture-and-leadership.clinical-leadership"
PROFILE = str(ontology_dir() / "examples" / "nhs-app.yaml")
WORDS = [
    ("trace", "middle", "managers"),
    ("trace", CLAIM, "--format", "json"),
    ("trace", "ref:13", "--format", "md"),
    ("trace", "10.1136/bmj.l2068", "--format", "mermaid"),
    ("trace", "Hardie"),
    ("search", "weak", "ties"),
    ("compare", "adopter", "community"),
    ("compare", "--format", "json"),
    ("query", "claims-by-basis"),
    ("query", "what-a-work-supports", "--param", "work=https://doi.org/10.1136/bmj.l2068", "--format", "csv"),
    ("queries",),
    ("audit", "--all", "--format", "md"),
    ("audit", "--paper", "bevan-2024", "--format", "json"),
    ("what-if", "ref:20"),
    ("what-if", "--ranking", "--format", "json"),
    ("advise", "--profile", PROFILE, "--format", "json"),
    ("advise", "--new-profile"),
    ("explore", "-o", "-"),
    ("explore", "weak", "ties", "-o", "-"),
    ("check", "--format", "json"),
    ("export", "--format", "csv"),
    ("export", "--format", "bibtex"),
    ("export", "--format", "graphml"),
    ("export", "--format", "gexf", "--view", "co-citation"),
]  # fmt: skip
# These ask nothing of a store.
ELSEWHERE = {"passages"}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        code = main(words)
    except SystemExit as leave:
        code = int(leave.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_a_command_says_the_same_of_an_endpoint(
    capsys: pytest.CaptureFixture[str], far: EndpointStore, bundled: LocalStore, words: tuple[str, ...]
) -> None:
    here = run(capsys, *words)
    there = run(capsys, "--endpoint", far.addresses.query, *words)
    assert here[1], "a command that says nothing shows nothing"
    assert there == here


def test_a_copy_is_verified_against_an_endpoint(
    capsys: pytest.CaptureFixture[str], far: EndpointStore, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text("Nothing of the paper is in here.\n", encoding="utf-8")
    words = ("verify", str(copy), "--paper", "bevan-2024", "--format", "json")
    assert run(capsys, "--endpoint", far.addresses.query, *words) == run(capsys, *words)


@pytest.mark.parametrize("form", ["nq", "trig", "ttl", "jsonld"])
def test_an_export_holds_as_many_lines(capsys: pytest.CaptureFixture[str], far: EndpointStore, form: str) -> None:
    """Blank nodes are called otherwise by each store, and so stand in another order."""
    here = run(capsys, "export", "--format", form)[1]
    there = run(capsys, "--endpoint", far.addresses.query, "export", "--format", form)[1]
    assert len(there.splitlines()) == len(here.splitlines())
    without = [{line for line in text.splitlines() if "_:" not in line and line[:1] == "<"} for text in (here, there)]
    assert without[0] == without[1]


def test_every_command_is_tried() -> None:
    assert {words[0] for words in WORDS} | {"verify"} | ELSEWHERE >= set(COMMANDS) - _unread()


def _unread() -> set[str]:
    """Return the commands that write, serve or look at files, which have tests of their own."""
    return set(COMMANDS) & {"add", "remove", "papers", "stats", "serve", "doctor"}


def test_an_unknown_word_is_answered_alike(capsys: pytest.CaptureFixture[str], far: EndpointStore) -> None:
    for words in (("trace", "xyzzy"), ("trace", "claim/complexity.innovation.natur"), ("search", "xyzzy")):
        assert run(capsys, "--endpoint", far.addresses.query, *words) == run(capsys, *words)


# ------ wrong use


def test_nobody_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    (port,) = free_ports(1)
    code, out, err = run(capsys, "--endpoint", f"http://127.0.0.1:{port}/sparql", "audit")
    assert (code, out) == (2, "")
    assert err.startswith(f"spreadgraph: no connection to 127.0.0.1:{port}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--endpoint", "", "audit"), "an endpoint is an address such as"),
        (("--endpoint", "localhost:7878", "audit"), "an endpoint is an address such as"),
        (("--endpoint", "http://a/", "--store", "x", "audit"), "not allowed with argument"),
        (("--endpoint-update", "http://a/", "audit"), "--endpoint-update says more about --endpoint URL"),
        (("--endpoint-timeout", "5", "audit"), "--endpoint-timeout says more about --endpoint URL"),
        (("--endpoint", "http://a/", "--endpoint-timeout", "soon", "audit"), "takes seconds, from 0.1"),
        (("--endpoint", "http://a/", "--endpoint-timeout", "nan", "audit"), "takes seconds, from 0.1"),
        (("--endpoint", "http://a/", "--endpoint-update", "x", "audit"), "an endpoint is an address such as"),
    ],
)
def test_wrong_use_is_one_line(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_a_timeout_may_be_set(capsys: pytest.CaptureFixture[str]) -> None:
    with odd_server(says(503, Retry_After="1000")) as server:
        code, _, err = run(capsys, "--endpoint", server.url, "--endpoint-timeout", "0.5", "search", "x")
    assert (code, "is busy or down (503)" in err) == (2, True)


def test_secrets_of_the_environment_are_sent_and_never_shown(tmp_path: Path) -> None:
    environment = {**os.environ, "SPREADGRAPH_ENDPOINT_USER": "ann", "SPREADGRAPH_ENDPOINT_PASSWORD": "s3cret"}
    with odd_server(rows("a"), says(401)) as server:
        query = tmp_path / "q.rq"
        query.write_text("SELECT ?x WHERE { GRAPH ?g { ?s ?p ?x } }", encoding="utf-8")
        for expected in (0, 2):
            words = ["--debug", "--endpoint", server.url, "query", str(query), "--format", "json"]
            done = subprocess.run(
                [sys.executable, "-m", "spreadgraph.cli", *words],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert "s3cret" not in done.stdout + done.stderr
            assert "YW5uOnMzY3JldA" not in done.stdout + done.stderr
            assert (done.returncode == 0) == (expected == 0)
            if expected == 0:
                assert json.loads(done.stdout)["results"]["bindings"][0]["x"]["value"] == "a"
        assert {each.headers["authorization"] for each in server.seen} == {"Basic YW5uOnMzY3JldA=="}


def test_an_endpoint_without_our_graphs_says_so_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    empty = json.dumps({"head": {"vars": []}, "results": {"bindings": []}})
    with odd_server(says(200, empty, "application/sparql-results+json")) as server:
        code, out, err = run(capsys, "--endpoint", server.url, "trace", "claim/x")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "nothing is called claim/x" in err
