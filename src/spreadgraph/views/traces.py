"""Shows a trace as text for a terminal, as Markdown and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from spreadgraph.answers.evidence import (
    Citation,
    Note,
    Passage,
    Place,
    Reference,
    ReferenceUse,
    Result,
    Sentence,
    Trace,
    Work,
)
from spreadgraph.terms import shorten
from spreadgraph.views.terminal import Terminal, safe

Field = tuple[str, str, tuple[str, ...]]
SUPPORT = {
    "none given": "none given: the authors cite nothing for this claim",
    "one source": "one source",
    "several sources": "several sources",
}
UNJUDGED = "not judged: nobody has read what this sentence claims"


def as_text(trace: Trace, terminal: Terminal, shown: int = 1) -> str:
    """Return the trace for a terminal: the first ``shown`` chains in full, the rest as numbered lines."""
    lines: list[str] = []
    for use in trace.references:
        lines += _use_lines(use, terminal)
    found = list(chains(trace))
    for number, (head, text, chain) in enumerate(found[:shown], 1):
        count = f"{number} of {len(found)}  " if len(found) > 1 else ""
        lines += ["", *terminal.paragraph(count + head, "accent", "bold"), ""]
        lines += [*terminal.paragraph(text, "bold", indent=2), ""]
        lines += [line for label, said, styles in chain for line in terminal.field(label, said, *styles)]
    lines += _rest(trace, shown, terminal)
    return "\n".join(lines).strip("\n") + "\n" if lines else ""


def chains(trace: Trace) -> Iterator[tuple[str, str, list[Field]]]:
    """Yield what each chain is about, what stands at its head, and its labelled lines: claims, then sentences."""
    for result in trace.results:
        yield subject(result), result.claim.text, fields(result)
    for sentence in trace.sentences:
        yield sentence_subject(sentence), sentence_in_words(sentence), sentence_fields(sentence)


def subject(result: Result) -> str:
    """Say what a claim is about: its element and framing, or its section."""
    claim = result.claim
    topic = claim.element or (result.passages[0].place.split(",")[0] if result.passages else "")
    return " \u00b7 ".join(part for part in (topic, " and ".join(claim.framings)) if part)


def fields(result: Result) -> list[Field]:
    """Return the chain as labelled lines in reading order; every text view of a claim is made from these."""
    found: list[Field] = [("Hedge", hedge_in_words(result), ("warn",))]
    for passage in result.passages:
        found += _passage_fields(passage)
    for citation in result.citations:
        found += _citation_fields(citation)
    found += [("Basis", result.basis, ()), ("Support", support_in_words(result), ("good",))]
    if result.nearby:
        found.append(
            ("Nearby", f"cited in the same sentence, but not for this claim: {'; '.join(result.nearby)}", ("dim",))
        )
    found += [("Agrees", f"with {shorten(other)}, a curator holds", ()) for other in result.claim.agrees]
    found += [("Differs", f"from {shorten(other)}, a curator holds", ("warn",)) for other in result.claim.differs]
    found += [("Note", note_in_words(note), ("warn",)) for note in result.notes]
    return [*found, ("Id", shorten(result.claim.id), ("dim",))]


def hedge_in_words(result: Result) -> str:
    """Give the hedges with the authors' own words where these differ."""
    claim = result.claim
    hedges = ", ".join(claim.hedges)
    cues = [cue for cue in claim.cues if cue.lower() not in {hedge.lower() for hedge in claim.hedges}]
    return f"{hedges} (in the paper: {', '.join(cues)})" if cues else hedges


def support_in_words(result: Result) -> str:
    """Say how many works stand behind a claim and what has to be known about them."""
    return "; ".join([SUPPORT[result.support], *result.flags])


def note_in_words(note: Note) -> str:
    """Give a note in one line: what, why, how sure, when."""
    stop = "" if note.label.endswith("?") else "."
    return f"{note.label}{stop} {note.text} ({note.kind}; confidence {note.confidence}; {note.date})"


def sentence_subject(sentence: Sentence) -> str:
    """Say where a sentence stands: its paper and section."""
    passage = sentence.passage
    return " \u00b7 ".join(part for part in (passage.paper, passage.place.split(",")[0]) if part)


def sentence_in_words(sentence: Sentence) -> str:
    """Give the sentence where it was kept, else the few words that find it in the paper."""
    return sentence.text or f"A sentence that begins: {sentence.passage.start} \u2026"


