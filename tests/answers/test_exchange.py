"""Exchanged and shifted references are suspected from words that can be shown, and from nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreadgraph.answers.exchange import exchanges, out_of_order, shift, stem

TOPICS = (
    "otters",
    "weather",
    "bridges",
    "violins",
    "glaciers",
    "bakeries",
    "tunnels",
    "satellites",
    "orchards",
    "ferries",
)
TITLES = {number: f"A study of {topic} in spring" for number, topic in enumerate(TOPICS, 1)}
SAID = {number: f"More is known of {topic} than before." for number, topic in enumerate(TOPICS, 1)}


def pairs(contexts: dict[int, str], titles: dict[int, str]) -> list[tuple[int, int]]:
    return [(found.first, found.second) for found in exchanges(contexts, titles)]


def test_a_list_in_order_gives_rise_to_no_suspicion() -> None:
    assert pairs(SAID, TITLES) == []
    assert shift(SAID, TITLES) is None


@pytest.mark.parametrize("first", range(1, len(TOPICS)))
def test_each_exchange_of_neighbours_is_found_alone_and_with_its_words(first: int) -> None:
    titles = {**TITLES, first: TITLES[first + 1], first + 1: TITLES[first]}
    (found,) = exchanges(SAID, titles)
    assert (found.first, found.second) == (first, first + 1)
    assert (found.first_words, found.second_words) == ((TOPICS[first - 1],), (TOPICS[first],))


def test_one_sentence_at_both_markers_cannot_tell_them_apart() -> None:
    both = f"{SAID[3]} {SAID[4]}"
    titles = {**TITLES, 3: TITLES[4], 4: TITLES[3]}
    assert pairs({**SAID, 3: both, 4: both}, titles) == []


def test_a_sentence_that_fits_its_own_title_too_speaks_against_an_exchange() -> None:
    titles = {**TITLES, 3: "On violins, drums and flutes", 4: TITLES[3]}
    assert pairs(SAID, titles) == [(3, 4)]
    assert pairs({**SAID, 3: f"{SAID[3]} So it is of drums and flutes."}, titles) == []


def test_function_words_and_common_words_are_no_evidence() -> None:
    said = {1: "They have been about it for some study in spring.", 2: "A study of what was there in spring."}
    assert pairs(said, {1: "What was there in spring", 2: "They have been about it for some study"}) == []


def test_an_entry_left_out_shifts_the_rest() -> None:
    titles = {number: TITLES[number if number < 4 else number + 1] for number in range(1, len(TOPICS))}
    found = shift(SAID, titles)
    assert found is not None
    assert (found.first, found.step, found.cause) == (5, -1, "an entry left out")
    assert (found.better, found.worse) == (6, 0)


def test_an_entry_repeated_shifts_the_rest() -> None:
    titles = {number: TITLES[number if number <= 4 else number - 1] for number in range(1, len(TOPICS) + 2)}
    found = shift(SAID, titles)
    assert found is not None
    assert (found.first, found.step, found.cause) == (5, 1, "an entry repeated or added")


def test_two_shifted_markers_are_too_few_to_say() -> None:
    titles = {number: TITLES[number if number < 8 else number + 1] for number in range(1, len(TOPICS))}
    assert shift(SAID, titles) is None


def test_nothing_is_made_of_nothing() -> None:
    assert pairs({}, {}) == []
    assert shift({}, {}) is None
    assert pairs({1: "", 2: ""}, {1: "", 2: ""}) == []
    assert pairs({1: "Otters eat."}, {2: "Otters"}) == []


@pytest.mark.parametrize(
    ("numbers", "strays"),
    [([], ()), ([1, 2, 3], ()), ([1, 2, 7, 3, 4], (2,)), ([1, 5, 2, 3, 4], (1,)), ([2, 3, 4, 1], (3,))],
)
def test_the_marker_that_leaves_the_order_is_named(numbers: list[int], strays: tuple[int, ...]) -> None:
    assert out_of_order(numbers) == strays


@given(st.lists(st.integers(1, 30), unique=True, max_size=12))
def test_what_is_left_ascends_and_no_more_could_be_left(numbers: list[int]) -> None:
    strays = out_of_order(numbers)
    left = [number for at, number in enumerate(numbers) if at not in strays]
    assert left == sorted(left)
    longest = [1] * len(numbers)
    for at, number in enumerate(numbers):
        longest[at] = 1 + max((longest[before] for before in range(at) if numbers[before] < number), default=0)
    assert len(left) == max(longest, default=0)


@pytest.mark.parametrize(
    ("words", "common"),
    [
        (("manager", "managers", "managing"), "manag"),
        (("innovation", "innovations", "innovative"), "innov"),
        (("system", "systems"), "system"),
        (("uses", "used"), "used uses"),
    ],
)
def test_forms_of_a_word_share_a_stem_of_four_letters_at_least(words: tuple[str, ...], common: str) -> None:
    assert {stem(word) for word in words} == set(common.split())
