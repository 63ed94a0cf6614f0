"""Every export says what the graph says, and other programs can read it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import networkx as nx
import pyoxigraph
import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat

from spreadgraph.answers.trace import trace_claims
from spreadgraph.cli import WRONG_USE, main
from spreadgraph.errors import UsageError
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import expand
from spreadgraph.views.export import FORMS, NETWORKS, export
from spreadgraph.views.network import VIEWS, network
from views.two_papers import two_papers

READERS: dict[str, Any] = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}
EACH_NETWORK = pytest.mark.parametrize("form", NETWORKS)
EVERY_VIEW = pytest.mark.parametrize("view", VIEWS)


def statements(text: str, form: RdfFormat) -> Dataset:
    """Return what an RDF text states, blank nodes named alike."""
    dataset = Dataset(pyoxigraph.parse(text.encode(), format=form))
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def read(text: str, form: str) -> Any:
    """Return a network as NetworkX reads it back."""
    return READERS[form](io.BytesIO(text.encode()))


def table(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV export."""
    return list(csv.DictReader(io.StringIO(text)))


# ------ RDF


@pytest.mark.parametrize(
    ("form", "syntax"),
    [("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG), ("jsonld", RdfFormat.JSON_LD)],
)
def test_every_graph_is_written_whole(bundled: LocalStore, form: str, syntax: RdfFormat) -> None:
    held = Dataset(bundled.native)
    held.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    assert statements(export(bundled, form), syntax) == held


def test_turtle_is_everything_in_one_graph(bundled: LocalStore) -> None:
    merged = statements(export(bundled, "ttl"), RdfFormat.TURTLE)
    assert len(merged) == len({(quad.subject, quad.predicate, quad.object) for quad in bundled.native})


def test_names_are_short(bundled: LocalStore) -> None:
    turtle = export(bundled, "ttl")
    assert " sg:Claim" in turtle
    assert "<https://w3id.org/spreadgraph/ontology#Claim>" not in turtle
    document = json.loads(export(bundled, "jsonld"))
    assert document["@context"]["sg"] == "https://w3id.org/spreadgraph/ontology#"
    things = [thing for graph in document["@graph"] for thing in graph["@graph"]]
    assert any(thing.get("@type") == ["sg:Claim"] and "sg:paraphrase" in thing for thing in things)


# ------ claims and works


def test_each_row_of_the_table_is_a_path_that_the_trace_knows(bundled: LocalStore) -> None:
    rows = table(export(bundled, "csv"))
    results = trace_claims(bundled, [expand(row["id"]) for row in {row["id"]: row for row in rows}.values()]).results
    assert len(rows) == sum(max(len(each.passages), 1) * max(len(each.citations), 1) for each in results)
    by_id = {result.claim.id: result for result in results}
    for row in rows:
        result = by_id[expand(row["id"])]
        assert (row["hedges"], row["support"]) == ("; ".join(result.claim.hedges), result.support)
        assert row["marker"] in {"", *(citation.marker for citation in result.citations)}


def test_the_table_shows_the_printed_and_the_meant_reference(bundled: LocalStore) -> None:
    wanted = "bevan-2024/claim/culture-and-leadership.clinical-leadership"
    rows = [row for row in table(export(bundled, "csv")) if row["id"] == wanted]
    assert [(row["reference printed"], row["reference meant"]) for row in rows] == [("13", "14")]
    assert rows[0]["work"].startswith("The roles, activities")


def test_every_claim_is_in_the_table(bundled: LocalStore) -> None:
    claims = {node for node, kind in network(bundled).nodes(data="kind") if kind == "claim"}
    assert {row["id"] for row in table(export(bundled, "csv"))} == claims


def test_no_cell_is_a_formula(monkeypatch: pytest.MonkeyPatch, bundled: LocalStore) -> None:
    monkeypatch.setattr("spreadgraph.views.export._claim", lambda _: {"id": "=1+1", "claim": "@sum"})
    assert {(row["id"], row["claim"]) for row in table(export(bundled, "csv"))} == {("'=1+1", "'@sum")}


@pytest.mark.parametrize(("form", "mark"), [("bibtex", "\n@"), ("ris", "\nTY  - "), ("csljson", '\n    "id": ')])
def test_every_cited_work_is_listed_once(bundled: LocalStore, form: str, mark: str) -> None:
    assert ("\n" + export(bundled, form)).count(mark) == 28


def test_an_empty_store_gives_empty_exports() -> None:
    empty = LocalStore()
    assert table(export(empty, "csv")) == []
    assert json.loads(export(empty, "csljson")) == []
    assert export(empty, "nq") == ""
    assert json.loads(export(empty, "jsonld"))["@graph"] == []
    assert len(read(export(empty, "graphml"), "graphml")) == 0


# ------ networks


@EACH_NETWORK
@EVERY_VIEW
def test_a_network_reads_back_with_its_values_and_their_types(bundled: LocalStore, form: str, view: str) -> None:
    written, found = network(bundled, view), read(export(bundled, form, view), form)
    assert found.is_directed() == written.is_directed()
    assert dict(found.nodes(data=True)) == dict(written.nodes(data=True))
    assert _edges(found) == _edges(written)


def _edges(graph: Any) -> list[Any]:
    edges = graph.edges(data=True)
    return sorted((ends if graph.is_directed() else sorted(ends), _values(data)) for *ends, data in edges)


def _values(data: dict[str, Any]) -> list[tuple[str, str, Any]]:
    # Both formats give edges an id, and GEXF holds weights as decimals.
    kept = {name: value for name, value in data.items() if name != "id"}
    return sorted((name, "number" if name == "weight" else type(value).__name__, value) for name, value in kept.items())


@EACH_NETWORK
def test_parallel_citations_and_awkward_texts_survive(form: str) -> None:
    found = read(export(two_papers(), form), form)
    assert found.number_of_edges("one/c1", "one/shared") == 2
    assert found.nodes["one/c1"]["label"] == "Teams; may & <b>do</b> \ufffdlearn"


@EACH_NETWORK
def test_the_same_graph_is_the_same_file(bundled: LocalStore, form: str) -> None:
    text = export(bundled, form)
    assert text == export(bundled, form)
    assert "lastmodified" not in text


# ------ what is refused


def test_unknown_forms_and_views_are_refused_with_the_known_ones(bundled: LocalStore) -> None:
    with pytest.raises(UsageError, match=", ".join(FORMS)):
        export(bundled, "docx")
    with pytest.raises(UsageError, match="co-citation"):
        export(bundled, "gexf", "everything")


def test_the_command_writes_a_network_and_refuses_an_unknown_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    file = tmp_path / "citations.gexf"
    assert main(["export", "--format", "gexf", "--view", "citations", "-o", str(file)]) == 0
    assert len(nx.read_gexf(file)) == 29
    assert main(["export", "--format", "gexf", "--view", "everything"]) == WRONG_USE
    assert "evidence" in capsys.readouterr().err