def sentence_fields(sentence: Sentence) -> list[Field]:
    """Return a citing sentence without claims as labelled lines in reading order."""
    found: list[Field] = _passage_fields(sentence.passage)
    if sentence.headings:
        found.append(("In the table", "; ".join(sentence.headings), ()))
    for citation in sentence.citations:
        found += _citation_fields(citation)
    found += [("Basis", sentence.basis, ()), ("Support", UNJUDGED, ("dim",))]
    found += [("Note", note_in_words(note), ("warn",)) for note in sentence.notes]
    return [*found, ("Id", shorten(sentence.passage.id), ("dim",))]


def _passage_fields(passage: Passage) -> list[Field]:
    where = ", ".join(part for part in (passage.paper, passage.place) if part)
    return [("Stands in", where, ()), *([("", passage.link, ("dim",))] if passage.link else [])]


def _citation_fields(citation: Citation) -> list[Field]:
    purpose = f", {citation.function}" if citation.function else ""
    ranged = ", as one between the ends of a range" if citation.from_range else ""
    found: list[Field] = [("Marker", f"{citation.marker}{purpose}{ranged}", ())]
    if citation.corrected:
        found.append(("Printed", _entry(citation.printed), ("dim",)))
        meant = _entry(citation.effective) if citation.effective else "no entry of the list"
        found.append(("Meant", meant, ("bold",)))
    else:
        found.append(("Reference", f"{_entry(citation.printed)}", ()))
    found += [("Note", note_in_words(note), ("warn",)) for note in citation.notes]
    return [*found, *(field for work in citation.works for field in _work_fields(work))]


def _work_fields(work: Work) -> list[Field]:
    return [("Work", work_in_words(work), ()), *([("", work.url, ("dim",))] if work.url else [])]


def work_in_words(work: Work) -> str:
    """Describe a work in one line: title, authors, where, when, what sort, reviewed or not."""
    review = {True: "peer reviewed", False: "not peer reviewed", None: "peer review unknown"}[work.peer_reviewed]
    when = str(work.year) if work.year else "year not known"
    ties = [work.relation] if work.relation not in {None, "from others"} else []
    parts = [
        work.authors,
        work.journal,
        when,
        work.type,
        review,
        *ties,
        *(["secondary source"] if work.secondary else []),
    ]
    return f"{work.title} ({'; '.join(part for part in parts if part)})"


def _entry(reference: Reference) -> str:
    return f"[{reference.number}] {reference.text}"


def _use_lines(use: ReferenceUse, terminal: Terminal) -> list[str]:
    lines = ["", *terminal.paragraph(use_subject(use), "accent", "bold"), ""]
    for label, text, styles in use_fields(use):
        lines += terminal.field(label, text, *styles)
    return lines


def use_subject(use: ReferenceUse) -> str:
    """Name a reference: its number and its paper."""
    return f"Reference {use.reference.number}" + (f" of {use.paper}" if use.paper else "")


def use_fields(use: ReferenceUse) -> list[Field]:
    """Return what is known of a reference as labelled lines in reading order."""
    found: list[Field] = [("Printed", _entry(use.reference), ("bold",))]
    for work in use.works:
        found += _work_fields(work)
    for place in use.places:
        found.append(("Cited", place_in_words(use, place), ()))
        found += [("", place.passage.link, ("dim",))] if place.passage.link else []
    if not use.places:
        found.append(("Cited", "no marker in the text points to this entry", ("warn",)))
    return found + [("Note", note_in_words(note), ("warn",)) for note in use.notes]


def place_in_words(use: ReferenceUse, place: Place) -> str:
    """Say at which marker a reference is cited, and whether it is meant there."""
    number = use.reference.number
    where = f"marker {place.marker}, {place.passage.place}"
    if place.printed != number:
        return f"{where}: printed there is {place.printed}, but this entry is meant"
    return where if place.effective == number else f"{where}: printed there, but {place.effective} is meant"


def _rest(trace: Trace, shown: int, terminal: Terminal) -> list[str]:
    rest = [f"{result.claim.text} [{subject(result)}; {support_in_words(result)}]" for result in trace.results]
    rest += [f"{sentence_in_words(each)} [{sentence_subject(each)}]" for each in trace.sentences]
    if not rest[shown:]:
        return []
    lines = ["", *terminal.paragraph("More, best first (--all shows them in full, --pick N one of them):", "dim"), ""]
    for number, text in enumerate(rest[shown:], shown + 1):
        lines += terminal.item(f"{number:>4}  ", text)
    return lines


