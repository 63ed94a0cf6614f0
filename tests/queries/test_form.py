"""Every named query and every check is a document that any SPARQL 1.1 engine can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from spreadgraph.answers.catalog import Query, catalogue, named
from spreadgraph.resources import queries_dir
from spreadgraph.terms import PREFIXES
from spreadgraph.views.catalogues import AUDIENCES

CHECKS = tuple(named(f"checks/{path.stem}") for path in sorted((queries_dir() / "checks").glob("*.rq")))
ALL = pytest.mark.parametrize("query", [*catalogue(), *CHECKS], ids=lambda query: query.name)


@ALL
def test_its_prefixes_are_declared_used_and_the_usual_ones(query: Query) -> None:
    declared = dict(re.findall(r"^PREFIX (\w+): <(.+)>$", query.text, re.MULTILINE))
    assert declared == {name: PREFIXES[name] for name in declared}
    assert set(declared) == set(re.findall(r"(?<![\w<])([a-z]+):[\w]", _body(query)))


@ALL
def test_its_rows_have_an_order_and_named_columns(query: Query) -> None:
    assert re.search(r"^ORDER BY .*\?\w+\)?$", query.text, re.MULTILINE)
    assert re.search(r"^SELECT (DISTINCT )?[?(]", query.text, re.MULTILINE)


@ALL
def test_its_rows_are_distinct_or_grouped(query: Query) -> None:
    assert re.search(r"^SELECT DISTINCT|^GROUP BY", query.text, re.MULTILINE)


@ALL
def test_it_asks_named_graphs_only(query: Query) -> None:
    assert not list(_patterns_outside_graphs(prepareQuery(query.text).algebra))


@ALL
def test_its_parameters_are_those_of_its_header(query: Query) -> None:
    bound = re.findall(r"VALUES \?(\w+) \{ UNDEF \}", query.text)
    # A value stands in each branch of a union: engines do not carry it in from outside.
    assert list(dict.fromkeys(bound)) == [each.name for each in query.parameters]


@ALL
def test_its_audience_is_one_that_the_catalogue_shows(query: Query) -> None:
    assert query.audience in AUDIENCES


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_ends_in_violation_and_its_title_reads_as_a_message(check: Query) -> None:
    assert check.name.endswith("-violation")
    assert re.fullmatch(r"[A-Z][^?]{20,90}[^.?]", check.title)


def test_patterns_outside_graphs_are_found() -> None:
    algebra = prepareQuery("SELECT ?a WHERE { GRAPH ?g { ?a a ?b } MINUS { ?a ?p ?c } }").algebra
    assert len(list(_patterns_outside_graphs(algebra))) == 1


def _body(query: Query) -> str:
    """Return the text of a query without comments, prefixes, IRIs and strings."""
    lines = [line for line in query.text.splitlines() if not line.lstrip().startswith(("#", "PREFIX"))]
    return re.sub(r"<[^ >]*>|\"[^\"]*\"", "", "\n".join(lines))


def _patterns_outside_graphs(node: Any) -> Iterator[CompValue]:
    if isinstance(node, list | tuple):
        for each in node:
            yield from _patterns_outside_graphs(each)
    elif isinstance(node, CompValue) and node.name != "Graph":
        if node.name == "BGP" and node.triples:
            yield node
        yield from _patterns_outside_graphs(list(node.values()))
