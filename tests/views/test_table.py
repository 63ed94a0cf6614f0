"""Tables for a terminal: side by side where there is room, else a block a row."""

from __future__ import annotations

import pytest

from spreadgraph.answers.ask import prepared_named, run
from spreadgraph.graph.store import LocalStore
from spreadgraph.views.solutions import rendered
from spreadgraph.views.table import render
from spreadgraph.views.terminal import Terminal

LONG = "Leaders bring it about with others"


def test_columns_with_room_stand_side_by_side() -> None:
    assert render(["a", "b"], [["1", LONG]], Terminal(80)).splitlines() == [
        "a   b",
        "─" * 38,
        f"1   {LONG}",
    ]


def test_many_short_columns_are_a_table_still() -> None:
    names = [f"c{number}" for number in range(12)]
    first, *_ = render(names, [["yes"] * 12], Terminal(80)).splitlines()
    assert first.split() == names


def test_a_row_is_a_block_where_columns_would_break_words() -> None:
    cells = [[LONG, LONG, "", LONG, "x"], ["y", LONG, "z\x1b", LONG, LONG]]
    assert render(["one", "second", "third", "fourth", "five"], cells, Terminal(50)).splitlines() == [
        f"one: {LONG}", f"second: {LONG}", f"fourth: {LONG}", "five: x", "",
        "one: y", f"second: {LONG}", "third: z\ufffd", f"fourth: {LONG}", f"five: {LONG}",
    ]  # fmt: skip
    wide = render(["one", "second", *"abcdefgh"], [["x", *["word " * 20] * 9]], Terminal(80)).splitlines()
    assert wide[:3] == ["one:    x", f"second: {' '.join(['word'] * 14)}", f"        {' '.join(['word'] * 6)}"]


@pytest.mark.parametrize("name", ["everything-one-row-a-path", "who-cites-a-work"])
@pytest.mark.parametrize("width", [40, 80])
def test_no_word_of_a_wide_answer_is_broken(bundled: LocalStore, name: str, width: int) -> None:
    given = ["work=10.1136/bmj.l2068"] if name == "who-cites-a-work" else []
    answer = rendered(run(bundled, prepared_named(bundled, name, given)), "table", Terminal(width))
    assert "doi:10.1136/bmj.l2068" in answer.text
    assert all(len(line) <= width for line in answer.text.splitlines() if " " in line.split(": ", 1)[-1].strip())
