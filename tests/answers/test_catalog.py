"""The catalogue: headers, parameters, and values that stay values."""

from __future__ import annotations

from pathlib import Path

import pytest

from spreadgraph.answers.catalog import Parameter, Query, bound, catalogue, named, read, serialised
from spreadgraph.errors import NotFoundError, UsageError

IRI = Parameter("claim", "iri", True, "a claim", "bevan-2024/claim/x")
WORD = Parameter("word", "text", False, "a word", "tie")
ASKS = Query("asks", "T", "Q?", "researcher", (IRI, WORD), "VALUES ?claim { UNDEF } VALUES ?word { UNDEF }")


def test_values_are_put_in_as_terms() -> None:
    text = bound(ASKS, {"claim": ["<https://example.org/a>", "<https://example.org/b>"]})
    assert text == "VALUES ?claim { <https://example.org/a> <https://example.org/b> } VALUES ?word { UNDEF }"


def test_a_text_cannot_leave_its_quotes() -> None:
    assert serialised(WORD, 'a" } DROP ALL #\n\\') == '"a\\" } DROP ALL #\\n\\\\"'


@pytest.mark.parametrize("value", ["https://example.org/a> } #", "a b", 'a"b', "a{b", "a\\b", "a\nb"])
def test_an_iri_with_forbidden_characters_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="claim takes an id such as"):
        serialised(IRI, value)


def test_an_integer_is_an_integer() -> None:
    number = Parameter("n", "integer", True, "a number", "3")
    assert serialised(number, "-12") == "-12"
    with pytest.raises(UsageError, match=r"n takes a whole number, not '1\.5'"):
        serialised(number, "1.5")


def test_a_missing_required_parameter_says_how_to_give_it() -> None:
    with pytest.raises(UsageError, match=r"asks needs claim \(a claim\); add: --param claim=bevan-2024/claim/x"):
        bound(ASKS, {})


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(UsageError, match="asks has no parameter 'clam'; it takes claim, word"):
        bound(ASKS, {"clam": ["<https://example.org/a>"]})


def test_an_unknown_query_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotFoundError, match=r"did you mean claims-by-basis"):
        named("claims-by-bases")
    with pytest.raises(NotFoundError, match="see them all with: spreadgraph queries"):
        named("../../etc/passwd")


def test_every_audience_has_queries() -> None:
    assert {query.audience for query in catalogue()} == {"practitioner", "researcher", "curator"}
    assert len(catalogue()) >= 25


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("# title: T\n", "lacks question, audience"),
        ("# title: T\n# question: Q\n# audience: curator\n# param: x | thing\n", "write # param: name"),
    ],
)
def test_a_header_with_faults_is_refused(tmp_path: Path, header: str, complaint: str) -> None:
    file = tmp_path / "q.rq"
    file.write_text(header + "SELECT * {}", encoding="utf-8")
    with pytest.raises(UsageError, match=complaint):
        read(file)
