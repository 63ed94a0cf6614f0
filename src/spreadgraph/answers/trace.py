"""The one trace: from a claim to passage, citation, reference and work, and from a reference back to the claims."""

from collections.abc import Iterable, Sequence

from spreadgraph.answers import lookups
from spreadgraph.answers.evidence import (
    Citation,
    Claim,
    Place,
    Reference,
    ReferenceUse,
    Result,
    Sentence,
    Trace,
)
from spreadgraph.answers.rows import Row, distinct, grouped, rows
from spreadgraph.graph.store import Store


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
    passages = {id_: place for id_, (place, _) in lookups.passages_of(store, _all(stated, "passage")).items()}
    cited = rows(store, "trace/citations", claim=claims)
    nearby = grouped(rows(store, "trace/nearby", claim=claims), "claim")
    notes = lookups.notes_on(store, [*claims, *_all(stated, "passage")])
    citations_of = lookups.citations_of(store, cited, "claim")

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
            lookups.unique(note for key in (claim, *places) for note in notes.get(key, ())),
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


DISPUTES = frozenset({"exchanged reference", "doubtful fit"})


def _claim(row: Row, details: dict[str, list[Row]]) -> Claim:
    def values(detail: str) -> tuple[str, ...]:
        return distinct(details.get(detail, ()), "value")

    element = next(iter(values("element")), None)
    return Claim(
        row["claim"], row["text"], row["kind"], row["role"], values("hedge"), values("cue"), values("framing"), element,
        values("agrees"), values("differs"),
    )  # fmt: skip


def _sentences(store: Store, passages: Sequence[str]) -> tuple[Sentence, ...]:
    if not passages:
        return ()
    held = [row["passage"] for row in rows(store, "trace/sentences", passage=passages)]
    places = lookups.passages_of(store, held)
    citations = lookups.citations_of(store, rows(store, "trace/markers", passage=held) if held else (), "passage")
    notes = lookups.notes_on(store, held)

    def sentence(passage: str) -> Sentence:
        place, known = places[passage]
        headings = tuple(known[name] for name in ("rowHeading", "columnHeading") if name in known)
        basis = known.get("basis", "no claim of this sentence has been curated")
        cited = citations.get(passage, ())
        return Sentence(place, known.get("sentenceText"), headings, cited, basis, notes.get(passage, ()))

    return tuple(sentence(passage) for passage in dict.fromkeys(passages) if passage in places)


def _uses(store: Store, references: Sequence[str]) -> tuple[ReferenceUse, ...]:
    if not references:
        return ()
    found = grouped(rows(store, "trace/references", reference=references), "reference")
    works = lookups.works_of(store, list(found))
    places = _places(store, list(found))
    notes = lookups.notes_on(store, references)
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
    passages = lookups.passages_of(store, [row["passage"] for row in stands])
    claims = grouped(rows(store, "trace/citing-claims", citation=citations), "citation")
    meant, _, _ = lookups.citation_details(store, citations)

    def place(row: Row) -> Place:
        resting = distinct(claims.get(row["citation"], ()), "claim")
        number: int = row["printedNumber"]
        passage, _ = passages[row["passage"]]
        effective = meant[row["citation"]].number if row["citation"] in meant else number
        return Place(row["citation"], row["marker"], number, effective, passage, resting)

    made = {row["citation"]: place(row) for row in stands}
    holders = grouped(cited, "citation")
    places: dict[str, list[Place]] = {}
    for citation, each in made.items():
        for row in holders[citation]:
            places.setdefault(row["reference"], []).append(each)
    return {reference: tuple(found) for reference, found in places.items()}
