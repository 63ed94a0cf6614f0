"""Every named query gives the answer that was read against the paper, with two engines."""

from __future__ import annotations

import pytest
import rdflib

from queries.answers import ACROSS, EXPECTED, Answer, is_free_text, of_oxigraph, of_rdflib
from query_examples import example
from spreadgraph.answers.catalog import Parameter, Query, bound, catalogue, named
from spreadgraph.answers.trace import trace_claims
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import expand, shorten

QUERIES = pytest.mark.parametrize("query", catalogue(), ids=lambda query: query.name)
PARAMETERS = pytest.mark.parametrize(
    ("query", "parameter"),
    [
        (query, parameter) for query in catalogue() for parameter in query.parameters
        # One paper is all that is held here; see test_across.py.
        if query.name not in ACROSS and parameter.name != "paper"
    ],
    ids=lambda each: each.name,
)  # fmt: skip
# rdflib 7.6 calls its own deprecated names while it parses and updates.
OWN_NAMES = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")


def test_every_query_has_an_expected_answer_and_the_reverse() -> None:
    assert {query.name for query in catalogue()} == {path.stem for path in EXPECTED.iterdir()}


@QUERIES
def test_the_answer_is_the_expected_one(query: Query, bundled: LocalStore) -> None:
    answer = of_oxigraph(bundled.native, query.text)
    expected = (EXPECTED / f"{query.name}.csv").read_text(encoding="utf-8")
    assert answer.without_free_text().as_csv() == expected


@OWN_NAMES
@QUERIES
def test_rdflib_gives_the_same_answer(query: Query, bundled: LocalStore, dataset: rdflib.Dataset) -> None:
    assert of_rdflib(dataset, query.text) == of_oxigraph(bundled.native, query.text)


@OWN_NAMES
@PARAMETERS
def test_a_parameter_picks_some_of_the_rows(
    query: Query, parameter: Parameter, bundled: LocalStore, dataset: rdflib.Dataset
) -> None:
    text = bound(query, {parameter.name: [example(parameter)]})
    picked, everything = of_oxigraph(bundled.native, text), of_oxigraph(bundled.native, query.text)
    assert 0 < len(picked.rows) < len(everything.rows)
    assert picked.rows == [row for row in everything.rows if row in picked.rows]
    assert of_rdflib(dataset, text) == picked


@QUERIES
def test_no_answer_has_an_empty_sentence(query: Query, bundled: LocalStore) -> None:
    answer = of_oxigraph(bundled.native, query.text)
    sentences = [number for number, name in enumerate(answer.columns) if is_free_text(name)]
    assert all(row[number] for row in answer.rows for number in sentences)


def test_the_links_are_those_of_a_trace(bundled: LocalStore) -> None:
    answer = of_oxigraph(bundled.native, named("open-the-page-at-the-sentence").text)
    results = trace_claims(bundled, [expand(claim) for claim, _, _ in answer.rows]).results
    traced = [(shorten(each.claim.id), place.locator, place.link) for each in results for place in each.passages]
    assert answer.rows == traced


def test_free_text_is_left_out_and_nothing_else() -> None:
    answer = Answer(("claim", "text", "innovationText", "context", "reason"), [("a", "b", "c", "d", "e")])
    assert answer.without_free_text() == Answer(("claim", "context"), [("a", "d")])
