"""A library holds whole papers or none of them, whatever happens to its writer, and readers see finished states."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat

from small_paper import SLUG, TEXT, changed
from spreadgraph.errors import StoreError
from spreadgraph.graph import snapshots
from spreadgraph.graph.build import Compiled
from spreadgraph.graph.library import PENDING, Library, held, whole
from spreadgraph.graph.store import open_store
from spreadgraph.sources.yamlld import parse
from spreadgraph.terms import ONTOLOGY_GRAPH, PROVENANCE_GRAPH, inferred_graph, paper_graph

OTHER = TEXT.replace(SLUG, "jones-2026").replace("small.1", "small.2")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def compiled(library: Library, *texts: str) -> list[Compiled]:
    return [library.builder.compiled(parse(text)) for text in texts]


def put(library: Library, *texts: str) -> None:
    library.put(compiled(library, *texts))
    library.publish()


def seen(library: Library) -> list[str]:
    """Return the papers that a reader sees now."""
    return held(open_store(library.folder).native)


def test_a_paper_comes_in_with_its_receipt_and_is_found_by_its_file(library: Library) -> None:
    put(library, TEXT)
    (paper,) = compiled(library, TEXT)
    assert seen(library) == [SLUG]
    assert whole(library.store.native, SLUG)
    assert library.paper(SLUG) == paper.paper
    assert library.holds(paper.sha256, paper.made_by)
    assert not library.holds(paper.sha256, paper.made_by + " and a newer reader")
    assert not library.holds("0" * 64, paper.made_by)


def test_the_same_graphs_as_in_memory_and_nothing_else(library: Library) -> None:
    put(library, TEXT)
    names = {quad.graph_name for quad in library.store.native}
    ontology = {NamedNode(ONTOLOGY_GRAPH), NamedNode(f"{ONTOLOGY_GRAPH}/inferred"), NamedNode(PROVENANCE_GRAPH)}
    assert names == {NamedNode(paper_graph(SLUG)), NamedNode(inferred_graph(SLUG))} | ontology


def test_a_paper_put_again_takes_the_place_of_what_it_was(library: Library) -> None:
    put(library, TEXT, OTHER)
    before = len(library.store.native)
    put(library, TEXT)
    assert len(library.store.native) == before
    put(library, changed("Smith 2025", "Smith and others 2025"))
    assert len(library.store.native) == before
    assert whole(library.store.native, SLUG)


def test_what_is_removed_is_gone_with_its_receipt(library: Library) -> None:
    put(library, TEXT)
    before = set(library.store.native)
    put(library, OTHER)
    library.remove(["jones-2026"])
    library.publish()
    assert set(library.store.native) == before
    assert seen(library) == [SLUG]


def test_a_reader_keeps_its_state_while_the_writer_goes_on(library: Library) -> None:
    put(library, TEXT)
    reader = open_store(library.folder)
    for text in (OTHER, TEXT, OTHER):
        put(library, text)
    assert held(reader.native) == [SLUG]
    assert sum(1 for _ in reader.native) > 500
    assert seen(library) == ["jones-2026", SLUG]


def test_states_that_nobody_reads_are_removed(library: Library) -> None:
    def states() -> set[str]:
        return {path.name for path in (library.folder / snapshots.SNAPSHOTS).iterdir() if path.is_dir()}

    put(library, TEXT)
    reader = open_store(library.folder)
    put(library, OTHER)
    put(library, TEXT)
    assert states() == {"1", "3"}
    del reader
    put(library, OTHER)
    assert states() == {"4"}


def test_what_is_not_published_is_not_seen(library: Library) -> None:
    put(library, TEXT)
    library.put(compiled(library, OTHER))
    assert seen(library) == [SLUG]


def test_a_whole_paper_of_a_writer_that_died_is_kept(library: Library) -> None:
    library.publish()
    library.put(compiled(library, TEXT))
    library.close()
    again = Library(library.folder)
    assert again.pending == (SLUG,)
    assert held(again.store.native) == [SLUG]


def _half(paper: Compiled, keep: Sequence[str]) -> bytes:
    """Return the quads of a paper without every second line of the blocks named."""
    lines, block = [], ""
    for number, line in enumerate(paper.quads.decode().splitlines()):
        block = line if line.startswith("GRAPH") else block
        if number % 2 or line in {"}", block} or not any(name in block for name in keep):
            lines.append(line)
    return "\n".join(lines).encode()


@pytest.mark.parametrize("part", [f"{SLUG}>", f"{SLUG}/inferred>", "provenance>"])
def test_half_a_paper_of_a_writer_that_died_is_taken_out(library: Library, part: str) -> None:
    put(library, OTHER)
    before = set(library.store.native)
    (paper,) = compiled(library, TEXT)
    library._note([SLUG])
    library.store.native.load(_half(paper, [part]), format=RdfFormat.TRIG)
    assert set(library.store.native) != before
    library.close()
    again = Library(library.folder)
    assert set(again.store.native) == before


def test_a_damaged_note_makes_every_paper_looked_at(library: Library) -> None:
    put(library, TEXT)
    (library.folder / PENDING).write_text("{")
    native = library.store.native
    native.remove(next(native.quads_for_pattern(None, None, None, NamedNode(paper_graph(SLUG)))))
    del native
    library.close()
    again = Library(library.folder)
    assert again.pending == (SLUG,)
    assert held(again.store.native) == []


def test_a_note_of_nothing_is_forgotten(library: Library) -> None:
    put(library, TEXT)
    library._note([])
    library.close()
    again = Library(library.folder)
    assert again.pending == ()
    assert not (library.folder / PENDING).exists()


def test_an_older_ontology_gives_way_and_its_papers_are_read_again(library: Library) -> None:
    put(library, TEXT)
    (paper,) = compiled(library, TEXT)
    assert library.holds(paper.sha256, paper.made_by)
    native = library.store.native
    native.remove(next(native.quads_for_pattern(None, None, None, NamedNode(ONTOLOGY_GRAPH))))
    size = len(native)
    del native
    library.close()
    again = Library(library.folder)
    assert len(again.store.native) == size + 1
    assert again.builder.version == library.builder.version


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        ("{", "doctor"),
        (json.dumps({"format": 99, "snapshot": 1}), "form 99"),
        (json.dumps({"format": 1, "snapshot": 77}), "cannot be read"),
    ],
)
def test_a_damaged_pointer_is_told_with_the_way_out(
    library: Library, pointer: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "_PAUSE", 0)
    put(library, TEXT)
    (library.folder / snapshots.POINTER).write_text(pointer)
    with pytest.raises(StoreError, match=words):
        open_store(library.folder)


def test_a_full_disk_is_told_before_anything_is_begun(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    put(library, TEXT)
    before = set(library.store.native)
    monkeypatch.setattr("spreadgraph.graph.library.LEAST_FREE_BYTES", 1 << 62)
    with pytest.raises(StoreError, match="make room and run it again"):
        library.put(compiled(library, OTHER))
    assert set(library.store.native) == before
    assert not (library.folder / PENDING).exists()


@pytest.mark.parametrize("name", ["ontology", "provenance", f"{SLUG}/inferred", "foo bar", f"{SLUG}>", ""])
def test_only_a_short_name_is_that_of_a_paper(library: Library, name: str) -> None:
    put(library, TEXT)
    assert library.paper(SLUG) is not None
    assert library.paper(name) is None
