"""What an existing plan speaks of: words with their lines, and files that are no plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from spreadgraph.answers.advise import paper_with_questions
from spreadgraph.answers.plan import Coverage, check_plan, read_plan
from spreadgraph.errors import UsageError
from spreadgraph.graph.store import LocalStore

PLAN = """\
# Our plan\r
We ask middle Managers and every leader.\r

The budget has been agreed. Our budgets follow.
First followers will be found; the first to follow are not.
"""


@pytest.fixture(scope="module")
def found(bundled: LocalStore) -> dict[str, Coverage]:
    return {each.name: each for each in check_plan(bundled, paper_with_questions(bundled), PLAN)}


def test_every_factor_and_characteristic_has_an_answer(found: dict[str, Coverage]) -> None:
    assert [each.sort for each in found.values()] == ["factor"] * 7 + ["characteristic"] * 12


def test_words_are_found_in_any_form_with_their_line(found: dict[str, Coverage]) -> None:
    assert [(each.line, each.words) for each in found["Culture and leadership"].mentions] == [
        (2, ("Managers", "leader"))
    ]
    assert [(each.line, each.words) for each in found["Finance and budgeting"].mentions] == [(4, ("budget", "budgets"))]


def test_words_that_belong_together_are_found_together_only(found: dict[str, Coverage]) -> None:
    assert [(each.line, each.words) for each in found["The innovator"].mentions] == [(5, ("First followers",))]


def test_what_is_not_spoken_of_has_no_line(found: dict[str, Coverage]) -> None:
    assert found["Sustainability"].mentions == ()


def test_signs_of_a_query_language_are_only_text(bundled: LocalStore) -> None:
    coverage = check_plan(bundled, paper_with_questions(bundled), 'text: "leader" OR NEAR(* \ue000budget\ue001 -x)')
    words = {each.name: each.mentions[0].words for each in coverage if each.mentions}
    assert words["Finance and budgeting"] == ("budget",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the plan is empty"),
        (b" \n\t\n", "the plan is empty"),
        (b"%PDF-1.7 text", "this is no text file"),
        (b"PK\x03\x04\x00\x00", "this is no text file"),
        ("plan".encode("utf-16"), "the text is UTF-16"),
        (b"caf\xe9", "not UTF-8"),
        (b"a" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_what_is_no_plan_is_refused_in_one_line(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "plan.md"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=message) as refusal:
        read_plan(path)
    assert "\n" not in str(refusal.value)


def test_a_plan_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("A budget", encoding="utf-8-sig")
    assert read_plan(path) == "A budget"
