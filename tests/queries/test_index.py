"""The index of the named queries is current."""

from __future__ import annotations

from queries.index import README, index


def test_the_index_is_current() -> None:
    hint = "write it anew: PYTHONPATH=src python -m tests.queries.index"
    assert README.read_text(encoding="utf-8") == index(), hint
