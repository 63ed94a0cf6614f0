"""What is asked of one thing is answered from that thing on, however large the library is.

Oxigraph plans a query by its text alone, never by what the store holds, so that the plan for a small store is that for
a large one. A join by hash reads one side whole, whatever the other side gives: all works of a library, say.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest

from endpoint_servers import program_called
from query_examples import example
from spreadgraph.answers.catalog import bound, named
from spreadgraph.graph.store import LocalStore

ASKED = [
    ("advise/paper", "document"),
    ("advise/what-it-rests-on", "document"),
    ("audit/claims-without-a-citation", "document"),
    ("audit/elements-without-a-citation", "document"),
    ("entries-whose-year-is-not-the-works", "paper"),
    ("from-claim-to-work", "claim"),
    ("passages-without-a-claim", "paper"),
    ("trace/nearby", "claim"),
    ("verify/passages", "document"),
    ("what-a-work-supports", "work"),
    ("what-if/sources", "document"),
    ("what-if/sources", "paper"),
    ("what-if/sources", "reference"),
    ("works-cited-nearby-only", "claim"),
    ("works-without-a-doi", "paper"),
    ("works-without-doi-or-page", "paper"),
]


@pytest.fixture(scope="module")
def folder(bundled: LocalStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a store on disk that holds the bundled graph."""
    path = tmp_path_factory.mktemp("store")
    store = pyoxigraph.Store(str(path))
    store.bulk_extend(bundled.native)
    store.flush()
    return path


def plan(folder: Path, query: str) -> str:
    """Return how Oxigraph means to answer a query."""
    program = program_called("oxigraph", "the Python package oxigraph", Path(sys.executable).parent)
    words = ["query", "--location", str(folder), "--query", query, "--results-format", "tsv", "--explain"]
    return subprocess.run([program, *words], check=True, capture_output=True, text=True, timeout=60).stderr


@pytest.mark.parametrize(("name", "parameter"), ASKED)
def test_nothing_is_joined_with_all_that_is_held(folder: Path, name: str, parameter: str) -> None:
    query = named(name)
    (given,) = (each for each in query.parameters if each.name == parameter)
    steps = plan(folder, bound(query, {parameter: [example(given)]}))
    assert "StaticBindings" in steps
    assert "HashBuild" not in steps


def test_a_join_with_all_that_is_held_is_seen(folder: Path) -> None:
    without = "SELECT * { GRAPH ?g { ?work a ?class } MINUS { GRAPH ?other { ?work ?property ?value } } }"
    assert "HashBuild" in plan(folder, without)
