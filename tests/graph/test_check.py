"""Checks name what is wrong, where it stands, and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from across_papers import ADAMS, DOIS, JONES, SMITH, article, three_papers
from small_paper import SLUG, TEXT, changed, line_of
from spreadgraph.graph import reason as reasoner
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.check import Finding, check, check_file
from spreadgraph.graph.store import LocalStore
from spreadgraph.sources.yamlld import parse
from spreadgraph.terms import DATA, ONTOLOGY_GRAPH, inferred_graph, paper_graph

NEEDS_JAVA = pytest.mark.skipif(not shutil.which("javac"), reason="the reasoner needs a JDK")


def findings(tmp_path: Path, text: str) -> list[Finding]:
    path = tmp_path / "paper.yamlld"
    path.write_text(text, encoding="utf-8")
    return [finding for finding in check_file(path) if finding.severity == "violation"]


def test_the_bundled_papers_have_no_defect(bundled: LocalStore) -> None:
    assert [finding for finding in check(bundled) if finding.severity == "violation"] == []


def test_a_good_paper_has_no_defect(tmp_path: Path) -> None:
    assert findings(tmp_path, TEXT) == []


def test_a_lost_claim_shows_in_the_count(tmp_path: Path) -> None:
    text = changed("  claims: 3", "  claims: 4")
    (finding,) = findings(tmp_path, text)
    assert finding.check == "manifest-counts"
    assert finding.focus == f"{SLUG}/manifest"
    assert finding.message.endswith("of claims, expected 4, counted 3")
    assert finding.place == f"{tmp_path / 'paper.yamlld'}:{line_of(text, 'id: manifest')}"


def test_a_count_of_none_is_noticed_too(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, changed("  characteristics: 0", "  characteristics: 12"))
    assert finding.message.endswith("of characteristics, expected 12, counted 0")


def test_a_shape_speaks_its_own_words_and_gives_the_line(tmp_path: Path) -> None:
    text = changed('sha256: "0', 'sha256: "g')
    (finding,) = findings(tmp_path, text)
    assert finding.check == "shape sg:sentenceSha256"
    assert finding.message.startswith("Give the SHA-256 of the sentence")
    assert finding.place == f"{tmp_path / 'paper.yamlld'}:{line_of(text, 'id: passage/introduction/1/1')}"


def test_a_rule_between_nodes_is_checked(tmp_path: Path) -> None:
    text = changed("    via: citation/1", "    via: [citation/1, citation/2]")
    (finding,) = findings(tmp_path, text)
    assert finding.focus == f"{SLUG}/claim/culture.teams-learn"
    assert "not printed in the passage" in finding.message


def test_a_warning_is_no_violation(tmp_path: Path) -> None:
    path = tmp_path / "paper.yamlld"
    text = changed("    pointsTo: reference/2", "    pointsTo: reference/1").replace('marker: "2"', 'marker: "1"')
    path.write_text(text, encoding="utf-8")
    assert {finding.severity for finding in check_file(path)} == {"warning"}


def test_every_paper_of_a_store_is_checked() -> None:
    store = LocalStore()
    rules = load_ontology(store.native)
    load_paper(store.native, parse(TEXT), rules)
    other = TEXT.replace(SLUG, "jones-2026").replace("small.1", "small.2").replace("  claims: 3", "  claims: 9")
    load_paper(store.native, parse(other), rules)
    assert [finding.focus for finding in check(store) if finding.severity == "violation"] == ["jones-2026/manifest"]
    assert [finding.focus for finding in check(store, paper="jones-2026")] == ["jones-2026/manifest"]
    assert check(store, paper=SLUG) == []


def test_papers_are_checked_beside_those_they_link_to() -> None:
    store = three_papers(article(1, DOIS[JONES]))
    assert check(store) == check(store, paper=ADAMS) == []
    claim = f"{DATA}{SMITH}/claim/culture.teams-learn"
    for graph in (paper_graph(SMITH), inferred_graph(SMITH)):
        store.native.update(f"DELETE WHERE {{ GRAPH <{graph}> {{ <{claim}> ?p ?o }} }}")
    # One paper links to what is lost; another, which does not, is as sound as before.
    assert "thing-undescribed" in {finding.check for finding in check(store, paper=JONES)}
    assert check(store, paper=ADAMS) == []


def test_places_are_given_for_the_bundled_file_only_while_it_is_the_same(bundled: LocalStore) -> None:
    store = LocalStore(Store())
    store.native.extend(bundled.native)
    manifest = next(
        store.native.quads_for_pattern(None, NamedNode("https://w3id.org/spreadgraph/ontology#expectedClaims"), None)
    )
    store.native.remove(manifest)
    store.native.update(
        f"INSERT DATA {{ GRAPH {manifest.graph_name} {{ {manifest.subject} {manifest.predicate} 1 }} }}"
    )
    (finding,) = [each for each in check(store) if each.check == "manifest-counts"]
    assert finding.place.startswith("bevan-2024.yamlld:")
    for quad in list(store.native.quads_for_pattern(None, NamedNode("https://schema.org/sha256"), None)):
        store.native.remove(quad)
    (finding,) = [each for each in check(store) if each.check == "manifest-counts"]
    assert finding.place == ""


# ------ the reasoner


TURTLE_PREFIXES = """
@prefix : <https://example.org/> .
@prefix sg: <https://w3id.org/spreadgraph/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def reasoned(turtle: str) -> list[Finding]:
    store = Store()
    load_ontology(store)
    store.load(TURTLE_PREFIXES + turtle, format=RdfFormat.TURTLE, to_graph=NamedNode(paper_graph("x")))
    return reasoner.reason(store, [ONTOLOGY_GRAPH, paper_graph("x")])


