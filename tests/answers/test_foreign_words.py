"""Words that would become part of a query: at every door they stay words, or are refused in a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyoxigraph import NamedNode

from spreadgraph.answers import catalog, guard
from spreadgraph.answers.ask import prepared_named
from spreadgraph.answers.catalog import Parameter, Query
from spreadgraph.answers.papers import paper_called
from spreadgraph.answers.resolve import identify, resolve
from spreadgraph.cli import main
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import LocalStore, Results
from spreadgraph.terms import bare_doi, doi_iri, expand
from web import served

WORK = "10.1186/s12913-021-07387-z"
BREAKOUT = ">}service<http://127.0.0.1:9/canary>{?s?p?o}values?zz{<a:b"
HOSTILE = [
    f"{WORK}{BREAKOUT}",
    f"https://doi.org/{WORK}{BREAKOUT}",
    f"HTTPS://DOI.ORG/{WORK}{BREAKOUT}ref:",
    f"bevan-2024/claim/x{BREAKOUT}",
    f"ref:13{BREAKOUT}",
    f'x"{BREAKOUT}',
    "10.1000/50%",
    "50%/50%",
    "10.1000/a\ue000\ufffd",
    "https://e.org/a[b",
    "a%",
    "\udcff/b",
    "10.1000/\udcff",
]
COMMANDS = [
    ["trace"], ["trace", "--follow", "1"], ["search"], ["what-if"], ["audit", "--paper"], ["check", "--paper"],
    ["explore", "-o", "{to}"], ["query", "what-a-work-supports", "--param"], ["compare"],
]  # fmt: skip
PAGES = [
    "/search?q={}", "/follow?from={}", "/id/{}", "/work/{}", "/paper/{}", "/audit?paper={}", "/what-if?paper={}",
    "/what-if?paper=bevan-2024&take={}", "/explorer?paper={}", "/compare?paper={}",
    "/queries/what-a-work-supports?work={}", "/queries/{}",
]  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_reaches_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Fail with each query of our own that would reach outside; gives all that were asked."""
    asked: list[str] = []
    ask = LocalStore.query

    def watched(self: LocalStore, text: str) -> Results:
        asked.append(text)
        try:
            guard.refuse_outside(text)
        except UsageError as error:
            raise AssertionError(f"a query of our own would reach outside: {text}") from error
        return ask(self, text)

    monkeypatch.setattr(LocalStore, "query", watched)
    return asked


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("ask", [resolve, identify, paper_called])
def test_words_that_are_asked_for_stay_words(
    bundled: LocalStore, ask: Callable[[LocalStore, str], Any], words: str
) -> None:
    with suppress(NotFoundError, UsageError):
        ask(bundled, words)


@pytest.mark.parametrize("words", HOSTILE)
def test_a_parameter_stays_a_value(bundled: LocalStore, words: str) -> None:
    with pytest.raises((NotFoundError, UsageError)):
        prepared_named(bundled, "what-a-work-supports", [f"work={words}"])


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_says_in_a_line_what_it_is_not(
    command: list[str], words: str, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    given = [part.format(to=tmp_path / "page.html") for part in command]
    last = f"work={words}" if given[-1] == "--param" else words
    code = main([*given, last])
    told = capsys.readouterr()
    assert code in {0, 1, 2}
    assert "Traceback" not in told.err
    assert code == 0 or len(told.err.splitlines()) <= 1


@pytest.fixture(scope="module")
def client() -> Iterator[served.Client]:
    """Ask an application that serves the bundled paper."""
    with served.asking(served.bundled) as asking:
        yield asking


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_it_is_not(client: served.Client, page: str, words: str) -> None:
    asked = quote(words.encode("utf-8", "surrogateescape"))
    answer = client.get(page.format(asked), headers=served.HTML)
    assert answer.status_code in {200, 303, 400, 404}


def test_what_reaches_the_engine_is_watched(bundled: LocalStore, nothing_reaches_out: list[str]) -> None:
    with pytest.raises(AssertionError, match="outside"):
        bundled.query("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    resolve(bundled, WORK)
    assert nothing_reaches_out


def test_a_value_is_not_searched_for_the_place_of_the_next() -> None:
    two = [Parameter(name, "text", True, "", "") for name in ("first", "second")]
    query = Query("two", "", "", "", tuple(two), "VALUES ?first { UNDEF } VALUES ?second { UNDEF }")
    values = {
        "first": [catalog.serialised(two[0], "VALUES ?second { UNDEF }")],
        "second": [catalog.serialised(two[1], "x")],
    }
    assert catalog.bound(query, values) == 'VALUES ?first { "VALUES ?second { UNDEF }" } VALUES ?second { "x" }'


@given(some.text(some.characters(exclude_characters=" \t\r\n\f\v", exclude_categories=("Zs", "Zl", "Zp")), min_size=1))
def test_every_doi_has_an_iri_that_leads_back_to_it(end: str) -> None:
    iri = doi_iri(f"10.1000/{end}")
    if any(0xD800 <= ord(letter) < 0xE000 for letter in end):
        return
    assert NamedNode(iri).value == iri
    assert bare_doi(iri) == f"10.1000/{end}"


@pytest.mark.parametrize("doi", ["10.1002/(SICI)1<1::AID>3.0.CO;2-1", "10.1000/a#b?c", "10.1000/a[b]"])
def test_a_doi_is_one_iri_in_whatever_form_it_is_given(doi: str) -> None:
    iri = doi_iri(doi.lower())
    for given_as in (doi, f"doi:{doi}", f"https://doi.org/{doi}", f"http://dx.doi.org/{doi}", iri, iri.upper()):
        assert expand(given_as) == iri
