"""Adding papers: all or none of a file, nothing twice, one broken file does not stop the rest."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from dying_reader import dying
from jats_articles import FRONT, article, cite
from small_paper import SLUG, TEXT
from spreadgraph.answers import holdings
from spreadgraph.answers.index import INDEX_NAME
from spreadgraph.answers.search import search
from spreadgraph.graph.build import BESIDE
from spreadgraph.graph.library import PENDING, held
from spreadgraph.graph.store import LocalStore, open_store
from spreadgraph.intake import reading
from spreadgraph.intake.doctor import diagnose
from spreadgraph.intake.run import WAITING_FILES, Report, _Readers, _reading, add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.sources.archive import Member


def paper(number: int, title: str = "A small paper") -> bytes:
    """Return a paper of its own name that cites the same works as the others."""
    text = TEXT.replace(SLUG, f"paper-{number}").replace("small.1", f"small.{number}")
    return text.replace('"A small paper"', f'"{title}"').encode()


def member(number: int, title: str = "A small paper") -> Member:
    return Member(f"paper-{number}.yamlld", "yamlld", paper(number, title))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[DiskShelf]:
    found = DiskShelf(tmp_path / "library")
    yield found
    found.close()


def put(shelf: DiskShelf, *files: Member) -> Report:
    return add(shelf, files, processes=1)


def reader(shelf: DiskShelf) -> LocalStore:
    return open_store(shelf.library.folder)


def test_papers_come_in_and_are_found_by_their_words(shelf: DiskShelf) -> None:
    report = put(shelf, member(1), member(2))
    assert report == Report(added=["paper-1", "paper-2"])
    store = reader(shelf)
    assert [paper.slug for paper in holdings.papers(store)] == ["paper-1", "paper-2"]
    assert {hit.id.split("/id/")[1].split("/")[0] for hit in search(store, "teams learn").hits} == {
        "paper-1",
        "paper-2",
    }


def test_what_has_not_changed_is_passed_over(shelf: DiskShelf) -> None:
    put(shelf, member(1))
    before = shelf.library.number
    assert put(shelf, member(1)) == Report(unchanged=1)
    assert shelf.library.number == before


def test_a_changed_paper_takes_the_place_of_the_old_one(shelf: DiskShelf) -> None:
    put(shelf, member(1), member(2))
    assert put(shelf, member(1, "Something quite different")) == Report(replaced=["paper-1"])
    store = reader(shelf)
    titles = [paper.title for paper in holdings.papers(store)]
    assert titles == ["Something quite different", "A small paper"]
    assert holdings.holdings(store).counts["papers"] == 2


def test_one_paper_in_two_files_is_the_later_one_and_told(shelf: DiskShelf) -> None:
    report = put(shelf, member(1), member(1, "The later one"))
    assert report == Report(added=["paper-1"], replaced=["paper-1"])
    assert [paper.title for paper in holdings.papers(reader(shelf))] == ["The later one"]


def test_a_broken_file_is_named_and_the_rest_comes_in(shelf: DiskShelf) -> None:
    broken = Member("broken.yamlld", "yamlld", b"id: x")
    report = put(shelf, member(1), broken, member(2))
    assert report.added == ["paper-1", "paper-2"]
    assert len(report.faults) == 1
    assert report.faults[0].startswith("broken.yamlld:1: the head of the file names no paper")


def test_a_short_name_belongs_to_one_paper(shelf: DiskShelf) -> None:
    put(shelf, member(1))
    other = Member("other.yamlld", "yamlld", paper(1).replace(b"small.1", b"another.1"))
    report = put(shelf, other)
    assert report.added == report.replaced == []
    assert "short name paper-1 is that of https://doi.org/10.1234/small.1" in report.faults[0]


def test_counts_of_works_follow_adding_replacing_and_removing(shelf: DiskShelf) -> None:
    def uses() -> tuple[int, int]:
        return holdings.uses_of(reader(shelf), "https://doi.org/10.1234/leaders")

    put(shelf, member(1))
    one = uses()
    assert one[0] == 1
    put(shelf, member(2), member(3))
    assert uses() == (3, 3 * one[1])
    put(shelf, member(2, "Replaced"))
    assert uses() == (3, 3 * one[1])
    shelf.remove(["paper-1", "paper-2"])
    assert uses() == one
    shelf.remove(["paper-3"])
    assert uses() == (0, 0)
    assert holdings.holdings(reader(shelf)).counts["works"] == 0


def index_of(shelf: DiskShelf) -> dict[str, list[tuple[object, ...]]]:
    """Return what the index holds, without row numbers."""
    with closing(sqlite3.connect(shelf.library.folder / INDEX_NAME)) as connection:
        return {
            "found": connection.execute("SELECT kind, id, text, context FROM found ORDER BY id, kind").fetchall(),
            "papers": [row[:-2] for row in connection.execute("SELECT * FROM papers ORDER BY slug").fetchall()],
            "uses": connection.execute("SELECT * FROM uses ORDER BY work, slug").fetchall(),
            "works": connection.execute("SELECT * FROM works ORDER BY work").fetchall(),
        }


def test_the_index_kept_up_to_date_is_the_one_made_anew(shelf: DiskShelf) -> None:
    put(shelf, member(1), member(2), member(3))
    put(shelf, member(2, "Replaced"))
    shelf.remove(["paper-1"])
    kept = index_of(shelf)
    (shelf.library.folder / INDEX_NAME).unlink()
    assert search(reader(shelf), "teams").hits
    assert index_of(shelf) == kept


@pytest.mark.parametrize("harm", ["behind", "damaged", "empty"])
def test_an_index_that_cannot_be_trusted_is_made_again(shelf: DiskShelf, harm: str) -> None:
    put(shelf, member(1), member(2))
    kept = index_of(shelf)
    path = shelf.library.folder / INDEX_NAME
    if harm == "behind":
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM found")
            connection.execute("UPDATE state SET generation = generation - 1")
    else:
        path.write_bytes(b"x" * 5000 if harm == "damaged" else b"")
    assert len(search(reader(shelf), "teams").hits) > 1
    assert index_of(shelf) == kept


def test_what_a_dead_writer_left_undone_is_put_in_order(shelf: DiskShelf) -> None:
    put(shelf, member(1))
    (outcome,) = [reading.read("paper-2.yamlld", "yamlld", paper(2), keep_text=False)]
    shelf.library.put([each.compiled for each in outcome.papers])  # and then it dies: no index, no state
    shelf.close()
    again = DiskShelf(shelf.library.folder)
    store = open_store(shelf.library.folder)
    assert held(store.native) == ["paper-1", "paper-2"]
    assert [each.slug for each in holdings.papers(store)] == ["paper-1", "paper-2"]
    assert not (shelf.library.folder / PENDING).exists()
    again.close()


def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    quads = []
    for processes in (1, 2):
        shelf = DiskShelf(tmp_path / str(processes))
        report = add(shelf, [member(number) for number in range(5)], processes=processes)
        assert report.added == [f"paper-{number}" for number in range(5)]
        assert not multiprocessing.active_children()  # what reads has ended, and was waited for
        quads.append(set(shelf.library.store.native.quads_for_pattern(None, None, None, None)))
        shelf.close()
    blank = "_:"
    first, second = ({str(quad) for quad in each if blank not in str(quad)} for each in quads)
    assert first == second


def test_a_file_that_kills_its_reader_is_named_and_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read", dying)
    readers = _Readers(2)
    files = [Member(f"{number}", "jats", b"kill" if number in {2, 3} else b"fine") for number in range(8)]
    for file in files[:4]:
        readers.begin(file, keep_text=False)
    outcomes = [readers.next() for _ in range(4)]
    for file in files[4:]:
        readers.begin(file, keep_text=False)
    outcomes += [readers.next() for _ in range(4)]
    readers.close()
    read = [f"{number} was read" for number in range(8)]
    read[2:4] = [f"{number}: reading it needs more memory than is allowed" for number in (2, 3)]
    assert [outcome.fault for outcome in outcomes] == read


def test_no_more_processes_are_asked_for_than_files_are_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 200)  # Windows refuses more than 61
    with _reading(None) as readers:
        assert readers is not None
        assert readers._processes == WAITING_FILES


def both() -> Member:
    """Return a file that holds two articles."""
    fronts = (FRONT, FRONT.replace("WARD.1", "WARD.2"))
    texts = (article(f"<p>Teams ask {cite(1)}.</p>", front=front) for front in fronts)
    return Member("set.xml", "jats", f"<pmc-articleset>{''.join(texts)}</pmc-articleset>".encode())


def test_a_paper_missing_of_a_file_with_several_comes_in_again(shelf: DiskShelf) -> None:
    names = ["10.5555-ward.1", "10.5555-ward.2"]
    assert put(shelf, both(), member(1)).added == [*names, "paper-1"]
    assert put(shelf, both(), member(1)) == Report(unchanged=2)
    shelf.remove(names[1:])
    assert put(shelf, both(), member(1)) == Report(added=names[1:], replaced=names[:1], unchanged=1)
    assert put(shelf, both(), member(1)) == Report(unchanged=2)
    shelf.remove(names)
    assert put(shelf, both()).added == names
    shelf.close()
    assert diagnose(shelf.library.folder).findings == ()


def test_an_article_in_a_set_and_alone_comes_once_each_and_then_no_more(shelf: DiskShelf) -> None:
    alone = Member("alone.xml", "jats", article(f"<p>Teams ask {cite(1)}.</p>", front=FRONT).encode())
    assert put(shelf, both(), alone) == Report(added=["10.5555-ward.1", "10.5555-ward.2"], replaced=["10.5555-ward.1"])
    assert put(shelf, both(), alone) == Report(unchanged=2)
    shelf.close()


def test_a_library_whose_receipts_do_not_name_the_other_papers_of_a_file_stays_as_it_is(shelf: DiskShelf) -> None:
    put(shelf, both())
    native = shelf.library.store.native
    for quad in list(native.quads_for_pattern(None, NamedNode(BESIDE), None, None)):
        native.remove(quad)
    del native
    shelf.library.publish()
    shelf.close()
    again = DiskShelf(shelf.library.folder)
    assert put(again, both()) == Report(unchanged=1)
    assert len(holdings.papers(reader(again))) == 2
    again.close()
    assert diagnose(again.library.folder).findings == ()
