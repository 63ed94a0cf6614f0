"""What a trace is made of: claims, passages, citations, references, works and notes, and the answers they make up."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

from typing import NamedTuple

UNTITLED = "no title is known"


class Claim(NamedTuple):
    """What the authors say, in a curator's words: ``hedges`` are labels, ``cues`` the authors' own hedging words.

    ``agrees`` and ``differs`` are claims of other papers that curators set beside it, never found by wording.
    """

    id: str
    text: str
    kind: str
    role: str
    hedges: tuple[str, ...]
    cues: tuple[str, ...]
    framings: tuple[str, ...]
    element: str | None
    agrees: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()


class Passage(NamedTuple):
    """Where something stands: ``place`` in words, ``link`` to the page at that sentence, ``start`` its first words."""

    id: str
    locator: str
    place: str
    paper: str | None
    link: str | None
    start: str = ""


class Reference(NamedTuple):
    """One entry of a reference list, as printed."""

    id: str
    number: int
    text: str


class Work(NamedTuple):
    """What a reference refers to; ``peer_reviewed`` is None where that is not known."""

    iri: str
    title: str
    authors: str
    year: int | None
    journal: str | None
    doi: str | None
    url: str | None
    type: str | None
    peer_reviewed: bool | None
    relation: str | None
    secondary: bool


class Note(NamedTuple):
    """A curator's remark: ``text`` gives the reason, ``confidence`` is high, medium or low."""

    id: str
    label: str
    kind: str
    text: str
    confidence: str
    date: str


class Citation(NamedTuple):
    """One marker: the reference it prints, the one that is meant after curation, its works, and notes on it.

    ``from_range`` tells that the marker prints only the ends of a range, such as 3-7, and this entry lies between.
    """

    id: str
    marker: str
    function: str | None
    printed: Reference
    effective: Reference | None
    works: tuple[Work, ...]
    notes: tuple[Note, ...]
    from_range: bool = False

    @property
    def work(self) -> Work | None:
        """The work; the first one where one entry of the list holds several."""
        return self.works[0] if self.works else None

    @property
    def corrected(self) -> bool:
        """Whether a curator holds another reference to be meant than the printed one."""
        return self.effective is None or self.effective.id != self.printed.id


class Result(NamedTuple):
    """The whole chain of one claim. ``support`` counts works, ``flags`` qualify them; neither is a score."""

    claim: Claim
    passages: tuple[Passage, ...]
    citations: tuple[Citation, ...]
    basis: str
    support: str
    flags: tuple[str, ...]
    nearby: tuple[str, ...]
    notes: tuple[Note, ...]


class Sentence(NamedTuple):
    """A sentence that cites and of which nobody has curated a claim, with all its markers.

    ``text`` is the sentence where it was kept, ``headings`` those of the row and column it stands under in a table,
    ``basis`` says how it came here. What it claims, and whether its sources support that, nobody has judged.
    """

    passage: Passage
    text: str | None
    headings: tuple[str, ...]
    citations: tuple[Citation, ...]
    basis: str
    notes: tuple[Note, ...]


class Place(NamedTuple):
    """One marker that prints a reference or means it, with the claims that rest on it."""

    citation: str
    marker: str
    printed: int
    effective: int
    passage: Passage
    claims: tuple[str, ...]


class ReferenceUse(NamedTuple):
    """A reference with its works, the places where it is cited, and notes on it."""

    reference: Reference
    paper: str | None
    works: tuple[Work, ...]
    places: tuple[Place, ...]
    notes: tuple[Note, ...]


class Trace(NamedTuple):
    """An answer: ``direction`` is ``forward`` (claims or sentences asked for) or ``reverse`` (references asked for)."""

    direction: str
    results: tuple[Result, ...]
    references: tuple[ReferenceUse, ...] = ()
    sentences: tuple[Sentence, ...] = ()
