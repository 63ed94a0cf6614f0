"""Networks hold what the graph holds, readably, and answer what people ask of them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph
import pytest
import rdflib
from rdflib.query import ResultRow

from spreadgraph.answers.catalog import bound, iris, read
from spreadgraph.answers.trace import trace_claims
from spreadgraph.errors import NotFoundError, SpreadgraphError, UsageError
from spreadgraph.graph.store import LocalStore
from spreadgraph.resources import queries_dir
from spreadgraph.terms import DATA, expand
from spreadgraph.views import measures
from spreadgraph.views.network import VIEWS, ego, network
from views.two_papers import two_papers

BEVAN = "bevan-2024"
EVERY_VIEW = pytest.mark.parametrize("view", VIEWS)


@pytest.fixture(scope="module")
def small() -> LocalStore:
    """Return two made-up papers."""
    return two_papers()


@pytest.fixture(scope="module")
def evidence(bundled: LocalStore) -> Any:
    """Return the evidence network of the bundled paper."""
    return network(bundled)


# ------ what every network keeps to


@EVERY_VIEW
def test_every_node_has_a_label_and_a_kind_and_no_label_is_an_address(bundled: LocalStore, view: str) -> None:
    nodes = network(bundled, view).nodes.values()
    assert nodes
    assert all(node["label"] and node["kind"] for node in nodes)
    assert not [node["label"] for node in nodes if node["label"].startswith(("http", BEVAN))]


@EVERY_VIEW
def test_every_value_is_a_text_or_a_number_and_none_is_a_full_address(bundled: LocalStore, view: str) -> None:
    graph = network(bundled, view)
    values = [value for data in [*graph.nodes.values(), *graph.edges.values()] for value in data.values()]
    assert {type(value) for value in values} <= {str, int}
    assert not [value for value in values if str(value).startswith("http")]


@EVERY_VIEW
def test_a_network_is_the_same_each_time(bundled: LocalStore, view: str) -> None:
    first, second = network(bundled, view), network(bundled, view)
    assert list(first.nodes(data=True)) == list(second.nodes(data=True))
    assert list(first.edges(data=True)) == list(second.edges(data=True))


def test_an_unknown_view_is_refused_with_the_known_ones(bundled: LocalStore) -> None:
    with pytest.raises(UsageError, match="evidence, elements-to-works"):
        network(bundled, "everything")


# rdflib 7.6 calls its own deprecated names while it parses.
@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
@pytest.mark.parametrize("path", sorted((queries_dir() / "views").glob("*.rq")), ids=lambda path: path.stem)
def test_another_engine_reads_the_same_from_the_queries(small: LocalStore, path: Path) -> None:
    query = read(path)
    centre = iris([f"{DATA}one/c1", f"{DATA}one/r2"])
    text = bound(query, {parameter.name: centre for parameter in query.parameters if parameter.required})
    data = pyoxigraph.serialize(small.native, format=pyoxigraph.RdfFormat.N_QUADS) or b""
    other = rdflib.Dataset(default_union=False).parse(data=data, format="nquads").query(text)
    ours = small.query(text)
    assert isinstance(ours, pyoxigraph.QuerySolutions)
    # Blank nodes have other names there, and integers come as numbers.
    theirs = sorted([_text(term) for term in row] for row in other if isinstance(row, ResultRow))
    assert theirs == sorted([_text(term) for term in row] for row in ours)
    assert theirs


def _text(term: Any) -> str:
    if isinstance(term, pyoxigraph.BlankNode | rdflib.BNode):
        return "_"
    return "" if term is None else str(getattr(term, "value", None) or term)


# ------ the bundled paper


def test_the_evidence_network_says_what_the_trace_says(bundled: LocalStore, evidence: Any) -> None:
    claims = [node for node, kind in evidence.nodes(data="kind") if kind == "claim"]
    for result in trace_claims(bundled, [expand(claim) for claim in claims]).results:
        node = result.claim.id.removeprefix(DATA)
        cited = [data for _, _, data in evidence.out_edges(node, data=True)]
        shown = sorted((data["citation"], data["marker"], data["printed"], data["reference"]) for data in cited)
        assert shown == sorted(
            (each.id.removeprefix(DATA), each.marker, each.printed.number, each.effective.number)
            for each in result.citations
            if each.effective
        )
        assert sorted(evidence.nodes[node]["hedge"].split("; ")) == sorted(result.claim.hedges)


def test_a_citation_keeps_both_references_where_they_differ(evidence: Any) -> None:
    claim = f"{BEVAN}/claim/culture-and-leadership.clinical-leadership"
    ((_, work, data),) = evidence.out_edges(claim, data=True)
    assert (work, data["printed"], data["reference"]) == ("doi:10.1186/s12913-021-07387-z", 13, 14)
    assert (data["function"], data["hedge"]) == ("offered as evidence", "requires")


def test_it_has_every_element_and_every_work(evidence: Any) -> None:
    kinds = [kind for _, kind in evidence.nodes(data="kind")]
    assert (kinds.count("factor"), kinds.count("characteristic"), kinds.count("work")) == (7, 12, 28)


def test_elements_reach_the_same_works_in_one_step(bundled: LocalStore, evidence: Any) -> None:
    direct = network(bundled, "elements-to-works")
    elements = [node for node, kind in direct.nodes(data="kind") if kind in {"factor", "characteristic"}]
    assert {node: set(direct.successors(node)) for node in elements} == {
        node: {path[-1] for path in measures.paths_to_works(evidence, node)} for node in elements
    }


# ------ two papers


def test_citations_of_two_papers_meet_at_the_shared_work(small: LocalStore) -> None:
    graph = network(small, "citations")
    assert set(graph.predecessors("one/shared")) == {"one/paper", "two/paper"}
    assert graph.nodes["one/shared"] == {"kind": "work", "label": "A shared work"}
    assert graph.has_edge("two/paper", "one/paper")
    assert graph.nodes["one/paper"]["kind"] == "paper"


def test_a_reference_without_a_marker_is_a_link_without_one(small: LocalStore) -> None:
    ((_, _, data),) = network(small, "citations").in_edges("one/w3", data=True)
    assert data == {"kind": "cites", "reference": 3}


def test_parallel_citations_stay_apart_and_hedges_of_one_are_joined(small: LocalStore) -> None:
    graph = network(small)
    assert set(graph["one/c1"]["one/shared"]) == {"one/k1", "one/k2"}
    assert graph["one/c1"]["one/shared"]["one/k1"] == {
        "kind": "cites", "citation": "one/k1", "marker": "1", "printed": 1, "reference": 2,
        "function": "offered as evidence", "hedge": "may; often",
    }  # fmt: skip
    assert graph.nodes["one/c1"]["label"] == "Teams; may & <b>do</b> \u0007learn"
    assert graph.nodes["one/c1"]["framing"] == "improvement; innovation"


def test_works_of_one_sentence_are_those_meant_and_not_those_printed(small: LocalStore) -> None:
    graph = network(small, "co-citation")
    assert list(graph.edges(data=True)) == [
        ("one/paper", "one/shared", {"kind": "cited together", "weight": 1, "papers": 1})
    ]


def test_works_in_the_same_lists_are_counted_by_papers(small: LocalStore) -> None:
    graph = network(small, "co-citation-by-paper")
    assert graph["one/w1"]["one/w3"]["weight"] == 1
    assert not graph.is_directed()
    assert not graph.is_multigraph()


# ------ around one node


@pytest.mark.parametrize(
    "name", ["claim/complexity.innovation.nature", "reference/13", "citation/13", "factor/sustainability", "framework",
             "section/introduction", "intervention/nhs-app", "note/marker-13-means-14", "passage/introduction/2/2"],
)  # fmt: skip
def test_anything_has_a_neighbourhood_that_holds_it(bundled: LocalStore, name: str) -> None:
    graph = ego(bundled, f"{DATA}{BEVAN}/{name}")
    centre = f"{BEVAN}/{name}"
    assert centre in graph
    assert set(graph) == {centre, *nx.all_neighbors(graph, centre)}
    assert all(data["label"] and data["kind"] for data in graph.nodes.values())


def test_a_wider_neighbourhood_holds_the_narrower_one(bundled: LocalStore) -> None:
    near, far = (ego(bundled, f"{DATA}{BEVAN}/citation/13", radius) for radius in (1, 2))
    assert set(near) < set(far)
    distances = nx.single_source_shortest_path_length(far.to_undirected(), f"{BEVAN}/citation/13")
    assert max(distances.values()) == 2


def test_a_neighbourhood_shows_the_printed_and_the_meant_reference(bundled: LocalStore) -> None:
    graph = ego(bundled, f"{DATA}{BEVAN}/citation/13")
    links = {(kind, target) for _, target, kind in graph.out_edges(f"{BEVAN}/citation/13", data="kind")}
    assert {("points to", f"{BEVAN}/reference/13"), ("effective reference", f"{BEVAN}/reference/14")} <= links


def test_inferred_inverses_do_not_double_a_link(small: LocalStore) -> None:
    graph = ego(small, f"{DATA}one/team")
    assert [data["kind"] for _, _, data in graph.edges(data=True)] == ["about element"]


def test_a_passage_without_anchor_words_is_called_by_its_place(small: LocalStore) -> None:
    labels = {ego(small, f"{DATA}{paper}/p1").nodes[f"{paper}/p1"]["label"] for paper in ("one", "two")}
    assert labels == {"passage body/1/1", 'from "Others found"'}


def test_an_unknown_node_and_a_senseless_radius_are_refused(bundled: LocalStore) -> None:
    with pytest.raises(NotFoundError, match="bevan-2024/claim/nothing"):
        ego(bundled, f"{DATA}{BEVAN}/claim/nothing")
    with pytest.raises(UsageError, match="at least 1"):
        ego(bundled, f"{DATA}{BEVAN}/reference/13", 0)


# ------ questions on networks


def test_a_path_leads_from_an_element_over_a_claim_to_a_work(evidence: Any) -> None:
    paths = measures.paths_to_works(evidence, f"{BEVAN}/factor/sustainability")
    assert paths == [
        (
            f"{BEVAN}/factor/sustainability",
            f"{BEVAN}/claim/sustainability.how-it-is-spread",
            f"{BEVAN}/work/spreading-change",
        )
    ]


def test_parallel_citations_are_one_path_and_an_uncited_element_has_none(small: LocalStore) -> None:
    graph = network(small)
    assert measures.paths_to_works(graph, "one/team") == [("one/team", "one/c1", "one/shared")]
    assert measures.paths_to_works(graph, "one/alone") == []
    with pytest.raises(NotFoundError, match="nowhere"):
        measures.paths_to_works(graph, "nowhere")


def test_elements_that_rest_on_one_work_are_carried_by_it_alone(evidence: Any) -> None:
    loads = {load.work: load for load in measures.load_bearing(evidence)}
    assert f"{BEVAN}/factor/sustainability" in loads[f"{BEVAN}/work/spreading-change"].alone
    weak_ties = loads[f"{BEVAN}/work/strength-of-weak-ties-page"]
    assert f"{BEVAN}/characteristic/adopter-community" in weak_ties.alone
    wheel = loads["doi:10.1186/1748-5908-6-42"]
    assert f"{BEVAN}/factor/behaviour-change" in wheel.shared


def test_what_a_work_carries_alone_has_no_work_left_without_it(evidence: Any) -> None:
    for load in measures.load_bearing(evidence):
        rest = evidence.copy()
        rest.remove_node(load.work)
        works = {node for node, kind in rest.nodes(data="kind") if kind == "work"}
        assert all(not nx.descendants(rest, node) & works for node in load.alone)
        assert all(nx.descendants(rest, node) & works for node in load.shared)


def test_loads_come_heaviest_first(evidence: Any) -> None:
    sizes = [(len(load.alone), len(load.shared)) for load in measures.load_bearing(evidence)]
    assert sizes == sorted(sizes, reverse=True)
    assert all(sum(size) for size in sizes)


def test_joints_are_the_works_whose_loss_splits_the_network(evidence: Any) -> None:
    plain: Any = nx.Graph(evidence)
    before = nx.number_connected_components(plain)
    found = measures.joints(evidence)
    works = [node for node, kind in evidence.nodes(data="kind") if kind == "work" and plain[node]]
    for work in works:
        rest = plain.copy()
        rest.remove_node(work)
        pieces = nx.number_connected_components(rest) - before + 1
        assert found.get(work, 1) == pieces
    assert found


def test_communities_share_out_every_node_once_and_stay_the_same(evidence: Any) -> None:
    groups = measures.communities(evidence)
    assert sorted(node for group in groups for node in group) == sorted(evidence)
    assert groups == measures.communities(evidence)
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)


@EVERY_VIEW
@pytest.mark.parametrize("measure", measures.CENTRALITIES)
def test_both_libraries_give_the_same_centralities(bundled: LocalStore, view: str, measure: str) -> None:
    graph = network(bundled, view)
    by_networkx = measures.centrality(graph, measure, "networkx")
    by_rustworkx = measures.centrality(graph, measure, "rustworkx")
    assert by_rustworkx == pytest.approx(by_networkx, abs=1e-9)
    assert list(by_networkx.values()) == sorted(by_networkx.values(), reverse=True)


def test_the_quick_library_is_used_for_large_graphs_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in measures._ENGINES:
        monkeypatch.setitem(measures._ENGINES, name, lambda graph, _, name=name: {name: len(graph)})
    assert measures.centrality(nx.path_graph(3), "degree") == {"networkx": 3}
    large = measures.LARGE + 1
    assert measures.centrality(nx.empty_graph(large), "degree") == {"rustworkx": large}


def test_a_missing_library_is_named_with_the_way_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "find_spec", lambda name: None if name in {"rustworkx", "scipy"} else find_spec(name))
    assert measures.centrality(nx.empty_graph(measures.LARGE + 1), "degree")
    with pytest.raises(UsageError, match=r"rustworkx.*spreadgraph\[fast\]"):
        measures.centrality(nx.path_graph(3), "closeness", "rustworkx")
    with pytest.raises(UsageError, match="scipy"):
        measures.centrality(nx.path_graph(3), "pagerank", "networkx")


@pytest.mark.parametrize(("measure", "engine"), [("fame", None), ("degree", "abacus")])
def test_an_unknown_measure_or_library_is_refused(measure: str, engine: str | None) -> None:
    with pytest.raises(SpreadgraphError, match="there are"):
        measures.centrality(nx.path_graph(3), measure, engine)
