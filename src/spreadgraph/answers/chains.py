"""Chains from paper to paper: from what cites, to the cited paper where it is held, and on to what that one cites.

Each step asks the store two questions, for all trails at once, with the works given in blocks: a closure by a path such
as ``cites+`` gives wrong answers on some servers, knows no depth, and cannot say why it ends.
"""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from spreadgraph.answers.evidence import UNTITLED, Passage, Trace
from spreadgraph.answers.rows import Row, grouped, rows
from spreadgraph.graph.store import Store

DEEPEST, WIDEST = 5, 20
"""The most steps that are followed, and the most works that are shown of those that one paper cites."""
WIDTH = 10
NOT_HELD = "not held"
LISTS_NOTHING = "held, but it lists no references"
NOT_LINKED = "held, but none of its citations is linked to its list"
ON_THIS_TRAIL = "already on this trail"
ELSEWHERE = "followed at another place of this answer"
NOTHING_CITED = "nothing is cited for this"
_BLOCK = 500


class Step(NamedTuple):
    """A work that what stands before it cites, in ``sentences`` of that paper, and what it cites in turn.

    ``paper`` is the short name under which it is held, None where it is not; ``end`` says why the trail goes no
    further, None where it does; ``left_out`` counts works that it cites and that are not among ``steps``.
    """

    work: str
    title: str
    number: int
    sentences: int
    paper: str | None
    end: str | None
    left_out: int
    steps: tuple["Step", ...]


class Chain(NamedTuple):
    """Where trails begin (``kind`` is claim, sentence or paper) and the first step of each; see :class:`Step`."""

    kind: str
    id: str
    text: str
    place: str
    end: str | None
    left_out: int
    steps: tuple[Step, ...]


class Chains(NamedTuple):
    """An answer: chains followed over at most ``depth`` steps, with at most ``width`` works of each paper."""

    chains: tuple[Chain, ...]
    depth: int
    width: int


@dataclass
class _Point:
    """A place on a trail while it is followed: the row that led here, and rows of the works that it cites."""

    row: Row
    before: "_Point | None" = None
    end: str | None = None
    cites: list[Row] = field(default_factory=list)
    after: list["_Point"] = field(default_factory=list)

    @property
    def trail(self) -> set[str]:
        """The works from the start to here."""
        return {self.row["work"], *(self.before.trail if self.before else ())}


def chains_of(store: Store, trace: Trace, depth: int, width: int = WIDTH) -> Chains:
    """Follow what was traced: claims and sentences from the works they cite, references from the works they lead to.

    ``depth`` counts steps from what cites to a cited work, ``width`` the works that are shown of those that one paper
    cites: papers held here first, then those cited in most of its sentences. A paper is followed once, where it is met
    first.
    """
    works = dict.fromkeys(work.iri for use in trace.references for work in use.works)
    titles = {work.iri: work.title for use in trace.references for work in use.works}
    things = [result.claim.id for result in trace.results] + [each.passage.id for each in trace.sentences]
    if works:  # the claims that rest on a reference are not what was asked for
        return chains_from(store, list(works), depth, width, titles)
    cited = grouped(rows(store, "chains/from", thing=things), "thing") if things else {}
    points = [_Point({"work": group[0]["document"]}, cites=_once(group)) for group in cited.values()]
    by_thing = dict(zip(cited, points, strict=True))
    walk = _Walk(store, width)
    walk.follow(points, depth)
    return Chains(tuple(walk.chain(*start, by_thing.get(start[1])) for start in _starts(trace)), depth, width)


def chains_from(
    store: Store, works: Sequence[str], depth: int, width: int = WIDTH, titles: Mapping[str, str] | None = None
) -> Chains:
    """Follow what papers cite, from these works (IRIs); of a work that is not held there is nothing to follow.

    ``titles`` are used for works that are not held.
    """
    walk = _Walk(store, width)
    points = [_Point({"work": work}) for work in works]
    walk.enter(points)
    walk.follow([point for point in points if not point.end], depth)
    known = titles or {}
    chains = (walk.chain("paper", point.row["work"], known.get(point.row["work"], ""), "", point) for point in points)
    return Chains(tuple(chains), depth, width)


