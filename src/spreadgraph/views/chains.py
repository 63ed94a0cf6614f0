"""Places the map of one part: its claims as cards, innovation beside improvement, and the sources between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from spreadgraph.answers.evidence import Citation, Result
from spreadgraph.terms import shorten
from spreadgraph.views.lettering import clip, width, wrap
from spreadgraph.views.material import CHARACTERISTIC, Part, halves
from spreadgraph.views.scenes import (
    IMPROVEMENT,
    INNOVATION,
    LETTER,
    SMALL,
    Caption,
    Frame,
    Mark,
    Scene,
    bounds,
    entry_title,
    spread,
)

_LINE, _PAD, _APART = 17, 11, 12


class Column(NamedTuple):
    """Claims that stand below one another; ``framing`` is empty where they are not told apart by it."""

    framing: str
    x: float
    results: Sequence[Result]


def chains(part: Part, frame: Frame) -> Scene:
    """Return the map of a part: claims as cards, the markers beside them, the entries they lead to between."""
    columns = _columns(part, frame)
    cards, captions = _cards(columns, frame)
    chips = _chips(columns, {card.node: card.y for card in cards}, frame)
    entries = _entries(part.results, {chip.node: chip.y for chip in chips}, frame)
    middle = 0 if frame.beside else (frame.card + frame.gap + frame.entry) / 2
    # Entries stand around the middle of the markers that lead to them, and so may rise above the first card.
    top = min([-50.0, *(mark.y - mark.h / 2 - 27 for mark in entries)])
    head = Mark(part.id, "title", middle, top, 290, 34, (clip(part.name, 270, LETTER + 2),))
    marks = (head, *cards, *chips, *entries)
    below = bounds(Scene("", marks))[3] + 34
    keys = [Caption(middle, below + 18 * at, key, "center", "small") for at, key in enumerate(_keys(part, frame))]
    return Scene(part.name, marks, (*captions, *keys), (), ("cites", "means", "prints"))


def _columns(part: Part, frame: Frame) -> list[Column]:
    away = frame.entry / 2 + frame.gap + frame.card / 2
    xs = (-away, away) if frame.beside else (frame.card / 2, frame.card / 2)
    if part.sort == CHARACTERISTIC:
        return [Column(*column) for column in zip((INNOVATION, IMPROVEMENT), xs, halves(part), strict=True)]
    half = -(-len(part.results) // 2) if frame.beside else len(part.results)
    return [Column("", xs[0], part.results[:half]), Column("", xs[1], part.results[half:])]


def _cards(columns: Sequence[Column], frame: Frame) -> tuple[list[Mark], list[Caption]]:
    marks: list[Mark] = []
    captions = []
    y = 0.0
    for column in columns:
        y = 0.0 if frame.beside else y
        if column.framing:
            captions.append(Caption(column.x - frame.card / 2, y, column.framing.capitalize(), "left", column.framing))
            y += 14
        for result in column.results:
            marks.append(_card(result, column.x, y, frame))
            y += marks[-1].h + _APART
        y += 30
    return marks, captions


def _card(result: Result, x: float, top: float, frame: Frame) -> Mark:
    lines = wrap(result.claim.text, frame.card - 2 * _PAD - 6, LETTER)
    said = f"{', '.join(result.claim.hedges)} \u00b7 {'; '.join([result.support, *result.flags])}"
    foot = wrap(said, frame.card - 2 * _PAD - 24, SMALL)
    height = len(lines) * _LINE + 2 * _PAD + 6 + 14 * len(foot)
    return Mark(shorten(result.claim.id), "card", x, top + height / 2, frame.card, height, tuple(lines), tuple(foot))


def _chips(columns: Sequence[Column], heights: Mapping[str, float], frame: Frame) -> list[Mark]:
    """Place each marker beside the claims it belongs to, in the first column that has one of them."""
    chips: list[Mark] = []
    placed: set[str] = set()
    both = [*columns[0].results, *columns[1].results]
    for at, results in enumerate([column.results for column in columns] if frame.beside else [both]):
        x = (at * 2 - 1) * (frame.entry + frame.gap) / 2 if frame.beside else frame.card + frame.gap / 2
        texts: dict[str, str] = {}
        wanted: dict[str, list[float]] = {}
        for result in results:
            for citation in result.citations:
                texts[shorten(citation.id)] = _number(citation)
                wanted.setdefault(shorten(citation.id), []).append(heights[shorten(result.claim.id)])
        wanted = {id_: found for id_, found in wanted.items() if id_ not in placed}
        placed |= wanted.keys()
        ys = spread(_means(wanted), dict.fromkeys(wanted, 24.0), 8)
        chips += [_chip(id_, texts[id_], x, y, frame) for id_, y in ys.items()]
    return chips


def _chip(id_: str, text: str, x: float, y: float, frame: Frame) -> Mark:
    across = min(frame.gap - 12, max(34, width(text, SMALL + 1) + 14))
    return Mark(id_, "chip", x, y, across, 24, (clip(text, across - 8, SMALL + 1),))


def _number(citation: Citation) -> str:
    """Return what a marker is called on the map: as printed, and the number that is meant where that differs."""
    meant = citation.effective
    return f"{citation.marker} \u2192 {meant.number if meant else '?'}" if citation.corrected else citation.marker


def _entries(results: Iterable[Result], heights: Mapping[str, float], frame: Frame) -> list[Mark]:
    """Place the entries of the reference list at the height of the markers that lead to them."""
    wanted: dict[str, list[float]] = {}
    texts: dict[str, str] = {}
    for citation in (citation for result in results for citation in result.citations):
        for id_, text in _targets(citation):
            wanted.setdefault(id_, []).append(heights[shorten(citation.id)])
            texts.setdefault(id_, text)
    lines = {id_: tuple(wrap(text, frame.entry - 20, SMALL + 1, 4)) for id_, text in texts.items()}
    tall = {id_: 15.0 * len(found) + 16 for id_, found in lines.items()}
    x = 0 if frame.beside else frame.card + frame.gap + frame.entry / 2
    ys = spread(_means(wanted), tall, _APART)
    return [Mark(id_, "entry", x, y, frame.entry, tall[id_], lines[id_]) for id_, y in ys.items()]


def _targets(citation: Citation) -> list[tuple[str, str]]:
    """Return the entries a marker leads to, the one that is meant with the title of its work."""
    found = []
    meant = citation.effective
    if meant:
        title = citation.work.title if citation.work else meant.text
        found.append((shorten(meant.id), entry_title(meant.number, title)))
    if citation.corrected:
        found.append((shorten(citation.printed.id), entry_title(citation.printed.number, citation.printed.text)))
    return found


def _means(wanted: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {id_: sum(found) / len(found) for id_, found in wanted.items()}


def _keys(part: Part, frame: Frame) -> list[str]:
    """Return what has to be explained below the map, in lines that fit."""
    citations = [citation for result in part.results for citation in result.citations]
    frames = "framed: peer reviewed \u00b7 dashed: not peer reviewed \u00b7 dotted: not known"
    printed = "13 \u2192 14: marker 13 is printed, reference 14 is meant \u00b7 red line: as printed"
    keys = [frames] if citations else []
    keys += [printed] if any(citation.corrected for citation in citations) else []
    across = 2 * frame.card if frame.beside else frame.card + frame.gap + frame.entry
    return [line for key in keys for line in wrap(key, across, SMALL + 1)]
