"""Chains go from paper to paper as far as they are held, and say why each trail ends."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from across_papers import ADAMS, IRIS, JONES, SMITH, article, held, three_papers
from spreadgraph.answers import chains
from spreadgraph.answers.chains import Chains, Step, chains_from, chains_of
from spreadgraph.answers.resolve import resolve, traced
from spreadgraph.graph.store import LocalStore, Results
from spreadgraph.views import trails
from spreadgraph.views.terminal import Terminal

FIRST = "https://doi.org/10.1234/article.1"


def iri(number: int) -> str:
    return f"https://doi.org/10.1234/article.{number}"


def doi(number: int) -> str:
    return f"10.1234/article.{number}"


def outline(steps: tuple[Step, ...]) -> list[object]:
    """Return what each step leads to: the end of its work's name with why it ends, or with what follows."""
    return [(step.work.rpartition("/")[2], step.end or outline(step.steps)) for step in steps]


def followed(store: LocalStore, words: str, depth: int, width: int = chains.WIDTH) -> Chains:
    return chains_of(store, traced(store, resolve(store, words)), depth, width)


@pytest.fixture(scope="module")
def papers() -> LocalStore:
    return three_papers()


def test_a_claim_leads_to_the_paper_it_cites_and_on_to_what_that_cites(papers: LocalStore) -> None:
    (chain,) = followed(papers, f"{ADAMS}/claim/culture.teams-learn", 3).chains
    assert (chain.kind, chain.text, chain.end) == ("claim", "Teams may learn from one another.", None)
    assert chain.place.startswith("Adams 2027, Introduction")
    assert outline(chain.steps) == [
        ("small.2", [("small.1", [("on-teams", chains.NOT_HELD)]), ("on-teams", chains.NOT_HELD)])
    ]
    (step,) = chain.steps
    assert (step.paper, step.number, step.sentences, step.left_out) == (JONES, 1, 1, 0)


def test_the_marker_that_is_meant_is_followed_not_the_printed_one(papers: LocalStore) -> None:
    (chain,) = followed(papers, f"{SMITH}/claim/culture.teams-learn", 1).chains
    assert outline(chain.steps) == [("on-teams", chains.NOT_HELD)]


def test_a_claim_without_a_citation_has_no_trail(papers: LocalStore) -> None:
    (chain,) = followed(papers, f"{SMITH}/claim/culture.leaders-listen", 2).chains
    assert (chain.end, chain.steps) == (chains.NOTHING_CITED, ())


def test_a_trail_ends_at_the_depth_asked_for(papers: LocalStore) -> None:
    (chain,) = chains_from(papers, [IRIS[ADAMS]], 1).chains
    assert outline(chain.steps) == [("small.2", "depth 1 reached"), ("small.1", "depth 1 reached")]


def test_a_paper_is_followed_once(papers: LocalStore) -> None:
    (chain,) = chains_from(papers, [IRIS[ADAMS]], 2).chains
    assert outline(chain.steps) == [
        ("small.2", [("small.1", chains.ELSEWHERE), ("on-teams", chains.NOT_HELD)]),
        ("small.1", [("on-teams", chains.NOT_HELD)]),
    ]


def test_papers_that_cite_one_another_end_the_trail() -> None:
    store = held(article(1, doi(2)), article(2, doi(3)), article(3, doi(1), doi(3), "10.1234/elsewhere"))
    (chain,) = chains_from(store, [FIRST], 5).chains
    ends = [("article.1", chains.ON_THIS_TRAIL), ("article.3", chains.ON_THIS_TRAIL), ("elsewhere", chains.NOT_HELD)]
    assert outline(chain.steps) == [("article.2", [("article.3", ends)])]


def test_what_is_held_without_links_or_references_says_so() -> None:
    store = held(article(1, doi(2), doi(3)), article(2, "10.1234/elsewhere", linked=False), article(3))
    (chain,) = chains_from(store, [FIRST], 3).chains
    assert outline(chain.steps) == [("article.2", chains.NOT_LINKED), ("article.3", chains.LISTS_NOTHING)]
    (start,) = chains_from(store, [iri(2)], 3).chains
    assert (start.end, start.steps) == (chains.NOT_LINKED, ())
    (unknown,) = chains_from(store, ["https://doi.org/10.1234/elsewhere"], 3).chains
    assert (unknown.end, unknown.steps) == (chains.NOT_HELD, ())


def test_of_many_works_those_held_come_first_and_the_others_are_counted() -> None:
    store = held(article(1, *(f"10.1234/other.{at}" for at in range(6)), doi(2)), article(2, "10.1234/last"))
    (chain,) = chains_from(store, [FIRST], 2, width=3).chains
    assert [step.work for step in chain.steps] == [iri(2), *(f"https://doi.org/10.1234/other.{at}" for at in range(2))]
    assert chain.left_out == 4
    assert outline(chain.steps)[0] == ("article.2", [("last", chains.NOT_HELD)])
    assert "7 works are cited here: only 3 are shown" in " ".join(trails.as_text(chain_in(chain), Terminal()).split())


def chain_in(chain: chains.Chain) -> Chains:
    return Chains((chain,), 2, 3)


def test_a_citing_sentence_and_a_reference_can_be_followed() -> None:
    store = held(article(1, doi(2)), article(2, "10.1234/last"))
    (sentence,) = followed(store, "10.1234-article.1/citation/1", 2).chains
    assert (sentence.kind, outline(sentence.steps)) == ("sentence", [("article.2", [("last", chains.NOT_HELD)])])
    (work,) = followed(store, doi(2), 2).chains
    assert (work.kind, work.id, work.text, work.place) == ("paper", iri(2), "Article 2", "Davis 2022")
    assert outline(work.steps) == [("last", chains.NOT_HELD)]


class Counting:
    """A store that counts the questions it is asked."""

    def __init__(self, store: LocalStore) -> None:
        self._store, self.asked = store, 0
        self.folder, self.generation, self.companion = store.folder, store.generation, store.companion

    def query(self, sparql: str, /) -> Results:
        """Count, and answer."""
        self.asked += 1
        return self._store.query(sparql)


def test_a_step_is_two_questions_however_many_papers_it_is_for() -> None:
    def asked(breadth: int, depth: int) -> int:
        middle = range(2, 2 + breadth)
        last = range(100, 100 + breadth)
        texts = [article(1, *map(doi, middle)), *(article(at, doi(at + 98)) for at in middle), *map(article, last)]
        store = Counting(held(*texts))
        assert chains_from(store, [FIRST], depth, width=20).chains[0].steps
        return store.asked

    assert asked(2, 2) == asked(9, 2)
    assert asked(9, 3) - asked(9, 2) <= 2


def every(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from every(step.steps)


def test_every_trail_that_goes_no_further_says_why_in_every_view(papers: LocalStore) -> None:
    found = chains_from(papers, [IRIS[ADAMS]], 2)
    steps = list(every(found.chains[0].steps))
    assert all(bool(step.end) != bool(step.steps) for step in steps)
    for text in (trails.as_text(found, Terminal()), trails.as_markdown(found)):
        words = " ".join(text.split())
        assert [words.count(f": {end}") for end in (chains.NOT_HELD, chains.ELSEWHERE)] == [2, 1]
        assert "need not bear on what stands at the beginning" in words
    document = json.loads(trails.as_json(found))
    assert document["chains"][0]["steps"][0]["steps"][0]["end"] == chains.ELSEWHERE
    assert (document["depth"], document["width"]) == (2, 10)
