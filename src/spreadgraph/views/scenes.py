"""Places everything on the explorer's maps: the same picture every time, for a wide and for a narrow screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from spreadgraph.answers.trace import Citation, ReferenceUse, Result
from spreadgraph.terms import shorten
from spreadgraph.views.lettering import clip, width, wrap
from spreadgraph.views.material import CHARACTERISTIC, FACTOR, SECTION, Paper, Part, cited, framing, sides

LETTER, SMALL, LINE, PAD = 13, 11, 17, 11
_HEADINGS = {
    FACTOR: ("Shared factors", "what matters whatever is spread"),
    CHARACTERISTIC: ("Where the two differ", "characteristics"),
    SECTION: ("Elsewhere in the paper", "claims on no single factor"),
}


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
NARROW = Frame(beside=False, row=48, label=126, pitch=20, across=10, card=208, gap=58, entry=108)


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


def overview(paper: Paper, frame: Frame) -> Scene:
    """Return the first map: every part with a dot for each of its claims."""
    blocks = [[part for part in paper.parts if part.sort == sort] for sort in (FACTOR, SECTION, CHARACTERISTIC)]
    shared_width = frame.label + 14 + frame.across * frame.pitch
    left = _stacked([_shared(block, frame) for block in blocks[:2] if block])
    right = _paired(blocks[2], frame) if blocks[2] else Scene("", ())
    if not (left.marks and right.marks):
        return _titled(left if left.marks else right, paper.title)
    placed = _moved(right, shared_width + 44, 0) if frame.beside else None
    return _titled(_joined([left, placed]) if placed else _stacked([left, right]), paper.title)


def chains(title: str, part: Part, frame: Frame) -> Scene:
    """Return the map of one part: its claims as cards, the markers beside them, the entries they lead to between."""
    columns = _columns(part, frame)
    cards, captions = _cards(columns, frame)
    where = {mark.node: mark for mark in cards}
    chips = _chips(columns, where, frame)
    entries = _entries(part.results, chips, frame)
    head = Mark(part.id, "title", _middle(frame), -62, 260 if frame.beside else 300, 34, (part.name,))
    marks = (head, *cards, *chips, *entries)
    notes = [Caption(head.x, bounds(Scene("", marks))[3] + 34 + 18 * at, words, "center", "small")
             for at, words in enumerate(_keys(part, chips))]  # fmt: skip
    return Scene(title, marks, (*captions, *notes), (), ("cites", "means", "prints"))


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


def library(papers: Sequence[Paper], frame: Frame) -> Scene:
    """Return the map of several papers, one card each."""
    across = 3 if frame.beside else 1
    marks = []
    for at, paper in enumerate(papers):
        lines = wrap(paper.title, frame.card - 3 * PAD, LETTER, 3)
        claims = [result for part in paper.parts for result in part.results]
        foot = f"{paper.name}: {len(claims)} claims, {cited(claims)} with a source"
        x, y = at % across * (frame.card + 24), at // across * 112
        marks.append(Mark(paper.id, "card", x, y, frame.card, 92, tuple(lines), (foot,)))
    return Scene("Papers", tuple(marks))


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
    return tuple(pick(box[at] for box in boxes) for at, pick in enumerate((min, min, max, max)))  # type: ignore[return-value]


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


def _shared(parts: Sequence[Part], frame: Frame) -> Scene:
    """Place parts one below the other: name, then a dot for each claim."""
    start = frame.label + 14
    marks: list[Mark] = []
    rules = []
    y = 56.0
    for part in parts:
        lines = -(-len(part.results) // frame.across)
        height = max(frame.row, lines * frame.pitch + 14)
        marks.append(_label(part, frame.label / 2, y + height / 2, frame.label, frame))
        for at, result in enumerate(part.results):
            down = (at // frame.across - (lines - 1) / 2) * frame.pitch
            marks.append(_dot(result, start + (at % frame.across + 0.5) * frame.pitch, y + height / 2 + down))
        rules.append((0, y, start + frame.across * frame.pitch))
        y += height
    head, words = _HEADINGS[parts[0].sort]
    return Scene("", tuple(marks), (Caption(0, 22, head), Caption(0, 42, words, weight="small")), tuple(rules))


def _paired(parts: Sequence[Part], frame: Frame) -> Scene:
    """Place characteristics with the claims on innovation to the left and those on improvement to the right."""
    count = 50 if frame.beside else 36
    both = ("innovation", "improvement")
    most = max((sum(framing(r) == side for r in part.results) for part in parts for side in both),
               default=1)  # fmt: skip
    fits = max(4, min(most, frame.across // 2 - 1))
    arm = count + fits * frame.pitch
    middle = arm + frame.label / 2
    marks: list[Mark] = []
    rules = []
    y = 56.0
    for part in parts:
        halves = _halves(part)
        lines = max(1, *(-(-len(half) // fits) for half in halves))
        height = max(frame.row, lines * frame.pitch + 14)
        marks.append(_label(part, middle, y + height / 2, frame.label, frame))
        for direction, side, half in zip((-1, 1), sides(part), halves, strict=True):
            edge = middle + direction * frame.label / 2
            said = f"{cited(half)} of {len(half)}" if frame.beside else f"{cited(half)}/{len(half)}"
            marks.append(Mark(side, "count", edge + direction * count / 2, y + height / 2, count - 4, 22, (said,)))
            for at, result in enumerate(half):
                x = edge + direction * (count + (at % fits + 0.5) * frame.pitch)
                down = (at // fits - (-(-len(half) // fits) - 1) / 2) * frame.pitch
                marks.append(_dot(result, x, y + height / 2 + down))
        rules.append((0, y, 2 * middle))
        y += height
    head, words = _HEADINGS[CHARACTERISTIC]
    captions = (
        Caption(middle, 22, head, "center"), Caption(middle, 42, words, "center", "small"),
        Caption(middle - frame.label / 2 - count, 42, "Innovation", "right", "innovation"),
        Caption(middle + frame.label / 2 + count, 42, "Improvement", "left", "improvement"),
    )  # fmt: skip
    return Scene("", tuple(marks), captions, tuple(rules))


def _halves(part: Part) -> tuple[list[Result], list[Result]]:
    """Return the claims on innovation and those on improvement; what holds for both or neither stands in the first."""
    right = [result for result in part.results if framing(result) == "improvement"]
    return [result for result in part.results if result not in right], right


def _label(part: Part, x: float, y: float, width: float, frame: Frame) -> Mark:
    size = LETTER + 2 if frame.beside else LETTER
    lines = tuple(wrap(part.name, width - 8, size, 2))
    return Mark(part.id, "name" if part.sort == CHARACTERISTIC else "label", x, y, width, 20 * len(lines) + 6, lines)


def _dot(result: Result, x: float, y: float) -> Mark:
    return Mark(shorten(result.claim.id), "dot", x, y, 17, 17)


def _columns(part: Part, frame: Frame) -> list[tuple[str, str, list[Result]]]:
    """Return the columns of a map of cards: caption, its weight, claims."""
    if part.sort == CHARACTERISTIC:
        return [
            (side.capitalize(), side, half)
            for side, half in zip(("innovation", "improvement"), _halves(part), strict=True)
        ]
    if not frame.beside:
        return [("", "head", list(part.results))]
    half = -(-len(part.results) // 2)
    return [("", "head", list(part.results[:half])), ("", "head", list(part.results[half:]))]


def _middle(frame: Frame) -> float:
    """Return where the middle of a map of cards is."""
    return 0 if frame.beside else (frame.card + frame.gap + frame.entry) / 2


def _cards(columns: Sequence[tuple[str, str, list[Result]]], frame: Frame) -> tuple[list[Mark], list[Caption]]:
    marks, captions = [], []
    y = 0.0
    for at, (caption, weight, results) in enumerate(columns):
        x = (at * 2 - 1) * (frame.entry / 2 + frame.gap + frame.card / 2) if frame.beside else frame.card / 2
        y = 0.0 if frame.beside else y
        if caption:
            captions.append(Caption(x - frame.card / 2, y, caption, "left", weight))
            y += 14
        for result in results:
            card = _card(result, x, y, frame)
            marks.append(card)
            y += card.h + 12
        y += 30
    return marks, captions


def _card(result: Result, x: float, top: float, frame: Frame) -> Mark:
    lines = wrap(result.claim.text, frame.card - 2 * PAD - 6, LETTER)
    hedges = ", ".join(result.claim.hedges)
    said = f"{hedges} \u00b7 {'; '.join([result.support, *result.flags])}"
    foot = wrap(said, frame.card - 2 * PAD - 24, SMALL)
    height = len(lines) * LINE + 2 * PAD + 6 + 14 * len(foot)
    return Mark(shorten(result.claim.id), "card", x, top + height / 2, frame.card, height, tuple(lines), tuple(foot))


def _chips(columns: Sequence[tuple[str, str, list[Result]]], where: dict[str, Mark], frame: Frame) -> list[Mark]:
    """Place each marker beside the claims it belongs to."""
    chips: list[Mark] = []
    placed: set[str] = set()
    for at in range(2):
        column = [
            result
            for number, (_, _, results) in enumerate(columns)
            if number == at or not frame.beside
            for result in results
        ]
        x = (at * 2 - 1) * (frame.entry / 2 + frame.gap / 2) if frame.beside else frame.card + frame.gap / 2
        wanted: dict[str, list[float]] = {}
        texts = {}
        for result in column:
            for citation in result.citations:
                id_ = shorten(citation.id)
                if id_ not in placed:
                    wanted.setdefault(id_, []).append(where[shorten(result.claim.id)].y)
                    texts[id_] = _chip(citation)
        placed |= wanted.keys()
        middles = {id_: sum(found) / len(found) for id_, found in wanted.items()}
        ys = spread(middles, dict.fromkeys(middles, 24.0), 8)
        across = {id_: min(frame.gap - 12, max(34, width(texts[id_], SMALL + 1) + 14)) for id_ in middles}
        chips += [Mark(id_, "chip", x, ys[id_], across[id_], 24, (clip(texts[id_], across[id_] - 8, SMALL + 1),))
                  for id_ in middles]  # fmt: skip
    return chips


def _chip(citation: Citation) -> str:
    """Return what a marker is called on the map: as printed, and the number that is meant where that differs."""
    meant = citation.effective
    return f"{citation.marker} \u2192 {meant.number if meant else '?'}" if citation.corrected else citation.marker


def _entries(results: Iterable[Result], chips: Sequence[Mark], frame: Frame) -> list[Mark]:
    """Place the entries of the reference list at the height of the markers that lead to them."""
    height = {chip.node: chip.y for chip in chips}
    wanted: dict[str, list[float]] = {}
    texts: dict[str, str] = {}
    for citation in (citation for result in results for citation in result.citations):
        for id_, text in _targets(citation):
            wanted.setdefault(id_, []).append(height[shorten(citation.id)])
            texts.setdefault(id_, text)
    lines = {id_: wrap(text, frame.entry - 20, SMALL + 1, 4) for id_, text in texts.items()}
    heights = {id_: 15.0 * len(found) + 16 for id_, found in lines.items()}
    ys = spread({id_: sum(found) / len(found) for id_, found in wanted.items()}, heights, 12)
    x = 0 if frame.beside else frame.card + frame.gap + frame.entry / 2
    return [Mark(id_, "entry", x, ys[id_], frame.entry, heights[id_], tuple(lines[id_])) for id_ in wanted]


def _keys(part: Part, chips: Sequence[Mark]) -> list[str]:
    """Return what has to be explained below a map of cards."""
    keys = ["framed: peer reviewed", "dashed: not peer reviewed", "dotted: not known"] if chips else []
    corrected = any(citation.corrected for result in part.results for citation in result.citations)
    second = ["13 \u2192 14: marker 13 is printed, reference 14 is meant", "red line: as printed"] if corrected else []
    return [" \u00b7 ".join(key) for key in (keys, second) if key]


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


def spread(wanted: dict[str, float], heights: dict[str, float], gap: float) -> dict[str, float]:
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


def _moved(scene: Scene, right: float, down: float) -> Scene:
    return scene._replace(
        marks=tuple(mark._replace(x=mark.x + right, y=mark.y + down) for mark in scene.marks),
        captions=tuple(caption._replace(x=caption.x + right, y=caption.y + down) for caption in scene.captions),
        rules=tuple((x + right, y + down, width) for x, y, width in scene.rules),
    )


def _stacked(scenes: Sequence[Scene]) -> Scene:
    placed, down = [], 0.0
    for scene in scenes:
        placed.append(_moved(scene, 0, down))
        down = bounds(placed[-1])[3] + 26
    return _joined(placed)


def _joined(scenes: Sequence[Scene]) -> Scene:
    return Scene(
        "",
        tuple(mark for scene in scenes for mark in scene.marks),
        tuple(caption for scene in scenes for caption in scene.captions),
        tuple(rule for scene in scenes for rule in scene.rules),
    )


def _titled(scene: Scene, title: str) -> Scene:
    return scene._replace(title=title)