def _starts(trace: Trace) -> Iterator[tuple[str, str, str, str]]:
    """Yield kind, id, text and place of each claim and sentence."""
    for result in trace.results:
        where = result.passages[0] if result.passages else None
        yield "claim", result.claim.id, result.claim.text, _place(where)
    for sentence in trace.sentences:
        text = sentence.text or f"{sentence.passage.start} \u2026"
        yield "sentence", sentence.passage.id, text, _place(sentence.passage)


def _place(passage: Passage | None) -> str:
    return ", ".join(part for part in (passage.paper, passage.place) if part) if passage else ""


def _once(found: Sequence[Row]) -> list[Row]:
    """Return a row for each work, as one that is cited in one sentence."""
    return [{**group[0], "sentences": 1} for group in grouped(found, "work").values()]


class _Walk:
    """Follows many trails at once, a step at a time."""

    def __init__(self, store: Store, width: int) -> None:
        self._store = store
        self._width = width
        self._held: dict[str, Row | None] = {}
        self._followed: set[str] = set()

    def follow(self, frontier: Sequence[_Point], depth: int) -> None:
        """Go on from points whose works are known, over ``depth`` steps."""
        for step in range(1, depth + 1):
            points = self._spread(frontier)
            self.enter(points, f"depth {depth} reached" if step == depth else None)
            frontier = [point for point in points if not point.end]

    def enter(self, points: Sequence[_Point], end: str | None = None) -> None:
        """Say of each point why its trail ends there (``end`` where nothing else ends it), or find what it cites."""
        self._look_up(point.row["work"] for point in points)
        for point in points:
            point.end = self._end(point) or end
            if not point.end:
                self._followed.add(point.row["work"])
        going_on = {point.row["work"]: point for point in points if not point.end}
        for block in _blocks(list(going_on)):
            listed = grouped(rows(self._store, "chains/cited", document=block), "document")
            for document in block:
                found = listed.get(document, [])
                point = going_on[document]
                point.cites = [row for row in found if row["sentences"]]
                point.end = None if point.cites else NOT_LINKED if found else LISTS_NOTHING

    def _end(self, point: _Point) -> str | None:
        work = point.row["work"]
        if point.before and work in point.before.trail:
            return ON_THIS_TRAIL
        if not self._held[work]:
            return NOT_HELD
        return ELSEWHERE if work in self._followed else None

    def _spread(self, frontier: Sequence[_Point]) -> list[_Point]:
        """Return the points one step on, as many for each paper as are to be shown."""
        self._look_up(row["work"] for point in frontier for row in point.cites)
        for point in frontier:
            ordered = sorted(point.cites, key=self._rank)
            point.after = [_Point(row, point) for row in ordered[: self._width]]
        return [after for point in frontier for after in point.after]

    def _rank(self, row: Row) -> tuple[bool, int, int, str]:
        return self._held[row["work"]] is None, -row["sentences"], row["number"], row["work"]

    def _look_up(self, works: Iterable[str]) -> None:
        unknown = [work for work in dict.fromkeys(works) if work not in self._held]
        for block in _blocks(unknown):
            found = {row["work"]: row for row in rows(self._store, "chains/held", work=block)}
            self._held.update((work, found.get(work)) for work in block)

    # ------ what came of it

    def chain(self, kind: str, id_: str, text: str, place: str, point: _Point | None) -> Chain:
        """Return what was followed from a start; ``point`` is None where nothing is cited there."""
        if point is None:
            return Chain(kind, id_, text, place, NOTHING_CITED, 0, ())
        held = self._held.get(id_)
        title = (held["title"] if held else None) or text or UNTITLED
        return Chain(
            kind, id_, title, held["name"] or held["slug"] if held else place, point.end,
            len(point.cites) - len(point.after), tuple(map(self._step, point.after)),
        )  # fmt: skip

    def _step(self, point: _Point) -> Step:
        row, held = point.row, self._held[point.row["work"]]
        return Step(
            row["work"], row["title"] or UNTITLED, row["number"], row["sentences"],
            held["slug"] if held else None, point.end,
            len(point.cites) - len(point.after), tuple(map(self._step, point.after)),
        )  # fmt: skip


def _blocks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _BLOCK] for start in range(0, len(values), _BLOCK))
