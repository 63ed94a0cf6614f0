"""Says in plain words what pages show of a trace: what a page is about, what is behind a claim, how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spreadgraph.answers.evidence import Citation, ReferenceUse, Result, Sentence, Trace, Work
from spreadgraph.terms import DATA, shorten
from spreadgraph.views.traces import hedge_in_words, work_in_words

PAGE = 50
"""How many things of a list are shown at a time."""
# What the vocabulary calls a manner of speaking, in words that are its own.
_NOT_WORDS = {"stated plainly", "the authors' view"}
_FRAMING: dict[tuple[str, ...], str] = {("innovation",): "innovation", ("improvement",): "improvement"}


class Pager(NamedTuple):
    """Where in a list of ``total`` a page stands: ``start`` from 0, ``page`` from 1."""

    total: int
    page: int
    size: int = PAGE

    @property
    def start(self) -> int:
        """The place of the first thing shown, from 0."""
        return (self.page - 1) * self.size

    @property
    def end(self) -> int:
        """The place after the last thing shown."""
        return min(self.total, self.start + self.size)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def about_work(work: Work) -> str:
    """Return what is known of a work beside its title: authors, journal, year, sort, reviewed or not.

    >>> about_work(Work("x", "T (a)", "A B", 2020, None, None, None, "report", None, None, False))
    'A B; 2020; report; peer review unknown'
    """
    return work_in_words(work)[len(work.title) + 2 : -1]


def framing(result: Result) -> str:
    """Return innovation, improvement, both or neither: what a claim is said of."""
    framings = tuple(result.claim.framings)
    return _FRAMING.get(framings, "both" if framings else "neither")


def how_firmly(result: Result) -> str:
    """Say how firmly the authors put a claim: the words that hedge it, in quotation marks, and their own for these.

    A claim without such words is "stated plainly", which nobody has written and which therefore is not quoted.
    """
    told, _, own = hedge_in_words(result).partition(" (in the paper: ")
    words = ", ".join(each if each in _NOT_WORDS else f"\u201c{each}\u201d" for each in told.split(", "))
    return f"{words} (in the paper: {own}" if own else words


def works_in(trace: Trace) -> tuple[Work, ...]:
    """Return the works that a trace leads to, each once, in order of appearance."""
    used = [work for use in trace.references for work in use.works]
    chained = [work for chain in chains_of(trace) for citation in chain.citations for work in citation.works]
    return tuple({work.iri: work for work in (*used, *chained)}.values())


def chains_of(trace: Trace) -> list[Result | Sentence]:
    """Return the claims and sentences of a trace."""
    return [*list(trace.results), *list(trace.sentences)]


def ids_in(trace: Trace) -> tuple[str, ...]:
    """Return the IRIs of everything that stands in a trace: what a page about it records."""
    found: dict[str, None] = {}
    for result in trace.results:
        found |= dict.fromkeys(
            [result.claim.id, *(each.id for each in result.passages), *(note.id for note in result.notes)]
        )
        found |= dict.fromkeys(each for citation in result.citations for each in _ids(citation))
    for sentence in trace.sentences:
        found |= dict.fromkeys([sentence.passage.id, *(note.id for note in sentence.notes)])
        found |= dict.fromkeys(each for citation in sentence.citations for each in _ids(citation))
    for use in trace.references:
        found |= dict.fromkeys(_use_ids(use))
    return tuple(found)


def _ids(citation: Citation) -> list[str]:
    references = [citation.printed.id, *([citation.effective.id] if citation.effective else [])]
    return [citation.id, *references, *(note.id for note in citation.notes), *(work.iri for work in citation.works)]


def _use_ids(use: ReferenceUse) -> list[str]:
    places = [each for place in use.places for each in (place.citation, place.passage.id)]
    return [use.reference.id, *(work.iri for work in use.works), *places, *(note.id for note in use.notes)]


def plain_id(iri: str) -> str:
    """Return what an id says in words, without the name of its paper.

    >>> plain_id("https://w3id.org/spreadgraph/id/bevan-2024/reference/13")
    'reference 13'
    """
    name = shorten(iri)
    return " ".join(name.split("/")[1:]) if iri.startswith(DATA) and "/" in name else name


def amount(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> amount(1, "paper"), amount(1200, "entry", "entries")
    ('1 paper', '1,200 entries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def clipped(text: str, most: int = 90) -> str:
    """Return a text for a heading of the browser's window.

    >>> clipped("weak ties and strong ties", 12)
    'weak ties an…'
    """
    return text if len(text) <= most else f"{text[:most].rstrip()}\u2026"


def split(results: Sequence[Result]) -> tuple[list[Result], list[Result], list[Result]]:
    """Part claims into those of both framings or of none, of innovation, of improvement."""
    kinds = {"innovation": 1, "improvement": 2}
    parts: tuple[list[Result], list[Result], list[Result]] = ([], [], [])
    for result in results:
        parts[kinds.get(framing(result), 0)].append(result)
    return parts
