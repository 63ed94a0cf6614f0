"""``spreadgraph remove``: papers go, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from small_paper import SLUG, TEXT
from spreadgraph.cli import main
from spreadgraph.graph.examine import ontology_is_whole
from spreadgraph.graph.library import held, whole
from spreadgraph.graph.store import open_store


@pytest.fixture
def library(tmp_path: Path) -> Path:
    file, folder = tmp_path / f"{SLUG}.yamlld", tmp_path / "library"
    file.write_text(TEXT)
    assert main(["--store", str(folder), "add", "--processes", "1", str(file)]) == 0
    return folder


@pytest.mark.parametrize("name", ["ontology", "provenance", f"{SLUG}/inferred", "foo bar", "<x>"])
def test_what_is_no_paper_is_not_removed(library: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    capsys.readouterr()
    assert main(["--store", str(library), "remove", SLUG, name]) == 1
    said = f"spreadgraph: there is no paper {name} in this library; see: spreadgraph papers\n"
    assert capsys.readouterr().err == said
    native = open_store(library).native
    assert held(native) == [SLUG]
    assert whole(native, SLUG)
    assert ontology_is_whole(native)


@pytest.mark.parametrize("name", ["https://doi.org/10.1234/SMALL.1", "doi:10.1234/small.1", "10.1234/small.1"])
def test_a_curated_paper_is_removed_by_its_doi(library: Path, name: str) -> None:
    assert main(["--store", str(library), "remove", name]) == 0
    assert held(open_store(library).native) == []


def test_a_paper_named_twice_goes_once(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["--store", str(library), "remove", SLUG, SLUG]) == 0
    assert capsys.readouterr().out == "1 removed\n"
    assert held(open_store(library).native) == []
