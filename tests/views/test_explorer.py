"""The explorer page as text: whole, the same every time, and closed to the outside. Browsers look at it elsewhere."""

from __future__ import annotations

import re

import pytest

from spreadgraph.graph.store import LocalStore
from spreadgraph.views.explorer import explorer


@pytest.fixture(scope="module")
def page(bundled: LocalStore) -> str:
    """Make the page once."""
    return explorer(bundled)


def test_the_same_picture_every_time(bundled: LocalStore, page: str) -> None:
    assert explorer(bundled) == page


def test_the_policy_allows_its_own_scripts_by_hash_and_no_connection(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    scripts = re.search(r"script-src ([^;]+)", policy[1])
    assert scripts
    assert "unsafe" not in scripts[1]
    assert "default-src 'none'" in policy[1].replace("&#39;", "'")


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//", page)


def test_every_claim_and_reference_is_there(bundled: LocalStore, page: str) -> None:
    claims = bundled.query("SELECT ?c { GRAPH ?g { ?c a <https://w3id.org/spreadgraph/ontology#Claim> } }")
    ids = [row["c"].value.rsplit("/id/", 1)[1] for row in claims]  # type: ignore[union-attr]  # a SELECT gives rows
    assert len(ids) > 100
    missing = [id_ for id_ in ids if id_ not in page]
    assert not missing
    assert all(f"bevan-2024/reference/{number}" in page for number in range(1, 29))
