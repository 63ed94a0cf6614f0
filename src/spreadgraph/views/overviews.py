"""Places the first maps: every part with a dot for each claim, what rests on which source, and several papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spreadgraph.answers.evidence import Result
from spreadgraph.terms import shorten
from spreadgraph.views.lettering import clip, width, wrap
from spreadgraph.views.material import CHARACTERISTIC, FACTOR, SECTION, Further, Paper, Part, cited, halves, sides
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
    joined,
    moved,
    stacked,
    use_title,
)

_HEADINGS = {
    FACTOR: ("Shared factors", "what matters whatever is spread"),
    CHARACTERISTIC: ("Where the two differ", "characteristics"),
    SECTION: ("Elsewhere in the paper", "claims on no single factor"),
}
_TOP = 56.0


class Arms(NamedTuple):
    """The measures of a map with two sides: the middle, the width of a number, and how many dots stand in a line."""

    middle: float
    number: int
    dots: int


def overview(paper: Paper, frame: Frame) -> Scene:
    """Return the first map: every part with a dot for each of its claims."""
    factors, sections, characteristics = (
        [part for part in paper.parts if part.sort == sort] for sort in (FACTOR, SECTION, CHARACTERISTIC)
    )
    left = [_shared(parts, frame) for parts in (factors, sections) if parts]
    right = [_paired(characteristics, frame)] if characteristics else []
    if left and right and frame.beside:
        apart = frame.label + 14 + frame.across * frame.pitch + 44
        return joined([stacked(left), moved(right[0], apart, 0)])._replace(title=paper.title)
    return stacked([*left, *right])._replace(title=paper.title)


def sources(paper: Paper, frame: Frame) -> Scene:
    """Return the map of what rests on what: parts on the left, the entries of the reference list on the right."""
    edge, start, across = (210, 470, 400) if frame.beside else (122, 186, 184)
    size = SMALL + 1
    entries = [
        Mark(
            shorten(use.reference.id),
            "entry",
            start + across / 2,
            at * 25,
            across,
            21,
            (clip(use_title(use), across - 20, size),),
        )
        for at, use in enumerate(paper.uses)
    ]
    step = max(25.0, 25 * (len(entries) - 1) / max(1, len(paper.parts) - 1))
    parts = []
    for at, part in enumerate(paper.parts):
        name = clip(part.name, edge, LETTER)
        wide = width(name, LETTER) + 16
        parts.append(Mark(part.id, "port", edge - wide / 2, at * step, wide, 21, (name,)))
    words = (
        "A line: claims on the left that cite the source on the right. "
        "Framed: peer reviewed. Dashed: not. Dotted: not known."
    )
    shown = wrap(words, start + across, size)
    below = max(mark.y for mark in (*entries, *parts)) + 46
    notes = [Caption((start + across) / 2, below + 18 * at, line, "center", "small") for at, line in enumerate(shown)]
    return Scene("Which sources the claims rest on", (*parts, *entries), tuple(notes), (), ("rests on",))


def library(papers: Sequence[Paper], frame: Frame, further: Sequence[Further] = ()) -> Scene:
    """Return the map of several papers, one card each; those that are only counted come last."""
    across = 3 if frame.beside else 1
    cards: list[tuple[str, str, str, tuple[int, int | None]]]
    cards = [(paper.id, paper.title, paper.name, _counted(paper)) for paper in papers]
    cards += [(paper.id, paper.title, paper.name, (paper.claims, paper.cited)) for paper in further]
    marks = []
    for at, (id_, title, name, (claims, backed)) in enumerate(cards):
        said = f"{claims:,} claims" if backed is None else f"{claims:,} claims, {backed:,} with a source"
        foot = clip(f"{said} \u00b7 {name}", frame.card - 33, SMALL)
        x, y = at % across * (frame.card + 24), at // across * 112
        marks.append(Mark(id_, "card", x, y, frame.card, 92, tuple(wrap(title, frame.card - 33, LETTER, 3)), (foot,)))
    left, _, right, below = bounds(Scene("", tuple(marks)))
    words = "Dashed: a paper that is only counted here; its claims are not on this page." if further else ""
    keys = wrap(words, right - left, SMALL + 1)
    notes = [Caption((left + right) / 2, below + 34 + 18 * at, key, "center", "small") for at, key in enumerate(keys)]
    return Scene("Papers", tuple(marks), tuple(notes))


def _counted(paper: Paper) -> tuple[int, int]:
    claims = [result for part in paper.parts for result in part.results]
    return len(claims), cited(claims)


def _shared(parts: Sequence[Part], frame: Frame) -> Scene:
    """Place parts one below the other: name, then a dot for each claim."""
    start = frame.label + 14
    marks: list[Mark] = []
    rules = []
    y = _TOP
    for part in parts:
        lines = -(-len(part.results) // frame.across)
        height = max(frame.row, lines * frame.pitch + 14)
        marks.append(_label(part, frame.label / 2, y + height / 2, frame))
        marks += _dots(part.results, frame.across, frame.pitch, start, y + height / 2)
        rules.append((0, y, start + frame.across * frame.pitch))
        y += height
    head, words = _HEADINGS[parts[0].sort]
    return Scene("", tuple(marks), (Caption(0, 22, head), Caption(0, 42, words, weight="small")), tuple(rules))


def _paired(parts: Sequence[Part], frame: Frame) -> Scene:
    """Place characteristics with the claims on innovation to the left and those on improvement to the right."""
    number = 66 if frame.beside else 40
    most = max(len(half) for part in parts for half in halves(part))
    dots = max(4, min(most, frame.across // 2 - 1))
    arms = Arms(number + dots * frame.pitch + frame.label / 2, number, dots)
    marks: list[Mark] = []
    rules = []
    y = _TOP
    for part in parts:
        lines = max(1, *(-(-len(half) // dots) for half in halves(part)))
        height = max(frame.row, lines * frame.pitch + 14)
        marks.append(_label(part, arms.middle, y + height / 2, frame))
        marks += _sides(part, arms, y + height / 2, frame)
        rules.append((0, y, 2 * arms.middle))
        y += height
    return Scene("", tuple(marks), _heads(arms, frame), tuple(rules))


def _sides(part: Part, arms: Arms, y: float, frame: Frame) -> list[Mark]:
    marks = []
    for way, side, half in zip((-1, 1), sides(part), halves(part), strict=True):
        edge = arms.middle + way * frame.label / 2
        more = "+" if part.left_out else ""
        said = f"{cited(half)} of {len(half)}{more}" if frame.beside else f"{cited(half)}/{len(half)}{more}"
        marks.append(Mark(side, "count", edge + way * arms.number / 2, y, arms.number - 4, 22, (said,)))
        marks += _dots(half, arms.dots, way * frame.pitch, edge + way * arms.number, y)
    return marks


def _heads(arms: Arms, frame: Frame) -> tuple[Caption, ...]:
    head, words = _HEADINGS[CHARACTERISTIC]
    away = frame.label / 2 + arms.number
    return (
        Caption(arms.middle, 22, head, "center"),
        Caption(arms.middle, 42, words, "center", "small"),
        Caption(arms.middle - away, 42, "Innovation", "right", INNOVATION),
        Caption(arms.middle + away, 42, "Improvement", "left", IMPROVEMENT),
    )


def _dots(results: Sequence[Result], across: int, pitch: float, start: float, y: float) -> list[Mark]:
    """Place a dot for each claim from ``start`` on, to the left where ``pitch`` is negative, in lines around ``y``."""
    lines = -(-len(results) // across)
    return [
        Mark(
            shorten(result.claim.id), "dot", start + (at % across + 0.5) * pitch,
            y + (at // across - (lines - 1) / 2) * abs(pitch), 17, 17,
        )
        for at, result in enumerate(results)
    ]  # fmt: skip


def _label(part: Part, x: float, y: float, frame: Frame) -> Mark:
    lines = tuple(wrap(part.name, frame.label - 8, LETTER + 2 if frame.beside else LETTER, 2))
    look = "name" if part.sort == CHARACTERISTIC else "label"
    return Mark(part.id, look, x, y, frame.label, 20 * len(lines) + 6, lines)
