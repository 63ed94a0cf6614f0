"""The graph holds the paper as curated, what follows beside it, and where each comes from."""

from __future__ import annotations

import hashlib

import pytest
from pyoxigraph import Literal, NamedNode, Store

from small_paper import BASE, SLUG, TEXT, changed
from spreadgraph.graph.build import build, load_ontology, load_paper
from spreadgraph.graph.store import LocalStore
from spreadgraph.resources import evidence_files
from spreadgraph.sources.yamlld import parse
from spreadgraph.terms import ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH, PROVENANCE_GRAPH, SG, inferred_graph, paper_graph

PAPER, INFERRED = NamedNode(paper_graph(SLUG)), NamedNode(inferred_graph(SLUG))


def built(text: str = TEXT) -> Store:
    store = Store()
    load_paper(store, parse(text), load_ontology(store))
    return store


def values(store: Store, subject: str, predicate: str, graph: NamedNode) -> set[str]:
    quads = store.quads_for_pattern(NamedNode(subject), NamedNode(predicate), None, graph)
    return {quad.object.value for quad in quads if isinstance(quad.object, NamedNode | Literal)}


def test_there_are_five_graphs_for_one_paper_and_nothing_outside_them() -> None:
    names = {quad.graph_name for quad in built()}
    others = {NamedNode(name) for name in (ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH, PROVENANCE_GRAPH)}
    assert names == {PAPER, INFERRED} | others


def test_a_note_sets_the_effective_reference_and_leaves_the_printed_one() -> None:
    store = built()
    assert values(store, f"{BASE}citation/1", f"{SG}pointsTo", PAPER) == {f"{BASE}reference/1"}
    assert values(store, f"{BASE}citation/1", f"{SG}effectiveReference", INFERRED) == {f"{BASE}reference/2"}


def test_without_a_note_the_printed_reference_is_the_effective_one() -> None:
    assert values(built(), f"{BASE}citation/2", f"{SG}effectiveReference", INFERRED) == {f"{BASE}reference/2"}


def test_nothing_inferred_stands_among_the_curated() -> None:
    assert not list(built().quads_for_pattern(None, NamedNode(f"{SG}effectiveReference"), None, PAPER))


def test_support_follows_curation_and_citing_follows_print() -> None:
    store, claim = built(), f"{BASE}claim/culture.teams-learn"
    assert values(store, claim, f"{SG}supportedBy", INFERRED) == {f"{BASE}work/on-teams"}
    assert values(store, claim, f"{SG}citesWork", INFERRED) == {"https://doi.org/10.1234/leaders"}


def test_a_work_cited_nearby_is_not_one_that_supports() -> None:
    store, claim = built(), f"{BASE}claim/culture.leaders-listen"
    assert values(store, claim, f"{SG}citedNearby", INFERRED) == {f"{BASE}work/on-teams"}
    assert values(store, claim, f"{SG}supportedBy", INFERRED) == set()


def test_provenance_tells_source_hash_size_and_licence() -> None:
    store, provenance = built(), NamedNode(PROVENANCE_GRAPH)
    derived = "http://www.w3.org/ns/prov#wasDerivedFrom"
    assert values(store, PAPER.value, derived, provenance) == {"https://doi.org/10.1234/small.1"}
    assert PAPER.value in values(store, INFERRED.value, derived, provenance)
    assert values(store, PAPER.value, "https://schema.org/sha256", provenance) == {
        hashlib.sha256(TEXT.encode()).hexdigest()
    }
    for graph in (PAPER, INFERRED, NamedNode(ONTOLOGY_GRAPH), NamedNode(ONTOLOGY_INFERRED_GRAPH)):
        size = str(len(list(store.quads_for_pattern(None, None, None, graph))))
        assert values(store, graph.value, "http://rdfs.org/ns/void#triples", provenance) == {size}
        assert len(values(store, graph.value, "http://purl.org/dc/terms/license", provenance)) == 1


def test_two_builds_give_the_same_but_for_blank_nodes() -> None:
    first, second = built(), built()
    for graph in (PAPER, INFERRED, NamedNode(PROVENANCE_GRAPH)):
        assert set(first.quads_for_pattern(None, None, None, graph)) == set(
            second.quads_for_pattern(None, None, None, graph)
        )


def test_a_paper_loaded_again_replaces_the_old_one_wholly() -> None:
    store = built()
    shorter = changed('cue: "may"', 'cue: "can"')
    load_paper(store, parse(shorter))
    assert set(store.quads_for_pattern(None, None, None, PAPER)) == set(
        built(shorter).quads_for_pattern(None, None, None, PAPER)
    )
    assert len(store) == len(built(shorter))


def test_loading_the_ontology_again_changes_nothing() -> None:
    store = built()
    before = len(store)
    load_ontology(store)
    assert len(store) == before


def test_papers_do_not_mix() -> None:
    store = built()
    before = set(store.quads_for_pattern(None, None, None, INFERRED))
    load_paper(store, parse(TEXT.replace(SLUG, "jones-2026").replace("small.1", "small.2")))
    assert set(store.quads_for_pattern(None, None, None, INFERRED)) == before


def test_the_bundled_graph_is_what_build_gives(bundled: LocalStore) -> None:
    store = Store()
    build(store)
    assert len(bundled.native) == len(store)
    for file in evidence_files():
        graph = NamedNode(inferred_graph(file.stem))
        ours = set(bundled.native.quads_for_pattern(None, None, None, graph))
        assert ours == set(store.quads_for_pattern(None, None, None, graph))


@pytest.mark.parametrize("slug", [file.stem for file in evidence_files()])
def test_the_swapped_references_of_the_bundled_paper_are_both_there(bundled: LocalStore, slug: str) -> None:
    query = f"""PREFIX sg: <{SG}> SELECT DISTINCT ?printed ?meant {{
        GRAPH <{paper_graph(slug)}> {{ ?citation sg:pointsTo/sg:referenceNumber ?printed }}
        GRAPH <{inferred_graph(slug)}> {{ ?citation sg:effectiveReference ?reference }}
        GRAPH <{paper_graph(slug)}> {{ ?reference sg:referenceNumber ?meant }} FILTER(?printed != ?meant) }}"""
    assert {(int(row[0].value), int(row[1].value)) for row in bundled.native.query(query)} == {(13, 14), (14, 13)}  # type: ignore[union-attr]
