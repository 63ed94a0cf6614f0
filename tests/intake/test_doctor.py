"""Whatever is damaged is found and told, and a repair brings back all that is sound and names the rest."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import NamedNode

from small_paper import SLUG, TEXT
from spreadgraph.answers import holdings
from spreadgraph.answers.index import INDEX_NAME
from spreadgraph.answers.search import search
from spreadgraph.cli import main
from spreadgraph.graph import snapshots
from spreadgraph.graph.library import PENDING, STORE, Library
from spreadgraph.graph.store import open_store
from spreadgraph.intake.run import add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.sources.archive import Member
from spreadgraph.terms import paper_graph

PAPERS = [f"paper-{number}" for number in range(6)]


def member(number: int) -> Member:
    text = TEXT.replace(SLUG, f"paper-{number}").replace("small.1", f"small.{number}")
    return Member(f"paper-{number}.yamlld", "yamlld", text.encode())


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "library"
    shelf = DiskShelf(folder)
    for numbers in ((0, 1, 2), (3, 4, 5)):
        add(shelf, map(member, numbers), processes=1)
    shelf.close()
    return folder


@pytest.fixture
def library(sound: Path, tmp_path: Path) -> Path:
    """Copy a library, its files shared between writer and state as they are in a real one."""
    folder = tmp_path / "library"
    shutil.copytree(sound, folder)
    for table in state(folder).glob("*.sst"):
        own = folder / STORE / table.name
        own.unlink()
        os.link(table, own)
    return folder


def state(folder: Path) -> Path:
    return folder / snapshots.SNAPSHOTS / str(snapshots.current(str(folder)))


def doctor(capsys: pytest.CaptureFixture[str], folder: Path, *options: str) -> tuple[int, str]:
    code = main(["--store", str(folder), "doctor", *options])
    said = capsys.readouterr()
    return code, said.out + said.err


def held(folder: Path) -> list[str]:
    return [paper.slug for paper in holdings.papers(open_store(folder))]


def flip(file: Path, place: float = 0.4) -> None:
    data = bytearray(file.read_bytes())
    data[int(len(data) * place)] ^= 0x10
    with file.open("r+b") as same:  # in place, so that all names of the file see it
        same.write(data)


def tables(folder: Path) -> list[Path]:
    return sorted((folder / STORE).glob("*.sst"), key=lambda file: file.stat().st_size)


def manifest(store: Path) -> Path:
    return next(store.glob("MANIFEST-*"))


def altered(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / INDEX_NAME)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def own(folder: Path, change: Callable[[pyoxigraph.Store], None]) -> None:
    store = pyoxigraph.Store(str(folder / STORE))
    change(store)
    store.flush()


def without(slug: str) -> Callable[[pyoxigraph.Store], None]:
    """Return a change that loses a paper as a log cut short does: with its receipt, and without a note."""

    def change(store: pyoxigraph.Store) -> None:
        store.update(
            f"DROP GRAPH <{paper_graph(slug)}> ; DROP GRAPH <{paper_graph(slug)}/inferred> ;"
            f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ VALUES ?s {{ <{paper_graph(slug)}> "
            f"<{paper_graph(slug)}/inferred> }} GRAPH ?g {{ ?s ?p ?o }} }}"
        )

    return change


def older(store: pyoxigraph.Store) -> None:
    paper = f"<{paper_graph('paper-2')}> <https://schema.org/sha256>"
    now, then = (f"{{ GRAPH ?g {{ {paper} {value} }} }}" for value in ("?o", "'old'"))
    store.update(f"DELETE {now} INSERT {then} WHERE {now}")


def pointer(folder: Path, number: str) -> None:
    (folder / snapshots.POINTER).write_text(f'{{"format": 1, "snapshot": {number}}}')


HARMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no pointer": (lambda folder: (folder / snapshots.POINTER).unlink(), "library.json, which names"),
    "a damaged pointer": (lambda folder: (folder / snapshots.POINTER).write_text("{"), "library.json, which names"),
    "a pointer to infinity": (lambda folder: pointer(folder, "1e400"), "library.json, which names"),
    "a pointer below zero": (lambda folder: pointer(folder, "-1"), "library.json, which names"),
    "a pointer too far": (lambda folder: pointer(folder, "9" * 99), "library.json, which names"),
    "a pointer that nests": (lambda folder: pointer(folder, "[" * 100_000), "library.json, which names"),
    "a pointer to nothing": (lambda folder: snapshots.point(str(folder), 77), "published state 77 is damaged"),
    "no state": (lambda folder: shutil.rmtree(folder / snapshots.SNAPSHOTS), "published state 3 is damaged"),
    "a state without CURRENT": (lambda folder: (state(folder) / "CURRENT").unlink(), "published state 3 is damaged"),
    "a state without MANIFEST": (lambda folder: manifest(state(folder)).unlink(), "published state 3 is damaged"),
    "a state without a table": (lambda folder: next(state(folder).glob("*.sst")).unlink(), "published state 3 is"),
    "no store": (lambda folder: shutil.rmtree(folder / STORE), "writer's store is damaged: its folder is missing"),
    "a store without CURRENT": (lambda folder: (folder / STORE / "CURRENT").unlink(), "writer's store is damaged"),
    "a store without MANIFEST": (lambda folder: manifest(folder / STORE).unlink(), "writer's store is damaged"),
    "a store without a table": (lambda folder: tables(folder)[-1].unlink(), "writer's store is damaged"),
    "a damaged MANIFEST": (lambda folder: flip(manifest(folder / STORE)), "writer's store is damaged"),
    "a lost tail": (lambda folder: own(folder, without("paper-4")), "lacks papers that were published: paper-4"),
    "an older version": (lambda folder: own(folder, older), "holds other versions than were published: paper-2"),
    "no index": (lambda folder: (folder / INDEX_NAME).unlink(), "it is missing"),
    "no index at all": (lambda folder: (folder / INDEX_NAME).write_bytes(b"x" * 9000), "index differs"),
    "a damaged index": (lambda folder: flip(folder / INDEX_NAME, 0.9), "index differs"),
    "a stale index": (lambda folder: altered(folder, "UPDATE state SET generation = 1"), "belongs to state 1"),
    "an altered index": (lambda folder: altered(folder, "UPDATE papers SET title = 'x'"), "what it says of paper-0"),
    "an index that counts wrongly": (lambda folder: altered(folder, "UPDATE works SET papers = 9"), "counts of works"),
    "a note": (lambda folder: (folder / PENDING).write_text('{"papers": ["paper-9"]}'), "broke off while it worked on"),
}


def test_a_sound_library_is_told_to_be_sound_and_left_alone(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    def files() -> dict[Path, int]:
        return {
            path: path.stat().st_mtime_ns for path in library.rglob("*") if path.is_file() and path.suffix != ".lock"
        }

    before = files()
    assert doctor(capsys, library) == (0, "sound: 6 papers, each as its receipt says; state 3\n")
    assert doctor(capsys, library, "--repair")[0] == 0
    assert files() == before


@pytest.mark.parametrize("harm", HARMS)
def test_what_is_damaged_in_one_place_is_found_and_comes_back_whole(
    capsys: pytest.CaptureFixture[str], library: Path, harm: str
) -> None:
    damage, words = HARMS[harm]
    damage(library)
    code, said = doctor(capsys, library)
    assert code == 1
    assert words in said
    assert "doctor --repair" in said
    code, said = doctor(capsys, library, "--repair")
    assert "nothing was lost" in said
    assert code == 0, said
    assert held(library) == PAPERS
    assert len(search(open_store(library), "teams learn").hits) > 5
    assert doctor(capsys, library)[0] == 0
    assert not list(library.glob("graph.*"))


def test_a_flipped_byte_in_any_table_is_found_and_what_it_took_is_named(
    capsys: pytest.CaptureFixture[str], library: Path, tmp_path: Path
) -> None:
    found = tables(library)
    assert len(found) > 15
    for number, table in enumerate(found):
        harmed = tmp_path / str(number)
        shutil.copytree(library, harmed)
        for place in (harmed / STORE, state(harmed)):
            flip(place / table.name)
        code, said = doctor(capsys, harmed)
        assert (code, "block checksum mismatch" in said) == (1, True), (table.name, said)
        if number % 5:  # to repair all of them would take a minute
            continue
        code, said = doctor(capsys, harmed, "--repair")
        left = held(harmed)
        for slug in set(PAPERS) - set(left):
            assert f"https://doi.org/10.1234/small.{slug[-1]}: A small paper" in said
        assert code == (0 if left == PAPERS else 1), said
        shelf = DiskShelf(harmed)
        add(shelf, map(member, range(6)), processes=1)
        shelf.close()
        assert held(harmed) == PAPERS
        shutil.rmtree(harmed / "graph.damaged", ignore_errors=True)
        assert doctor(capsys, harmed)[0] == 0


def test_half_a_paper_is_taken_out_and_named(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    writer = Library(library)
    native = writer.store.native
    native.remove(next(native.quads_for_pattern(None, None, None, NamedNode(paper_graph("paper-1")))))
    del native
    writer.publish()
    writer.close()
    code, said = doctor(capsys, library)
    assert (code, "not as their receipts say: paper-1" in said) == (1, True)
    code, said = doctor(capsys, library, "--repair")
    assert code == 1
    assert "took out paper-1" in said
    assert "https://doi.org/10.1234/small.1: A small paper" in said
    assert held(library) == [slug for slug in PAPERS if slug != "paper-1"]
    assert doctor(capsys, library)[0] == 0


def test_what_is_lost_everywhere_is_named_and_the_damaged_store_kept(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    without_table = tables(library)[-1]
    without_table.unlink()
    (state(library) / "CURRENT").unlink()
    code, said = doctor(capsys, library, "--repair")
    assert code == 1
    assert said.count("https://doi.org/10.1234/small.") == 6
    assert held(library) == []
    assert "kept the damaged store as graph.damaged" in said


def test_what_a_broken_off_removal_took_out_does_not_come_back(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    writer = Library(library)
    writer.remove(["paper-5"])
    writer.close()
    code, said = doctor(capsys, library)
    assert (code, "broke off while it worked on paper-5" in said) == (1, True)
    assert doctor(capsys, library, "--repair")[0] == 0
    assert held(library) == PAPERS[:5]


def test_beside_a_writer_only_what_is_published_is_looked_at(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    script = "import sys; from spreadgraph.graph.library import Library; a = Library(sys.argv[1]); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-uc", script, library], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        code, said = doctor(capsys, library)
        assert code == 0
        assert "another process is writing, so that only what is published was looked at" in said
        (library / INDEX_NAME).unlink()
        code, said = doctor(capsys, library, "--repair")
        assert code == 2
        assert "another process is writing to" in said
        assert main(["--store", str(library), "remove", "paper-1"]) == 2
        assert capsys.readouterr().err == (
            f"spreadgraph: another process is writing to {library}; try again when it is done\n"
        )
        writer.communicate("\n")


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ([], "name the library"),
        (["--endpoint", "http://127.0.0.1:1/"], "name the library"),
        (["--store", "nowhere"], "there is no library in nowhere"),
    ],
)
def test_wrong_use_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, before: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([*before, "doctor"]) == 2
    assert words in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_library_that_was_never_finished_can_be(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    Library(tmp_path / "library").close()  # killed before it came to anything
    code, said = doctor(capsys, tmp_path / "library")
    assert (code, "library.json, which names the newest state, is missing" in said) == (1, True)
    doctor(capsys, tmp_path / "library", "--repair")
    assert doctor(capsys, tmp_path / "library") == (0, "sound: 0 papers, each as its receipt says; state 1\n")


@pytest.mark.parametrize("harm", ["no store", "a store without CURRENT"])
def test_a_writer_does_not_begin_an_empty_store_in_the_place_of_a_lost_one(
    capsys: pytest.CaptureFixture[str], library: Path, harm: str
) -> None:
    HARMS[harm][0](library)
    assert main(["--store", str(library), "add", "--bundled"]) == 2
    assert "doctor --repair" in capsys.readouterr().err
    assert held(library) == PAPERS
