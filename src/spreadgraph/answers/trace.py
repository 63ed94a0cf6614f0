"""The one trace: from a claim to passage, citation, reference and work, and from a reference back to the claims."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from spreadgraph.answers.rows import Row, distinct, grouped, rows
from spreadgraph.graph.store import Store
from spreadgraph.terms import SG
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
    more = grouped(rows(store, "trace/claim-details", claim=claims), "claim")
    stated = grouped(rows(store, "trace/passages", claim=claims), "claim")
    passages = {id_: place for id_, (place, _) in _passages(store, _all(stated, "passage")).items()}
    cited = rows(store, "trace/citations", claim=claims)
    nearby = grouped(rows(store, "trace/nearby", claim=claims), "claim")
    notes = _notes(store, [*claims, *_all(stated, "passage")])
    citations_of = _citations(store, cited, "claim")

    def result(claim: str) -> Result:
        citations = citations_of.get(claim, ())
        places = distinct(stated.get(claim, ()), "passage")
        return Result(
            _claim(core[claim], grouped(more.get(claim, ()), "detail")),
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


def _passages(store: Store, passages: Sequence[str]) -> dict[str, tuple[Passage, dict[str, Any]]]:
    """Return each passage, and beside it what else is known of it and of its paper, by IRI."""
    if not passages:
        return {}
    found = grouped(rows(store, "trace/passage-details", passage=list(dict.fromkeys(passages))), "passage")
    known = {passage: details(group) for passage, group in found.items()}
    documents = sorted({each["inDocument"] for each in known.values()})
    papers = {
        document: details(group)
        for document, group in grouped(rows(store, "trace/document-details", document=documents), "document").items()
    }
    return {passage: _passage(passage, each, papers[each["inDocument"]]) for passage, each in known.items()}


def details(found: Sequence[Row]) -> dict[str, Any]:
    """Return rows of detail and value as one dict, properties by local name; of several values the least counts."""
    ordered = sorted(found, key=lambda row: str(row["value"]), reverse=True)
    return {row["detail"].rpartition("#")[2].rpartition("/")[2]: row["value"] for row in ordered}


def _passage(iri: str, known: dict[str, Any], paper: dict[str, Any]) -> tuple[Passage, dict[str, Any]]:
    page, anchor, start = paper.get("landingPage"), known.get("anchor"), known["startWords"]
    whole = f"{page}#{anchor}" if page and anchor else page
    link = text_fragment(whole, start, known.get("endWords"), known.get("prefixWords")) if whole else None
    place = place_in_words(known["locator"], known["section"], known.get("element"), known.get("column"))
    return Passage(iri, known["locator"], place, paper.get("shortName"), link, start), {**paper, **known}


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
    held = [row["passage"] for row in rows(store, "trace/sentences", passage=passages)]
    places = _passages(store, held)
    citations = _citations(store, rows(store, "trace/markers", passage=held) if held else (), "passage")
    notes = _notes(store, held)

    def sentence(passage: str) -> Sentence:
        place, known = places[passage]
        headings = tuple(known[name] for name in ("rowHeading", "columnHeading") if name in known)
        basis = known.get("basis", "no claim of this sentence has been curated")
        cited = citations.get(passage, ())
        return Sentence(place, known.get("sentenceText"), headings, cited, basis, notes.get(passage, ()))

    return tuple(sentence(passage) for passage in dict.fromkeys(passages) if passage in places)


def _citations(store: Store, found: Sequence[Row], holder: str) -> dict[str, tuple[Citation, ...]]:
    """Return the citations of each ``holder`` (the column of claims or of passages) of the rows, in reading order."""
    if not found:
        return {}
    meant, functions, ranged = _citation_details(store, distinct(found, "citation"))
    works = _works(store, sorted({reference.id for reference in meant.values()}))
    targets = {row[name] for row in found for name in ("citation", "printed")} | {each.id for each in meant.values()}
    notes = _notes(store, sorted(targets))

    def citation(row: Row) -> Citation:
        iri, effective = row["citation"], meant.get(row["citation"])
        printed = Reference(row["printed"], row["printedNumber"], row["printedText"])
        cited = works.get(effective.id, ()) if effective else ()
        about = _about(iri, effective, notes)
        return Citation(iri, row["marker"], functions.get(iri), printed, effective, cited, about, iri in ranged)

    return {
        key: tuple(citation(row) for row in _firsts(group, "citation")) for key, group in grouped(found, holder).items()
    }


def _about(citation: str, meant: Reference | None, notes: dict[str, tuple[Note, ...]]) -> tuple[Note, ...]:
    """Return the notes on a citation and on the entry that is meant by it."""
    return _unique(
        note
        for target in (citation, meant.id if meant else "")
        for note in notes.get(target, ())
        # An exchange noted on an entry concerns another marker; slips matter where the entry itself is asked for.
        if target == citation or note.kind not in {"exchanged reference", "slip in an entry"}
    )


def _citation_details(
    store: Store, citations: Sequence[str]
) -> tuple[dict[str, Reference], dict[str, str], frozenset[str]]:
    """Return the entry that each citation means, what it is used for, and which stand between the ends of a range."""
    found = grouped(rows(store, "trace/citation-details", citation=citations), "detail")
    meant = {row["citation"]: row["value"] for row in reversed(found.get(f"{SG}effectiveReference", []))}
    entries = rows(store, "trace/references", reference=sorted(set(meant.values()))) if meant else []
    references = {row["reference"]: Reference(row["reference"], row["number"], row["text"]) for row in entries}
    labels = _labels(store, (row["value"] for row in found.get(f"{SG}citationFunction", [])))
    return (
        {citation: references[reference] for citation, reference in meant.items() if reference in references},
        {row["citation"]: labels[row["value"]] for row in found.get(f"{SG}citationFunction", [])},
        frozenset(row["citation"] for row in found.get(f"{SG}fromRange", []) if row["value"]),
    )


def _labels(store: Store, values: Iterable[str]) -> dict[str, str]:
    """Return what values of the vocabulary are called."""
    asked = sorted(set(values))
    return {row["value"]: row["label"] for row in rows(store, "trace/labels", value=asked)} if asked else {}


def _works(store: Store, references: Sequence[str]) -> dict[str, tuple[Work, ...]]:
    """Return the works of each reference, as the paper that lists it describes them.

    By reference and not by work: a work that thousands of papers cite has as many descriptions.
    """
    if not references:
        return {}
    found = rows(store, "trace/work-details", reference=references)
    labels = _labels(store, (row["value"] for row in found if row["detail"].removeprefix(SG) in _CONCEPTS))
    return {
        reference: tuple(_work(work, details(known), labels) for work, known in grouped(group, "work").items())
        for reference, group in grouped(found, "reference").items()
    }


_CONCEPTS = frozenset({"documentType", "peerReviewStatus", "authorRelation", "sourceLevel"})


def _firsts(found: Sequence[Row], column: str) -> list[Row]:
    """Return the first row for each value of a column."""
    return [group[0] for group in grouped(found, column).values()]


def _work(iri: str, known: dict[str, Any], labels: dict[str, str]) -> Work:
    called = {name: labels.get(known.get(name, "")) for name in _CONCEPTS}
    reviewed = {"peer reviewed": True, "not peer reviewed": False}.get(called["peerReviewStatus"] or "")
    doi = known.get("doi")
    return Work(
        iri,
        known.get("title", UNTITLED),
        known.get("authorList", ""),
        known.get("year"),
        known.get("containerTitle"),
        doi,
        f"https://doi.org/{doi}" if doi else known.get("landingPage"),
        called["documentType"],
        reviewed,
        called["authorRelation"],
        called["sourceLevel"] == "secondary source",
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
    places = _places(store, list(found))
    notes = _notes(store, references)
    return tuple(
        ReferenceUse(
            Reference(reference, group[0]["number"], group[0]["text"]),
            group[0]["name"],
            works.get(reference, ()),
            places.get(reference, ()),
            notes.get(reference, ()),
        )
        for reference in references
        if (group := found.get(reference))
    )


def _places(store: Store, references: Sequence[str]) -> dict[str, tuple[Place, ...]]:
    """Return where each reference is printed or meant, in reading order."""
    cited = rows(store, "trace/cited-by", reference=references) if references else ()
    if not cited:
        return {}
    citations = distinct(cited, "citation")
    stands = rows(store, "trace/cited-at", citation=citations)
    passages = _passages(store, [row["passage"] for row in stands])
    claims = grouped(rows(store, "trace/citing-claims", citation=citations), "citation")
    meant, _, _ = _citation_details(store, citations)

    def place(row: Row) -> Place:
        resting = distinct(claims.get(row["citation"], ()), "claim")
        number: int = row["printedNumber"]
        passage, _ = passages[row["passage"]]
        effective = meant[row["citation"]].number if row["citation"] in meant else number
        return Place(row["citation"], row["marker"], number, effective, passage, resting)

    made = {row["citation"]: place(row) for row in stands}
    holders = {
        reference: {row["citation"] for row in group} for reference, group in grouped(cited, "reference").items()
    }
    return {
        reference: tuple(each for citation, each in made.items() if citation in own)
        for reference, own in holders.items()
    }


def _unique(notes: Iterable[Note]) -> tuple[Note, ...]:
    return tuple({note.id: note for note in notes}.values())
