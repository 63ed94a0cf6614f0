"""A reader's own query on the command line: it ends in time, reaches nothing outside, and looks as it always did."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from spreadgraph.cli import main
from web.bombs import BOMBS

ROWS = "SELECT ?text { GRAPH ?g { ?f a <https://w3id.org/spreadgraph/ontology#Factor> ; <http://www.w3.org/2004/02/skos/core#prefLabel> ?text } } ORDER BY ?text"  # noqa: E501  one query, one line


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own.rq"


def test_a_bomb_ends_at_the_timeout(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text(BOMBS["cross product"], encoding="utf-8")
    start = time.monotonic()
    assert main(["query", str(own), "--timeout", "0.5"]) == 2
    # Half a second, the start of a process, and what a busy machine takes.
    assert time.monotonic() - start < 5
    assert capsys.readouterr().err == "spreadgraph: the query took longer than 0.5 seconds\n"


@pytest.mark.parametrize("name", ["parentheses 9 KB", "groups 4 KB", "triple terms"])
def test_a_deep_query_is_refused_in_a_line(own: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    own.write_text(BOMBS[name], encoding="utf-8")
    assert main(["query", str(own)]) == 2
    assert "nested too deeply" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "add --allow-service"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "FROM a file"),
        ("LOAD <http://127.0.0.1:9/>", "this is an update"),
        ("DROP ALL", "this is an update"),
        ("SELECT * { ?s ?p", "the query is not SPARQL: error at 1:"),
        (
            "SELECT * {\n ?é a sgv:x }",
            "the prefix sgv: is not declared; add PREFIX sgv: <https://w3id.org/spreadgraph/v",
        ),
        ("SELECT * { ?s a my-own:x }", "the prefix my-own: is not declared; add PREFIX my-own: <the namespace that"),
        (
            "SELECT * { ?s sg:a|sg:b :x }",
            "the prefix sg: is not declared; add PREFIX sg: <https://w3id.org/spreadgraph/o",
        ),
        ("PREFIX : <x:> SELECT * { ?s a :x ; :y 'sg:z }", "the query is not SPARQL: error at 1:"),
        ("SELECT * { ?s a http://example.org/x }", "the query is not SPARQL: error at 1:"),
    ],
)
def test_what_is_refused_is_said_in_a_line(own: Path, capsys: pytest.CaptureFixture[str], text: str, told: str) -> None:
    own.write_text(text, encoding="utf-8")
    assert main(["query", str(own)]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_service_is_tried_where_it_is_allowed(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", encoding="utf-8")
    assert main(["query", str(own), "--allow-service"]) == 2
    assert "could not be evaluated" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["table", "md", "json", "csv", "tsv"])
def test_every_form_is_there(own: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    own.write_text(ROWS, encoding="utf-8")
    assert main(["query", str(own), "--format", form]) == 0
    assert "Behaviour change" in capsys.readouterr().out


@pytest.mark.parametrize(("text", "told"), [("ASK {}", "yes\n"), ("ASK { <a:no> ?p ?o }", "no\n")])
@pytest.mark.parametrize("form", ["table", "md", "csv", "tsv"])
def test_a_yes_or_no_is_said_in_every_form_for_rows(
    own: Path, capsys: pytest.CaptureFixture[str], form: str, text: str, told: str
) -> None:
    own.write_text(text, encoding="utf-8")
    assert main(["query", str(own), "--format", form]) == 0
    assert capsys.readouterr() == (told, "")


def test_nothing_found_is_said(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("table", "json", "csv"):
        for text in ("SELECT * { GRAPH ?g { <a:no> ?p ?o } }", "SELECT * from <a:no> { ?s ?p ?o }"):
            own.write_text(text, encoding="utf-8")
            assert main(["query", str(own), "--format", form]) == 1
            assert capsys.readouterr().err == "spreadgraph: no rows\n"


def test_nothing_found_in_the_default_graph_is_said_with_a_way_on(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("table", "json", "csv"):
        own.write_text("SELECT * { ?s ?p ?o } # no GRAPH", encoding="utf-8")
        assert main(["query", str(own), "--format", form]) == 1
        nothing, told = capsys.readouterr().err.splitlines()
        assert nothing == "spreadgraph: no rows"
        assert told.startswith("spreadgraph: the data stand in named graphs, and this query names none; write GRAPH")
