"""Advice on the real paper: which column a profile leads to, what becomes a card, and in which order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from spreadgraph.answers.advise import Advice, Card, Topic, advise, paper_with_questions
from spreadgraph.answers.profile import (
    NOT_APPLICABLE,
    Answer,
    Profile,
    Question,
    lean_in_words,
    questions,
    read_profile,
)
from spreadgraph.answers.rows import rows
from spreadgraph.answers.trace import trace_claims
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import LocalStore
from spreadgraph.resources import ontology_dir

EXAMPLES = sorted((ontology_dir() / "examples").glob("*.yaml"))


@pytest.fixture(scope="module")
def paper(bundled: LocalStore) -> str:
    return paper_with_questions(bundled)


@pytest.fixture(scope="module")
def asked(bundled: LocalStore, paper: str) -> tuple[Question, ...]:
    return questions(bundled, paper)


def ticked(question: Question, *framings: str) -> Answer:
    return Answer(tuple(sign for sign in question.signs if sign.framing in framings))


def topic(advice: Advice, name: str) -> Topic:
    (found,) = [each for each in (*advice.factors, *advice.characteristics) if each.name == name]
    return found


def cards(topic: Topic) -> list[Card]:
    return [card for column in topic.columns for card in (*column.cards, *column.more)]


def test_twelve_questions_have_signs_of_both_sides_and_name_neither(asked: tuple[Question, ...]) -> None:
    assert len(asked) == 12
    for question in asked:
        assert question.text.endswith("?")
        assert {sign.framing for sign in question.signs} == {"innovation", "improvement"}
        assert not any(word in sign.text.lower() for sign in question.signs for word in ("innovat", "improvement"))


def test_signs_are_mixed_and_always_in_the_same_order(
    bundled: LocalStore, paper: str, asked: tuple[Question, ...]
) -> None:
    assert questions(bundled, paper) == asked
    first = {question.signs[0].framing for question in asked}
    assert first == {"innovation", "improvement"}
    in_blocks = [
        question.key for question in asked if sum(a.framing != b.framing for a, b in pairwise(question.signs)) == 1
    ]
    assert len(in_blocks) < len(asked)


def test_a_sign_that_both_sides_share_is_not_asked_for(bundled: LocalStore, asked: tuple[Question, ...]) -> None:
    shared = {row["claim"] for row in rows(bundled, "advise/actions") if row["other"]}
    assert shared
    assert not shared & {sign.claim for question in asked for sign in question.signs}


@pytest.mark.parametrize(
    ("framings", "lean", "columns"),
    [
        (["innovation"], "innovation", ["innovation"]),
        (["improvement"], "improvement", ["improvement"]),
        (["innovation", "improvement"], "mixed", ["innovation", "improvement"]),
        ([], "unsure", ["innovation", "improvement"]),
    ],
)
def test_what_is_ticked_decides_the_columns(
    bundled: LocalStore, paper: str, framings: list[str], lean: str, columns: list[str]
) -> None:
    answers = {question.key: ticked(question, *framings) for question in questions(bundled, paper)}
    advice = advise(bundled, paper, Profile("a change", answers))
    assert {each.lean for each in advice.characteristics} == {lean}
    for each in advice.characteristics:
        assert [column.framing for column in each.columns] == columns
        for column in each.columns:
            assert all(column.framing in card.result.claim.framings for card in (*column.cards, *column.more))


def test_what_does_not_apply_gets_no_card(bundled: LocalStore, paper: str) -> None:
    profile = Profile("a change", {"governance": Answer(word=NOT_APPLICABLE)})
    assert topic(advise(bundled, paper, profile), "Governance").columns == ()


def test_the_factors_come_whatever_is_answered(bundled: LocalStore, paper: str, asked: tuple[Question, ...]) -> None:
    one = advise(bundled, paper, Profile("a", {question.key: ticked(question, "innovation") for question in asked}))
    other = advise(bundled, paper, Profile("b", {question.key: ticked(question, "improvement") for question in asked}))
    assert one.factors == other.factors
    assert len(one.factors) == 7
    assert all(cards(each) for each in one.factors)


def test_examples_and_pure_descriptions_never_become_advice(bundled: LocalStore, paper: str) -> None:
    advice = advise(bundled, paper, Profile("a change"))
    claims = [card.result.claim for each in (*advice.factors, *advice.characteristics) for card in cards(each)]
    assert len(claims) == len({claim.id for claim in claims}) == 62
    assert {claim.kind for claim in claims}.isdisjoint({"example", "caveat", "definition"})
    assert {claim.role for claim in claims} == {"strategic", "diagnostic and strategic"}
    assert topic(advice, "Source").columns[0].cards == ()


def test_cited_claims_come_first_and_then_the_order_of_the_paper(bundled: LocalStore, paper: str) -> None:
    advice = advise(bundled, paper, Profile("a change"))
    order = {row["claim"]: (row["passageOrder"], row["claimOrder"]) for row in rows(bundled, "advise/actions")}
    for each in (*advice.factors, *advice.characteristics):
        for column in each.columns:
            keys = [(not card.result.citations, order[card.result.claim.id]) for card in (*column.cards, *column.more)]
            assert keys == sorted(keys)


def test_a_handful_is_shown_and_the_rest_is_kept(bundled: LocalStore, paper: str) -> None:
    (column,) = topic(advise(bundled, paper, Profile("a change"), handful=2), "Culture and leadership").columns
    assert (len(column.cards), len(column.more)) == (2, 4)


def test_a_card_holds_the_one_trace_of_its_claim(bundled: LocalStore, paper: str) -> None:
    (column,) = topic(advise(bundled, paper, Profile("a change")), "Culture and leadership").columns
    card = next(card for card in column.cards if card.result.claim.id.endswith("clinical-leadership"))
    assert card.result == trace_claims(bundled, [card.result.claim.id]).results[0]
    assert card.result.citations[0].corrected
    assert "middle managers" in card.action


def test_a_step_that_both_sides_suggest_says_so(bundled: LocalStore, paper: str) -> None:
    shared = {
        card.result.claim.id.rsplit("/", 1)[1]
        for each in advise(bundled, paper, Profile("a change")).characteristics
        for card in cards(each)
        if card.shared
    }
    assert shared >= {"complexity.innovation.context", "complexity.improvement.context"}
    assert "governance.innovation.developed" not in shared


def test_the_kind_of_source_and_its_limits_stand_there(bundled: LocalStore, paper: str) -> None:
    advice = advise(bundled, paper, Profile("a change"))
    assert advice.standing.references == {"not peer reviewed": 17, "peer review unknown": 2, "peer reviewed": 9}
    assert advice.standing.cells == {"with a citation": 9, "without": 15}
    assert {result.claim.kind for result in advice.caveats} == {"caveat"}
    assert len(advice.caveats) == 8
    assert advice.caveats[0].claim.id.endswith("opinion-piece")


def test_no_total_and_no_score_is_kept() -> None:
    assert not {"total", "score", "percentage", "verdict"} & {*Advice.__annotations__, *Topic.__annotations__}
    assert lean_in_words(["unsure", "innovation", "not applicable"]) == "1 lean innovation, 1 unsure, 1 not applicable"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_profiles_can_be_read(asked: tuple[Question, ...], path: Path) -> None:
    profile = read_profile(path, asked)
    assert profile.intervention
    assert set(profile.answers) == {question.key for question in asked}


def test_the_examples_lean_as_the_paper_tells_of_them(asked: tuple[Question, ...]) -> None:
    leans = {path.stem: [read_profile(path, asked).answer(question).lean for question in asked] for path in EXAMPLES}
    assert set(leans) == {"acute-care-at-home", "hospital-only-drug", "nhs-app"}
    assert set(leans["hospital-only-drug"]) == {"innovation"}
    assert set(leans["acute-care-at-home"]) == {"improvement", "unsure"}
    assert leans["nhs-app"].count("mixed") > 1


def test_an_unknown_paper_is_named_with_those_that_ask(bundled: LocalStore) -> None:
    with pytest.raises(NotFoundError, match="there are: bevan-2024"):
        paper_with_questions(bundled, "smith-2025")
