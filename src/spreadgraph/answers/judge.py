"""Judges whether the sentences of a paper stand in a copy: one verdict each, and none is found by mere likeness."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from spreadgraph.answers.copies import FoldedCopy, Span, without_page_numbers
from spreadgraph.answers.evidence import Result
from spreadgraph.text import letters, numbers

IDENTICAL = "identical"
ANCHORS_ONLY = "anchors only"
CHANGED = "changed"
ELSEWHERE = "found in another paper you hold"
MISSING = "not in this copy"
NO_TEXT = "this copy has no text"
NO_WORDS = "nothing to compare"
VERDICTS = (IDENTICAL, ANCHORS_ONLY, CHANGED, ELSEWHERE, MISSING, NO_TEXT, NO_WORDS)

# How many letters may stand between the two parts of a sentence: a full page with a table on it.
_REACH = 12_000
# How many sentences on either side tell where a changed one has to be.
_NEIGHBOURS = 3


@dataclass(frozen=True)
class Passage:
    """What finds a sentence again without its text; ``markers`` are the citation markers printed in it."""

    id: str
    locator: str
    place: str
    section: str
    start: str
    end: str | None
    letters: int
    words: int | None
    numbers: tuple[str, ...]
    sha256: str
    markers: tuple[str, ...]
    markers_before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What became of one passage in a copy: ``verdict`` is one of VERDICTS, ``reason`` says why in plain words.

    ``sentence`` is the reader's own copy at that place, or None where nothing was found; ``claims`` are the traces of
    the claims that stand in the passage.
    """

    passage: Passage
    verdict: str
    reason: str
    sentence: str | None = None
    claims: tuple[Result, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """A verdict and its reason, with every place in the copy where the sentence stands."""

    verdict: str
    reason: str
    spans: tuple[Span, ...] = ()
    sentence: str | None = None


def judge(passages: Sequence[Passage], copy: FoldedCopy) -> tuple[Verdict, ...]:
    """Return one verdict for each of the ``passages``, which are those of one paper in reading order."""
    if not copy.letters:
        return tuple(Verdict(passage, NO_TEXT, "the copy holds pictures of pages, or nothing") for passage in passages)
    missing = Judgement(MISSING, "neither its words nor their place were found")
    # In an imported table a marker can be all that a cell holds.
    wordless = Judgement(NO_WORDS, "nothing but a marker stands there")
    sure = [stands(passage, copy) if passage.letters else None for passage in passages]
    found = [
        each or (_changed(at, passages, sure, copy) or missing if passages[at].letters else wordless)
        for at, each in enumerate(sure)
    ]
    return tuple(
        Verdict(passage, each.verdict, each.reason, each.sentence)
        for passage, each in zip(passages, found, strict=True)
    )


# ------ sentences whose letters are all there


def stands(passage: Passage, copy: FoldedCopy) -> Judgement | None:
    """Judge a passage whose letters all stand in the copy, in a row or around whole lines; None where they do not."""

    def alone(spans: list[Span]) -> list[Span]:
        return [span for span in spans if copy.stands_alone(span, passage.start[:1].isupper())]

    spots = [Span(at, at + passage.letters) for at in copy.finds(passage.start)]
    whole = [span for span in spots if copy.has(passage.sha256, span)]
    spans = alone(whole) or alone([span for spot in spots for span in _broken(passage, copy, spot)])
    if not spans:
        return _inside(copy, whole) if whole else None
    # Where a copy has a sentence more than once and not alike, the worst counts.
    worst = max((_at(passage, copy, span) for span in spans), key=lambda each: VERDICTS.index(each.verdict))
    return replace(worst, spans=tuple(spans))


def _broken(passage: Passage, copy: FoldedCopy, spot: Span) -> list[Span]:
    found = copy.broken(spot.start, passage.letters, _REACH)
    return [span for span in found if copy.has(passage.sha256, span) and copy.is_furniture(span)][:1]


def _inside(copy: FoldedCopy, spans: Sequence[Span]) -> Judgement:
    reason = "its words are there, but inside a longer sentence"
    return Judgement(CHANGED, reason, tuple(spans), _shown(copy, spans[0]))


def _at(passage: Passage, copy: FoldedCopy, span: Span) -> Judgement:
    """Judge a sentence whose letters all stand at ``span``."""
    readings = list(copy.readings(span))
    right = next((parts for parts in readings if _same_numbers(passage, "\n".join(parts))), None)
    if right:
        return replace(_divided(passage, copy, span), sentence=_one_line(right))
    if any(_same_numbers(passage, without_page_numbers("\n".join(parts))) for parts in readings):
        return Judgement(
            ANCHORS_ONLY, "its words are there, with a page number in between", sentence=_shown(copy, span)
        )
    known = ", ".join(passage.numbers) or "none"
    reason = f"its words are there, but other numbers than in the paper ({known})"
    return Judgement(CHANGED, reason, sentence=_shown(copy, span))


def _divided(passage: Passage, copy: FoldedCopy, span: Span) -> Judgement:
    if span.cut is not None:
        return Judgement(ANCHORS_ONLY, "its words are all there in order, with page furniture in between")
    if not _same_words(passage, copy, span):
        return Judgement(ANCHORS_ONLY, "its letters are all there in order, but divided into words otherwise")
    return Judgement(IDENTICAL, "letter for letter and number for number")


def _shown(copy: FoldedCopy, span: Span) -> str:
    return _one_line(next(copy.readings(span)))


def _one_line(parts: Sequence[str]) -> str:
    return " ".join(" [...] ".join(parts).split())


def _same_words(passage: Passage, copy: FoldedCopy, span: Span) -> bool:
    """Whether the blanks stand where they should: letters alone cannot tell 'notable' from 'not able'."""
    if passage.words is None:
        return True
    found = copy.word_counts(span)
    # Numbers are words too, unless they are glued to one.
    fewest = passage.words - sum(len(re.findall(r"\d+", number)) for number in passage.numbers)
    return found.stop > fewest and found.start <= passage.words


def _same_numbers(passage: Passage, text: str) -> bool:
    found = numbers(text).split()
    if agree(found, passage.numbers, passage.markers):
        return True
    return bool(found) and found[0] in passage.markers_before and agree(found[1:], passage.numbers, passage.markers)


def agree(found: Sequence[str], known: Sequence[str], markers: Sequence[str]) -> bool:
    """Whether the numbers ``found`` are those ``known``, apart from citation ``markers``, each at most once.

    >>> agree(["12", "21"], ["12"], ["21"]), agree(["13", "21"], ["12"], ["21"]), agree(["2019.3"], ["2019"], ["3"])
    (True, False, True)
    """
    left = Counter(digits for marker in markers for digits in re.findall(r"\d+", marker))
    expected, waiting = list(known), list(found)
    while waiting:
        number = waiting.pop(0)
        head, stop, tail = _last_part(number)
        if expected and number == expected[0]:
            expected.pop(0)
        elif left[number]:
            left[number] -= 1
        elif stop and left[tail]:
            # A marker glued to a number or to another marker: 2019.3, or 1,2.
            left[tail] -= 1
            waiting.insert(0, head)
        else:
            return False
    return not expected


def _last_part(number: str) -> tuple[str, str, str]:
    at = max(number.rfind("."), number.rfind(","))
    return (number[:at], number[at], number[at + 1 :]) if at > 0 else ("", "", number)


# ------ sentences that are no longer what they were


def _changed(
    at: int, passages: Sequence[Passage], sure: Sequence[Judgement | None], copy: FoldedCopy
) -> Judgement | None:
    """Judge a passage whose letters are nowhere: changed if it begins or ends as known, between its neighbours."""
    passage = passages[at]
    region = _region(at, passages, sure, len(copy.letters))
    if region is None or region.end - region.start < passage.letters / 2:
        return None
    first, last = len(letters(passage.start)), len(letters(passage.end or ""))
    begins = [
        spot
        for spot in copy.finds(passage.start, region.start, region.end)
        if copy.begins_at(spot) and copy.at_word_edge(spot + first)
    ]
    ends = [
        spot + last
        for spot in copy.finds(passage.end or "", region.start, region.end)
        if copy.at_word_edge(spot) and copy.ends_at(spot + last)
    ]
    if len(begins) == 1:
        after = [end for end in ends if begins[0] < end <= begins[0] + 2 * passage.letters]
        end = after[-1] if after else min(region.end, begins[0] + passage.letters)
        return _worded_otherwise(copy, "begins", Span(begins[0], end))
    if len(ends) == 1 and not begins:
        start = max(region.start, ends[0] - 2 * passage.letters)
        return _worded_otherwise(copy, "ends", Span(start, ends[0]))
    return None


def _worded_otherwise(copy: FoldedCopy, how: str, span: Span) -> Judgement:
    return Judgement(CHANGED, f"it {how} as known, but is worded otherwise", (span,), _shown(copy, span))


def _region(at: int, passages: Sequence[Passage], sure: Sequence[Judgement | None], size: int) -> Span | None:
    """Return where a passage has to be: between its nearest neighbours in its section that were located."""
    section, near = passages[at].section, range(max(0, at - _NEIGHBOURS), min(len(passages), at + _NEIGHBOURS + 1))
    located = [index for index in near if sure[index] and passages[index].section == section]
    before = [span.end for span in _nearest(sure, [index for index in located if index < at][-1:])]
    after = [span.start for span in _nearest(sure, [index for index in located if index > at][:1])]
    reach = 3 * passages[at].letters
    pairs = [(start, end) for start in before for end in after if start <= end]
    if before and after:
        return Span(*min(pairs, key=lambda pair: pair[1] - pair[0])) if pairs else None
    if before:
        return Span(before[0], min(before[0] + reach, size))
    return Span(max(0, after[0] - reach), after[0]) if after else None


def _nearest(sure: Sequence[Judgement | None], indexes: Sequence[int]) -> tuple[Span, ...]:
    return next((each.spans for index in indexes if (each := sure[index])), ())
