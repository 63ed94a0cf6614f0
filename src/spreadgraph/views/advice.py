"""Shows advice as text for a terminal, as Markdown, as a page to print, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple

from spreadgraph.answers.advise import Advice, Card, Column, Standing, Topic
from spreadgraph.answers.evidence import Result
from spreadgraph.answers.profile import MIXED, NOT_APPLICABLE, UNSURE, lean_in_words
from spreadgraph.terms import shorten
from spreadgraph.views.terminal import NARROW, Terminal
from spreadgraph.views.traces import (
    Field,
    bullets,
    fields,
    hedge_in_words,
    markdown_escaped,
    result_json,
    support_in_words,
)
from spreadgraph.views.wording import how_firmly

OURS = (
    "Each step is put in a curator's words. Under it stands what the authors say, how firmly, where, and what it rests "
    "on. Nothing here shows that a step works."
)
NO_TOTAL = "The list is not added up: each characteristic stands for itself, and what you spread may be both."
WHATEVER = "Whatever you spread"
YOURS = "What goes with your answers"


class Numbered(NamedTuple):
    """A card with its number in this advice."""

    number: int
    card: Card


class Side(NamedTuple):
    """One column of a topic: its heading (empty where there is but one), its cards, how many more there are."""

    heading: str
    cards: tuple[Numbered, ...]
    more: int


class Part(NamedTuple):
    """One topic ready to be shown: ``remark`` says what the columns are, or why there are none."""

    topic: Topic
    remark: str
    sides: tuple[Side, ...]


class Section(NamedTuple):
    """A heading with its topics."""

    title: str
    parts: tuple[Part, ...]


def sections(advice: Advice) -> tuple[Section, ...]:
    """Return the topics in the order in which they are shown, with their cards numbered through."""
    numbers = count(1)
    return tuple(
        Section(title, tuple(_part(topic, numbers) for topic in topics))
        for title, topics in ((WHATEVER, advice.factors), (YOURS, advice.characteristics))
        if topics
    )


def _part(topic: Topic, numbers: Iterator[int]) -> Part:
    sides = tuple(_side(column, len(topic.columns), numbers) for column in topic.columns)
    return Part(topic, _remark(topic), sides if any(side.cards for side in sides) else ())


def _side(column: Column, columns: int, numbers: Iterator[int]) -> Side:
    heading = f"Where it is an {column.framing}" if columns > 1 else ""
    return Side(heading, tuple(Numbered(next(numbers), card) for card in column.cards), len(column.more))


def _remark(topic: Topic) -> str:
    if topic.lean == NOT_APPLICABLE:
        return "You say that this does not apply; no step is shown."
    if not any(column.cards for column in topic.columns):
        return "The paper describes this, but suggests nothing to do about it."
    words = {None: "", MIXED: "Mixed: both sides are shown.", UNSURE: "Unsure: both sides are shown."}
    return words.get(topic.lean, f"Leans {topic.lean}.")


def standing_in_words(standing: Standing) -> str:
    """Say in plain words what kind of source the advice comes from, and what that source rests on."""
    about = [standing.journal, str(standing.year or ""), standing.type, standing.review]
    told = f"All steps come from one paper: {standing.title} ({standing.authors}; {'; '.join(filter(None, about))})."
    if standing.references:
        kinds = ", ".join(f"{number} {label}" for label, number in standing.references.items())
        told += f" It lists {sum(standing.references.values())} references: {kinds}."
    if standing.cells:
        without = standing.cells.get("without", 0)
        told += f" Of the {sum(standing.cells.values())} cells of its table, {without} cite nothing."
    return told


def caveat_in_words(result: Result) -> str:
    """Give a caveat with the place where the authors state it."""
    return f"{result.claim.text} ({'; '.join(passage.place for passage in result.passages)})"


def leans(advice: Advice) -> str:
    """Say how the answers lean, characteristic by characteristic, without a total."""
    return lean_in_words([topic.lean for topic in advice.characteristics if topic.lean])


def card_fields(card: Card) -> list[Field]:
    """Return what stands under a step: the claim, then its whole chain."""
    framings = card.result.claim.framings
    said: list[Field] = [("Claim", card.result.claim.text, ())]
    if card.shared:
        said.append(("Said of", f"{' and '.join(framings)}; the paper says the like of the other framing too", ()))
    elif len(framings) == 1:
        said.append(("Said of", framings[0], ()))
    return [*said, *fields(card.result)]


def origin_in_words(result: Result) -> str:
    """Say in one line where a step comes from and what it rests on."""
    places = [", ".join(filter(None, (passage.paper, passage.place))) for passage in result.passages]
    entries = [
        f"marker {each.marker}"
        + (
            f" (printed {each.printed.number}, meant {each.effective.number})"
            if each.corrected and each.effective
            else ""
        )
        for each in result.citations
    ]
    return "; ".join([*places, *entries, f"support: {support_in_words(result)}"])


def as_text(advice: Advice, terminal: Terminal, brief: bool = False) -> str:
    """Return the advice for a terminal; ``brief`` keeps hedge and origin of each step to a line each."""
    lines = [*terminal.paragraph(f"Plan cards: {advice.intervention}", "accent", "bold"), ""]
    lines += [*terminal.paragraph(standing_in_words(advice.standing)), "", *terminal.paragraph(OURS), ""]
    for result in advice.caveats:
        lines += terminal.item("  - ", caveat_in_words(result), "warn")
    lines += ["", *terminal.paragraph("How your answers lean", "accent", "bold"), ""]
    for topic in advice.characteristics:
        lines += _lean_lines(topic, terminal)
    lines += ["", *terminal.paragraph(f"{leans(advice)}. {NO_TOTAL}")]
    for section in sections(advice):
        lines += ["", *terminal.paragraph(section.title, "accent", "bold")]
        for part in section.parts:
            lines += _part_lines(part, terminal, brief)
    return "\n".join(lines) + "\n"


def _lean_lines(topic: Topic, terminal: Terminal) -> list[str]:
    said = f"{topic.lean}{f' ({topic.answer.note})' if topic.answer.note else ''}"
    if terminal.width < NARROW:
        return [*terminal.paragraph(topic.name, indent=2), *terminal.paragraph(said, indent=4)]
    return terminal.item(f"  {topic.name:<28}", said)


def _part_lines(part: Part, terminal: Terminal, brief: bool) -> list[str]:
    remark = f" - {part.remark}" if part.remark else ""
    lines = ["", *terminal.paragraph(f"{part.topic.name}{remark}", "bold")]
    for side in part.sides:
        lines += ["", *terminal.paragraph(side.heading, "accent", indent=2)] if side.heading else []
        for number, card in side.cards:
            lines += ["", *terminal.item(f"{number:>4}  ", card.action, "bold")]
            for label, text, styles in _brief(card) if brief else card_fields(card):
                lines += terminal.field(label, text, *styles, indent=6)
        lines += terminal.paragraph(rest_in_words(side), "dim", indent=6) if rest_in_words(side) else []
    return lines


def _brief(card: Card) -> list[Field]:
    return [("Hedge", hedge_in_words(card.result), ("warn",)), ("From", origin_in_words(card.result), ("dim",))]


def rest_in_words(side: Side) -> str:
    """Say how many steps a column leaves out, or that it has none; empty where there is nothing to say."""
    if not side.cards and side.heading:
        return "The paper suggests nothing to do here."
    return f"A handful of steps is shown, and {side.more} more left out." if side.more else ""


def as_markdown(advice: Advice) -> str:
    """Return the advice as Markdown."""
    escaped = markdown_escaped
    lines = [
        f"# Plan cards: {escaped(advice.intervention)}",
        "",
        escaped(standing_in_words(advice.standing)),
        "",
        OURS,
        "",
    ]
    lines += [f"- {escaped(caveat_in_words(result))}" for result in advice.caveats]
    lines += ["", "## How your answers lean", "", "| Characteristic | What you ticked | Leans |", "|---|---|---|"]
    lines += [f"| {escaped(topic.name)} | {_ticked(topic)} | {topic.lean} |" for topic in advice.characteristics]
    lines += ["", f"{leans(advice)}. {NO_TOTAL}", ""]
    for section in sections(advice):
        lines += [f"## {section.title}", ""]
        for part in section.parts:
            lines += _part_markdown(part)
    return "\n".join(lines)


def _ticked(topic: Topic) -> str:
    said = [sign.text for sign in topic.answer.ticked] + ([f"Note: {topic.answer.note}"] if topic.answer.note else [])
    return "<br>".join(markdown_escaped(" ".join(text.split())) for text in said)


def _part_markdown(part: Part) -> list[str]:
    lines = [f"### {markdown_escaped(part.topic.name)}", "", *([part.remark, ""] if part.remark else [])]
    for side in part.sides:
        lines += [f"#### {side.heading}", ""] if side.heading else []
        for number, card in side.cards:
            lines += [f"**{number}. {markdown_escaped(card.action)}**", "", bullets(card_fields(card))]
        lines += [rest_in_words(side), ""] if rest_in_words(side) else []
    return lines


def as_html(advice: Advice) -> str:
    """Return the advice as one page that needs nothing else, fit to be printed for a board."""
    from spreadgraph.views.pages import policy, render, source

    style = source("advice.css")
    return render(
        "advice.html", advice=advice, sections=sections(advice), style=style, policy=policy((), (style,)),
        standing=standing_in_words(advice.standing), ours=OURS, no_total=NO_TOTAL, leans=leans(advice),
        caveat=caveat_in_words, fields=card_fields, firmly=how_firmly, origin=origin_in_words, rest=rest_in_words,
    )  # fmt: skip


def as_json(advice: Advice) -> str:
    """Return the advice as JSON; every card holds the trace of its claim in the shape of ``spreadgraph trace``."""
    standing = advice.standing
    document = {
        "intervention": advice.intervention,
        "source": {
            "paper": standing.paper, "name": standing.name, "title": standing.title, "authors": standing.authors,
            "journal": standing.journal, "year": standing.year, "type": standing.type, "review": standing.review,
            "references": standing.references, "cells": standing.cells, "in_words": standing_in_words(standing),
        },
        "caveats": [result_json(result) for result in advice.caveats],
        "leans": [_lean_json(topic) for topic in advice.characteristics],
        "leans_in_words": leans(advice),
        "factors": [_topic_json(topic) for topic in advice.factors],
        "characteristics": [_topic_json(topic) for topic in advice.characteristics],
    }  # fmt: skip
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _lean_json(topic: Topic) -> dict[str, Any]:
    ticked = [{"claim": sign.claim, "statement": sign.text} for sign in topic.answer.ticked]
    return {"element": shorten(topic.element), "lean": topic.lean, "ticked": ticked, "note": topic.answer.note}


def _topic_json(topic: Topic) -> dict[str, Any]:
    columns = [
        {"framing": column.framing, "cards": _cards_json(column.cards), "more": _cards_json(column.more)}
        for column in topic.columns
    ]
    return {"element": shorten(topic.element), "name": topic.name, "lean": topic.lean, "columns": columns}


def _cards_json(cards: Sequence[Card]) -> list[dict[str, Any]]:
    return [{"action": card.action, "shared": card.shared, "trace": result_json(card.result)} for card in cards]
