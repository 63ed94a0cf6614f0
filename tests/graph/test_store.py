"""One interface, three homes: what is asked is answered alike, and a home that cannot be used says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import QuerySolutions
from rdflib.query import ResultRow

from small_paper import SLUG, TEXT
from spreadgraph.errors import StoreError
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.library import Library
from spreadgraph.graph.store import LocalStore, Store, as_dataset, open_store
from spreadgraph.sources.yamlld import parse
from spreadgraph.terms import SG, paper_graph

COUNT = f"SELECT (COUNT(DISTINCT ?claim) AS ?n) {{ GRAPH ?paper {{ ?claim a <{SG}Claim> }} }}"
Home = Callable[[Path], Store]


def in_memory(_: Path) -> Store:
    store = LocalStore()
    load_paper(store.native, parse(TEXT), load_ontology(store.native))
    return store


def on_disk(folder: Path) -> Store:
    library(folder)
    return open_store(folder)


def library(folder: Path) -> None:
    writer = Library(folder)
    writer.put([writer.builder.compiled(parse(TEXT))])
    writer.publish()
    writer.close()


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def number(store: Store) -> int:
    solutions = store.query(COUNT)
    assert isinstance(solutions, QuerySolutions)
    return int(next(solutions)["n"].value)


@pytest.fixture(params=[in_memory, on_disk], ids=["in memory", "on disk"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    make: Home = request.param
    return make(tmp_path / "library")


def test_a_home_answers_select_ask_and_construct(home: Store) -> None:
    assert number(home) == 3
    assert bool(home.query(f"ASK {{ GRAPH <{paper_graph(SLUG)}> {{ ?x a <{SG}Claim> }} }}"))
    triples = home.query(f"CONSTRUCT {{ ?x a <{SG}Claim> }} WHERE {{ GRAPH ?g {{ ?x a <{SG}Claim> }} }}")
    assert len(list(triples)) == 3  # type: ignore[arg-type]


def test_a_home_refuses_what_is_no_query(home: Store) -> None:
    for text in ("SELECT nonsense", "DROP ALL"):
        with pytest.raises(SyntaxError):
            home.query(text)


def test_a_home_without_companions_says_so(home: Store) -> None:
    assert home.companion("index.sqlite") is None


def test_a_library_is_read_by_two_at_once(tmp_path: Path) -> None:
    library(tmp_path / "library")
    first, second = open_store(tmp_path / "library"), open_store(tmp_path / "library")
    assert number(first) == number(second) == 3


def test_reading_a_library_changes_none_of_its_files(tmp_path: Path) -> None:
    library(tmp_path)
    before = contents(tmp_path)
    assert number(open_store(tmp_path)) == 3
    assert {path: data for path, data in contents(tmp_path).items() if path.suffix != ".lock"} == before


def test_what_is_opened_for_reading_cannot_be_written(tmp_path: Path) -> None:
    library(tmp_path)
    with pytest.raises((OSError, RuntimeError)):
        open_store(tmp_path).native.update("INSERT DATA { <https://example.org/a> a <https://example.org/B> }")


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    first = Library(tmp_path / "library")
    with pytest.raises(StoreError, match="another process is writing"):
        Library(tmp_path / "library")
    first.close()
    Library(tmp_path / "library").close()


def test_a_library_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no library in .* add FILE"):
        open_store(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_a_damaged_library_is_named(tmp_path: Path) -> None:
    library(tmp_path)
    for file in tmp_path.glob("snapshots/*/MANIFEST-*"):
        file.write_bytes(b"x")
    with pytest.raises(StoreError, match="cannot be read"):
        open_store(tmp_path)


def test_a_folder_with_other_files_is_not_made_a_library(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("precious")
    with pytest.raises(StoreError, match="holds other files"):
        Library(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_file_is_no_place_for_a_library(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="name a folder"):
        Library(tmp_path / "file")


# rdflib's own code still asks for it.
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated:DeprecationWarning")
def test_rdflib_sees_the_same_graphs_and_triples() -> None:
    store = in_memory(Path())
    assert isinstance(store, LocalStore)
    dataset = as_dataset(store)
    assert sum(1 for _ in dataset.quads((None, None, None, None))) == len(store.native)
    assert [str(row.n) for row in dataset.query(COUNT) if isinstance(row, ResultRow)] == ["3"]


def test_a_store_may_be_wrapped() -> None:
    native = pyoxigraph.Store()
    assert LocalStore(native).native is native
