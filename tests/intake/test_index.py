"""The index follows the graph whatever happens to it: readers who make it again, dead writers, damaged pages."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from small_paper import SLUG, TEXT
from spreadgraph.answers import contents, holdings, index
from spreadgraph.answers.index import INDEX_NAME
from spreadgraph.answers.search import search
from spreadgraph.errors import StoreError
from spreadgraph.graph import snapshots
from spreadgraph.graph.library import PENDING
from spreadgraph.graph.store import LocalStore, Store, open_store
from spreadgraph.intake.doctor import diagnose
from spreadgraph.intake.run import add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.sources.archive import Member


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[DiskShelf]:
    found = DiskShelf(tmp_path / "library")
    put(found, 1)
    yield found
    found.close()


def put(shelf: DiskShelf, *numbers: int) -> None:
    """Add papers whose short names end with their numbers."""
    texts = {n: TEXT.replace(SLUG, f"paper-{n}").replace("small.1", f"small.{n}") for n in numbers}
    assert not add(shelf, [Member(f"{n}.yamlld", "yamlld", texts[n].encode()) for n in numbers], processes=1).faults


def path_of(shelf: DiskShelf) -> Path:
    return shelf.library.folder / INDEX_NAME


def generation(folder: Path) -> int | None:
    with closing(sqlite3.connect(folder / INDEX_NAME)) as connection:
        return index.generation_of(connection)


def papers(store: Store) -> list[str]:
    """Return the papers that the index of a store knows, by its table and by its words."""
    named = [paper.slug for paper in holdings.papers(store)]
    assert sorted({hit.id.split("/id/")[1].split("/")[0] for hit in search(store, "teams learn").hits}) == named
    return named


def drafts(folder: Path) -> list[Path]:
    return [*folder.glob("*.part"), *folder.glob(".*.part")]


# ------ a reader makes it again


def test_an_older_index_put_in_place_beside_a_writer_does_not_lose_papers(shelf: DiskShelf) -> None:
    folder, draft = shelf.library.folder, shelf.library.folder / "draft"
    index.build_index(shelf.library.store, draft, shelf.library.number)
    put(shelf, 2)
    draft.replace(path_of(shelf))
    put(shelf, 3)
    assert papers(open_store(folder)) == ["paper-1", "paper-2", "paper-3"]
    shelf.close()
    assert diagnose(folder).findings == ()


def test_what_a_reader_made_for_a_state_gone_by_is_its_own(shelf: DiskShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    build = index.build_index

    def slowly(store: Store, path: Path | str, number: int = 0) -> None:
        build(store, path, number)
        monkeypatch.undo()
        put(shelf, 2)

    folder, reader = shelf.library.folder, open_store(shelf.library.folder)
    path_of(shelf).unlink()
    monkeypatch.setattr(index, "build_index", slowly)
    assert [paper.slug for paper in holdings.papers(reader)] == ["paper-1"]
    assert generation(folder) == shelf.library.number == snapshots.current(str(folder))
    assert papers(open_store(folder)) == ["paper-1", "paper-2"]
    assert drafts(folder) == []


def test_a_reader_puts_no_index_in_place_while_a_writer_is_at_a_step(shelf: DiskShelf) -> None:
    folder = shelf.library.folder
    path_of(shelf).unlink()
    with index.kept(str(folder)):
        assert papers(open_store(folder)) == ["paper-1"]
        assert not path_of(shelf).exists()
        assert drafts(folder) == []
    assert papers(open_store(folder)) == ["paper-1"]
    assert generation(folder) == shelf.library.number


def test_an_index_that_is_being_written_to_is_not_taken_for_a_damaged_one(
    shelf: DiskShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "BUSY_SECONDS", 0.01)
    before, store = path_of(shelf).stat().st_ino, open_store(shelf.library.folder)
    with closing(sqlite3.connect(path_of(shelf))) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(
            StoreError, match=r"another process is writing to the index of .*; try again when it is done"
        ):
            holdings.papers(store)
    assert path_of(shelf).stat().st_ino == before
    assert papers(store) == ["paper-1"]


# ------ a writer dies


def test_what_a_dead_writer_began_is_not_carried_over_into_a_new_index(shelf: DiskShelf, tmp_path: Path) -> None:
    put(shelf, *range(2, 40))
    shelf.remove([f"paper-{number}" for number in range(1, 30)])  # so that a new one is laid out otherwise
    shelf.close()
    folder = tmp_path / "dead"
    with closing(sqlite3.connect(path_of(shelf))) as connection:
        connection.execute("PRAGMA cache_size = 1")  # so that it writes before it is done
        connection.execute("DELETE FROM found")
        shutil.copytree(shelf.library.folder, folder)
        connection.rollback()
    assert any((folder / f"{INDEX_NAME}-journal").read_bytes()[:8])
    assert len(papers(open_store(folder))) == 10
    DiskShelf(folder).close()
    assert len(papers(open_store(folder))) == 10
    assert diagnose(folder).findings == ()


@pytest.mark.parametrize("kept", [False, True])
def test_what_a_dead_writer_left_undone_ends_with_an_index_of_the_newest_state(shelf: DiskShelf, kept: bool) -> None:
    folder = shelf.library.folder
    shelf.close()
    if not kept:
        path_of(shelf).unlink()
    (folder / PENDING).write_text(json.dumps({"papers": ["paper-1"]}))
    DiskShelf(folder).close()
    assert generation(folder) == snapshots.current(str(folder)) == 3
    assert papers(open_store(folder)) == ["paper-1"]


def test_the_index_of_a_new_library_is_that_of_its_first_state(tmp_path: Path) -> None:
    DiskShelf(tmp_path / "new").close()
    assert generation(tmp_path / "new") == snapshots.current(str(tmp_path / "new")) == 1


# ------ pages are damaged


def harm(path: Path, table: str) -> None:
    """Overwrite the first page of a table; those that say what kind of index it is stay as they are."""
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


ASKED: dict[str, Callable[[Store], object]] = {
    "papers": papers,
    "found_data": lambda store: search(store, "teams learn").hits,
    "found_content": lambda store: search(store, "teams learn").hits,
    "works": lambda store: (
        holdings.uses_of(store, "https://doi.org/10.1234/leaders"),
        contents.works(store, 0, 9),
    ),
    "uses": lambda store: holdings.imported_uses_of(store, ["https://doi.org/10.1234/leaders"]),
}


@pytest.mark.parametrize("table", ASKED)
def test_an_index_that_proves_to_be_damaged_is_made_again(shelf: DiskShelf, table: str) -> None:
    put(shelf, 2)
    store = open_store(shelf.library.folder)
    before = ASKED[table](store)
    harm(path_of(shelf), table)
    assert ASKED[table](store) == before
    put(shelf, 3)
    assert papers(open_store(shelf.library.folder)) == ["paper-1", "paper-2", "paper-3"]
    shelf.close()
    assert diagnose(shelf.library.folder).findings == ()


@pytest.mark.parametrize("table", ASKED)
def test_a_damaged_index_of_what_never_changes_is_made_again_in_memory(
    shelf: DiskShelf, tmp_path: Path, table: str
) -> None:
    store = LocalStore(shelf.library.store.native, str(tmp_path))
    index.build_index(store, tmp_path / INDEX_NAME)
    before = ASKED[table](store)
    harm(tmp_path / INDEX_NAME, table)
    damaged = (tmp_path / INDEX_NAME).read_bytes()
    assert ASKED[table](store) == before
    assert (tmp_path / INDEX_NAME).read_bytes() == damaged


def test_a_writer_that_meets_a_damaged_index_says_how_to_make_it_anew(shelf: DiskShelf) -> None:
    harm(path_of(shelf), "papers")
    with pytest.raises(StoreError, match=r"cannot be written .*; make room, .* doctor --repair"):
        put(shelf, 2)


# ------ titles


def test_a_work_has_its_title_from_the_first_paper_that_gives_one() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        index.fill(connection, LocalStore())
        for slug, title in (("a", None), ("b", "On wards"), ("c", "Of wards"), ("d", None)):
            facts = dict.fromkeys(("document", "title"), slug)
            index.insert(connection, index.Entries(slug, facts, [], [("https://doi.org/10.1/w", title, 1, 1)]))
        assert connection.execute("SELECT title, papers FROM works").fetchall() == [("On wards", 4)]