def as_markdown(trace: Trace) -> str:
    """Return the trace as Markdown, every chain in full."""
    blocks = []
    for use in trace.references:
        blocks.append(f"## {markdown_escaped(use_subject(use))}\n\n" + bullets(use_fields(use)))
    for head, text, chain in chains(trace):
        blocks.append(f"## {markdown_escaped(head)}\n\n> {markdown_escaped(text)}\n\n" + bullets(chain))
    return "\n".join(blocks)


def bullets(found: Iterable[Field]) -> str:
    """Return labelled lines as a Markdown list; a line without a label goes on under the one before."""
    lines: list[str] = []
    for label, text, _ in found:
        shown = f"<{text}>" if re.fullmatch(r"https?://[^\s<>]+", text) else markdown_escaped(text)
        if label:
            lines.append(f"- **{label}:** {shown}")
        else:
            lines[-1] += f"  \n  {shown}"
    return "\n".join(lines) + "\n"


def markdown_escaped(text: str) -> str:
    """Return ``text`` with the characters that Markdown would read as markup escaped."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", safe(text))


def as_json(trace: Trace) -> str:
    """Return the trace as JSON, in the shape that stays stable; keys may be added, none is renamed."""
    import json

    document = {
        "direction": trace.direction,
        "results": [result_json(result) for result in trace.results],
        "references": [_use_json(use) for use in trace.references],
        "sentences": [_sentence_json(sentence) for sentence in trace.sentences],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def result_json(result: Result) -> dict[str, Any]:
    """Return one chain in the shape that stays stable."""
    claim = result.claim
    return {
        "claim": {
            "id": claim.id, "text": claim.text, "kind": claim.kind, "role": claim.role, "hedges": list(claim.hedges),
            "cues": list(claim.cues), "framings": list(claim.framings), "element": claim.element,
            "agrees": list(claim.agrees), "differs": list(claim.differs),
        },
        "passages": [_passage_json(passage) for passage in result.passages],
        "citations": [_citation_json(citation) for citation in result.citations],
        "basis": result.basis,
        "support": result.support,
        "flags": list(result.flags),
        "nearby": list(result.nearby),
        "notes": [_note_json(note) for note in result.notes],
    }  # fmt: skip


def _sentence_json(sentence: Sentence) -> dict[str, Any]:
    return {
        "passage": _passage_json(sentence.passage),
        "text": sentence.text,
        "headings": list(sentence.headings),
        "citations": [_citation_json(citation) for citation in sentence.citations],
        "basis": sentence.basis,
        "notes": [_note_json(note) for note in sentence.notes],
    }


def _passage_json(passage: Passage) -> dict[str, Any]:
    return {
        "locator": passage.locator,
        "paper": passage.paper,
        "link": passage.link,
        "place": passage.place,
        "start": passage.start,
        "id": passage.id,
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "marker": citation.marker,
        "printed": _reference_json(citation.printed),
        "effective": _reference_json(citation.effective) if citation.effective else None,
        "function": citation.function,
        "work": _work_json(citation.work) if citation.work else None,
        "works": [_work_json(work) for work in citation.works],
        "from_range": citation.from_range,
        "notes": [_note_json(note) for note in citation.notes],
        "id": citation.id,
    }


def _reference_json(reference: Reference) -> dict[str, Any]:
    return {"number": reference.number, "text": reference.text, "id": reference.id}


def _work_json(work: Work) -> dict[str, Any]:
    return {
        "iri": work.iri, "title": work.title, "year": work.year, "doi": work.doi, "url": work.url, "type": work.type,
        "peer_reviewed": work.peer_reviewed, "authors": work.authors, "journal": work.journal,
        "relation": work.relation, "secondary": work.secondary,
    }  # fmt: skip


def _note_json(note: Note) -> dict[str, Any]:
    return {
        "label": note.label,
        "kind": note.kind,
        "text": note.text,
        "confidence": note.confidence,
        "date": note.date,
        "id": note.id,
    }


def _use_json(use: ReferenceUse) -> dict[str, Any]:
    return {
        **_reference_json(use.reference),
        "paper": use.paper,
        "works": [_work_json(work) for work in use.works],
        "cited": [
            {
                "marker": place.marker, "printed": place.printed, "effective": place.effective,
                "passage": _passage_json(place.passage), "claims": list(place.claims),
            }
            for place in use.places
        ],
        "notes": [_note_json(note) for note in use.notes],
    }  # fmt: skip
