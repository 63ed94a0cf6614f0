"""A profile in a file: written, read back, and refused with line and advice where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from spreadgraph.answers.profile import (
    Answer,
    Profile,
    Question,
    Sign,
    as_yaml,
    parse_profile,
    read_profile,
    template,
)
from spreadgraph.errors import SourceError

YES = Sign("claim/size.innovation", "It is large.", "innovation")
NO = Sign("claim/size.improvement", 'It is "small": no more.', "improvement")
ASKED = (
    Question("element/size", "size", "Size", "How large is it?", (NO, YES)),
    Question("element/age", "age", "Age", "How old is it?", (Sign("claim/age", "It is old.", "improvement"),)),
)


def parsed(text: str) -> Profile:
    return parse_profile(text, ASKED, "p.yaml")


def test_a_profile_comes_back_as_it_was_written() -> None:
    profile = Profile(
        'A "new" thing: é', {"size": Answer((NO,), note="no # doubt"), "age": Answer(word="not applicable")}
    )
    assert parsed(as_yaml(profile, ASKED)) == profile


def test_the_template_is_a_profile_without_a_name() -> None:
    with pytest.raises(SourceError, match="the intervention has no name"):
        parsed(template(ASKED))
    named = template(ASKED).replace("Name what you want to spread", "A thing")
    assert {answer.lean for answer in parsed(named).answers.values()} == {"unsure"}


def test_a_statement_counts_once_its_mark_is_taken_away() -> None:
    text = template(ASKED).replace("Name what you want to spread", "A thing")
    text = text.replace('    - unsure\n    # - "It is \\"small\\"', '    - "It is \\"small\\"')
    assert parsed(text).answers["size"] == Answer((NO,))


def test_what_is_left_out_is_unsure() -> None:
    assert parsed("intervention: x").answer(ASKED[0]).lean == "unsure"
    assert parsed("intervention: x\nanswers:\n  age:\n    note: why").answer(ASKED[1]) == Answer(note="why")


def test_one_answer_needs_no_list() -> None:
    assert parsed('intervention: x\nanswers:\n  size:\n    answer: "It is large."').answers["size"].lean == "innovation"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("intervention: x\nanswer: y", "p.yaml:2: a profile has no key answer; write answers"),
        ("answers:\n  size:\n    answer: unsure", "p.yaml:1: the intervention has no name; write intervention:"),
        ("intervention: x\nanswers:\n  sise:\n    answer: unsure", "p.yaml:3: answers has no key sise; write size"),
        ("intervention: x\nanswers:\n  size:\n    reply: unsure", "p.yaml:4: size has no key reply; write one of"),
        ("intervention: x\nanswers:\n  size: unsure", "p.yaml:3: size needs keys, such as answer:"),
        (
            'intervention: x\nanswers:\n  size:\n    answer: "It is larg."',
            'p.yaml:4: this is no answer to size; write "It is large."',
        ),
        ("intervention: x\nanswers:\n  size:\n    answer: 3", "p.yaml:4: this is no answer to size; write unsure"),
        (
            "intervention: x\nanswers:\n  age:\n    answer:\n    - unsure\n    - It is old.",
            "p.yaml:5: unsure stands beside other answers",
        ),
        ("intervention: x\nintervention: y", "p.yaml:2: the key intervention stands twice, first in line 1"),
        ("intervention: 3", "p.yaml:1: intervention has to be text; put it in double quotes"),
        ("intervention: x\nanswers:\n  age:\n    note: 7", "p.yaml:4: note has to be text"),
        ("intervention: x\nanswers:\n  age:\n    answer:\n    - [a, b]", "p.yaml:5: this is no answer to age"),
        ("intervention: x\nanswers:\n  age:\n    answer:\n    - a: b", "p.yaml:5: this is no answer to age"),
        ("- x", "p.yaml:1: a profile needs keys, such as intervention:"),
        ("", "p.yaml:1: the file is empty; begin with: spreadgraph advise --new-profile"),
        ("# a remark", "p.yaml:1: the file is empty"),
        ("intervention: &x y", "p.yaml:1: anchors"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: str) -> None:
    with pytest.raises(SourceError) as refusal:
        parsed(text)
    assert any(each.startswith(line) for each in refusal.value.errors), refusal.value.errors


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(SourceError) as refusal:
        parsed("intervention: x\nanswers:\n  sise:\n    answer: unsure\n  agge:\n    answer: unsure")
    assert len(refusal.value.errors) == 2


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"intervention: caf\xe9")
    with pytest.raises(SourceError, match=r"p\.yaml:1: not UTF-8"):
        read_profile(path, ASKED)
    path.write_bytes(b"a" * 1_000_001)
    with pytest.raises(SourceError, match="larger than 1 MB"):
        read_profile(path, ASKED)
