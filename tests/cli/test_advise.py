"""Asking for advice at a terminal and from files: progress, a way back, and nothing half done."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from spreadgraph.answers.profile import Question, Sign
from spreadgraph.cli import main
from spreadgraph.cli.questionnaire import ask
from spreadgraph.errors import UsageError
from spreadgraph.resources import ontology_dir

LARGE, SMALL = Sign("c/1", "Large.", "innovation"), Sign("c/2", "Small.", "improvement")
OLD = Sign("c/3", "Old.", "improvement")
ASKED = (
    Question("e/size", "size", "Size", "How large is it?", (LARGE, SMALL)),
    Question("e/age", "age", "Age", "How old is it?", (OLD,)),
)
DRUG = ontology_dir() / "examples" / "hospital-only-drug.yaml"


def answered(*lines: str) -> tuple[list[str], str]:
    screen = io.StringIO()
    profile = ask(ASKED, io.StringIO("".join(f"{line}\n" for line in lines)), screen)
    return [profile.answer(question).lean for question in ASKED], screen.getvalue()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def test_numbers_and_words_are_answers_and_progress_is_shown() -> None:
    leans, screen = answered("A thing", "1 2", "", "n", "")
    assert leans == ["mixed", "not applicable"]
    assert "Question 1 of 2" in screen
    assert "Question 2 of 2" in screen
    assert "innovation" not in screen
    assert "improvement" not in screen


@pytest.mark.parametrize("numbers", ["1,2", "2 1", "1, 2", "1;2", "1 1 2"])
def test_numbers_may_be_written_in_many_ways(numbers: str) -> None:
    assert answered("A thing", numbers, "", "", "")[0] == ["mixed", "unsure"]


@pytest.mark.parametrize("wrong", ["3", "0", "1 3", "yes", "-1", "1.5", "99999999999999999999"])
def test_what_is_no_answer_is_asked_again(wrong: str) -> None:
    leans, screen = answered("A thing", wrong, "2", "", "u", "")
    assert leans == ["improvement", "unsure"]
    assert "Numbers go from 1 to 2 here." in screen


def test_one_can_go_back_and_keep_or_change_an_answer() -> None:
    leans, screen = answered("A thing", "b", "1", "a note", "b", "", "", "1", "")
    assert leans == ["innovation", "improvement"]
    assert "Your answer so far: 1, note: a note (Enter keeps it)" in screen
    assert answered("A thing", "1", "", "b", "2", "", "1", "")[0] == ["improvement", "improvement"]
    assert answered("A thing", "1", "", "1", "b", "2", "", "1", "")[0] == ["improvement", "improvement"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "the answers ended at question 1 of 2; nothing was kept"),
        (["A thing", "1", ""], "the answers ended at question 2 of 2"),
        (["A thing", "1", "", "q"], "stopped at question 2 of 2"),
    ],
)
def test_an_end_is_one_line_that_says_how_to_go_on(lines: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message) as refusal:
        answered(*lines)
    assert "spreadgraph advise --new-profile" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_answers_given_at_a_terminal_can_be_kept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("A thing\n" + "1\n\n" * 12))
    kept = tmp_path / "profile.yaml"
    code, spoken, err = run(capsys, "advise", "--brief", "--save", str(kept))
    assert code == 0
    assert spoken.startswith("Plan cards: A thing")
    assert "Question 12 of 12" in err
    assert run(capsys, "advise", "--brief", "--profile", str(kept))[1] == spoken


def test_input_that_ends_leaves_no_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("A thing\n1\n"))
    code, out, err = run(capsys, "advise", "-o", str(tmp_path / "a.html"), "--save", str(tmp_path / "p.yaml"))
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("spreadgraph: the answers ended at question 1 of 12")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", ["q\n", ""])
def test_answers_given_before_the_end_are_kept_where_they_are_to_be_saved(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, end: str
) -> None:
    kept = tmp_path / "p.yaml"
    monkeypatch.setattr("sys.stdin", io.StringIO("A thing\n1\na note\n2\n\n" + end))
    code, out, err = run(capsys, "advise", "--save", str(kept))
    assert (code, out) == (2, "")
    told = err.splitlines()[-1]
    assert "at question 3 of 12; the answers so far are kept in" in told
    assert told.endswith(f"spreadgraph advise --profile {kept}")
    text = kept.read_text(encoding="utf-8")
    assert next(line.strip() for line in text.splitlines() if "note: " in line) == 'note: "a note"'
    assert text.count("\n    - unsure\n") == 10
    assert run(capsys, "advise", "--profile", str(kept))[1].startswith("Plan cards: A thing\n")


@pytest.mark.parametrize("words", [("--new-profile", "-o"), ("--save",)])
def test_a_profile_that_is_there_is_not_overwritten(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...]
) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text("mine", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("A thing\n" + "1\n\n" * 12))
    code, out, err = run(capsys, "advise", *words, str(path))
    assert (code, out) == (2, "")
    told = "is there already and may hold answers; name another file, or remove this one"
    assert err == f"spreadgraph: {path} {told}\n"
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_new_profile_filled_in_gives_advice(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    assert run(capsys, "advise", "--new-profile", "-o", str(path))[0] == 0
    assert run(capsys, "advise", "--profile", str(path))[0] == 2
    path.write_text(path.read_text(encoding="utf-8").replace("Name what you want to spread", "A"), encoding="utf-8")
    assert run(capsys, "advise", "--profile", str(path))[1].startswith("Plan cards: A\n")


@pytest.mark.parametrize(("form", "start"), [("text", "Plan cards:"), ("md", "# Plan"), ("html", "<!doctype html>")])
def test_advice_comes_in_every_form(capsys: pytest.CaptureFixture[str], form: str, start: str) -> None:
    code, out, err = run(capsys, "advise", "--profile", str(DRUG), "--format", form)
    assert (code, err) == (0, "")
    assert out.lstrip().startswith(start)


def test_more_cards_are_shown_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("advise", "--profile", str(DRUG), "--format", "json", "--cards")
    few, many = (json.loads(run(capsys, *words, number)[1])["factors"][0]["columns"][0] for number in ("1", "9"))
    assert (len(few["cards"]), len(few["more"])) == (1, 5)
    assert (len(many["cards"]), len(many["more"])) == (6, 0)


def test_a_wrong_profile_leaves_no_output(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("intervention: x\nanswer: none\n", encoding="utf-8")
    code, out, err = run(capsys, "advise", "--profile", str(path), "-o", str(tmp_path / "out.md"))
    assert (code, out) == (2, "")
    assert err == f"spreadgraph: {path}:2: a profile has no key answer; write answers\n"
    assert [each.name for each in tmp_path.iterdir()] == ["p.yaml"]


def test_a_plan_is_looked_at(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("# Plan\nTalk to the budget holders.\n", encoding="utf-8")
    code, out, _ = run(capsys, "advise", "--plan", str(path))
    assert code == 0
    spoken, silent = out.split("No word found for")
    assert "line 2: budget" in spoken
    assert "Sustainability (factor)" in silent
    marked = run(capsys, "advise", "--plan", str(path), "--format", "md")[1]
    assert "- [ ] **Finance and budgeting** (factor)" in marked
    found = json.loads(run(capsys, "advise", "--plan", str(path), "--format", "json")[1])
    assert [each["name"] for each in found if each["mentions"]] == ["Finance and budgeting"]
    assert run(capsys, "advise", "--plan", str(path), "--format", "html")[0] == 2


def test_a_plan_without_words_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("", encoding="utf-8")
    code, out, err = run(capsys, "advise", "--plan", str(path), "-o", str(tmp_path / "out.md"))
    assert (code, out) == (2, "")
    assert err == f"spreadgraph: {path}: the plan is empty; there is nothing to check\n"
    assert not (tmp_path / "out.md").exists()
