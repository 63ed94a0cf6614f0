"""What takes long is done in a thread, and no more of it than is shown, so that others are answered meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest

from spreadgraph.graph.store import LocalStore
from spreadgraph.views import pages, results
from spreadgraph.web import sparql
from spreadgraph.web.pages import advising
from web import served
from web.served import HTML, Client

MANY = quote("SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } LIMIT 3000")
TRIPLES = quote("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 3000")
NAMED = "/queries/everything-one-row-a-path"


@pytest.fixture(scope="module")
def client(bundled: LocalStore) -> Iterator[Client]:
    with served.asking(lambda: bundled) as asked:
        yield asked


class Watch:
    """Notes in which threads a function is called, and how often."""

    def __init__(self, of: Callable[..., Any]) -> None:
        self.threads: list[int] = []
        self._of = of

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call the function."""
        self.threads.append(threading.get_ident())
        return self._of(*arguments, **named)


@pytest.mark.parametrize(
    ("url", "module", "name"),
    [
        (NAMED, results, "table"),
        (NAMED, pages, "render"),
        (f"{NAMED}.csv", results, "csv"),
        (f"/query?query={MANY}", results, "table"),
        (f"/query?query={MANY}", pages, "render"),
        (f"/query?query={TRIPLES}", pages, "render"),
        (f"/query.csv?query={MANY}", results, "csv"),
    ],
)
def test_answers_are_made_into_pages_and_files_in_a_thread(
    client: Client, monkeypatch: pytest.MonkeyPatch, url: str, module: Any, name: str
) -> None:
    watch = Watch(getattr(module, name))
    monkeypatch.setattr(module, name, watch)
    assert client.get(url, headers=HTML).status_code == 200
    assert watch.threads
    assert client.thread() not in watch.threads


@pytest.mark.parametrize(
    ("url", "most"), [(NAMED, 100), (f"{NAMED}?page=2", 100), (f"{NAMED}.csv", 0), (f"{NAMED}.json", 0)]
)
def test_only_rows_that_are_shown_become_cells(
    client: Client, monkeypatch: pytest.MonkeyPatch, url: str, most: int
) -> None:
    whole = results.table(client.get(f"{NAMED}.json").content)
    assert len(whole.rows) > 200
    watch = Watch(results._cell)
    monkeypatch.setattr(results, "_cell", watch)
    assert client.get(url, headers=HTML).status_code == 200
    assert len(watch.threads) == most * len(whole.columns)


@pytest.mark.parametrize(
    ("url", "module", "name"), [("/sparql", sparql, "_fields"), ("/advise", advising, "parse_qsl")]
)
def test_long_forms_are_read_in_a_thread(
    client: Client, monkeypatch: pytest.MonkeyPatch, url: str, module: Any, name: str
) -> None:
    watch = Watch(getattr(module, name))
    monkeypatch.setattr(module, name, watch)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    client.ask("POST", url, content=b"query=ASK%7B%7D&more=" + b"%41" * 100_000, headers=form)
    # The address, which is short, is looked at where the request comes in.
    assert set(watch.threads[-1:]) - {client.thread()}
