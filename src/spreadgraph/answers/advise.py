"""Advice for a reader's own intervention: what a paper suggests to do, each step with the trace of its claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from spreadgraph.answers.compare import IMPROVEMENT, INNOVATION
from spreadgraph.answers.evidence import Result
from spreadgraph.answers.profile import NOT_APPLICABLE, Answer, Profile, Question, chosen, questions
from spreadgraph.answers.rows import Row, distinct, grouped, rows
from spreadgraph.answers.trace import trace_claims
from spreadgraph.graph.store import Store

HANDFUL = 5
OWN_VIEW = "the authors' view"


@dataclass(frozen=True)
class Card:
    """One step: ``action`` in a curator's words, the trace of the claim it comes from, and what else holds for it.

    ``shared`` tells that the paper says the like under the other framing too.
    """

    action: str
    result: Result
    shared: bool = False


@dataclass(frozen=True)
class Column:
    """The cards of one framing, or of none where a topic has no sides. ``more`` are cards beyond a handful."""

    framing: str | None
    cards: tuple[Card, ...]
    more: tuple[Card, ...] = ()


@dataclass(frozen=True)
class Topic:
    """A factor (``lean`` is None) or a characteristic with the reader's answer and the columns that bear on it."""

    element: str
    name: str
    definition: str | None
    lean: str | None
    answer: Answer
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Standing:
    """What kind of source the advice comes from; ``references`` and ``cells`` count by label, in words."""

    paper: str
    slug: str
    name: str
    title: str
    authors: str
    journal: str | None
    year: int | None
    type: str | None
    review: str | None
    references: dict[str, int]
    cells: dict[str, int]


@dataclass(frozen=True)
class Advice:
    """The whole answer: what it rests on and how far it goes, then the factors, then the characteristics."""

    intervention: str
    standing: Standing
    caveats: tuple[Result, ...]
    factors: tuple[Topic, ...]
    characteristics: tuple[Topic, ...]


def paper_with_questions(store: Store, wanted: str | None = None) -> str:
    """Return the IRI of the paper to ask about and take advice from; ``wanted`` is its short name.

    Raises NotFoundError or UsageError where it is not clear which paper that is.
    """
    asking = distinct(rows(store, "advise/questions"), "document")
    held = rows(store, "advise/paper", document=asking) if asking else []
    return chosen({row["slug"]: row["document"] for row in held}, wanted)


def advise(store: Store, paper: str, profile: Profile, handful: int = HANDFUL) -> Advice:
    """Return the advice of a paper (its IRI) for a profile, with at most ``handful`` cards a column.

    A topic's cards stand in the paper's own order, those with a citation before those without.
    """
    found = rows(store, "advise/actions", document=[paper])
    caveats = distinct(rows(store, "advise/caveats", document=[paper]), "claim")
    traced = {result.claim.id: result for result in trace_claims(store, [*caveats, *distinct(found, "claim")]).results}
    asked = {question.element: question for question in questions(store, paper)}
    topics = [
        (group[0]["sort"], _topic(group, traced, asked.get(element), profile, handful))
        for element, group in grouped(found, "element").items()
    ]
    return Advice(
        profile.intervention, _standing(store, paper), _limits([traced[claim] for claim in caveats]),
        tuple(topic for sort, topic in topics if sort == "factor"),
        tuple(topic for sort, topic in topics if sort == "characteristic"),
    )  # fmt: skip


def _topic(
    group: list[Row], traced: dict[str, Result], question: Question | None, profile: Profile, handful: int
) -> Topic:
    first = group[0]
    cards = [_card(same, traced) for claim, same in grouped(group, "claim").items() if claim]
    cards.sort(key=lambda card: not card.result.citations)
    answer = profile.answer(question) if question else Answer()
    lean = answer.lean if first["sort"] == "characteristic" else None
    columns = tuple(_column(framing, cards, handful) for framing in _framings(lean))
    return Topic(first["element"], first["name"], first["definition"], lean, answer, columns)


def _framings(lean: str | None) -> tuple[str | None, ...]:
    """Return the columns to show: the leaning one, both where that is not clear, none where nothing applies."""
    if lean == NOT_APPLICABLE:
        return ()
    return (lean,) if lean in {None, INNOVATION, IMPROVEMENT} else (INNOVATION, IMPROVEMENT)


def _column(framing: str | None, cards: Sequence[Card], handful: int) -> Column:
    kept = tuple(card for card in cards if framing is None or framing in card.result.claim.framings)
    return Column(framing, kept[:handful], kept[handful:])


def _card(same: list[Row], traced: dict[str, Result]) -> Card:
    return Card(same[0]["action"], traced[same[0]["claim"]], same[0]["other"] is not None)


def _limits(caveats: Sequence[Result]) -> tuple[Result, ...]:
    """Put what the authors call their own work first; the rest stays in reading order."""
    return tuple(sorted(caveats, key=lambda result: OWN_VIEW not in result.claim.hedges))


def _standing(store: Store, paper: str) -> Standing:
    (row,) = rows(store, "advise/paper", document=[paper])
    counted = rows(store, "advise/what-it-rests-on", document=[paper])
    counts = {
        sort: {each["label"]: each["number"] for each in group} for sort, group in grouped(counted, "counted").items()
    }
    cells = counts.get("cells", {})
    # Asked for as such, cells without would be looked for among those of all papers.
    cited = cells.get("with a citation", 0)
    parted = {"with a citation": cited, "without": cells.get("in all", 0) - cited}
    return Standing(
        paper, row["slug"], row["name"] or row["title"], row["title"], row["authors"], row["journal"], row["year"],
        row["type"], row["review"], counts.get("references", {}),
        {label: number for label, number in parted.items() if number},
    )  # fmt: skip
