"""A passage is identical in a copy, or it is said what is wrong; nothing is found because it looks alike."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from made_up_copy import SENTENCES, article, passages
from small_paper import TEXT
from spreadgraph.answers.copies import FoldedCopy
from spreadgraph.answers.judge import (
    ANCHORS_ONLY,
    CHANGED,
    ELSEWHERE,
    IDENTICAL,
    MISSING,
    NO_TEXT,
    Verdict,
    agree,
    judge,
)
from spreadgraph.answers.verify import verify
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.store import LocalStore
from spreadgraph.sources import anchors
from spreadgraph.sources.copies import Copy, read_copy
from spreadgraph.sources.yamlld import as_yaml, parse
from spreadgraph.text import letters

BEVAN = Path(__file__).parents[3] / "shared" / "paper" / "bevan-2024.txt"


def verdicts(text: str) -> dict[str, Verdict]:
    return {verdict.passage.locator: verdict for verdict in judge(passages(), FoldedCopy(text))}


def not_identical(text: str) -> dict[str, str]:
    return {locator: each.verdict for locator, each in verdicts(text).items() if each.verdict != IDENTICAL}


def test_a_faithful_copy_is_identical_throughout() -> None:
    assert not_identical(article()) == {}


def plain_digits(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


TYPOGRAPHY: dict[str, Callable[[str], str]] = {
    "straight quotes": lambda text: text.replace("\u201c", '"').replace("\u201d", '"'),
    "ligatures": lambda text: text.replace("ffi", "\ufb03").replace("fi", "\ufb01"),
    "decomposed letters": lambda text: unicodedata.normalize("NFD", text),
    "soft hyphens": lambda text: text.replace("keepers", "kee\u00adpers"),
    "line hyphens": lambda text: text.replace("keepers", "kee-\npers"),
    "a hyphen at the end of a line": lambda text: text.replace("well-trained", "well-\ntrained"),
    "blanks that do not break": lambda text: text.replace(" km", "\u00a0km"),
    "one word a line": lambda text: text.replace(" ", "\n"),
    "plain markers": plain_digits,
    "bracketed markers": lambda text: re.sub(
        r"\.([\u00b9\u00b2\u00b3\u2074])", lambda m: f" [{plain_digits(m[1])}].", text
    ),
    "markers apart": lambda text: re.sub(r"\.([\u00b9\u00b2\u00b3\u2074])", lambda m: f". {plain_digits(m[1])}", text),
    "no markers": lambda text: re.sub("[\u00b9\u00b2\u00b3\u2074\u2075\u2013]", "", text),
    "capitals": str.upper,
}


@pytest.mark.parametrize("change", TYPOGRAPHY.values(), ids=TYPOGRAPHY.keys())
def test_typography_makes_no_difference(change: Callable[[str], str]) -> None:
    text = change(article())
    assert text != article()
    assert not_identical(text) == {}


WORDED_OTHERWISE = {
    "one word changed": ("diet/1/3", "keepers", "farmers"),
    "the first word changed": ("diet/1/3", "Such", "These"),
    "the last word changed": ("diet/1/3", "wait", "stay"),
    "a not left out": ("diet/1/3", "are not affected", "are affected"),
    "a not put in": ("diet/1/1", "eat", "do not eat"),
    "a not on a line of its own": ("diet/1/1", "eat", "do\nnot\neat"),
    "a limit left out": ("diet/1/1", "mostly ", ""),
    "a number changed": ("diet/1/2", "48", "84"),
    "a year changed": ("diet/1/2", "2019", "2018"),
    "a decimal changed": ("diet/1/2", "12.5", "1.25"),
    "a number left out": ("diet/1/2", " 48 ", " "),
    "a number put in": ("homes/1/1", "the bank", "the 2 bank"),
    "the last number changed": ("homes/1/3", "2.", "3."),
    "a number put at the end": ("homes/1/1", "steep", "steep 4"),
    "a number after a stop changed": ("homes/1/4", "2012", "2013"),
    "a number after a stop left out": ("homes/1/4", ", 2012", ""),
    "two numbers exchanged": ("diet/1/2", "48 dens along 12.5", "12.5 dens along 48"),
    "words exchanged": ("diet/1/1", "crayfish and eels", "eels and crayfish"),
    "the sentence goes on": ("homes/1/1", "steep.", "steep, or so it is said."),
    "the sentence is led in": ("diet/2/2", "Efficient", "It is wrong that efficient"),
}


@pytest.mark.parametrize(("locator", "old", "new"), WORDED_OTHERWISE.values(), ids=WORDED_OTHERWISE.keys())
def test_a_change_never_passes_and_is_told_where_it_is(locator: str, old: str, new: str) -> None:
    assert old in SENTENCES[locator]
    text = article(**{locator.replace("/", "_"): SENTENCES[locator].replace(old, new)})
    assert not_identical(text) == {locator: CHANGED}


def test_words_divided_otherwise_are_not_identical() -> None:
    text = article(diet_1_4=SENTENCES["diet/1/4"].replace("A notable", "A not able"))
    assert not_identical(text) == {"diet/1/4": ANCHORS_ONLY}


WORDS = [(locator, word) for locator, text in SENTENCES.items() for word in re.findall(r"[^\W\d_]{2,}", text)]


@given(st.sampled_from(WORDS), st.text("abcdefghij ", min_size=1, max_size=12))
def test_no_other_wording_is_identical(place: tuple[str, str], instead: str) -> None:
    locator, word = place
    other = re.sub(rf"\b{word}\b", instead, SENTENCES[locator], count=1)
    found = verdicts(article(**{locator.replace("/", "_"): other}))[locator]
    same = letters(other) == letters(SENTENCES[locator]) and len(other.split()) == len(SENTENCES[locator].split())
    assert (found.verdict == IDENTICAL) <= same


def test_page_furniture_inside_a_sentence_is_told_and_left_out() -> None:
    cut = "stay with their mother\n\n\u00a9 The authors, all rights reserved\nRiver life 12\n\nuntil they hunt"
    text = article().replace("stay with their mother until they hunt", cut)
    assert not_identical(text) == {"diet/2/1": ANCHORS_ONLY}
    assert "mother [...] until" in str(verdicts(text)["diet/2/1"].sentence)


def test_a_running_head_is_furniture_because_it_comes_again() -> None:
    text = article().replace("stay with their", "stay with\nRiver life\ntheir")
    assert not_identical(text) == {"diet/2/1": ANCHORS_ONLY}


def test_furniture_beside_a_number_leaves_it_with_the_sentence() -> None:
    foot = "\nDownloaded from a site of rivers\n3\nRiver life, an article\n"
    for before, after in (("counted 48", "dens along"), ("In 2019, keepers counted", "48 dens")):
        assert f"{before} {after}" in article()
        assert not_identical(article().replace(f"{before} {after}", before + foot + after)) == {
            "diet/1/2": ANCHORS_ONLY
        }


def test_the_words_inside_a_longer_sentence_do_not_count_where_the_sentence_stands_too() -> None:
    assert (
        not_identical(article() + "\nIt is said that otters in the river D\u0175r eat mostly crayfish and eels.\n")
        == {}
    )


def test_a_page_number_inside_a_sentence_is_no_number_of_it() -> None:
    text = article().replace("stay with their", "stay with\n117\ntheir")
    assert not_identical(text) == {"diet/2/1": ANCHORS_ONLY}


def test_a_sentence_that_is_left_out_is_not_in_the_copy() -> None:
    assert not_identical(article(diet_1_3="")) == {"diet/1/3": MISSING}


def test_parts_put_together_are_not_the_sentence() -> None:
    first, second = SENTENCES["diet/2/1"].split(" until ")
    text = article(diet_2_1="") + f"\n{first} and play.\nThe cubs wait until {second}\n"
    assert not_identical(text) == {"diet/2/1": MISSING}


def test_where_a_sentence_stands_twice_and_not_alike_the_worse_counts() -> None:
    again = SENTENCES["diet/1/2"].replace("48", "47")
    assert not_identical(f"{article()}\n{SENTENCES['diet/1/2']}\n") == {}
    assert not_identical(f"{article()}\n{again}\n") == {"diet/1/2": CHANGED}


def test_another_text_holds_none_of_it() -> None:
    text = "Otters in the river are rare. In 2019, keepers left. Their homes lie empty.\nYoung otters stay away."
    assert set(not_identical(text).values()) == {MISSING}


@pytest.mark.parametrize("text", ["", " \n 12 \n"])
def test_a_copy_without_letters_has_no_text(text: str) -> None:
    assert set(not_identical(text).values()) == {NO_TEXT}


@pytest.mark.parametrize(
    ("found", "known", "markers", "same"),
    [
        (["1", "12"], ["1", "12"], [], True),
        (["1", "12", "21"], ["1", "12"], ["21"], True),
        (["21", "1", "12"], ["1", "12"], ["21"], True),
        (["12"], ["12"], ["12"], True),
        (["1,2"], [], ["1", "2"], True),
        (["3", "7"], [], ["3\u20137"], True),
        (["2019.3"], ["2019"], ["3"], True),
        (["5", "5"], [], ["5"], False),
        (["21"], ["12"], ["21"], False),
        (["1", "13", "21"], ["1", "12"], ["21"], False),
        (["12", "1"], ["1", "12"], [], False),
        (["1"], ["1", "12"], ["1"], False),
        (["2019.3"], ["2019"], [], False),
    ],
)
def test_numbers_agree_apart_from_markers(found: list[str], known: list[str], markers: list[str], same: bool) -> None:
    assert agree(found, known, markers) is same


# ------ with a graph


def paper(slug: str, doi: str, *sentences: str) -> str:
    """Return the small paper under another name, with these sentences in place of its two passages."""
    text = TEXT.replace("smith-2025", slug).replace("10.1234/small.1", doi).replace("Smith 2025", slug.title())
    entries = anchors.passages({"introduction/1/1": sentences[0], "introduction/1/2": sentences[1]})
    for entry, start in zip(entries, ("Teams learn", "Leaders listen"), strict=True):
        begin = text.index(f'  start: "{start}"')
        end = text.index("  normalisation:", begin)
        kept = {key: value for key, value in entry.items() if key not in {"id", "type", "locator", "normalisation"}}
        lines = as_yaml([kept]).replace("\n- ", "\n  ").replace("- ", "  ", 1)
        text = text[:begin] + lines.strip("\n") + "\n" + text[end:]
    return text


SHARED = "Otters like one small river at a time, as most keepers know."


@pytest.fixture(scope="module")
def library() -> LocalStore:
    store = Store()
    rules = load_ontology(store)
    load_paper(
        store,
        parse(paper("otter-2025", "10.1234/otter", SHARED, "Eels are what otters eat in autumn, it seems.")),
        rules,
    )
    load_paper(
        store, parse(paper("owl-2026", "10.1234/owl", SHARED, "Owls hunt by ear wherever the night is still.")), rules
    )
    return LocalStore(store)


def test_the_paper_is_told_from_the_copy(library: LocalStore) -> None:
    copy = Copy("mine.txt", "text", f"{SHARED}\u00b9 Owls hunt by ear wherever the night is still.\u00b2\n")
    found = verify(library, copy, show=True)
    assert (found.paper, found.copy, found.remarks) == ("https://doi.org/10.1234/owl", "mine.txt", ())
    assert [verdict.verdict for verdict in found.verdicts] == [IDENTICAL, IDENTICAL]
    assert found.verdicts[1].sentence == "Owls hunt by ear wherever the night is still."
    assert [len(verdict.claims) for verdict in found.verdicts] == [1, 2]


def test_a_sentence_that_only_another_paper_has_is_told(library: LocalStore) -> None:
    copy = Copy("mine.txt", "text", "Eels are what otters eat in autumn, it seems.")
    found = verify(library, copy)
    assert found.paper == "https://doi.org/10.1234/otter"
    assert [verdict.verdict for verdict in found.verdicts] == [ELSEWHERE, IDENTICAL]
    assert found.verdicts[0].reason == "the same sentence stands in Owl-2026, introduction/1/1"
    assert found.verdicts[0].sentence is None


def test_a_copy_of_no_paper_held_is_refused_with_a_way_on(library: LocalStore) -> None:
    with pytest.raises(NotFoundError, match=r"is of none of the 2 papers held here; name its paper with --paper"):
        verify(library, Copy("mine.txt", "text", "Something else."))
    with pytest.raises(NotFoundError, match=r"has no text"):
        verify(library, Copy("scan.pdf", "PDF", "", 3, 3))
    named = verify(library, Copy("scan.pdf", "PDF", "", 3, 3), ["https://doi.org/10.1234/owl"])
    assert named.count(NO_TEXT) == 2
    assert named.remarks == ("3 of 3 pages of scan.pdf have no text; what stands there was not compared",)
    with pytest.raises(NotFoundError, match=r"no passages of that paper"):
        verify(library, Copy("mine.txt", "text", "Words."), ["https://doi.org/10.1234/unknown"])


@pytest.mark.skipif(
    not BEVAN.exists(), reason="needs a copy of Bevan et al. 2024 beside the project: shared/paper/bevan-2024.txt"
)
def test_the_curated_paper_in_its_supplied_copy(bundled: LocalStore) -> None:
    found = verify(bundled, read_copy(BEVAN))
    assert Counter(verdict.verdict for verdict in found.verdicts) == {IDENTICAL: 108, ANCHORS_ONLY: 3}
    furniture = {each.passage.locator for each in found.verdicts if each.verdict == ANCHORS_ONLY}
    assert furniture == {"introduction/4/3", "divergence/3/3", "conclusions/2/3"}
    assert all("page furniture" in each.reason for each in found.verdicts if each.verdict == ANCHORS_ONLY)
