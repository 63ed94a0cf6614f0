"""Shows a trace as a picture or page without scripts: SVG, Mermaid and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from spreadgraph.answers.evidence import Citation, Result, Trace
from spreadgraph.views.lettering import clip, wrap
from spreadgraph.views.pages import is_link, policy, render, source
from spreadgraph.views.terminal import safe
from spreadgraph.views.traces import (
    chains,
    hedge_in_words,
    sentence_in_words,
    use_fields,
    use_subject,
    work_in_words,
)

_LABEL, _TEXT, _WIDTH = 44, 140, 760
# A drawing cannot measure the letters of the machine that shows it, so that wider ones than Arial's have room.
_SHEET = 880
_SIZE, _LINE = 14, 20
_MERMAID = str.maketrans({"#": "#35;", '"': "#34;", "<": "#60;", ">": "#62;", "&": "#38;", "`": "#96;", "\\": "#92;"})
_LONGEST = 160


class Line(NamedTuple):
    """One line of a drawing: where it stands, what it says, as what (head, claim, label, text, link), and its link."""

    x: float
    y: float
    text: str
    look: str
    link: str | None = None


def as_html(trace: Trace) -> str:
    """Return the trace as one self-contained page, every chain in full, without scripts."""
    style = source("trace.css")
    references = [(use_subject(use), use_fields(use)) for use in trace.references]
    found = list(chains(trace))
    return render("trace.html", policy=policy([], [style]), style=style, references=references, claims=found)


def as_svg(trace: Trace, shown: int = 1) -> str:
    """Return the references of the trace and its first ``shown`` claims as an SVG drawing."""
    lines: list[Line] = []
    spines: list[tuple[float, float]] = []
    y = 40.0
    for head, claim, found in _blocks(trace, shown):
        block = list(_block(head, claim, found, y))
        lines += block
        spines.append((y + 14, block[-1].y - 4))
        y = block[-1].y + 56
    dots = [line for line in lines if line.look == "label"]
    title = lines[0].text if lines else "Nothing found"
    return render("trace.svg", lines=lines, spines=spines, dots=dots, width=_SHEET, height=y - 16, title=title)


def as_mermaid(trace: Trace, shown: int = 1) -> str:
    """Return the first ``shown`` claims of the trace (all for a reference) as a Mermaid flow chart."""
    results = trace.results if trace.references else trace.results[:shown]
    chart = _Chart()
    for result in results:
        _draw(result, chart)
    for sentence in trace.sentences[:shown]:
        place = chart.box(sentence.passage.id, f"{sentence.passage.place}: {sentence_in_words(sentence)}")
        for citation in sentence.citations:
            _cite(citation, [place], chart)
    for use in trace.references:
        chart.box(use.reference.id, f"[{use.reference.number}] {use.reference.text}")
    return "\n".join(["flowchart LR", *chart.boxes.values(), *dict.fromkeys(chart.arrows)]) + "\n"


def _blocks(trace: Trace, shown: int) -> Iterator[tuple[str, str, Sequence[tuple[str, str, tuple[str, ...]]]]]:
    for use in trace.references:
        yield use_subject(use), "", use_fields(use)
    yield from islice(chains(trace), shown)


def _block(head: str, claim: str, found: Iterable[tuple[str, str, tuple[str, ...]]], y: float) -> Iterator[Line]:
    yield Line(_LABEL, y, clip(head, _WIDTH - 2 * _LABEL, _SIZE), "head")
    y += 10
    for text in wrap(claim, _WIDTH - 2 * _LABEL, _SIZE + 3):
        y += _LINE + 4
        yield Line(_LABEL, y, text, "claim")
    y += 14
    for label, text, _ in found:
        y += 8 if label else 0
        if label:
            yield Line(_LABEL, y + _LINE, label, "label")
        for line in _lines(text):
            y += _LINE
            yield line._replace(y=y)


def _lines(text: str) -> list[Line]:
    across = _WIDTH - _TEXT - _LABEL
    if is_link(text):
        words = "Read it in the paper, at this sentence" if ":~:text=" in text else clip(text, across, _SIZE)
        return [Line(_TEXT, 0, words, "link", text)]
    return [Line(_TEXT, 0, line, "text") for line in wrap(text, across, _SIZE) or [""]]


class _Chart:
    """A flow chart as it grows: each box once, by the thing it stands for."""

    def __init__(self) -> None:
        self.boxes: dict[str, str] = {}
        self.arrows: list[str] = []

    def box(self, thing: str, text: str, form: str = '["{}"]') -> str:
        """Add a box unless it is there, and return its name."""
        if thing not in self.boxes:
            self.boxes[thing] = f"  n{len(self.boxes) + 1}{form.format(_said(text))}"
        return f"n{list(self.boxes).index(thing) + 1}"

    def arrow(self, start: str, end: str, words: str = "", line: str = "-->") -> None:
        """Add an arrow from box to box."""
        self.arrows.append(f"  {start} {line}{f'|{_said(words)}|' if words else ''} {end}")


def _draw(result: Result, chart: _Chart) -> None:
    claim = chart.box(result.claim.id, f"{result.claim.text} ({hedge_in_words(result)})", '(["{}"])')
    places = [chart.box(passage.id, passage.place) for passage in result.passages]
    for place in places:
        chart.arrow(claim, place, "stands in")
    for citation in result.citations:
        _cite(citation, places or [claim], chart)
    if not result.citations:
        nothing = chart.box(f"{result.claim.id} none", "no source is cited")
        chart.arrow(places[-1] if places else claim, nothing, line="-.->")


def _cite(citation: Citation, places: Sequence[str], chart: _Chart) -> None:
    marker = chart.box(citation.id, f"marker {citation.marker}", '(("{}"))')
    for place in places:
        chart.arrow(place, marker, citation.function or "")
    printed = citation.printed
    if citation.corrected:
        chart.arrow(marker, chart.box(printed.id, f"[{printed.number}] {printed.text}"), "printed", "-.->")
    if not citation.effective:
        return
    meant = chart.box(citation.effective.id, f"[{citation.effective.number}] {citation.effective.text}")
    chart.arrow(marker, meant, "meant" if citation.corrected else "")
    for work in citation.works:
        chart.arrow(meant, chart.box(work.iri, work_in_words(work), '[/"{}"/]'))


def _said(text: str) -> str:
    """Return ``text`` so that Mermaid takes none of it for markup."""
    short = safe(" ".join(text.split()))
    return (short if len(short) <= _LONGEST else f"{short[: _LONGEST - 1].rstrip()}\u2026").translate(_MERMAID)
