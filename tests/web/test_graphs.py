"""The newest store, also where it cannot be read, or is replaced while it is being opened."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from spreadgraph.errors import StoreError
from spreadgraph.graph import snapshots
from spreadgraph.graph.store import LocalStore, open_store
from spreadgraph.web import graphs as module
from spreadgraph.web.graphs import Graphs
from web import served
from web.client import wait_until


@pytest.fixture
def native(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pyoxigraph.Store:
    """Publish an empty library in ``tmp_path`` as state 1; the server looks again at every call."""
    monkeypatch.setattr(module, "CHECK_SECONDS", -1.0)
    store = pyoxigraph.Store(str(tmp_path / "graph"))
    snapshots.publish(str(tmp_path), store, 1)
    return store


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"format": 99, "snapshot": 2})])
def test_a_pointer_that_cannot_be_read_leaves_the_state_of_before(
    native: pyoxigraph.Store, tmp_path: Path, text: str
) -> None:
    graphs = Graphs(lambda: open_store(tmp_path))
    before = graphs.generation()
    pointer = tmp_path / snapshots.POINTER
    whole = pointer.read_text(encoding="utf-8")
    pointer.write_text(text, encoding="utf-8")
    assert (graphs.generation(), graphs.current().generation) == (before, 1)
    pointer.write_text(whole, encoding="utf-8")
    snapshots.publish(str(tmp_path), native, 2)
    assert graphs.generation() != before
    assert graphs.current().generation == 2


def test_a_pointer_that_cannot_be_read_stops_no_page(native: pyoxigraph.Store, tmp_path: Path) -> None:
    with served.asking(lambda: open_store(tmp_path)) as client:
        assert client.get("/queries").status_code == 200
        (tmp_path / snapshots.POINTER).write_text("{", encoding="utf-8")
        for url in ("/papers", "/sparql?query=ASK%7B%7D", "/queries/claims-by-basis"):
            assert client.get(url).status_code == 200, url


def test_what_is_published_while_it_is_opened_is_seen(native: pyoxigraph.Store, tmp_path: Path) -> None:
    ahead = iter((2, 3))

    def opener() -> LocalStore:
        found = open_store(tmp_path)
        if number := next(ahead, None):
            snapshots.publish(str(tmp_path), native, number)
        return found

    graphs = Graphs(opener)
    for _ in range(3):
        newest = graphs.current().generation
    assert newest == 3


def test_opening_what_cannot_be_opened_is_not_tried_all_the_time(
    native: pyoxigraph.Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, tried = open_store(tmp_path), []

    def opener() -> LocalStore:
        tried.append(1)
        if len(tried) > 1:
            raise StoreError("it is damaged")
        return first

    graphs = Graphs(opener)
    snapshots.publish(str(tmp_path), native, 2)
    monkeypatch.setattr(module, "CHECK_SECONDS", 3600.0)
    assert [graphs.current() for _ in range(5)] == [first] * 5
    assert len(tried) == 2


def test_queries_see_what_could_be_opened_only_later(tmp_path: Path) -> None:
    """Neither a worker of before nor an answer that is remembered of it stays."""
    ask = {"query": "ASK { GRAPH <a:g> { <a:s> <a:p> 'new' } }"}
    store = pyoxigraph.Store(str(tmp_path / "graph"))
    snapshots.publish(str(tmp_path), store, 1)
    hindered, tried = Event(), Event()

    def opener() -> LocalStore:
        if hindered.is_set():
            tried.set()
            raise OSError("too many open files")
        return open_store(tmp_path)

    with served.asking(opener) as client:

        def found() -> bool:
            return bool(client.get("/sparql", params=ask).json()["boolean"])

        assert not found()
        hindered.set()
        store.add(Quad(NamedNode("a:s"), NamedNode("a:p"), Literal("new"), NamedNode("a:g")))
        snapshots.publish(str(tmp_path), store, 2)
        wait_until(tried.is_set)
        assert not found()
        hindered.clear()
        wait_until(found)
