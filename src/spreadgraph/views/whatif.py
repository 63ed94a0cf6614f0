"""Shows what is lost without some sources, what a list of retractions says, and what rests on each source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spreadgraph.answers.retractions import NO_DOI, NOT_LISTED, Standing
from spreadgraph.answers.whatif import Citing, ClaimLoss, Load, Loss, Source, TopicLoss, WhatIf
from spreadgraph.terms import shorten
from spreadgraph.views.terminal import Terminal
from spreadgraph.views.traces import markdown_escaped, result_json, subject

UNKNOWN = "Not to be in the list does not mean to be sound: lists are incomplete, and only a DOI can be looked up."
INDEPENDENT = "Sources that share an author or an organisation, also through a third, count as one."
UNJUDGED = "Nobody has read what these sentences claim, so that what they would lose is not known."
COUNTS = "How much hangs on a source says nothing about how good it is."
Block = tuple[str, list[str]]


@dataclass(frozen=True)
class Answer:
    """What there is to show: a loss, with the standing of works ``day`` by a list of retractions, or a ranking."""

    what_if: WhatIf | None = None
    standings: tuple[Standing, ...] = ()
    day: str | None = None
    loads: tuple[Load, ...] = ()


def as_text(answer: Answer, terminal: Terminal) -> str:
    """Return the answer for a terminal."""
    lines: list[str] = []
    for title, items in _blocks(answer):
        lines += ["", *terminal.paragraph(title, "accent", "bold"), ""]
        for item in items:
            lines += terminal.item("  - ", item)
    return "\n".join(lines).lstrip("\n") + "\n"


def as_markdown(answer: Answer) -> str:
    """Return the answer as Markdown."""
    blocks = [
        "\n".join([f"## {markdown_escaped(title)}", "", *(f"- {markdown_escaped(item)}" for item in items)]) + "\n"
        for title, items in _blocks(answer)
    ]
    return "\n".join(blocks)


def _blocks(answer: Answer) -> list[Block]:
    blocks = _standing_blocks(answer) if answer.standings else []
    blocks += _loss_blocks(answer.what_if) if answer.what_if and answer.what_if.taken else []
    return [*blocks, *([_load_block(answer.loads)] if answer.loads else [])]


def _standing_blocks(answer: Answer) -> list[Block]:
    noticed = [standing for standing in answer.standings if standing.notices]
    notices = [_standing(standing) for standing in noticed] or ["No work has a notice there."]
    unknown = [
        f"{sum(standing.status == status for standing in answer.standings)} works: {status}"
        for status in (NOT_LISTED, NO_DOI)
    ]
    return [(f"What the list says as of {answer.day}", [*notices, *unknown, UNKNOWN])]


def _standing(standing: Standing) -> str:
    told = [f"{each.nature}, {each.date}{f', doi {each.doi}' if each.doi else ''}" for each in standing.notices]
    return f"{standing.title} ({standing.doi}): {standing.status.upper()} ({'; '.join(told)})"


def _loss_blocks(found: WhatIf) -> list[Block]:
    topics = [(each.loss.extent, item) for each in found.topics for item in _topic_items(each)]
    claims = [(each.loss.extent, _claim_item(each)) for each in found.claims]
    blocks = [
        ("Taken away", [source_in_words(source) for source in found.taken]),
        ("Topics left with nothing cited", _of("all", topics)),
        ("Topics that lose some of it", _of("some", topics)),
        ("Claims that lose all their support", _of("all", claims)),
        ("Claims that lose some of it", _of("some", claims)),
    ]
    nothing = [] if found.claims else ["No claim rests on this."]
    counted = f"{len(found.untouched)} other claims with a citation lose nothing. {INDEPENDENT}"
    citing = [(f"Cited in imported papers ({_uses(each)})", _citing_items(each)) for each in found.citing]
    return [*((title, items) for title, items in blocks if items), ("What stays", [*nothing, counted]), *citing]


def _uses(each: Citing) -> str:
    papers = f"{each.papers} paper{'' if each.papers == 1 else 's'}"
    return f"{each.markers} marker{'' if each.markers == 1 else 's'} in {papers}"


def _citing_items(each: Citing) -> list[str]:
    shown = len(each.sentences)
    rest = [f"The first {shown} sentences are shown."] if shown < each.markers else []
    return [UNJUDGED, *(place for _, place in each.sentences), *rest]


def _of(extent: str, items: Sequence[tuple[str, str]]) -> list[str]:
    return [item for its, item in items if its == extent]


def _topic_items(topic: TopicLoss) -> list[str]:
    sides = "; ".join(f"{side.name}: {left_in_words(side)}" for side in topic.sides)
    return [f"{topic.loss.name} ({topic.sort}): {left_in_words(topic.loss)}{f' ({sides})' if sides else ''}"]


def _claim_item(claim: ClaimLoss) -> str:
    about = subject(claim.result)
    step = " This is a step of advice." if claim.action else ""
    return f"{claim.result.claim.text} [{about}] {left_in_words(claim.loss)}.{step}"


def left_in_words(loss: Loss) -> str:
    """Say which sources something loses and which it keeps."""
    if not loss.kept:
        return f"loses {_names(loss.gone)}, nothing left"
    before, after = loss.independent
    return f"loses {_names(loss.gone)}, keeps {_names(loss.kept)}; independent sources {before}, then {after}"


def _names(sources: Sequence[Source]) -> str:
    return " and ".join(_number(source) for source in sources)


def _number(source: Source) -> str:
    papers = {paper for paper, _ in source.references}
    numbers = ", ".join(f"[{number}]" for _, number in source.references)
    return numbers if len(papers) == 1 else source.title


def source_in_words(source: Source) -> str:
    """Describe a source in one line: number, title, authors, type and review."""
    about = [source.authors, source.type, source.review]
    number = f"{_number(source)} " if _number(source) != source.title else ""
    return f"{number}{source.title} ({'; '.join(part for part in about if part)})"


def _load_block(loads: Sequence[Load]) -> Block:
    items = [
        f"{source_in_words(load.source)}: {_amount(load.claims, 'claim')}"
        + (f", {len(load.alone)} of them on nothing else" if load.alone else "")
        + (f"; the only source of {' and '.join(load.topics)}" if load.topics else "")
        for load in loads
    ]
    return "What rests on each source", [*items, COUNTS]


def _amount(found: Sequence[str], name: str) -> str:
    return f"{len(found)} {name}{'' if len(found) == 1 else 's'}"


def as_json(answer: Answer) -> str:
    """Return the answer as JSON; each claim holds its trace in the shape of ``spreadgraph trace``."""
    document: dict[str, Any] = {}
    if answer.standings:
        document["as_of"] = answer.day
        document["standings"] = [_standing_json(standing) for standing in answer.standings]
    if answer.what_if:
        document |= _what_if_json(answer.what_if)
    if answer.loads:
        document["ranking"] = [_load_json(load) for load in answer.loads]
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _standing_json(standing: Standing) -> dict[str, Any]:
    notices = [{"nature": each.nature, "date": each.date, "doi": each.doi} for each in standing.notices]
    return {
        "work": standing.work,
        "title": standing.title,
        "doi": standing.doi,
        "status": standing.status,
        "notices": notices,
    }


def _what_if_json(found: WhatIf) -> dict[str, Any]:
    return {
        "taken": [_source_json(source) for source in found.taken],
        "topics": [
            {
                "element": shorten(topic.element), "sort": topic.sort, **_loss_json(topic.loss),
                "sides": [_loss_json(side) for side in topic.sides],
            }
            for topic in found.topics
        ],
        "claims": [
            {"action": claim.action, **_loss_json(claim.loss), "trace": result_json(claim.result)}
            for claim in found.claims
        ],
        "untouched": list(found.untouched),
        "imported": [
            {
                "work": each.source.work, "papers": each.papers, "markers": each.markers,
                "sentences": [{"id": shorten(id_), "place": place} for id_, place in each.sentences],
            }
            for each in found.citing
        ],
    }  # fmt: skip


def _loss_json(loss: Loss) -> dict[str, Any]:
    before, after = loss.independent
    return {
        "name": loss.name, "loses": loss.extent, "gone": [source.work for source in loss.gone],
        "kept": [source.work for source in loss.kept], "independent_before": before, "independent_after": after,
    }  # fmt: skip


def _source_json(source: Source) -> dict[str, Any]:
    references = [{"paper": paper, "number": number} for paper, number in source.references]
    return {
        "work": source.work, "title": source.title, "authors": source.authors, "doi": source.doi, "type": source.type,
        "review": source.review, "organisations": list(source.organisations), "references": references,
    }  # fmt: skip


def _load_json(load: Load) -> dict[str, Any]:
    return {
        "source": _source_json(load.source), "claims": list(load.claims), "alone": list(load.alone),
        "topics": list(load.topics),
    }  # fmt: skip
