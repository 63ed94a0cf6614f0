"""What is refused before the engine sees it, however it is written, and what is not."""

from __future__ import annotations

import pyoxigraph
import pytest

from spreadgraph.answers import guard
from spreadgraph.answers.catalog import catalogue
from spreadgraph.errors import UsageError

TRIPLE = "{ ?s ?p ?o }"
# Where the ranges of letters begin and end in SPARQL 1.1 (PN_CHARS_BASE).
EDGES = (
    0xC0,
    0x2FF,
    0x370,
    0x1FFF,
    0x200C,
    0x200D,
    0x2070,
    0x218F,
    0x2C00,
    0x2FEF,
    0x3001,
    0xD7FF,
    0xF900,
    0xFFFD,
    0x10000,
)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE <http://e/> {TRIPLE} }}",
        f"select*{{sErViCe<http://e/>{TRIPLE}}}",
        f"SELECT * {{ S\\u0045RVICE <http://e/> {TRIPLE} }}",
        f"SELECT * {{ \\U00000053ERVICE ?where {TRIPLE} }}",
        f"SELECT * {{ SERVICE#\n<http://e/>{TRIPLE} }}",
        f"SELECT * {{ SERVICE SILENT <http://e/> {TRIPLE} }}",
        f"ASK {{ FILTER(?a<?b)SERVICE#>\n<http://e/>{TRIPLE} }}",
        f"ASK {{ FILTER NOT EXISTS {{ {{ SELECT * {{ OPTIONAL {{ SERVICE <http://e/> {TRIPLE} }} }} }} }} }}",
        f"CONSTRUCT {TRIPLE} WHERE {{ MINUS {{ SERVICE <http://e/> {TRIPLE} }} }}",
        f"DESCRIBE ?s {{ {TRIPLE} UNION {{ GRAPH ?g {{ SERVICE <http://e/> {TRIPLE} }} }} }}",
        f"SELECT * {{ ?s ?p ?o }} VALUES ?x {{ 1 }} #\rSERVICE\n{{ SERVICE <http://e/> {TRIPLE} }}",
    ],
)
def test_service_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"SERVICE would send|not SPARQL|beside an escape"):
        guard.refuse_outside(text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p "a SERVICE <http://e/> {}" }',
        "SELECT * { ?s ?p ?o } # SERVICE <http://e/> {}",
        "PREFIX service: <http://e/service/> SELECT ?service { ?service service:SERVICE <http://e/SERVICE> }",
        "SELECT * FROM <http://e/profile> { ?s ?p 'from <file:///etc/passwd>' }",
        "SELECT * { ?load ?p 'LOAD <file:///x>' }",
    ],
)
def test_words_alone_are_harmless(text: str) -> None:
    guard.preflight(text)
    guard.refuse_outside(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT * FROM NAMED <FILE:x> { ?s ?p ?o }",
        "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }",
        "PREFIX f: <file:///etc/> SELECT * FROM f:passwd { ?s ?p ?o }",
        "SELECT * FROM <fil\\u0065:///etc/passwd> { ?s ?p ?o }",
    ],
)
def test_files_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="FROM a file"):
        guard.refuse_outside(text)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://e/>",
        "load silent <file:///x> into graph <http://e/g>",
        "CLEAR ALL ; LOAD <http://e/>",
        f"INSERT {TRIPLE} WHERE {{ SERVICE <http://e/> {TRIPLE} }}",
        f"DELETE {TRIPLE} USING <file:///x> WHERE {TRIPLE}",
    ],
)
def test_updates_that_reach_outside_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"would|not SPARQL"):
        guard.refuse_outside(text, update=True)


def test_size_and_depth_are_limited() -> None:
    guard.preflight("SELECT * " + "{" * 64 + "}" * 64)
    for opening, closing in ("{}", "()", "[]", ("<<(", ")>>")):
        with pytest.raises(UsageError, match="nested too deeply"):
            guard.preflight("SELECT * { ?s ?p " + opening * 65 + closing * 65 + " }")
    with pytest.raises(UsageError, match="more than 64 KB"):
        guard.preflight("#" + "é" * 33_000)


def test_brackets_in_texts_names_and_comments_do_not_count() -> None:
    brackets = "(" * 100
    guard.preflight(f'SELECT * {{ ?s <http://e/{brackets}> \'{brackets}\', """{brackets}""" }} # {brackets}')


def test_our_own_queries_pass() -> None:
    for query in catalogue():
        guard.preflight(query.text)
        guard.refuse_outside(query.text)


def test_updates_are_told_from_queries() -> None:
    update = "# a comment\nBASE <http://e/> PREFIX select: <http://e/> insert DATA { <a> <b> 1 }"
    assert guard.is_update(update)
    assert not guard.is_update("PREFIX insert: <http://e/> SELECT * { ?s insert:DROP ?o }")
    assert not guard.is_update("")


def test_parsing_is_only_for_what_may_be_a_clause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_parsed", lambda *_: pytest.fail("the text was parsed"))
    guard.refuse_outside("SELECT * { ?s ?p 'a health service', 'service improvement' } # SERVICE, and self-service")
    # Long runs of what may stand between the words are read once.
    guard.refuse_outside("service" + " #" * 20_000 + "\n{ service" + "#\n" * 20_000)


def _parses(query: str) -> bool:
    try:
        pyoxigraph.Store().query(query)  # the engine asks nobody before the first row is taken
    except SyntaxError:
        return False
    return True


def test_signs_that_only_sparql_takes_for_letters_hide_no_service() -> None:
    hidden = [
        sign
        for sign in map(chr, (*range(0x21, 0x3100, 61), *EDGES))
        for query in (f"PREFIX {sign}: <http://127.0.0.1:1/> SELECT * {{ SERVICE {sign}:y {{ ?s ?p ?o }} }}",)
        if _parses(query) and not _refused(query)
    ]
    assert hidden == []


def test_blanks_that_are_none_in_sparql_hide_no_service() -> None:
    for inside in ("a\u1680b", "a\u200cb", "a\u203fb", "a\u0300", "a.-b"):
        query = f"PREFIX {inside}: <http://127.0.0.1:1/> SELECT * {{ SERVICE {inside}:y {{ ?s ?p ?o }} }}"
        assert _parses(query)
        assert _refused(query)


def _refused(query: str) -> bool:
    try:
        guard.refuse_outside(query)
    except UsageError:
        return True
    return False


@pytest.mark.parametrize(
    "text",
    [
        # What one parser takes for the end of a comment is none for the other.
        "SELECT * { SERVICE #\\u000aX\n <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE #\\u005cu000aX\n <http://127.0.0.1:1/> { ?s ?p ?o } }",
        'SELECT * { FILTER(true #\\u000a || """\n) SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } '
        'FILTER(true #\\u000a """ != "x"\n) }',
        "INSERT { ?s ?p ?o } WHERE { SERVICE #\\u000aX\n <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_an_escape_in_a_comment_hides_no_service(text: str) -> None:
    with pytest.raises(UsageError, match="beside an escape"):
        guard.refuse_outside(text, update=text.startswith("INSERT"))


def test_escapes_elsewhere_are_no_matter() -> None:
    guard.refuse_outside(r'SELECT * { ?s ?p "caf\u00e9 of a service" }')
