"""Word search over an endpoint finds what the index finds, and fetches little for it."""

from __future__ import annotations

import json

import pytest

from odd_server import ROWS, odd_server, says, table
from spreadgraph.answers.far import MOST_TEXTS
from spreadgraph.answers.holdings import number_of_papers
from spreadgraph.answers.search import search
from spreadgraph.errors import EndpointError
from spreadgraph.graph.endpoint import EndpointStore
from spreadgraph.graph.store import LocalStore, Results


@pytest.mark.parametrize(
    "words",
    [
        "middle managers", "weak ties", "the", "policies", "Évidence", "complex innovation", "health foundation 2022",
        "spread zzz", "zzz", "a", 'spreading\u2014the "} ; #',
    ],
)  # fmt: skip
def test_the_same_texts_are_found(far: EndpointStore, bundled: LocalStore, words: str) -> None:
    here, there = search(bundled, words, limit=1000), search(far, words, limit=1000)
    assert set(there.hits) == set(here.hits)
    assert there.every_word == here.every_word


@pytest.mark.parametrize("kind", ["claim", "passage", "reference", "paper"])
def test_kinds_narrow_the_search(far: EndpointStore, bundled: LocalStore, kind: str) -> None:
    here, there = search(bundled, "innovation", [kind], 1000), search(far, "innovation", [kind], 1000)
    assert set(there.hits) == set(here.hits)
    assert {hit.kind for hit in there.hits} == {kind}


def test_accents_make_no_difference(far: EndpointStore) -> None:
    graph = "https://w3id.org/spreadgraph/graph/test/accents"
    prefixes = "PREFIX sg: <https://w3id.org/spreadgraph/ontology#> PREFIX d: <http://purl.org/dc/terms/>"
    entry = 'a sg:BibliographicReference ; sg:referenceNumber 1 ; d:bibliographicCitation "Čapek Müller. Ångström."'
    work = '<https://e.org/w> d:title "Résumé" ; sg:authorList "Müller Č" .'
    data = f"<https://e.org/r> {entry} ; sg:references <https://e.org/w> . {work}"
    far.update(f"{prefixes} INSERT DATA {{ GRAPH <{graph}> {{ {data} }} }}")
    try:
        for words in ("muller", "MÜLLER capek", "angstrom", "resume"):
            assert [hit.id for hit in search(far, words).hits] == ["https://e.org/r"], words
    finally:
        far.drop_graph(graph)


def test_too_common_words_are_refused() -> None:
    many = json.dumps(table(*range(MOST_TEXTS + 1))).replace('"x"', '"id"')
    with odd_server(says(200, many, ROWS)) as server, pytest.raises(EndpointError, match=r"more than 20,000 texts"):
        search(EndpointStore(server.url), "the")


def test_papers_are_counted_by_one_query(bundled: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    ask = LocalStore.query

    def counted(self: LocalStore, text: str) -> Results:
        asked.append(text)
        return ask(self, text)

    monkeypatch.setattr(LocalStore, "query", counted)
    assert number_of_papers(LocalStore(bundled.native)) == 1  # nothing is kept beside it, as with an endpoint
    assert len(asked) == 1
