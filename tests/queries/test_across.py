"""Queries about several papers give, with two engines, the answers that three small papers were made to have."""

from __future__ import annotations

import pyoxigraph
import pytest
import rdflib

from across_papers import ADAMS, FACTOR, IRIS, JONES, LEARN, LISTEN, SMITH, adams, held, jones, smith, three_papers
from queries.answers import ACROSS, EXPECTED, Answer, of_oxigraph, of_rdflib
from spreadgraph.answers.catalog import Query, bound, catalogue, named
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import DATA, paper_graph, shorten

ONE, TWO, THREE = (shorten(IRIS[slug]) for slug in (SMITH, JONES, ADAMS))
PAGE = "https://example.org/small"
KEY = "brown 2021 onteamsandhowtheylearn"
TEAMS, LISTENS = "Teams may learn from one another.", "Leaders listen to the people they lead."
WORKS = {slug: f"{slug}/work/on-teams" for slug in (SMITH, JONES)}
PAPERS = {SMITH: smith, JONES: jones, ADAMS: adams}
OF_A_PAPER = [query for query in catalogue() if "paper" in {each.name for each in query.parameters}]
OWN_NAMES = pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")


def factor(slug: str) -> str:
    return f"{slug}/factor/culture"


def learn(slug: str) -> str:
    return f"{slug}/claim/culture.teams-learn"


def listen(slug: str) -> str:
    return f"{slug}/claim/culture.leaders-listen"


