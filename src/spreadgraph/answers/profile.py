"""A reader's own intervention as answers to a paper's questions: what is asked, how it leans, and its file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from spreadgraph.answers.compare import IMPROVEMENT, INNOVATION
from spreadgraph.answers.rows import Row, grouped, rows
from spreadgraph.errors import NotFoundError, SourceError, UsageError
from spreadgraph.graph.store import Store
from spreadgraph.sources.yamltree import MAX_BYTES, TOO_LARGE, Fault, Node, RefusedError, parse

UNSURE, NOT_APPLICABLE, MIXED = "unsure", "not applicable", "mixed"
LEANS = (INNOVATION, IMPROVEMENT, MIXED, UNSURE, NOT_APPLICABLE)
MAX_ERRORS = 20
PLACEHOLDER = "Name what you want to spread"
_KEYS = ("intervention", "answers")
_ANSWER_KEYS = ("answer", "note")


@dataclass(frozen=True)
class Sign:
    """A statement to tick where it is true; ``framing`` is what it is a sign of, and is not shown while asking."""

    claim: str
    text: str
    framing: str


@dataclass(frozen=True)
class Question:
    """What to ask about one characteristic; ``key`` is its short name, the signs stand in shuffled, fixed order."""

    element: str
    key: str
    name: str
    text: str
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class Answer:
    """What holds in the reader's setting: the ``ticked`` signs, or ``word`` (unsure, not applicable), and a note."""

    ticked: tuple[Sign, ...] = ()
    word: str = UNSURE
    note: str = ""

    @property
    def lean(self) -> str:
        """Which framing the ticked signs speak for: one, ``mixed``, ``unsure`` or ``not applicable``."""
        framings = {sign.framing for sign in self.ticked}
        return self.word if not framings else framings.pop() if len(framings) == 1 else MIXED


@dataclass(frozen=True)
class Profile:
    """A reader's intervention and their answers, by the key of the question; what is left out is unsure."""

    intervention: str
    answers: Mapping[str, Answer] = field(default_factory=dict)

    def answer(self, question: Question) -> Answer:
        """Return the answer to a question, or unsure where there is none."""
        return self.answers.get(question.key, Answer())


def questions(store: Store, paper: str) -> tuple[Question, ...]:
    """Return the questions that a paper (its IRI) leads to, in its own order. Raises NotFoundError without any."""
    found = grouped(rows(store, "advise/questions", document=[paper]), "element")
    if not found:
        raise NotFoundError("this paper sets no characteristics side by side, so that it asks nothing of a profile")
    return tuple(_question(element, group) for element, group in found.items())


def _question(element: str, group: list[Row]) -> Question:
    signs = [Sign(row["claim"], row["sign"], row["framing"]) for row in group]
    # A hash of the id mixes the framings in an order that is the same for everybody and gives nothing away.
    signs.sort(key=lambda sign: hashlib.sha256(sign.claim.encode()).digest())
    return Question(element, element.rsplit("/", 1)[1], group[0]["name"], group[0]["question"], tuple(signs))


def lean_in_words(leans: Sequence[str]) -> str:
    """Say how many characteristics lean which way; this is a list, and no total is meant.

    >>> lean_in_words(["improvement", "mixed", "improvement", "unsure"])
    '2 lean improvement, 1 mixed, 1 unsure'
    """
    counts = [(leans.count(lean), lean) for lean in LEANS if lean in leans]
    return ", ".join(f"{count} {'lean ' if not at else ''}{lean}" for at, (count, lean) in enumerate(counts))


def template(asked: Sequence[Question]) -> str:
    """Return an empty profile to be filled in: every statement is there, behind a ``#``."""
    return as_yaml(Profile(""), asked)


def as_yaml(profile: Profile, asked: Sequence[Question]) -> str:
    """Return a profile as it is written in a file, with the statements that are not ticked behind a ``#``."""
    lines = [*_HEAD, f"intervention: {_quoted(profile.intervention or PLACEHOLDER)}", "answers:"]
    for number, question in enumerate(asked, 1):
        lines += _asked_lines(number, question, profile.answer(question))
    return "\n".join(lines) + "\n"


_HEAD = (
    "# A profile of what you want to spread, for: spreadgraph advise --profile FILE",
    "# Under each question, delete the # before every statement that is true in your setting, and then delete",
    "# the line that says unsure. Nothing true, or not sure: leave it. No bearing: write not applicable for unsure.",
    "# A note is yours alone; take the # away to keep one. This file stays on your machine.",
)


