"""Finds out what a reader means: an id, a locator, a reference number, a DOI, or words."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

import re
from collections.abc import Sequence
from typing import NamedTuple

from spreadgraph.answers.evidence import Trace
from spreadgraph.answers.holdings import uses_of
from spreadgraph.answers.rows import Row, distinct, rows
from spreadgraph.answers.search import search
from spreadgraph.answers.trace import trace_claims, trace_references, trace_sentences
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import Store
from spreadgraph.terms import DATA, expand, shorten

# Compiled when first used: most questions are words, and compiling costs more than answering.
_REFERENCE = r"(?:(?P<paper>[a-z0-9.-]+)/)?ref(?:erence)?[:/](?P<number>\d+)"
_DOI = r"(?i:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/\S+)"
_ID = r"[a-z0-9.-]+(/[a-z0-9.-]+)+"
_NEAR = 3
FEW = 20
"""In how many papers at most an id is looked for that does not name its paper."""
MOST = 50
"""How many references to one work are shown unless more are asked for."""


class Meant(NamedTuple):
    """What words stand for: IRIs of claims, references or sentences, best first, and a remark if one is due."""

    claims: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    remark: str | None = None
    sentences: tuple[str, ...] = ()


def resolve(store: Store, text: str, most: int = MOST) -> Meant:
    """Return the claims, references or sentences that ``text`` stands for.

    ``text`` may be an id (``claim/x``, ``bevan-2024/claim/x`` or a full IRI; of a claim, passage, citation, element,
    reference or work), a locator, ``ref:13``, a DOI, or words to search for, an author's name included. Of the
    references to one work, ``most`` are returned, since thousands of papers may cite it. Raises NotFoundError with the
    nearest ids, or with a way on, where nothing fits.
    """
    text = " ".join(text.split())
    if " " in text.removeprefix("doi: ") or not any(mark in text for mark in ":/"):
        return _by_words(store, text)
    if doi := re.fullmatch(_DOI, text.replace(" ", "")):
        return _by_doi(store, doi[1], most)
    if reference := re.fullmatch(_REFERENCE, text):
        return _by_number(store, int(reference["number"]), reference["paper"])
    if text.startswith(("http://", "https://")) or re.fullmatch(_ID, text):
        return _by_id(store, text, most)
    return _by_words(store, text)


def traced(store: Store, meant: Meant) -> Trace:
    """Trace what was meant: claims and sentences forward, references back."""
    if meant.references:
        return trace_references(store, meant.references)
    return trace_sentences(store, meant.sentences) if meant.sentences else trace_claims(store, meant.claims)


def picked(trace: Trace, number: int) -> Trace:
    """Return match ``number`` of a trace alone, counted from 1; raises UsageError where there is none."""
    matches = len(trace.results) + len(trace.sentences)
    if number > matches:
        raise UsageError(f"--pick takes 1 to {matches} here, not {number}")
    if trace.sentences:
        return trace._replace(sentences=(trace.sentences[number - 1],))
    return trace._replace(results=(trace.results[number - 1],))


def few_papers(store: Store) -> tuple[str, ...]:
    """Return the short names of the papers held, where they are so few that an id may leave its paper out.

    In a larger library every id begins with the short name of its paper, and this is empty.
    """
    found = [row["slug"] for row in rows(store, "trace/papers", FEW + 1)]
    return tuple(found) if len(found) <= FEW else ()


def identify(store: Store, text: str) -> str:
    """Return the full IRI for ``text``: itself, a prefixed name, or an id with or without the name of its paper."""
    full = expand(text)
    if rows(store, "trace/known", id=[full]):
        return full
    candidates = [f"{DATA}{paper}/{text}" for paper in few_papers(store) if re.fullmatch(_ID, text)]
    found = {row["id"] for row in rows(store, "trace/known", id=candidates)} if candidates else set()
    for candidate in candidates:
        if candidate in found:
            return candidate
    raise NotFoundError(_unknown(store, text))


def _by_doi(store: Store, doi: str, most: int) -> Meant:
    if found := _references_to(store, expand(doi.rstrip(".,;")), most):
        return found
    raise NotFoundError(f"no reference leads to the DOI {doi}; look for words of its title: spreadgraph search WORDS")


def _references_to(store: Store, work: str, most: int) -> Meant | None:
    """Return the references to a work, those of papers with the nearest names first; None where there are none."""
    found = rows(store, "trace/references-to", most + 1, work=[work])
    if not found:
        return None
    kept = sorted(found[:most], key=lambda row: (row["reference"].rpartition("/")[0], row["number"]))
    remark = None
    if len(found) > most:
        papers, citations = uses_of(store, work)
        remark = f"{papers} papers cite this work with {citations} markers; {most} are shown (--limit N shows more)"
    return Meant(references=tuple(row["reference"] for row in kept), remark=remark)


def _by_number(store: Store, number: int, paper: str | None) -> Meant:
    among = [paper] if paper else few_papers(store)
    if not among:
        raise UsageError(f"many papers have a reference {number}; write the paper too, such as smith-2025/ref:{number}")
    found = [f"{DATA}{slug}/reference/{number}" for slug in among]
    known = {row["id"] for row in rows(store, "trace/known", id=found)}
    if not known:
        raise NotFoundError(f"there is no reference {number} in {', '.join(among) or 'any paper'}")
    return Meant(references=tuple(iri for iri in found if iri in known))


def _by_id(store: Store, text: str, most: int) -> Meant:
    if not text.startswith("http") and (passages := rows_at(store, text)):
        return _at(text, passages)
    iri = identify(store, text)
    if references := _references_to(store, iri, most):
        return references
    if "/reference/" in iri:
        return Meant(references=(iri,))
    claims = tuple(row["claim"] for row in rows(store, "trace/claims-of", thing=[iri]))
    if claims:
        return Meant(claims=claims)
    if sentences := tuple(row["passage"] for row in rows(store, "trace/sentences-of", most, thing=[iri])):
        return Meant(sentences=sentences)
    raise NotFoundError(f"{shorten(iri)} is known, but no claim, sentence or reference hangs on it")


def rows_at(store: Store, locator: str) -> list[Row]:
    """Return the passages at a locator, in its paper or in any of a few, with their claims."""
    slug, _, rest = locator.partition("/")
    ids = [f"{DATA}{paper}/passage/{locator}" for paper in few_papers(store)]
    return rows(store, "trace/at", id=[*ids, f"{DATA}{slug}/passage/{rest.removeprefix('passage/')}"])


def _at(locator: str, found: Sequence[Row]) -> Meant:
    claims = distinct(found, "claim")
    sentences = () if claims else distinct([row for row in found if row["cites"]], "id")
    return Meant(claims, remark=None if claims or sentences else _empty(locator, found), sentences=sentences)


def _empty(locator: str, found: Sequence[Row]) -> str:
    return f"{locator} carries no claim: {found[0]['discourse'] or 'none has been curated'}"


def _by_words(store: Store, text: str) -> Meant:
    claims = search(store, text, ["claim"])
    if claims.hits and claims.every_word:
        return Meant(claims=tuple(hit.id for hit in claims.hits))
    references = search(store, text, ["reference"])
    if references.hits and (references.every_word or not claims.hits):
        return Meant(references=tuple(hit.id for hit in references.hits))
    if claims.hits:
        some = "no claim has all of these words; these have some of them"
        remark = "; ".join(filter(None, (some, _paper_with(store, text))))
        return Meant(claims=tuple(hit.id for hit in claims.hits), remark=remark)
    passages = search(store, text, ["passage"])
    if passages.hits and passages.every_word:
        return Meant(sentences=tuple(hit.id for hit in passages.hits))
    if paper := _paper_with(store, text):
        raise NotFoundError(f"no claim, reference or sentence has the words {text!r}, but {paper}")
    raise NotFoundError(f"nothing has the words {text!r}; try fewer or other words, or see: spreadgraph compare")


def _paper_with(store: Store, text: str) -> str | None:
    """Say which paper has all of the words in its title, authors or journal, None where none has."""
    found = search(store, text, ["paper"], 1)
    if not found.hits or not found.every_word:
        return None
    (paper,) = found.hits
    return f"a paper has them: {paper.text}; see what it cites: spreadgraph trace {shorten(paper.id)} --follow 1"


def _unknown(store: Store, text: str) -> str:
    papers = few_papers(store)
    ids = [shorten(row["id"]) for row in rows(store, "trace/ids")] if papers else []
    known = ids if text.startswith(tuple(f"{paper}/" for paper in papers)) else [id_.split("/", 1)[-1] for id_ in ids]
    from difflib import get_close_matches

    near = get_close_matches(text.removeprefix(DATA), known, n=_NEAR, cutoff=0.6)
    return f"nothing is called {text}; " + (
        f"did you mean {' or '.join(near)}?" if near else "try words: spreadgraph search WORDS"
    )
