"""The maps of the explorer: nothing overlaps, nothing is lost, every word fits into its box."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import Poison
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import shorten
from spreadgraph.views.chains import chains
from spreadgraph.views.gathering import gather
from spreadgraph.views.lettering import clip, width, wrap
from spreadgraph.views.material import Material, Paper
from spreadgraph.views.overviews import library, overview, sources
from spreadgraph.views.scenes import NARROW, WIDE, Frame, Mark, Scene, bounds, spread

FRAMES = pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])
SIZES = {"card": 13, "entry": 12, "chip": 12, "count": 11, "port": 13, "title": 15}


@pytest.fixture(scope="module", params=["the paper", "hostile texts"])
def paper(request: pytest.FixtureRequest, bundled: LocalStore) -> Paper:
    """Return the bundled paper, as it is and with hostile texts."""
    material = gather(bundled)
    made: Material = material if request.param == "the paper" else Poison()(material)
    return made.papers[0]


def maps(paper: Paper, frame: Frame) -> list[Scene]:
    """Return every map of a paper."""
    several = library([paper._replace(id=f"{paper.id}-{number}") for number in range(7)], frame)
    return [overview(paper, frame), sources(paper, frame), several, *(chains(part, frame) for part in paper.parts)]


def overlap(one: Mark, other: Mark) -> bool:
    """Whether two marks share any room."""
    return abs(one.x - other.x) * 2 < one.w + other.w and abs(one.y - other.y) * 2 < one.h + other.h


@FRAMES
def test_nothing_overlaps(paper: Paper, frame: Frame) -> None:
    for scene in maps(paper, frame):
        touching = [(one.node, other.node) for one, other in combinations(scene.marks, 2) if overlap(one, other)]
        assert touching == []


@FRAMES
def test_every_word_fits_into_its_box(paper: Paper, frame: Frame) -> None:
    for scene in maps(paper, frame):
        for mark in scene.marks:
            size = SIZES.get(mark.look, 15 if frame.beside else 13)
            assert all(width(line, size) <= mark.w for line in mark.lines), mark
            assert all(width(line, 11) <= mark.w - 32 for line in mark.foot), mark


@FRAMES
def test_every_map_fits_its_screen_across(paper: Paper, frame: Frame) -> None:
    for scene in maps(paper, frame):
        left, _, right, _ = bounds(scene)
        assert right - left <= (1040 if frame.beside else 400)


@FRAMES
def test_the_first_map_has_every_part_and_claim_once(paper: Paper, frame: Frame) -> None:
    nodes = [mark.node for mark in overview(paper, frame).marks]
    assert len(nodes) == len(set(nodes))
    claims = {shorten(result.claim.id) for part in paper.parts for result in part.results}
    assert claims | {part.id for part in paper.parts} <= set(nodes)
    assert sum(node.endswith(("/innovation", "/improvement")) for node in nodes) == 24


@FRAMES
def test_a_part_shows_its_claims_markers_and_entries(paper: Paper, frame: Frame) -> None:
    for part in paper.parts:
        nodes = {mark.node for mark in chains(part, frame).marks}
        citations = [citation for result in part.results for citation in result.citations]
        wanted = {result.claim.id for result in part.results} | {citation.id for citation in citations}
        wanted |= {citation.printed.id for citation in citations}
        wanted |= {citation.effective.id for citation in citations if citation.effective}
        assert nodes == {shorten(iri) for iri in wanted} | {part.id}


TEXTS = st.text(max_size=300)


@given(TEXTS, st.integers(30, 400), st.integers(8, 20))
def test_lines_are_never_wider_than_the_box(text: str, across: int, size: int) -> None:
    lines = wrap(text, across, size)
    assert all(width(line, size) <= across or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text.split())


@given(TEXTS, st.integers(40, 400), st.integers(1, 4))
def test_a_limit_of_lines_is_kept_and_shown(text: str, across: int, most: int) -> None:
    lines = wrap(text, across, 12, most)
    assert len(lines) <= most
    assert lines == wrap(text, across, 12) or lines[-1].endswith("\u2026")


@given(TEXTS, st.integers(40, 400))
def test_what_is_clipped_fits(text: str, across: int) -> None:
    clipped = clip(text, across, 12)
    assert width(clipped, 12) <= across
    assert clipped == text or clipped.endswith("\u2026")


HEIGHTS: Any = st.dictionaries(
    st.integers(), st.tuples(st.floats(-1e4, 1e4), st.floats(1, 300)), min_size=1, max_size=30
)


@given(HEIGHTS, st.floats(0, 50))
def test_what_is_spread_does_not_overlap(things: dict[int, tuple[float, float]], gap: float) -> None:
    wanted = {str(name): y for name, (y, _) in things.items()}
    heights = {str(name): height for name, (_, height) in things.items()}
    placed = sorted((y - heights[name] / 2, y + heights[name] / 2) for name, y in spread(wanted, heights, gap).items())
    assert all(after[0] - before[1] >= gap - 1e-6 for before, after in pairwise(placed))
