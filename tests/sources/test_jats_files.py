"""The reader of JATS on real articles, where they are at hand: against markers read by hand, and against raw counts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.check import check
from spreadgraph.graph.store import LocalStore
from spreadgraph.sources import jats
from spreadgraph.sources.source import Source

TRUTH = Path(__file__).parent / "truth"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "jats"
MANIFEST = SHARED / "MANIFEST.tsv"
LINES = MANIFEST.read_text(encoding="utf-8").splitlines() if MANIFEST.exists() else []
ROWS = list(csv.DictReader(LINES, delimiter="\t"))
pytestmark = pytest.mark.skipif(not ROWS, reason="the articles are not shipped with the project")


def source(name: str) -> Source:
    (found,) = jats.read((SHARED / name).read_bytes(), name)
    return found


def markers(found: Source) -> list[str]:
    """Return the references cited, a line for each paragraph in the order of the file, as the truth is written."""
    lines: dict[str, list[str]] = {}
    for passage in found.document.get("passages", []):
        line = lines.setdefault(passage["locator"].rpartition("/")[0], [])
        for citation in passage["citations"]:
            number = citation["pointsTo"].removeprefix("reference/")
            line.append(f"({number})" if citation.get("fromRange") else number)
    return [" ".join(line).replace(") (", " ") for line in lines.values()]


@pytest.mark.parametrize("truth", sorted(TRUTH.glob("*.txt")), ids=lambda path: path.stem)
def test_the_markers_are_those_read_by_hand(truth: Path) -> None:
    assert markers(source(f"{truth.stem}.xml")) == truth.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_every_reference_is_there(row: dict[str, str]) -> None:
    found = source(row["file"])
    assert len(found.document["references"]) == int(row["references"])
    assert found.document["doi"] == row["doi"].lower()
    assert found.document["import"]["linkedCitations"] is (row["bibr_xrefs"] != "0")


@pytest.mark.parametrize("name", ["elife__elife04493.xml", "scielo-ress__FngWzPqXpsVJGyxLD5PSHPg.xml"])
def test_what_is_imported_passes_the_checks(name: str) -> None:
    store = LocalStore()
    load_paper(store.native, source(name), load_ontology(store.native))
    assert [each for each in check(store) if each.severity == "violation"] == []
