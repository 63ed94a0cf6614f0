"""Answers are remembered for the store they were given on, and for no other."""

from __future__ import annotations

import pytest

from spreadgraph.web.remembered import Remembered, lasting
from web.client import Server


def test_what_is_remembered_belongs_to_one_generation() -> None:
    remembered: Remembered[str] = Remembered(10_000)
    remembered.put("1", "key", "value", 100)
    assert remembered.get("1", "key") == "value"
    assert remembered.get("2", "key") is None
    assert remembered.get("1", "key") is None


def test_the_memory_is_limited_and_the_oldest_goes_first() -> None:
    remembered: Remembered[int] = Remembered(1000)
    for number in range(200):
        remembered.put("", number, number, 10)
    assert [number for number in range(200) if remembered.get("", number) is not None] == list(range(100, 200))
    remembered.put("", "large", 1, 11)
    assert remembered.get("", "large") is None


@pytest.mark.parametrize("call", ["RAND()", "now( )", "Uuid()", "STRUUID()", "BNODE()", "R\\u0041ND()", "now #\r()"])
def test_what_changes_is_not_remembered(server: Server, call: str) -> None:
    assert not lasting(f"SELECT ({call} AS ?x) {{}}")
    query = f"SELECT ({call} AS ?x) {{}}"
    answers = [server.query(query) for _ in range(2)]
    if answers[0].status_code == 200 and call != "BNODE()":
        assert answers[0].json() != answers[1].json()


def test_no_blank_is_needed_before_what_changes() -> None:
    assert not lasting("SELECT ?x { VALUES ?x { 1 2 } } ORDER BYRAND()")
    assert lasting("SELECT ?now ?brand { ?now ?known ?brand } #" + "#" * 50_000)


def test_the_same_query_in_another_form_is_another(server: Server) -> None:
    for form in ("json", "csv", "json", "csv"):
        response = server.http.get("/sparql", params={"query": "ASK { }", "format": form})
        assert response.text == {"json": '{"head":{},"boolean":true}', "csv": "true"}[form]
