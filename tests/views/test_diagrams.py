"""A trace as a picture: all of it is there, and no text of a paper becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lxml import etree

from hostile import TEXTS, Poison
from spreadgraph.answers.evidence import Trace
from spreadgraph.answers.trace import trace_claims, trace_references
from spreadgraph.cli import main
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import expand
from spreadgraph.views.diagrams import as_html, as_mermaid, as_svg
from spreadgraph.views.traces import fields

EXCHANGED = expand("bevan-2024/claim/culture-and-leadership.clinical-leadership")
UNCITED = expand("bevan-2024/claim/adopter-community.improvement.strong-ties")
BOX = re.compile(r'  n\d+(\(\["[^"]*"\]\)|\(\("[^"]*"\)\)|\["[^"]*"\]|\[/"[^"]*"/\])')
ARROW = re.compile(r"  n\d+ -\.?->(\|[^|]*\|)? n\d+")


class Page(HTMLParser):
    """Collects the elements, links and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember one element."""
        self.tags.add(tag)
        self.links += [str(value) for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        """Remember text."""
        self.text += data


@pytest.fixture(scope="module")
def exchanged(bundled: LocalStore) -> Trace:
    """Trace a claim whose printed and meant references differ."""
    return trace_claims(bundled, [EXCHANGED])


@pytest.fixture(scope="module")
def hostile(bundled: LocalStore) -> Trace:
    """Trace a reference, every text of the answer hostile."""
    poisoned: Trace = Poison()(trace_references(bundled, [expand("bevan-2024/reference/13")]))
    return poisoned


def words(text: str) -> str:
    """Return text without blanks, which line breaks may have changed."""
    return "".join(text.split())


def test_a_page_has_every_line_of_the_trace(exchanged: Trace) -> None:
    page = Page(as_html(exchanged))
    assert all(text in page.text for _, text, _ in fields(exchanged.results[0]))
    assert "script" not in page.tags
    assert len(page.links) == 2


def test_a_drawing_has_every_line_of_the_trace(exchanged: Trace) -> None:
    drawing = etree.fromstring(as_svg(exchanged).encode())
    said = words("".join(str(text) for text in drawing.itertext()))
    assert all(words(text) in said for _, text, _ in fields(exchanged.results[0]) if not text.startswith("http"))
    assert words(exchanged.results[0].claim.text) in said


def test_a_chart_shows_the_printed_and_the_meant_entry(exchanged: Trace) -> None:
    chart = as_mermaid(exchanged)
    printed, meant = (re.search(rf'  (n\d+)\["\[{number}\] ', chart) for number in (13, 14))
    assert printed
    assert meant
    assert f"-.->|printed| {printed[1]}\n" in chart
    assert f"-->|meant| {meant[1]}\n" in chart


def test_a_chart_says_that_nothing_is_cited(bundled: LocalStore) -> None:
    chart = as_mermaid(trace_claims(bundled, [UNCITED]))
    assert "no source is cited" in chart
    assert "nearby" not in chart


def test_only_the_claims_asked_for_are_drawn(bundled: LocalStore) -> None:
    trace = trace_claims(bundled, [EXCHANGED, UNCITED])
    first, second = (result.claim.text[:30] for result in trace.results)
    assert second not in as_mermaid(trace)
    assert second in as_mermaid(trace, 2)
    assert first in as_mermaid(trace, 2)
    assert second[:20] not in as_svg(trace)
    assert second[:20] in as_svg(trace, 2)


def test_nothing_found_is_still_a_drawing() -> None:
    assert etree.fromstring(as_svg(Trace("forward", ())).encode()).tag.endswith("svg")
    assert as_mermaid(Trace("forward", ())) == "flowchart LR\n"


def test_hostile_texts_add_no_element_to_a_page(hostile: Trace) -> None:
    page = Page(as_html(hostile))
    assert page.tags <= {
        "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "article", "p", "dl", "dt", "dd", "a",
    }  # fmt: skip
    assert all(link.startswith(("http://", "https://")) for link in page.links)


def test_hostile_texts_add_no_element_to_a_drawing(hostile: Trace) -> None:
    drawing = etree.fromstring(as_svg(hostile, len(hostile.results)).encode())
    tags = {etree.QName(element).localname for element in drawing.iter() if isinstance(element.tag, str)}
    assert tags <= {"svg", "rect", "path", "circle", "text", "a"}
    assert not [name for element in drawing.iter() for name in element.attrib if str(name).startswith("on")]


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_texts_stay_within_the_quotes_of_a_chart(exchanged: Trace, text: str) -> None:
    result = exchanged.results[0]
    citation = result.citations[0]._replace(marker=text, function=text or None)
    changed = result._replace(claim=result.claim._replace(text=text, hedges=(text,)), citations=(citation,))
    lines = as_mermaid(exchanged._replace(results=(changed,))).splitlines()
    assert lines[0] == "flowchart LR"
    assert all(BOX.fullmatch(line) or ARROW.fullmatch(line) for line in lines[1:])
    assert not any(character in line for line in lines for character in "`\\\u202e\x1b")


@pytest.mark.parametrize(("form", "start"), [("html", "<!doctype"), ("svg", "<svg"), ("mermaid", "flowchart LR")])
def test_the_command_gives_each_form(tmp_path: Path, form: str, start: str) -> None:
    path = tmp_path / "trace"
    assert main(["trace", "weak ties", "--format", form, "-o", str(path)]) == 0
    assert path.read_text(encoding="utf-8").startswith(start)