# Query, value of its parameter (none for all rows), columns left out, rows.
ANSWERS = [
    (
        "elements-across-papers", "", {"elementName", "order"},
        [
            (factor(SMITH), ONE, TWO, "Jones 2026", "1", "1", "0", "agrees"),
            (factor(SMITH), ONE, THREE, "Adams 2027", "0", "0", "1", "differs"),
            (factor(JONES), TWO, ONE, "Smith 2025", "0", "1", "0", "agrees"),
            (factor(JONES), TWO, THREE, "Adams 2027", "0", "0", "0", "silent"),
            (factor(ADAMS), THREE, ONE, "Smith 2025", "0", "0", "1", "differs"),
            (factor(ADAMS), THREE, TWO, "Jones 2026", "0", "0", "0", "silent"),
        ],
    ),
    (
        "elements-across-papers", FACTOR, {"elementName", "order", "proposedIn", "element"},
        [(TWO, "Jones 2026", "1", "1", "0", "agrees"), (THREE, "Adams 2027", "0", "0", "1", "differs")],
    ),
    (
        "where-papers-agree-or-differ", "", {"text", "otherText"},
        [
            (listen(ADAMS), THREE, "differs from", listen(SMITH), ONE),
            (learn(JONES), TWO, "agrees with", learn(SMITH), ONE),
            (listen(SMITH), ONE, "differs from", listen(ADAMS), THREE),
            (learn(SMITH), ONE, "agrees with", learn(JONES), TWO),
        ],
    ),
    (
        "where-papers-agree-or-differ", LEARN, set(),
        [(learn(SMITH), TEAMS, ONE, "agrees with", learn(JONES), TEAMS, TWO)],
    ),
    (
        "where-papers-agree-or-differ", LISTEN, set(),
        [(listen(SMITH), LISTENS, ONE, "differs from", listen(ADAMS), LISTENS, THREE)],
    ),
    (
        "works-that-may-be-the-same", "", {"key"},
        [
            (WORKS[JONES], WORKS[SMITH], "On teams and how they learn", "1"),
            (WORKS[SMITH], WORKS[JONES], "On Teams, and how they learn", "1"),
        ],
    ),
    (
        "works-that-may-be-the-same", DATA + WORKS[SMITH], set(),
        [(WORKS[SMITH], WORKS[JONES], KEY, "On Teams, and how they learn", "1")],
    ),
    ("works-that-may-be-the-same", IRIS[SMITH], set(), []),
    (
        "who-cites-a-work", IRIS[SMITH], {"start", "end", "before", "anchor"},
        [
            (ONE, TWO, "Jones 2026", f"{JONES}/passage/introduction/1/1", "introduction/1/1", "1", "1", "1", PAGE),
            (ONE, THREE, "Adams 2027", f"{ADAMS}/passage/introduction/1/2", "introduction/1/2", "2", "2", "2", PAGE),
        ],
    ),
    # The first marker of the first paper prints 1 and means 2, as a note says.
    (
        "who-cites-a-work", DATA + WORKS[SMITH], {"start", "end", "before", "anchor", "page", "passage", "place"},
        [(WORKS[SMITH], ONE, "Smith 2025", "1", "1", "2"), (WORKS[SMITH], ONE, "Smith 2025", "2", "2", "2")],
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def store() -> LocalStore:
    return three_papers()


@pytest.fixture(scope="module")
def dataset(store: LocalStore) -> rdflib.Dataset:
    data = pyoxigraph.serialize(store.native, format=pyoxigraph.RdfFormat.N_QUADS)
    assert data is not None
    return rdflib.Dataset(default_union=False).parse(data=data, format="nquads")


def without(answer: Answer, left_out: set[str]) -> list[tuple[str, ...]]:
    kept = [number for number, name in enumerate(answer.columns) if name not in left_out]
    return [tuple(row[number] for number in kept) for row in answer.rows]


@OWN_NAMES
@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: f"{case[0]}-{case[1] and shorten(case[1])}")
def test_the_answer_is_the_one_the_papers_were_made_for(
    store: LocalStore, dataset: rdflib.Dataset, case: tuple[str, str, set[str], list[tuple[str, ...]]]
) -> None:
    name, value, left_out, rows = case
    query = named(name)
    text = bound(query, {query.parameters[0].name: [f"<{value}>"]}) if value else query.text
    assert without(of_oxigraph(store.native, text), left_out) == rows
    assert without(of_rdflib(dataset, text), left_out) == rows


@OWN_NAMES
@pytest.mark.parametrize("slug", PAPERS)
@pytest.mark.parametrize("query", OF_A_PAPER, ids=lambda query: query.name)
def test_of_one_paper_among_several_the_answer_is_that_of_a_store_of_its_own(
    store: LocalStore, dataset: rdflib.Dataset, query: Query, slug: str
) -> None:
    text = bound(query, {"paper": [f"<{paper_graph(slug)}>"]})
    found = of_oxigraph(store.native, text)
    alone = of_oxigraph(held(PAPERS[slug]()).native, query.text)
    # A DOI or a page that another paper gives of a work is known here.
    kept = [row for row in alone.rows if row in found.rows] if query.name.startswith("works-without") else alone.rows
    assert found.rows == kept
    assert found == of_rdflib(dataset, text)


def cited_with_smith(*more: str) -> list[tuple[str, ...]]:
    text = bound(named("works-cited-together"), {"work": [f"<{IRIS[SMITH]}>"]})
    return of_oxigraph(three_papers(*more).native, text).rows


def test_works_cited_together_share_a_sentence_or_several_lists() -> None:
    # One paper lists both and cites them in two sentences: that says nothing yet.
    assert cited_with_smith() == []
    again = adams().replace(ADAMS, "clark-2028").replace("small.3", "small.4")
    assert cited_with_smith(again) == [(ONE, TWO, "On leaders", "2", "0")]
    both = again.replace("    order: 2\n    pointsTo: reference/2\n", "    order: 2\n    pointsTo: reference/1\n")
    assert cited_with_smith(both) == [(ONE, TWO, "On leaders", "2", "0")]
    marker = 'id: citation/3\n    type: InTextCitation\n    marker: "1"\n    order: 3\n    pointsTo: reference/1\n'
    beside = again.replace("  - id: citation/2\n", f"  - {marker}    function: evidence\n  - id: citation/2\n")
    assert cited_with_smith(beside) == [(ONE, TWO, "On leaders", "2", "1")]


def test_these_are_the_queries_that_one_paper_cannot_answer() -> None:
    empty = {
        query.name for query in catalogue()
        if {each.name for each in query.parameters} - {"paper"}
        and (EXPECTED / f"{query.name}.csv").read_text(encoding="utf-8").count("\n") == 1
    }  # fmt: skip
    assert empty == ACROSS
    assert {name for name, *_ in ANSWERS} >= ACROSS
