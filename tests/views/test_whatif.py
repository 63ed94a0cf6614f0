"""Losses, lists and rankings as a reader gets them."""

from __future__ import annotations

import json

import pytest

from spreadgraph.answers.retractions import CONCERN, NO_DOI, NOT_LISTED, RETRACTED, Notice, Standing
from spreadgraph.answers.whatif import Source, pick, ranking, sources, what_if
from spreadgraph.graph.store import LocalStore
from spreadgraph.views.terminal import Terminal
from spreadgraph.views.whatif import Answer, as_json, as_markdown, as_text

STANDINGS = (
    Standing(
        "w/a", "A title", "10.1/a", (Notice(CONCERN, "2024-01-01", None), Notice(RETRACTED, "2025-01-01", "10.1/n"))
    ),
    Standing("w/b", "B title", "10.1/b", ()),
    Standing("w/c", "C title", None, ()),
)


@pytest.fixture(scope="module")
def known(bundled: LocalStore) -> dict[str, Source]:
    return sources(bundled)


def answer(store: LocalStore, known: dict[str, Source], text: str) -> Answer:
    return Answer(what_if(store, known, pick(store, known, text)))


def flat(text: str) -> str:
    return " ".join(text.replace("\\", "").split())


@pytest.mark.parametrize("view", [lambda a: as_text(a, Terminal()), as_markdown])
def test_what_falls_and_what_stays_is_said(bundled: LocalStore, known: dict[str, Source], view: object) -> None:
    assert callable(view)
    text = flat(view(answer(bundled, known, "ref:24")))
    assert "[24] The strength of weak ties" in text
    sides = "(innovation: loses [24], nothing left; improvement: loses [24], nothing left)"
    assert f"Adopter community (characteristic): loses [24], nothing left {sides}" in text
    assert "This is a step of advice." in text
    assert "other claims with a citation lose nothing" in text


def test_what_is_kept_is_named_with_its_independence(bundled: LocalStore, known: dict[str, Source]) -> None:
    text = flat(as_text(answer(bundled, known, "ref:16"), Terminal()))
    assert "Behaviour change (factor): loses [16], keeps [17]; independent sources 2, then 1" in text


def test_kinds_of_notice_are_kept_apart_with_their_day() -> None:
    text = flat(as_text(Answer(what_if=None, standings=STANDINGS, day="2026-11-01"), Terminal()))
    assert "What the list says as of 2026-11-01" in text
    assert "A title (10.1/a): RETRACTED (expression of concern, 2024-01-01; retracted, 2025-01-01, doi 10.1/n)" in text
    assert f"1 works: {NOT_LISTED}" in text
    assert f"1 works: {NO_DOI}" in text
    assert "does not mean to be sound" in text


def test_json_says_the_same(bundled: LocalStore, known: dict[str, Source]) -> None:
    document = json.loads(as_json(answer(bundled, known, "ref:20")))
    (topic,) = document["topics"]
    assert (topic["element"], topic["loses"], topic["independent_after"]) == (
        "bevan-2024/factor/sustainability",
        "all",
        0,
    )
    (claim,) = document["claims"]
    assert set(claim["trace"]) >= {"claim", "passages", "citations", "basis", "support"}
    listed = json.loads(as_json(Answer(standings=STANDINGS, day="2026-11-01")))
    assert listed["as_of"] == "2026-11-01"
    assert [each["status"] for each in listed["standings"]] == [RETRACTED, NOT_LISTED, NO_DOI]


def test_a_ranking_says_what_rests_on_each_and_is_no_praise(bundled: LocalStore, known: dict[str, Source]) -> None:
    loads = Answer(loads=ranking(bundled, known))
    text = flat(as_text(loads, Terminal()))
    assert "2 of them on nothing else; the only source of Adopter community" in text
    assert text.endswith("How much hangs on a source says nothing about how good it is.")
    assert len(json.loads(as_json(loads))["ranking"]) == len(known)