def _asked_lines(number: int, question: Question, answer: Answer) -> list[str]:
    lines = ["", f"  # {number}. {question.text}", f"  {question.key}:", "    answer:"]
    lines += [] if answer.ticked else [f"    - {answer.word}"]
    lines += [f"    {'' if sign in answer.ticked else '# '}- {_quoted(sign.text)}" for sign in question.signs]
    return [*lines, f"    {'' if answer.note else '# '}note: {_quoted(answer.note)}"]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def read_profile(path: Path | str, asked: Sequence[Question]) -> Profile:
    """Return the profile in a file.

    Raises SourceError with up to 20 lines ``file:line: what is wrong; what to write``, and OSError where the file
    cannot be read.
    """
    with Path(path).open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceError([f"{path}:1: {TOO_LARGE}"])
    try:
        return parse_profile(data.decode("utf-8-sig"), asked, str(path))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError([f"{path}:{line}: not UTF-8; save the file with the encoding UTF-8"]) from error


def parse_profile(text: str, asked: Sequence[Question], name: str = "profile") -> Profile:
    """Return the profile that a YAML ``text`` holds; ``name`` is what messages call it. Raises SourceError."""
    faults: list[Fault] = []
    reader = _Reader(asked, faults)
    try:
        if all(line.lstrip()[:1] in {"", "#"} for line in text.splitlines()):
            raise RefusedError(1, "the file is empty; begin with: spreadgraph advise --new-profile")
        profile = reader.profile(parse(text, faults))
    except RefusedError as refusal:
        faults.append(refusal.fault)
    if faults:
        lines = sorted({(fault.line, fault.message) for fault in faults})
        raise SourceError([f"{name}:{line}: {message}" for line, message in lines[:MAX_ERRORS]])
    return profile


class _Reader:
    """Walks the tree of one profile and notes every fault with its line."""

    def __init__(self, asked: Sequence[Question], faults: list[Fault]) -> None:
        self._questions = {question.key: question for question in asked}
        self._faults = faults

    def profile(self, root: Node) -> Profile:
        parts = self._mapping(root, _KEYS, "a profile")
        name = self._text(parts.get("intervention"), "intervention")
        if name in {"", PLACEHOLDER}:
            self._fault(root.line, 'the intervention has no name; write intervention: "what you want to spread"')
        answers = parts.get("answers")
        given = self._mapping(answers, tuple(self._questions), "answers") if answers else {}
        return Profile(name, {key: self._answer(self._questions[key], node) for key, node in given.items()})

    def _answer(self, question: Question, node: Node) -> Answer:
        parts = self._mapping(node, _ANSWER_KEYS, question.key)
        note = self._text(parts.get("note"), "note")
        given = parts.get("answer")
        if not given:
            return Answer(note=note)
        items = given.value if isinstance(given.value, list) else [given]
        # Not a set: an item may be a list or a mapping, for which a set has no place.
        words = [item for item in items if item.value in (UNSURE, NOT_APPLICABLE)]
        ticked = [sign for item in items if item not in words and (sign := self._sign(question, item))]
        if words and len(items) > 1:
            self._fault(words[0].line, f"{words[0].value} stands beside other answers; delete the one or the others")
        return Answer(tuple(dict.fromkeys(ticked)), str(words[0].value) if words else UNSURE, note)

    def _sign(self, question: Question, node: Node) -> Sign | None:
        texts = {sign.text: sign for sign in question.signs}
        if isinstance(node.value, str) and node.value in texts:
            return texts[node.value]
        near = get_close_matches(str(node.value), texts, n=1, cutoff=0.5)
        # A text that was cut or changed is never taken for the nearest one: the reader has to say so.
        advice = f"write {_quoted(near[0])}" if near else "write unsure, not applicable, or statements of the template"
        self._fault(node.line, f"this is no answer to {question.key}; {advice}")
        return None

    def _mapping(self, node: Node, known: Sequence[str], what: str) -> dict[str, Node]:
        if not isinstance(node.value, dict):
            self._fault(node.line, f"{what} needs keys, such as {known[0]}: on a line of its own, further indented")
            return {}
        for key in node.value.keys() - set(known):
            near = get_close_matches(key, known, n=1, cutoff=0.5)
            advice = f"write {near[0]}" if near else f"write one of {', '.join(known)}"
            self._fault(node.value[key].key_line, f"{what} has no key {key}; {advice}")
        return {key: value for key, value in node.value.items() if key in known}

    def _text(self, node: Node | None, key: str) -> str:
        if node is None:
            return ""
        if not isinstance(node.value, str):
            self._fault(node.key_line, f"{key} has to be text; put it in double quotes")
            return ""
        return node.value.strip()

    def _fault(self, line: int, message: str) -> None:
        self._faults.append(Fault(line, message))


def chosen(known: Mapping[str, str], wanted: str | None) -> str:
    """Return the paper to take advice from: the one with the short name ``wanted``, or the only one.

    ``known`` maps short names to IRIs. Raises NotFoundError or UsageError that names the papers to choose from.
    """
    names = ", ".join(known) or "none"
    if wanted and wanted not in known:
        raise NotFoundError(f"no paper with questions is called {wanted!r}; there are: {names}")
    if not wanted and len(known) != 1:
        raise UsageError(f"say which paper to take advice from with --paper; there are: {names}")
    return known[wanted or next(iter(known))]
