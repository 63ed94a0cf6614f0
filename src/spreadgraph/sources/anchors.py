"""Turns a curator's private list of sentences into passage entries: hash, counts and the fewest anchor words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from spreadgraph.errors import SourceError, SpreadgraphError
from spreadgraph.sources.yamltree import MAX_BYTES, TOO_LARGE
from spreadgraph.text import NORMALISATION, letters, numbers, sentence_sha256, without_markers

MOST_START_WORDS, MOST_END_WORDS, MOST_PREFIX_WORDS = 6, 4, 4
_SUPERSCRIPT = re.compile(r"[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]")
_LOCATOR = re.compile(r"[a-z0-9.-]+(/[a-z0-9.-]+){1,3}")
_WORD = re.compile(r"[^\W_]+")
_EDGE = "\"'\u2018\u2019\u201c\u201d\u2013\u2014-,;:.!?()[]"


@dataclass(frozen=True)
class Anchor:
    """The words that find a sentence again: ``start`` and, where they help, ``end`` and ``prefix``."""

    start: str
    end: str | None
    prefix: str | None


def passages(sentences: Mapping[str, str]) -> list[dict[str, str | int]]:
    """Return one passage entry, by the keys of the curated files, for each ``locator -> sentence`` in reading order.

    Superscript markers are recognised and left out of every slice. Raises SpreadgraphError where no slice of at
    most six words, about half of the sentence at most, tells a sentence from the rest of the paper.
    """
    text = [_words(sentence) for sentence in sentences.values()]
    before = ["", *sentences.values()]
    return [
        _entry(locator, sentence, anchor(sentence, text, previous))
        for (locator, sentence), previous in zip(sentences.items(), before, strict=False)
    ]


def anchor(sentence: str, text: list[list[str]], previous: str = "") -> Anchor:
    """Return the shortest anchor of ``sentence`` that is unique in ``text`` (the words of each of its sentences)."""
    budget = (len(_words(sentence)) + 2) // 2
    for start in _slices(sentence, min(MOST_START_WORDS, budget)):
        if len(_words(start)) >= 2 and _count(_words(start), text) == 1:
            return Anchor(start, _end(sentence, start, budget), None)
    starts = (s for s in _slices(sentence, min(MOST_START_WORDS, budget)) if len(_words(s)) >= 2)
    start = next(starts, "")
    for count in range(1, MOST_PREFIX_WORDS + 1) if start else ():
        prefix = " ".join(previous.split()[-count:]).strip(_EDGE)
        if prefix and _count(_words(prefix) + _words(start), [_words(previous) + _words(sentence)]) == 1:
            return Anchor(start, _end(sentence, start, budget), prefix)
    words = f"no unique anchor of {budget} words for the sentence that begins with"
    raise SpreadgraphError(f"{words}: {start or sentence[:40]}")


def _entry(locator: str, sentence: str, found: Anchor) -> dict[str, str | int]:
    entry: dict[str, str | int | None] = {
        "id": f"passage/{locator}",
        "type": "Passage",
        "locator": locator,
        "start": found.start,
        "end": found.end,
        "prefix": found.prefix,
        "letters": len(letters(sentence)),
        "words": len(_words(sentence)),
        "numbers": numbers(sentence) or None,
        "sha256": sentence_sha256(sentence),
        "normalisation": NORMALISATION,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _words(text: str) -> list[str]:
    return _WORD.findall(without_markers(text).casefold())


def _slices(sentence: str, most: int) -> Iterator[str]:
    """Yield the slices from the start of ``sentence`` that do not touch a marker, shortest first."""
    tokens = sentence.split()
    for end in range(1, len(tokens) + 1):
        if any(_SUPERSCRIPT.search(token) for token in tokens[:end]):
            return
        slice_ = " ".join(tokens[:end]).strip(_EDGE)
        if len(_words(slice_)) > most:
            return
        if not _touches(tokens, end):
            yield slice_


def _touches(tokens: list[str], end: int) -> bool:
    return end < len(tokens) and _SUPERSCRIPT.match(tokens[end]) is not None


def _end(sentence: str, start: str, budget: int) -> str | None:
    """Return the fewest words at the end of ``sentence`` whose first occurrence after ``start`` is the last one."""
    tokens = sentence.split()
    while tokens and (_SUPERSCRIPT.search(tokens[-1]) or not _words(tokens[-1])):
        tokens = tokens[:-2] if not _words(tokens[-1]) else tokens[:-1]
    rest = _words(" ".join(tokens))[len(_words(start)) :]
    for count in range(1, min(MOST_END_WORDS, budget - len(_words(start))) + 1):
        slice_ = " ".join(tokens[-count:]).strip(_EDGE)
        words = _words(slice_)
        if words and len(words) <= budget - len(_words(start)) and _count(words, [rest]) == 1:
            return slice_
    return None


def _count(words: list[str], text: list[list[str]]) -> int:
    return sum(
        sentence[at : at + len(words)] == words for sentence in text for at in range(len(sentence) - len(words) + 1)
    )


def read_sentences(path: Path | str) -> dict[str, str]:
    """Read a curator's list: one sentence a line, locator, tab, sentence; blank lines and # lines are passed over.

    Raises SourceError that names file and line where a line is not of that form or a locator comes twice.
    """
    found: dict[str, str] = {}
    faults = []
    for number, line in enumerate(_lines(Path(path)), 1):
        if not line.strip() or line.startswith("#"):
            continue
        locator, tab, sentence = line.partition("\t")
        if not tab or not sentence.strip() or not _LOCATOR.fullmatch(locator):
            faults.append(f"{path}:{number}: write a locator such as introduction/1/2, a tab, and the sentence")
        elif locator in found:
            faults.append(f"{path}:{number}: {locator} stands in the list already; give each sentence its own place")
        else:
            found[locator] = sentence.strip()
    if faults:
        raise SourceError(faults)
    return found


def _lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceError([f"{path}: {TOO_LARGE}"])
    try:
        return data.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise SourceError([f"{path}: this is not UTF-8 text; save it as UTF-8"]) from error
