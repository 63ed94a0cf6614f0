"""The sizes of a library in words."""

from __future__ import annotations

import pytest

from spreadgraph.answers.holdings import holdings
from spreadgraph.graph.store import LocalStore
from spreadgraph.views.holdings import holdings_as
from spreadgraph.views.terminal import Terminal


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0  papers held"), (1, "1  paper held"), (2, "2  papers held"), (1000, "1,000  papers held")],
)
def test_one_is_no_plural(bundled: LocalStore, number: int, told: str) -> None:
    held = holdings(bundled)
    counts = {**held.counts, "papers": number}
    assert holdings_as("text", held._replace(counts=counts), Terminal()).split("\n")[0].strip() == told
