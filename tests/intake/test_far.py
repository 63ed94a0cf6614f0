"""Adding papers to an endpoint that somebody else wrote: whole with its receipt, passed over unchanged, taken out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jats_articles import FRONT, article, cite
from small_paper import SLUG, TEXT
from spreadgraph.answers.resolve import resolve, traced
from spreadgraph.graph.endpoint import EndpointStore
from spreadgraph.intake.far import EndpointShelf
from spreadgraph.intake.run import Report, add
from spreadgraph.sources.archive import Member
from spreadgraph.terms import paper_graph


def member(title: str = "A small paper") -> Member:
    text = TEXT.replace(SLUG, "far-away").replace("small.1", "far.1").replace('"A small paper"', f'"{title}"')
    return Member("far-away.yamlld", "yamlld", text.encode())


@pytest.fixture
def shelf(far: EndpointStore) -> Iterator[EndpointShelf]:
    made = EndpointShelf(far)
    yield made
    made.remove(["far-away"])


def test_a_paper_comes_in_is_traced_is_replaced_and_goes(shelf: EndpointShelf, far: EndpointStore) -> None:
    before = far.receipts()
    assert add(shelf, [member()], processes=1) == Report(added=["far-away"])
    assert far.receipts().keys() - before.keys() == {paper_graph("far-away")}
    assert shelf.paper("far-away") == "https://doi.org/10.1234/far.1"
    (result,) = traced(far, resolve(far, "far-away/claim/culture.teams-learn")).results
    assert result.support == "one source"
    assert add(shelf, [member()], processes=1) == Report(unchanged=1)
    assert add(shelf, [member("Something else")], processes=1) == Report(replaced=["far-away"])
    shelf.remove(["far-away"])
    assert shelf.paper("far-away") is None
    assert far.receipts() == before


def test_a_paper_whose_writing_broke_off_is_written_again(shelf: EndpointShelf, far: EndpointStore) -> None:
    add(shelf, [member()], processes=1)
    far.update(f"DELETE WHERE {{ GRAPH ?provenance {{ <{paper_graph('far-away')}> ?p ?o }} }}")
    assert add(shelf, [member()], processes=1) == Report(added=["far-away"])
    assert add(shelf, [member()], processes=1) == Report(unchanged=1)


@pytest.mark.parametrize("name", ["ontology", "far-away/inferred", "foo bar", "far-away> ?p ?o } #"])
def test_only_a_short_name_is_that_of_a_paper(shelf: EndpointShelf, name: str) -> None:
    add(shelf, [member()], processes=1)
    assert shelf.paper("far-away") is not None
    assert shelf.paper(name) is None


def test_a_paper_missing_of_a_file_with_several_comes_in_again(shelf: EndpointShelf) -> None:
    names = [f"10.5555-far.{number}" for number in (1, 2)]
    texts = (article(f"<p>Ask {cite(1)}.</p>", front=FRONT.replace("WARD.1", f"far.{number}")) for number in (1, 2))
    both = Member("set.xml", "jats", f"<pmc-articleset>{''.join(texts)}</pmc-articleset>".encode())
    try:
        assert add(shelf, [both], processes=1) == Report(added=names)
        assert add(shelf, [both], processes=1) == Report(unchanged=1)
        shelf.remove(names[1:])
        assert add(shelf, [both], processes=1) == Report(added=names[1:], replaced=names[:1])
        assert add(shelf, [both], processes=1) == Report(unchanged=1)
    finally:
        shelf.remove(names)