@NEEDS_JAVA
@pytest.mark.slow
@pytest.mark.parametrize(
    ("turtle", "check_name", "words"),
    [
        (":a a sg:Claim , sg:Passage .", "consistency", "contradicts itself"),
        (':a a sg:Passage ; sg:locator "a/1/1" , "a/1/2" .', "consistency", "contradicts itself"),
        (
            ":C a owl:Class ; rdfs:subClassOf sg:Claim , sg:Passage .",
            "consistency",
            "nothing can ever be of this class",
        ),
        (':a sg:year "2024-01-01"^^xsd:date .', "consistency", "cannot read the graph"),
        (":a a :Undeclared .", "owl-2-dl", "not OWL 2 DL: Use of undeclared class"),
    ],
)
def test_what_owl_excludes_is_found(turtle: str, check_name: str, words: str) -> None:
    found = [finding for finding in reasoned(turtle) if finding.check == check_name]
    assert [finding for finding in found if words in finding.message and finding.severity == "violation"]


@NEEDS_JAVA
@pytest.mark.slow
def test_the_ontology_and_a_paper_are_consistent_and_in_owl_2_dl(tmp_path: Path) -> None:
    path = tmp_path / "paper.yamlld"
    path.write_text(TEXT, encoding="utf-8")
    assert check_file(path, reason=True) == []


def test_without_java_a_notice_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    (finding,) = reasoned("")
    assert (finding.severity, finding.check) == ("notice", "consistency")
    assert "it needs Java" in finding.message


def test_with_a_runtime_but_no_compiler_a_notice_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text(
        '#!/bin/sh\ncase "$*" in *HermiT.cli*) echo "http://www.w3.org/2002/07/owl#Thing is satisfiable.";; '
        '*) echo "error: module jdk.compiler not found" >&2; exit 1;; esac\n'
    )
    java.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _: str(java))
    (finding,) = reasoned("")
    assert (finding.severity, finding.check) == ("notice", "owl-2-dl")
    assert "needs a JDK" in finding.message


def test_a_reasoner_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\nexec sleep 60\n")
    java.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda _: str(java))
    found = reasoner.reason(Store(), [], seconds=1)
    assert [(finding.severity, "1 seconds" in finding.message) for finding in found] == [("notice", True)] * 2
