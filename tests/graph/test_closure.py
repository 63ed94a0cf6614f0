"""Papers are turned into triples and closed by code of ours; here the engine's own parser and queries do the same."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store
from pyoxigraph import parse as parse_rdf

from small_paper import TEXT
from spreadgraph.errors import SourceError
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.closure import Closure
from spreadgraph.graph.rules import Rule, materialise
from spreadgraph.graph.triples import triples
from spreadgraph.resources import evidence_files
from spreadgraph.sources import yamlld
from spreadgraph.sources.source import Source
from spreadgraph.terms import ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH, SG, inferred_graph, paper_graph

PAPERS = [yamlld.parse(TEXT), *(yamlld.read(path) for path in evidence_files())]
by_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.slug)


def graph(store: Store, name: str) -> set[Quad]:
    return {
        Quad(quad.subject, quad.predicate, quad.object)
        for quad in store.quads_for_pattern(None, None, None, NamedNode(name))
    }


@by_paper
def test_the_same_triples_as_the_engines_json_ld_parser(paper: Source) -> None:
    ours = "".join(f"{' '.join(triple)} .\n" for triple in triples(paper.document))
    engine = set(parse_rdf(json.dumps(paper.document), format=RdfFormat.JSON_LD))
    assert set(parse_rdf(ours, format=RdfFormat.N_TRIPLES)) == engine


@by_paper
def test_the_same_follows_as_by_sparql(paper: Source) -> None:
    store = Store()
    load_paper(store, paper, load_ontology(store))
    ours = graph(store, inferred_graph(paper.slug))
    written = {NamedNode(f"{SG}effectiveReference"), NamedNode(f"{SG}workKey")}
    given = {quad for quad in ours if quad.predicate in written}
    target = "https://example.org/again"
    store.extend(Quad(quad.subject, quad.predicate, quad.object, NamedNode(target)) for quad in given)
    materialise(store, [ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH, paper_graph(paper.slug)], target)
    assert given
    assert ours == graph(store, target)


def rule(head: str, *body: str) -> Rule:
    def pattern(text: str) -> tuple[str, str, str]:
        subject, predicate, value = text.split()
        return subject, predicate, value

    return Rule("made up", pattern(head), tuple(map(pattern, body)))


@pytest.mark.parametrize(
    ("rules", "facts", "expected"),
    [
        ([rule("?y q ?x", "?x p ?y")], ["a p b"], ["b q a"]),
        ([rule("?x p ?z", "?x p ?y", "?y p ?z")], ["a p b", "b p c", "c p d"], ["a p c", "a p d", "b p d"]),
        ([rule("?x r ?z", "?x p ?y", "?y q ?z")], ["b q c", "a p b"], ["a r c"]),
        ([rule("?x is S", "?x is T", "?x p ?y", "?y is U")], ["b is U", "a p b", "a is T"], ["a is S"]),
        ([rule("?x is S", "?x p b")], ["a p b", "a p c", "c p c"], ["a is S"]),
        ([rule("?x is S", "?x p ?x")], ["a p b", "c p c"], ["c is S"]),
        ([rule("?x r ?z", "?x p a", "?z q a")], ["b p a", "c q a"], ["b r c"]),
        ([rule("?x is S", "?x is T"), rule("?x is T", "?x is S")], ["a is T"], ["a is S"]),
        ([rule("?x r ?y", "?x p ?y")], ["a p b", "a r b"], []),
    ],
)
def test_rules_meet_facts_in_any_order(rules: list[Rule], facts: list[str], expected: list[str]) -> None:
    parsed = [tuple(fact.split()) for fact in facts]
    for order in (parsed, parsed[::-1]):
        closure = Closure(rules)
        found = closure.follow(closure.facts(order))  # type: ignore[arg-type]  # three words each
        assert sorted(found) == sorted(tuple(each.split()) for each in expected)


def test_what_stands_in_the_ontology_counts_but_is_not_written_again() -> None:
    closure = Closure([rule("?x is S", "?x p ?y", "?y is U")], [("b", "is", "U"), ("c", "is", "S")])
    assert closure.follow(closure.facts([("a", "p", "b"), ("c", "p", "b")])) == [("a", "is", "S")]


@pytest.mark.parametrize(
    ("change", "words"),
    [({"titel": "x"}, "no key titel"), ({"type": "Pamphlet"}, "no type Pamphlet"), ({"id": "a b"}, "cannot be the id")],
)
def test_what_the_context_does_not_know_is_refused(change: dict[str, str], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        list(triples({**PAPERS[0].document, **change}))
