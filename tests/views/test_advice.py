"""Advice as a reader gets it: the same cards in every form, each with hedge and origin, and pages that only show."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from spreadgraph.answers.advise import Advice, advise, paper_with_questions
from spreadgraph.answers.profile import Answer, Profile, questions
from spreadgraph.graph.store import LocalStore
from spreadgraph.views.advice import as_html, as_json, as_markdown, as_text, sections
from spreadgraph.views.terminal import Terminal

HOSTILE = "<script>alert(1)</script>\"'&\x1b[31m\u202e [x](javascript:alert(1)) | `"


@pytest.fixture(scope="module")
def found(bundled: LocalStore) -> Advice:
    paper = paper_with_questions(bundled)
    asked = {question.key: question for question in questions(bundled, paper)}
    governance = next(sign for sign in asked["governance"].signs if sign.framing == "innovation")
    answers = {"governance": Answer((governance,), note=HOSTILE), "the-innovator": Answer(word="not applicable")}
    return advise(bundled, paper, Profile(HOSTILE, answers))


class Page(HTMLParser):
    """Collects the elements of a page, its words, and the addresses that it leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words += [] if self.elements[-1:] == ["style"] else data.split()

    @property
    def text(self) -> str:
        """Return all words, one blank between them."""
        return " ".join(self.words)


def actions(advice: Advice) -> list[str]:
    return [
        card.action
        for section in sections(advice)
        for part in section.parts
        for side in part.sides
        for _, card in side.cards
    ]


def test_cards_are_numbered_through(found: Advice) -> None:
    numbers = [
        number
        for section in sections(found)
        for part in section.parts
        for side in part.sides
        for number, _ in side.cards
    ]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 40


@pytest.mark.parametrize("view", [lambda a: as_text(a, Terminal()), as_markdown, lambda a: Page(as_html(a)).text])
def test_every_form_has_the_limits_first_and_every_card_with_its_trace(found: Advice, view: object) -> None:
    assert callable(view)
    text = " ".join(re.sub(r"\\(.)", r"\1", view(found)).split())
    assert 0 < text.index("opinion piece") < text.index("How your answers lean") < text.index("Whatever you spread")
    assert "28 references: 17 not peer reviewed" in text
    assert "Nothing here shows that a step works." in text
    assert "1 lean innovation, 10 unsure, 1 not applicable" in text
    assert [action for action in actions(found) if action not in text] == []
    assert "[13] Hardie at al." in text
    assert "[14] Boutcher" in text
    assert "Marker 13 means reference 14" in text
    assert text.count("Support") >= len(actions(found))


def test_unsure_topics_show_both_sides_and_others_say_why_not(found: Advice) -> None:
    parts = {part.topic.name: part for section in sections(found) for part in section.parts}
    assert [side.heading for side in parts["Complexity"].sides] == [
        "Where it is an innovation",
        "Where it is an improvement",
    ]
    assert parts["Complexity"].remark == "Unsure: both sides are shown."
    assert [side.heading for side in parts["Governance"].sides] == [""]
    assert parts["Governance"].remark == "Leans innovation."
    assert (parts["The innovator"].sides, parts["The innovator"].remark[:28]) == ((), "You say that this does not a")
    assert parts["Source"].remark == "The paper describes this, but suggests nothing to do about it."


def test_no_form_gives_a_verdict(found: Advice) -> None:
    shown = as_text(found, Terminal()) + as_markdown(found) + Page(as_html(found)).text + as_json(found)
    words = re.sub(r"https?://\S+", "", shown)
    assert not re.search(r"\b(scores?|percentage|verdict|per cent|total of|\d+ ?%)", words)


def test_the_page_needs_nothing_and_runs_nothing(found: Advice) -> None:
    text = as_html(found)
    page = Page(text)
    assert {"script", "img", "link", "iframe", "object"}.isdisjoint(page.elements)
    assert not any(name.startswith("on") or name == "style" for name in page.attributes)
    assert page.links
    assert all(link.startswith("https://") for link in page.links)
    assert "default-src &#39;none&#39;" in text
    assert "alert(1)</script>" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not re.search(r"@import|url\(", text)


def test_the_page_is_well_formed(found: Advice) -> None:
    page = Page(as_html(found))
    assert page.elements.count("h1") == 1
    assert page.elements.count("details") == len(actions(found))
    assert page.elements.count("article") == 2 * len(actions(found))
    assert page.elements[:2] == ["html", "head"]


def test_a_terminal_gets_neither_control_characters_nor_long_lines(found: Advice) -> None:
    text = as_text(found, Terminal(60), brief=True)
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines() if "alert" not in line) <= 60


def test_brief_keeps_hedge_origin_and_support_of_each_step(found: Advice) -> None:
    text = as_text(found, Terminal(), brief=True)
    assert text.count("      Hedge ") == text.count("      From ") == len(actions(found))
    assert "marker 13 (printed 13, meant 14); support: one source;" in " ".join(text.split())
    assert "https://" not in text


def test_markdown_is_text_and_not_markup(found: Advice) -> None:
    text = as_markdown(found)
    assert "<script>" not in text
    assert not re.search(r"(?<!\\)\]\(javascript", text)
    (row,) = [line for line in text.splitlines() if line.startswith("| Governance")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 4


def test_json_holds_traces_of_the_stable_shape(found: Advice) -> None:
    document = json.loads(as_json(found))
    assert document["intervention"] == HOSTILE
    assert document["source"]["references"]["not peer reviewed"] == 17
    assert len(document["caveats"]) == 8
    assert [each["lean"] for each in document["leans"]].count("innovation") == 1
    (column,) = document["factors"][0]["columns"]
    assert (column["framing"], len(column["cards"]), len(column["more"])) == (None, 5, 1)
    assert set(column["cards"][0]["trace"]) >= {"claim", "passages", "citations", "basis", "support"}


@pytest.mark.parametrize("width", [40, 59, 80])
def test_the_leans_keep_to_the_width(found: Advice, width: int) -> None:
    text = as_text(found, Terminal(width))
    lines = text.partition("How your answers lean\n\n")[2].partition("\n\n")[0].splitlines()
    assert len(lines) > 12
    assert max(map(len, lines)) <= width
