"""Which factors and characteristics an existing plan speaks of, with the words that say so; nothing is scored."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from spreadgraph.answers.rows import distinct, grouped, rows
from spreadgraph.errors import UsageError
from spreadgraph.graph.store import Store

MAX_BYTES = 5_000_000
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKED = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_WORD = re.compile(r"[^\W_]+")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Mention:
    """A line of the plan (counted from 1), the words in it that speak of an element, and the line itself."""

    line: int
    words: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Coverage:
    """An element (``sort`` is factor or characteristic) with the lines that seem to speak of it, maybe none."""

    element: str
    sort: str
    name: str
    definition: str | None
    mentions: tuple[Mention, ...]


def read_plan(path: Path | str) -> str:
    """Return the text of a plan (plain text or Markdown, UTF-8).

    Raises UsageError in one line where the file is empty, larger than 5 MB or no text; OSError where it cannot be read.
    """
    with Path(path).open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(f"{path}: larger than 5 MB; give the plan itself as text or Markdown, without attachments")
    if data.startswith(_UTF16):
        raise UsageError(f"{path}: the text is UTF-16; save it with the encoding UTF-8")
    if b"\0" in data or data.startswith(b"%PDF-"):
        raise UsageError(f"{path}: this is no text file; save the plan as plain text or Markdown")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8; save the plan as plain text with the encoding UTF-8") from error
    if not text.strip():
        raise UsageError(f"{path}: the plan is empty; there is nothing to check")
    return text


def check_plan(store: Store, paper: str, text: str) -> tuple[Coverage, ...]:
    """Return each factor and characteristic of a paper (its IRI) with the lines of ``text`` that speak of it.

    An element is spoken of where one of its search words stands, in any form with the same stem. Words do not tell
    whether a topic is dealt with: the reader accepts or rejects each.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    found = grouped(rows(store, "advise/search-words", document=[paper]), "element")
    with closing(_index(lines)) as plan:
        return tuple(
            Coverage(
                element, group[0]["sort"], group[0]["name"], group[0]["definition"],
                _mentions(plan, [group[0]["name"], *_split(distinct(group, "words"))], lines),
            )
            for element, group in found.items()
        )  # fmt: skip


def _split(words: Sequence[str]) -> list[str]:
    return [phrase for each in words for phrase in each.split(",")]


def _index(lines: Sequence[str]) -> sqlite3.Connection:
    # The tokens and stems of the search, so that a word finds here what it finds there.
    plan = sqlite3.connect(":memory:")
    plan.execute("CREATE VIRTUAL TABLE plan USING fts5(text, tokenize = 'porter unicode61 remove_diacritics 2')")
    kept = ((number, line.translate({0xE000: None, 0xE001: None})) for number, line in enumerate(lines, 1))
    plan.executemany("INSERT INTO plan(rowid, text) VALUES (?, ?)", kept)
    return plan


def _mentions(plan: sqlite3.Connection, phrases: Sequence[str], lines: Sequence[str]) -> tuple[Mention, ...]:
    wanted = " OR ".join(f'"{" ".join(words)}"' for phrase in phrases if (words := _WORD.findall(phrase)))
    sql = "SELECT rowid, highlight(plan, 0, ?, ?) FROM plan WHERE plan MATCH ? ORDER BY rowid"
    found = plan.execute(sql, (_OPEN, _CLOSE, wanted))
    return tuple(Mention(line, _marked(text), lines[line - 1].strip()) for line, text in found)


def _marked(text: str) -> tuple[str, ...]:
    return tuple({word.casefold(): word for word in _MARKED.findall(text)}.values())
