"""Every query of the project gives the same rows behind Oxigraph's and Virtuoso's HTTP as in the embedded store."""

from __future__ import annotations

from collections import Counter

import pytest
from pyoxigraph import Literal, NamedNode, QueryBoolean

from query_examples import example
from spreadgraph.answers.catalog import Query, bound, named
from spreadgraph.answers.rows import plain
from spreadgraph.graph.endpoint import EndpointStore
from spreadgraph.graph.store import LocalStore, Results
from spreadgraph.resources import queries_dir

NAMES = [path.relative_to(queries_dir()).with_suffix("").as_posix() for path in sorted(queries_dir().rglob("*.rq"))]
CASES = [
    pytest.param(name, example, id=f"{name}{'(example)' if example else ''}")
    for name in NAMES
    for example in (False, True)
    if (named(name).parameters if example else not any(each.required for each in named(name).parameters))
]


def asked(query: Query, with_example: bool) -> str:
    """Return the query, with the examples of its header as values where ``with_example`` says so."""
    return bound(query, {each.name: [example(each)] for each in query.parameters} if with_example else {})


def rows(found: Results) -> list[tuple[str, ...]]:
    """Return rows or triples as text; blank nodes, whose labels differ from store to store, all alike."""
    assert not isinstance(found, QueryBoolean)
    return [
        tuple(str(term) if isinstance(term, NamedNode | Literal) else str(term)[:2] for term in row) for row in found
    ]


def as_values(found: object) -> list[tuple[object, ...]]:
    """Return rows as the answers read them: plain values, blank nodes all alike."""
    return [
        tuple("_:" if isinstance(each, str) and each.startswith("_:") else each for each in row.values())
        for row in plain(found)
    ]


@pytest.mark.parametrize(("name", "example"), CASES)
def test_a_query_gives_the_same_rows_everywhere(
    name: str, example: bool, far: EndpointStore, bundled: LocalStore
) -> None:
    text = asked(named(name), example)
    # Building blocks are read as plain values; Virtuoso gives some ids of theirs as text, and one of a named query.
    told = as_values if ("/" in name or name == "works-cited-together") and "SELECT" in text else rows
    here, there = told(bundled.query(text)), told(far.query(text))
    if "ORDER BY" in text:
        assert there == here
    else:
        assert Counter(there) == Counter(here)
