"""The one trace: from a claim to passage, citation, reference and work, and from a reference back to the claims."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spreadgraph.answers.rows import Row, distinct, grouped, rows
from spreadgraph.graph.store import Store
from spreadgraph.text import text_fragment


class Claim(NamedTuple):
    """What the authors say, in a curator's words: ``hedges`` are labels, ``cues`` the authors' own hedging words."""

    id: str
    text: str
    kind: str
    role: str
    hedges: tuple[str, ...]
    cues: tuple[str, ...]
    framings: tuple[str, ...]
    element: str | None


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


def trace_claims(store: Store, claims: Sequence[str]) -> Trace:
    """Trace claims forward, in the order given. ``claims`` are IRIs; those that the store lacks are left out."""
    return Trace("forward", _results(store, claims))


def trace_sentences(store: Store, passages: Sequence[str]) -> Trace:
    """Trace sentences without claims forward, in the order given; those that the store lacks are left out."""
    return Trace("forward", (), sentences=_sentences(store, passages))


def trace_references(store: Store, references: Sequence[str]) -> Trace:
    """Trace references back to the places that cite them and the claims that rest on them, in the order given.

    A claim is among the results where a marker of its own prints one of the references or means it.
    """
    uses = _uses(store, references)
    claims = dict.fromkeys(claim for use in uses for place in use.places for claim in place.claims)
    return Trace("reverse", _results(store, list(claims)), uses)


def _results(store: Store, claims: Sequence[str]) -> tuple[Result, ...]:
    if not claims:
        return ()
    core = {row["claim"]: row for row in rows(store, "trace/claims", claim=claims)}
    details = grouped(rows(store, "trace/claim-details", claim=claims), "claim")
    stated = grouped(rows(store, "trace/passages", claim=claims), "claim")
    passages = _passages(store, (row for group in stated.values() for row in group))
    cited = grouped(rows(store, "trace/citations", claim=claims), "claim")
    nearby = grouped(rows(store, "trace/nearby", claim=claims), "claim")
    notes = _notes(store, [*claims, *_all(stated, "passage"), *_all(cited, "citation", "printed", "meant")])
    works = _works(store, _all(cited, "meant"))

    def result(claim: str) -> Result:
        markers = grouped(cited.get(claim, ()), "citation")
        citations = tuple(_citation(group[0], works, notes) for group in markers.values())
        places = distinct(stated.get(claim, ()), "passage")
        return Result(
            _claim(core[claim], grouped(details.get(claim, ()), "detail")),
            tuple(passages[place] for place in places),
            citations,
            core[claim]["basis"],
            support(citations),
            flags(citations),
            distinct(nearby.get(claim, ()), "title"),
            _unique(note for key in (claim, *places) for note in notes.get(key, ())),
        )

    return tuple(result(claim) for claim in claims if claim in core)


def _all(groups: dict[str, list[Row]], *columns: str) -> tuple[str, ...]:
    """Return what stands in the columns of all groups, each once."""
    return tuple(
        dict.fromkeys(value for group in groups.values() for column in columns for value in distinct(group, column))
    )


def support(citations: Iterable[Citation]) -> str:
    """Return how many works stand behind a claim: ``none given``, ``one source`` or ``several sources``."""
    works = {work.iri for citation in citations for work in citation.works}
    return ("none given", "one source", "several sources")[min(len(works), 2)]


def flags(citations: Iterable[Citation]) -> tuple[str, ...]:
    """Return what a reader should know about the works behind a claim, in fixed order; empty where there are none."""
    citations = tuple(citations)
    works = [work for citation in citations for work in citation.works]
    if not works:
        return ()
    reviewed = {work.peer_reviewed for work in works}
    found = {
        "own organisation": any(work.relation == OWN for work in works),
        "secondary source": any(work.secondary for work in works),
        "disputed reference": any(note.kind in DISPUTES for citation in citations for note in citation.notes),
        "not peer reviewed": True not in reviewed and False in reviewed,
        "peer review unknown": True not in reviewed and None in reviewed,
    }
    return tuple(flag for flag, holds in found.items() if holds)


# Labels of the ontology's vocabulary that decide on a flag.
OWN = "from the authors' own organisation"
UNTITLED = "no title is known"
DISPUTES = frozenset({"exchanged reference", "doubtful fit"})


def _claim(row: Row, details: dict[str, list[Row]]) -> Claim:
    def values(detail: str) -> tuple[str, ...]:
        return distinct(details.get(detail, ()), "value")

    element = next(iter(values("element")), None)
    return Claim(
        row["claim"], row["text"], row["kind"], row["role"], values("hedge"), values("cue"), values("framing"), element
    )


def _passages(store: Store, found: Iterable[Row]) -> dict[str, Passage]:
    """Return the passages that stand in the rows, by IRI."""
    core = {row["passage"]: row for row in found}
    if not core:
        return {}
    details = grouped(rows(store, "trace/passage-details", passage=list(core)), "passage")
    return {passage: _passage(row, details.get(passage, [])) for passage, row in core.items()}


def _passage(row: Row, details: list[Row]) -> Passage:
    known = {detail["detail"]: detail["value"] for detail in reversed(details)}
    page, anchor = known.get("page"), known.get("anchor")
    whole = f"{page}#{anchor}" if page and anchor else page
    link = text_fragment(whole, row["start"], known.get("end"), known.get("prefix")) if whole else None
    place = place_in_words(row["locator"], row["section"], known.get("element"), known.get("column"))
    return Passage(row["passage"], row["locator"], place, known.get("paper"), link, row["start"])


def place_in_words(locator: str, section: str, element: str | None = None, column: str | None = None) -> str:
    """Say a locator in words.

    >>> place_in_words("introduction/2/3", "Introduction")
    'Introduction, paragraph 2, sentence 3'
    >>> place_in_words("table1/complexity/innovation/1", "Table 1", "Complexity", "innovation")
    'Table 1, row Complexity, innovation column, sentence 1'
    >>> place_in_words("t2/r3c2/1", "Table 2")
    'Table 2, row 3, column 2, sentence 1'
    """
    *middle, sentence = locator.split("/")[1:]
    if column:
        return f"{section}, row {element}, {column} column, sentence {sentence}"
    if element:
        return f"{section}, {element}, sentence {sentence}"
    return ", ".join([section, *map(_part_in_words, middle), f"sentence {sentence}"])


def _part_in_words(part: str) -> str:
    if part.isdigit():
        return f"paragraph {part}"
    row, mark, column = part.removeprefix("r").partition("c")
    if mark and part[0] == "r" and row.isdigit() and column.isdigit():
        return f"row {row}, column {column}"
    return "lead-in" if part == "intro" else part


def _sentences(store: Store, passages: Sequence[str]) -> tuple[Sentence, ...]:
    if not passages:
        return ()
    stated = grouped(rows(store, "trace/sentences", passage=passages), "passage")
    places = _passages(store, (row for group in stated.values() for row in group))
    cited = grouped(rows(store, "trace/markers", passage=list(stated)), "passage") if stated else {}
    notes = _notes(store, [*stated, *_all(cited, "citation", "printed", "meant")])
    works = _works(store, _all(cited, "meant"))

    def sentence(passage: str) -> Sentence:
        row, markers = stated[passage][0], grouped(cited.get(passage, ()), "citation")
        citations = tuple(_citation(group[0], works, notes) for group in markers.values())
        headings = tuple(row[name] for name in ("rowHeading", "columnHeading") if row[name])
        basis = row["basis"] or "no claim of this sentence has been curated"
        return Sentence(places[passage], row["text"], headings, citations, basis, notes.get(passage, ()))

    return tuple(sentence(passage) for passage in dict.fromkeys(passages) if passage in stated)


def _citation(row: Row, works: dict[str, tuple[Work, ...]], notes: dict[str, tuple[Note, ...]]) -> Citation:
    printed = Reference(row["printed"], row["printedNumber"], row["printedText"])
    effective = Reference(row["meant"], row["meantNumber"], row["meantText"]) if row["meant"] else None
    about = _unique(
        note
        for target in (row["citation"], row["meant"])
        for note in notes.get(target, ())
        # An exchange noted on an entry concerns another marker; slips matter where the entry itself is asked for.
        if target == row["citation"] or note.kind not in {"exchanged reference", "slip in an entry"}
    )
    cited = works.get(row["meant"], ())
    ranged = bool(row.get("fromRange"))
    return Citation(row["citation"], row["marker"], row["function"], printed, effective, cited, about, ranged)


def _works(store: Store, references: Sequence[str]) -> dict[str, tuple[Work, ...]]:
    """Return the works of each reference, as the paper that lists it describes them.

    By reference and not by work: a work that thousands of papers cite has as many descriptions.
    """
    if not references:
        return {}
    details = grouped(rows(store, "trace/work-details", reference=references), "reference")
    found = grouped(rows(store, "trace/works", reference=references), "reference")

    def works(reference: str) -> tuple[Work, ...]:
        known = grouped(details.get(reference, ()), "work")
        return tuple(_work(row, known.get(row["work"], [])) for row in _firsts(found[reference], "work"))

    return {reference: works(reference) for reference in found}


def _firsts(found: Sequence[Row], column: str) -> list[Row]:
    """Return the first row for each value of a column."""
    return [group[0] for group in grouped(found, column).values()]


def _work(row: Row, details: list[Row]) -> Work:
    known = {detail["detail"]: detail["value"] for detail in reversed(details)}
    reviewed = {"peer reviewed": True, "not peer reviewed": False}.get(known.get("review", ""))
    doi = known.get("doi")
    return Work(
        row["work"],
        row["title"] or UNTITLED,
        row["authors"] or "",
        known.get("year"),
        known.get("journal"),
        doi,
        f"https://doi.org/{doi}" if doi else known.get("page"),
        known.get("type"),
        reviewed,
        known.get("relation"),
        known.get("level") == "secondary source",
    )


def _notes(store: Store, targets: Sequence[str]) -> dict[str, tuple[Note, ...]]:
    if not targets:
        return {}
    found = grouped(rows(store, "trace/notes", target=targets), "target")
    return {
        target: tuple(
            Note(row["note"], row["label"], row["kind"], row["reason"], row["confidence"], row["date"][:10])
            for row in group
        )
        for target, group in found.items()
    }


def _uses(store: Store, references: Sequence[str]) -> tuple[ReferenceUse, ...]:
    if not references:
        return ()
    found = grouped(rows(store, "trace/references", reference=references), "reference")
    works = _works(store, list(found))
    cited = rows(store, "trace/cited-at", reference=references)
    places = grouped(cited, "reference")
    passages = _passages(store, cited)
    claims = grouped(rows(store, "trace/citing-claims", reference=references), "citation")
    notes = _notes(store, references)
    return tuple(
        ReferenceUse(
            Reference(reference, group[0]["number"], group[0]["text"]),
            group[0]["name"],
            works.get(reference, ()),
            tuple(
                _place(same[0], passages, claims) for same in grouped(places.get(reference, ()), "citation").values()
            ),
            notes.get(reference, ()),
        )
        for reference in references
        if (group := found.get(reference))
    )


def _place(row: Row, passages: dict[str, Passage], claims: dict[str, list[Row]]) -> Place:
    resting = distinct(claims.get(row["citation"], ()), "claim")
    passage = passages[row["passage"]]
    return Place(row["citation"], row["marker"], row["printedNumber"], row["meantNumber"], passage, resting)


def _unique(notes: Iterable[Note]) -> tuple[Note, ...]:
    return tuple({note.id: note for note in notes}.values())
