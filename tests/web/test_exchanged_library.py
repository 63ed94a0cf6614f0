"""A server notices what becomes of its library: a new state, another library in its place, a pointer half written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from small_paper import SLUG, TEXT
from spreadgraph.answers.fenced import home
from spreadgraph.answers.holdings import number_of_papers
from spreadgraph.graph import snapshots
from spreadgraph.graph.library import papers
from spreadgraph.graph.store import open_store
from spreadgraph.intake.run import add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.sources.archive import Member
from spreadgraph.web import graphs


def library(folder: Path, *slugs: str) -> Path:
    """Make a library of the small paper under these names, in one step."""
    shelf = DiskShelf(folder)
    texts = {slug: TEXT.replace(SLUG, slug).replace("small.1", slug) for slug in slugs}
    add(shelf, [Member(f"{slug}.yamlld", "yamlld", text.encode()) for slug, text in texts.items()], processes=1)
    shelf.close()
    return folder


def replaced(folder: Path, other: Path) -> None:
    """Put a copy of another library in the place of one, as when a backup is brought back."""
    shutil.rmtree(folder)
    shutil.copytree(other, folder)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> graphs.Graphs:
    monkeypatch.setattr(graphs, "CHECK_SECONDS", -1.0)
    folder = library(tmp_path / "served", "one")
    return graphs.Graphs(lambda: open_store(folder))


def held(served: graphs.Graphs) -> int:
    """Return how many papers there are, by the graph and by the index."""
    store = served.current()
    found = len(list(papers(store.native)))
    assert number_of_papers(store) == found
    return found


def test_a_library_left_alone_stays_open(served: graphs.Graphs) -> None:
    store = served.current()
    assert served.current() is store


def test_another_library_with_the_same_number_is_noticed(served: graphs.Graphs, tmp_path: Path) -> None:
    other = library(tmp_path / "other", "two", "three")
    before = served.generation()
    assert snapshots.current(str(other)) == snapshots.current(str(tmp_path / "served"))
    assert held(served) == 1
    replaced(tmp_path / "served", other)
    assert served.generation() != before
    assert held(served) == 2


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_beside_a_pointer_half_written_the_store_of_before_answers(
    served: graphs.Graphs, tmp_path: Path, text: str
) -> None:
    pointer = tmp_path / "served" / snapshots.POINTER
    whole = pointer.read_bytes()
    pointer.write_text(text, encoding="utf-8")
    assert home.generation(served.current()) == "gone"
    assert held(served) == 1
    pointer.write_bytes(whole)
    assert held(served) == 1
    assert home.generation(served.current()) != "gone"
