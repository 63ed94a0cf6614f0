"""Asks a reader the questions of a profile, one at a time, with progress and a way back."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TextIO

from spreadgraph.answers.profile import NOT_APPLICABLE, UNSURE, Answer, Profile, Question
from spreadgraph.errors import UsageError
from spreadgraph.views.terminal import Terminal

HELP = "Type the numbers of what is true in your setting, such as 1 3; u unsure; n not applicable; b back; q stop."
BACK, STOP = "b", "q"
_WORDS = {"u": UNSURE, UNSURE: UNSURE, "": UNSURE, "n": NOT_APPLICABLE, NOT_APPLICABLE: NOT_APPLICABLE}
_NUMBERS = re.compile(r"\d+(?:[\s,;]+\d+)*")


class _Back(Exception):  # noqa: N818  a wish of the reader, no error
    """The reader wants to see the question before."""


class StoppedError(UsageError):
    """The answers ended before the last question: ``told`` says where, ``profile`` holds those given so far."""

    def __init__(self, told: str, profile: Profile) -> None:
        super().__init__(f"{told}; nothing was kept; {_FILE}")
        self.told = told
        self.profile = profile


def ask(asked: Sequence[Question], source: TextIO | None = None, screen: TextIO | None = None) -> Profile:
    """Return the profile that a reader gives answer by answer.

    Questions go to ``screen`` (standard error, so that standard output holds the advice alone), answers come from
    ``source`` (standard input). Raises StoppedError where the answers end or the reader stops.
    """
    return _Asker(asked, source or sys.stdin, screen or sys.stderr).profile()


class _Asker:
    def __init__(self, asked: Sequence[Question], source: TextIO, screen: TextIO) -> None:
        self._asked = asked
        self._source = source
        self._screen = screen
        self._terminal = Terminal.of(screen)
        self._name = ""
        self._answers: dict[str, Answer] = {}
        self._at = 0

    def profile(self) -> Profile:
        while not self._name:
            self._name = self._read("What do you want to spread? ")
        self._say(["", *self._terminal.paragraph(f"{len(self._asked)} questions. {HELP}", "dim")])
        while self._at < len(self._asked):
            question = self._asked[self._at]
            try:
                self._answers[question.key] = self._answer(question)
                self._at += 1
            except _Back:
                self._at = max(self._at - 1, 0)
        return Profile(self._name, self._answers)

    def _answer(self, question: Question) -> Answer:
        before = self._answers.get(question.key)
        self._say(["", *self._terminal.paragraph(f"Question {self._at + 1} of {len(self._asked)}", "dim")])
        self._say(self._terminal.paragraph(question.text, "bold"))
        for number, sign in enumerate(question.signs, 1):
            self._say(self._terminal.item(f"  {number}  ", sign.text))
        if before:
            self._say(self._terminal.paragraph(f"  Your answer so far: {_so_far(before, question)}", "dim"))
        answer = self._choice(question, before)
        note = self._read("  A note, or Enter for none: ")
        if note.casefold() == BACK:
            raise _Back
        return replace(answer, note=note or answer.note)

    def _choice(self, question: Question, before: Answer | None) -> Answer:
        while True:
            given = self._read("  True here (numbers, u, n, b, q): ").casefold()
            if given == BACK:
                raise _Back
            if not given and before:
                return before
            if given in _WORDS:
                return Answer(word=_WORDS[given])
            numbers = {int(number) for number in re.findall(r"\d+", given)} if _NUMBERS.fullmatch(given) else set()
            if numbers and numbers <= set(range(1, len(question.signs) + 1)):
                return Answer(tuple(sign for number, sign in enumerate(question.signs, 1) if number in numbers))
            self._say(self._terminal.paragraph(f"  Numbers go from 1 to {len(question.signs)} here. {HELP}", "warn"))

    def _read(self, prompt: str) -> str:
        self._screen.write(prompt)
        self._screen.flush()
        line = self._source.readline()
        if not line:
            self._say([""])
            raise self._stopped("the answers ended")
        if line.strip().casefold() == STOP:
            raise self._stopped("stopped")
        return line.strip()

    def _stopped(self, how: str) -> StoppedError:
        told = f"{how} at question {self._at + 1} of {len(self._asked)}"
        return StoppedError(told, Profile(self._name, self._answers))

    def _say(self, lines: Sequence[str]) -> None:
        self._screen.write("".join(f"{line}\n" for line in lines))


def _so_far(answer: Answer, question: Question) -> str:
    numbers = [str(number) for number, sign in enumerate(question.signs, 1) if sign in answer.ticked]
    note = f", note: {answer.note}" if answer.note else ""
    return f"{' '.join(numbers) or answer.word}{note} (Enter keeps it)"


_FILE = "to answer in a file: spreadgraph advise --new-profile -o profile.yaml"
