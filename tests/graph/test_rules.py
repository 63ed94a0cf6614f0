"""Rules come from the axioms in the Turtle alone, and give what OWL gives."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple
from pyoxigraph import parse as parse_rdf

from small_paper import BASE, SLUG, TEXT
from spreadgraph.errors import SpreadgraphError
from spreadgraph.graph import rules
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.rules import closure_updates, materialise
from spreadgraph.resources import ontology_dir
from spreadgraph.sources.yamlld import parse
from spreadgraph.terms import DOI, ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH, OWL, RDF, SG, inferred_graph, paper_graph

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
PAPER, INFERRED = "https://example.org/graph/paper", "https://example.org/graph/inferred"


def loaded(ontology: str, paper: str) -> Store:
    store = Store()
    for text, graph in ((ontology, ONTOLOGY_GRAPH), (paper, PAPER)):
        store.load(PREFIXES + text, format=RdfFormat.TURTLE, to_graph=NamedNode(graph))
    return store


def inferred(ontology: str, paper: str) -> set[str]:
    """Return what follows, as ``s p o`` in local names, about the things of the paper."""
    store = loaded(ontology, paper)
    materialise(store, [ONTOLOGY_GRAPH], ONTOLOGY_INFERRED_GRAPH)
    materialise(store, [ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH, PAPER], INFERRED)
    return {local(quad) for quad in store.quads_for_pattern(None, None, None, NamedNode(INFERRED))}


def local(quad: Quad) -> str:
    return " ".join(str(term).rstrip(">").rpartition("/")[2].rpartition("#")[2] for term in tuple(quad)[:3])


@pytest.mark.parametrize(
    ("ontology", "paper", "expected"),
    [
        (":p owl:propertyChainAxiom (:q) .", ":a :q :b .", {"a p b"}),
        (":p owl:propertyChainAxiom (:q :r) .", ":a :q :b . :b :r :c .", {"a p c"}),
        (":p owl:propertyChainAxiom (:q :r :s :t) .", ":a :q :b . :b :r :c . :c :s :d . :d :t :e .", {"a p e"}),
        (":p owl:propertyChainAxiom (:q [owl:inverseOf :r]) .", ":a :q :b . :c :r :b .", {"a p c"}),
        (":p owl:propertyChainAxiom (:q :r) , (:s :r) .", ":a :s :b . :b :r :c .", {"a p c"}),
        (":p owl:propertyChainAxiom (:q :r) . :q owl:inverseOf :s .", ":b :s :a . :b :r :c .", {"a q b", "a p c"}),
        (":p owl:inverseOf :q .", ":a :p :b . :c :q :d .", {"b q a", "d p c"}),
        (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", ":a :p :b .", {"a q b", "a r b"}),
        (":p rdfs:subPropertyOf [owl:inverseOf :q] .", ":a :p :b .", {"b q a"}),
        (":p owl:equivalentProperty :q .", ":a :p :b . :c :q :d .", {"a q b", "c p d"}),
        (":p a owl:TransitiveProperty .", ":a :p :b . :b :p :c . :c :p :d .", {"a p c", "b p d", "a p d"}),
        (":p a owl:SymmetricProperty .", ":a :p :b .", {"b p a"}),
        (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", ":x a :A .", {"x type B", "x type C"}),
        (":A owl:equivalentClass :B .", ":x a :A . :y a :B .", {"x type B", "y type A"}),
        (":A owl:equivalentClass [owl:intersectionOf (:B :C)] .", ":x a :B , :C . :y a :B .", {"x type A"}),
        (":A owl:equivalentClass [owl:intersectionOf (:B :C)] .", ":x a :A .", {"x type B", "x type C"}),
        (":A owl:equivalentClass [owl:unionOf (:B :C)] .", ":x a :B . :y a :C .", {"x type A", "y type A"}),
        (
            ":A owl:equivalentClass [owl:intersectionOf (:B [owl:onProperty :p ; owl:hasValue :v])] .",
            ":x a :B ; :p :v . :y a :B ; :p :w . :z a :A .",
            {"x type A", "z type B", "z p v"},
        ),
        (
            ":A owl:equivalentClass [owl:intersectionOf (:B [owl:onProperty :p ; owl:someValuesFrom :C])] .",
            ":x a :B ; :p :y . :y a :C . :z a :B ; :p :w .",
            {"x type A"},
        ),
        (":A owl:equivalentClass [owl:onProperty :p ; owl:someValuesFrom owl:Thing] .", ":x :p :y .", {"x type A"}),
        (":A rdfs:subClassOf [owl:onProperty :p ; owl:hasValue :v] .", ":x a :A .", {"x p v"}),
        (":A rdfs:subClassOf [owl:onProperty :p ; owl:allValuesFrom :B] .", ":x a :A ; :p :y .", {"y type B"}),
        ("[owl:onProperty :p ; owl:hasValue :v] rdfs:subClassOf :A .", ":x :p :v .", {"x type A"}),
        (
            ":A owl:equivalentClass [owl:onProperty [owl:inverseOf :p] ; owl:someValuesFrom :B] .",
            ":y a :B ; :p :x .",
            {"x type A"},
        ),
        # what OWL does not give, or what is left to shapes and reasoner
        (":A rdfs:subClassOf [owl:onProperty :p ; owl:someValuesFrom :B] .", ":x a :A .", set()),
        (":p rdfs:domain :A ; rdfs:range :B .", ":x :p :y .", set()),
        (":p a owl:FunctionalProperty .", ":x :p :y , :z .", set()),
        (":p owl:inverseOf :q .", ':x :p "text" .', set()),
    ],
)
def test_an_axiom_gives_what_owl_says(ontology: str, paper: str, expected: set[str]) -> None:
    assert inferred(ontology, paper) == expected


def test_the_classes_of_the_ontologys_own_individuals_count_as_conditions() -> None:
    ontology = ":v a :B . :A owl:equivalentClass [owl:onProperty :p ; owl:someValuesFrom :B] ."
    assert inferred(ontology, ":x :p :v .") == {"x type A"}


def test_what_is_asserted_is_not_written_again() -> None:
    assert inferred(":p rdfs:subPropertyOf :q .", ":a :p :b ; :q :b .") == set()


def test_nothing_is_written_outside_the_target() -> None:
    store = loaded(":p rdfs:subPropertyOf :q .", ":a :p :b .")
    before = set(store)
    counts = materialise(store, [PAPER], INFERRED)
    assert {quad.graph_name for quad in set(store) - before} == {NamedNode(INFERRED)}
    assert sum(counts.values()) == len(store) - len(before) == 1


def test_a_second_run_adds_nothing() -> None:
    store = loaded(":p a owl:TransitiveProperty .", ":a :p :b . :b :p :c .")
    assert sum(materialise(store, [PAPER], INFERRED).values()) == 1
    assert sum(materialise(store, [PAPER], INFERRED).values()) == 0


def test_a_rule_says_which_axiom_it_comes_from() -> None:
    store = loaded(":p owl:propertyChainAxiom (:q :r) .", ":a :q :b . :b :r :c .")
    counts = {origin: number for origin, number in materialise(store, [PAPER], INFERRED).items() if number}
    base = "https://example.org/"
    assert counts == {f"{base}p from the chain {base}q, {base}r": 1}


def test_rules_are_the_same_in_each_run_and_none_is_there_twice() -> None:
    runs = []
    for _ in range(2):
        store = Store()
        load_ontology(store)
        runs.append([rule.update for rule in closure_updates(store)])
    assert len(set(runs[0])) == len(runs[0]) > 50
    # Blank nodes have new names in each run; no rule may hold one.
    assert runs[0] == runs[1]


def test_rules_that_do_not_end_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_ROUNDS", 1)
    store = loaded(":p a owl:TransitiveProperty .", ":a :p :b . :b :p :c . :c :p :d .")
    with pytest.raises(SpreadgraphError, match="do not come to an end"):
        materialise(store, [PAPER], INFERRED)


def test_a_chain_added_to_the_turtle_works_without_touching_python() -> None:
    turtle = (ontology_dir() / "spreadgraph.ttl").read_text(encoding="utf-8")
    store = Store()
    chain = (
        "sg:hasSibling a owl:ObjectProperty ; owl:propertyChainAxiom ( sg:inSection [ owl:inverseOf sg:inSection ] ) ."
    )
    load_paper(store, parse(TEXT), load_ontology(store, f"{turtle}\n{chain}\n"))
    sibling = NamedNode("https://w3id.org/spreadgraph/ontology#hasSibling")
    assert len(list(store.quads_for_pattern(None, sibling, None, NamedNode(inferred_graph(SLUG))))) == 4


REASON = """
import sys, owlready2
world = owlready2.World()
with open(sys.argv[1], "rb") as file:
    world.get_ontology("https://example.org/all#").load(fileobj=file)
owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
world.save(sys.argv[2], format="ntriples")
"""


def about_data(triples: Iterable[Triple | Quad]) -> set[tuple[str, str, str]]:
    """Return the triples that relate things of the paper, leaving out what OWL says about any thing."""
    found = set()
    for subject, predicate, value in (tuple(triple)[:3] for triple in triples):
        if isinstance(subject, NamedNode) and isinstance(value, NamedNode) and not value.value.startswith(OWL):
            found.add((subject.value, predicate.value, value.value))
    return {triple for triple in found if triple[0].startswith((BASE, DOI))}


@pytest.mark.slow
def test_the_rules_find_all_that_hermit_finds_and_no_chain_more(tmp_path: Path) -> None:
    store = Store()
    load_paper(store, parse(TEXT), load_ontology(store))
    given, answer = tmp_path / "given.nt", tmp_path / "answer.nt"
    effective = store.quads_for_pattern(None, NamedNode(f"{SG}effectiveReference"), None, None)
    given.write_text("".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in effective))
    with given.open("ab") as out:
        for graph in (ONTOLOGY_GRAPH, paper_graph(SLUG)):
            store.dump(out, RdfFormat.N_TRIPLES, from_graph=NamedNode(graph))
    subprocess.run([sys.executable, "-I", "-c", REASON, str(given), str(answer)], check=True)
    asserted, theirs = (about_data(parse_rdf(path=file, format=RdfFormat.N_TRIPLES)) for file in (given, answer))
    ours = about_data(store)
    assert (f"{BASE}claim/culture.teams-learn", f"{RDF}type", f"{SG}CitedClaim") in theirs - asserted
    assert theirs <= ours
    for chain in ("supportedBy", "citesWork", "citedNearby", "assertedIn", "evidencedBy"):
        found = {triple for triple in ours if triple[1] == SG + chain}
        assert found
        assert found == {triple for triple in theirs if triple[1] == SG + chain}
