"""Looks up what traces are made of: many passages, citations, works or notes at once, a query each."""

from collections.abc import Iterable, Sequence
from typing import Any

from spreadgraph.answers.evidence import UNTITLED, Citation, Note, Passage, Reference, Work
from spreadgraph.answers.rows import Row, distinct, grouped, rows
from spreadgraph.graph.store import Store
from spreadgraph.terms import SG
from spreadgraph.text import text_fragment


def passages_of(store: Store, passages: Sequence[str]) -> dict[str, tuple[Passage, dict[str, Any]]]:
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


def citations_of(store: Store, found: Sequence[Row], holder: str) -> dict[str, tuple[Citation, ...]]:
    """Return the citations of each ``holder`` (the column of claims or of passages) of the rows, in reading order."""
    if not found:
        return {}
    meant, functions, ranged = citation_details(store, distinct(found, "citation"))
    works = works_of(store, sorted({reference.id for reference in meant.values()}))
    targets = {row[name] for row in found for name in ("citation", "printed")} | {each.id for each in meant.values()}
    notes = notes_on(store, sorted(targets))

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
    return unique(
        note
        for target in (citation, meant.id if meant else "")
        for note in notes.get(target, ())
        # An exchange noted on an entry concerns another marker; slips matter where the entry itself is asked for.
        if target == citation or note.kind not in {"exchanged reference", "slip in an entry"}
    )


def citation_details(
    store: Store, citations: Sequence[str]
) -> tuple[dict[str, Reference], dict[str, str], frozenset[str]]:
    """Return the entry that each citation means, what it is used for, and which stand between the ends of a range."""
    found = grouped(rows(store, "trace/citation-details", citation=citations), "detail")
    meant = {row["citation"]: row["value"] for row in reversed(found.get(f"{SG}effectiveReference", []))}
    entries = rows(store, "trace/references", reference=sorted(set(meant.values()))) if meant else []
    references = {row["reference"]: Reference(row["reference"], row["number"], row["text"]) for row in entries}
    labels = labels_of(store, (row["value"] for row in found.get(f"{SG}citationFunction", [])))
    return (
        {citation: references[reference] for citation, reference in meant.items() if reference in references},
        {row["citation"]: labels[row["value"]] for row in found.get(f"{SG}citationFunction", [])},
        frozenset(row["citation"] for row in found.get(f"{SG}fromRange", []) if row["value"]),
    )


def labels_of(store: Store, values: Iterable[str]) -> dict[str, str]:
    """Return what values of the vocabulary are called."""
    asked = sorted(set(values))
    return {row["value"]: row["label"] for row in rows(store, "trace/labels", value=asked)} if asked else {}


def works_of(store: Store, references: Sequence[str]) -> dict[str, tuple[Work, ...]]:
    """Return the works of each reference, as the paper that lists it describes them.

    By reference and not by work: a work that thousands of papers cite has as many descriptions.
    """
    if not references:
        return {}
    found = rows(store, "trace/work-details", reference=references)
    labels = labels_of(store, (row["value"] for row in found if row["detail"].removeprefix(SG) in _CONCEPTS))
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


def notes_on(store: Store, targets: Sequence[str]) -> dict[str, tuple[Note, ...]]:
    """Return the curators' notes on each thing that has any."""
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


def unique(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return notes in their order, each once."""
    return tuple({note.id: note for note in notes}.values())
