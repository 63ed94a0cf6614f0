"""What a map is made of: where each mark stands, how large it is, and the words and lines around the marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from spreadgraph.answers.evidence import ReferenceUse

LETTER, SMALL = 13, 11
INNOVATION, IMPROVEMENT = "innovation", "improvement"


class Frame(NamedTuple):
    """The measures of a map, in pixels: the width of labels, cards and entries, and how far things stand apart."""

    beside: bool
    row: int
    label: int
    pitch: int
    across: int
    card: int
    gap: int
    entry: int


WIDE = Frame(beside=True, row=54, label=176, pitch=23, across=13, card=300, gap=84, entry=204)
NARROW = Frame(beside=False, row=48, label=126, pitch=20, across=10, card=204, gap=72, entry=108)


class Mark(NamedTuple):
    """Where a node stands (its centre), how large it is, as what it is drawn, and the lines written in it."""

    node: str
    look: str
    x: float
    y: float
    w: float
    h: float
    lines: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()


class Caption(NamedTuple):
    """Words on the map that are no node; ``align`` is left, center or right, ``weight`` is head or small."""

    x: float
    y: float
    text: str
    align: str = "left"
    weight: str = "head"


class Scene(NamedTuple):
    """One map: ``rules`` are thin lines (x, y, width), ``edges`` the kinds of links that are drawn on it."""

    title: str
    marks: tuple[Mark, ...]
    captions: tuple[Caption, ...] = ()
    rules: tuple[tuple[float, float, float], ...] = ()
    edges: tuple[str, ...] = ()


def entry_title(number: int, title: str) -> str:
    """Return how an entry of a reference list is named on a map."""
    return f"[{number}] {title}"


def use_title(use: ReferenceUse) -> str:
    """Return how a reference is named: by the title of its work, or as printed where that is not known."""
    return entry_title(use.reference.number, use.works[0].title if use.works else use.reference.text)


def bounds(scene: Scene) -> tuple[float, float, float, float]:
    """Return the left, top, right and bottom edge of all that is drawn."""
    boxes = [(m.x - m.w / 2, m.y - m.h / 2, m.x + m.w / 2, m.y + m.h / 2) for m in scene.marks]
    boxes += [(caption.x, caption.y - 16, caption.x, caption.y) for caption in scene.captions]
    boxes += [(x, y, x + width, y) for x, y, width in scene.rules]
    lefts, tops, rights, bottoms = zip(*boxes or [(0, 0, 0, 0)], strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def as_plain(scene: Scene) -> dict[str, Any]:
    """Return a scene as plain values for the page."""
    return {
        "title": scene.title,
        "marks": {mark.node: [mark.look, *mark[2:6], list(mark.lines), list(mark.foot)] for mark in scene.marks},
        "captions": [list(caption) for caption in scene.captions],
        "rules": [list(rule) for rule in scene.rules],
        "edges": list(scene.edges),
        "box": list(bounds(scene)),
    }


def spread(wanted: Mapping[str, float], heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Return a height for each thing near the one it wants, so that nothing overlaps.

    >>> spread({"a": 0, "b": 0}, {"a": 10, "b": 10}, 2)
    {'a': -6.0, 'b': 6.0}
    """
    placed: dict[str, float] = {}
    bottom = float("-inf")
    for id_ in sorted(wanted, key=lambda id_: wanted[id_]):
        placed[id_] = max(wanted[id_], bottom + gap + heights[id_] / 2)
        bottom = placed[id_] + heights[id_] / 2
    # What was pushed down is drawn back up as a whole, so that the group stands around the middle it wants.
    shift = sum(placed[id_] - wanted[id_] for id_ in placed) / max(1, len(placed))
    return {id_: y - shift for id_, y in placed.items()}


def moved(scene: Scene, right: float, down: float) -> Scene:
    """Return a scene that stands further to the right and down."""
    return scene._replace(
        marks=tuple(mark._replace(x=mark.x + right, y=mark.y + down) for mark in scene.marks),
        captions=tuple(caption._replace(x=caption.x + right, y=caption.y + down) for caption in scene.captions),
        rules=tuple((x + right, y + down, width) for x, y, width in scene.rules),
    )


def stacked(scenes: Sequence[Scene]) -> Scene:
    """Return scenes one below the other as one."""
    placed, down = [], 0.0
    for scene in scenes:
        placed.append(moved(scene, 0, down))
        down = bounds(placed[-1])[3] + 26
    return joined(placed)


def joined(scenes: Sequence[Scene]) -> Scene:
    """Return scenes as one, each where it stands."""
    return Scene(
        "",
        tuple(mark for scene in scenes for mark in scene.marks),
        tuple(caption for scene in scenes for caption in scene.captions),
        tuple(rule for scene in scenes for rule in scene.rules),
    )
