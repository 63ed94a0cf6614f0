"""Finds out what a reader means: an id, a locator, a reference number, a DOI, or words."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

import re
from collections.abc import Sequence
from typing import NamedTuple

from spreadgraph.answers.rows import Row, rows
from spreadgraph.answers.search import search
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import Store
from spreadgraph.terms import DATA, expand, shorten

# Compiled when first used: most questions are words, and compiling costs more than answering.
_REFERENCE = r"(?:(?P<paper>[a-z0-9-]+)/)?ref(?:erence)?[:/](?P<number>\d+)"
_DOI = r"(?i:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/\S+)"
_ID = r"[a-z0-9.-]+(/[a-z0-9.-]+)+"
_NEAR = 3


class Meant(NamedTuple):
    """What a reader's words stand for: IRIs of claims or of references, best first, and a remark if one is due."""

    claims: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    remark: str | None = None


def resolve(store: Store, text: str) -> Meant:
    """Return the claims or references that ``text`` stands for.

    ``text`` may be an id (``claim/x``, ``bevan-2024/claim/x`` or a full IRI; of a claim, passage, citation, element,
    reference or work), a locator, ``ref:13``, a DOI, or words to search for, an author's name included. Raises
    NotFoundError with the nearest ids, or with a way on, where nothing fits.
    """
    text = " ".join(text.split())
    if " " in text.removeprefix("doi: ") or not any(mark in text for mark in ":/"):
        return _by_words(store, text)
    if doi := re.fullmatch(_DOI, text.replace(" ", "")):
        return _by_doi(store, doi[1])
    if reference := re.fullmatch(_REFERENCE, text):
        return _by_number(store, int(reference["number"]), reference["paper"])
    if text.startswith(("http://", "https://")) or re.fullmatch(_ID, text):
        return _by_id(store, text)
    return _by_words(store, text)


def papers(store: Store) -> tuple[str, ...]:
    """Return the short names of the papers whose passages the store holds."""
    return tuple(row["slug"] for row in rows(store, "trace/papers"))


def identify(store: Store, text: str) -> str:
    """Return the full IRI for ``text``: itself, a prefixed name, or an id with or without the name of its paper."""
    candidates = [expand(text), *(f"{DATA}{paper}/{text}" for paper in papers(store) if re.fullmatch(_ID, text))]
    found = {row["id"] for row in rows(store, "trace/known", id=candidates)}
    for candidate in candidates:
        if candidate in found:
            return candidate
    raise NotFoundError(_unknown(store, text))


def _by_doi(store: Store, doi: str) -> Meant:
    work = "https://doi.org/" + doi.rstrip(".,;").lower()
    references = tuple(row["reference"] for row in rows(store, "trace/references-to", work=[work]))
    if not references:
        raise NotFoundError(
            f"no reference leads to the DOI {doi}; look for words of its title: spreadgraph search WORDS"
        )
    return Meant(references=references)


def _by_number(store: Store, number: int, paper: str | None) -> Meant:
    among = [paper] if paper else papers(store)
    found = [f"{DATA}{slug}/reference/{number}" for slug in among]
    known = {row["id"] for row in rows(store, "trace/known", id=found)}
    if not known:
        raise NotFoundError(f"there is no reference {number} in {', '.join(among) or 'any paper'}")
    return Meant(references=tuple(iri for iri in found if iri in known))


def _by_id(store: Store, text: str) -> Meant:
    if not text.startswith("http") and (passages := rows_at(store, text)):
        return Meant(claims=tuple(row["claim"] for row in passages if row["claim"]), remark=_empty(text, passages))
    iri = identify(store, text)
    if references := rows(store, "trace/references-to", work=[iri]):
        return Meant(references=tuple(row["reference"] for row in references))
    if "/reference/" in iri:
        return Meant(references=(iri,))
    claims = tuple(row["claim"] for row in rows(store, "trace/claims-of", thing=[iri]))
    if not claims:
        raise NotFoundError(f"{shorten(iri)} is known, but no claim or reference hangs on it")
    return Meant(claims=claims)


def rows_at(store: Store, locator: str) -> list[Row]:
    """Return the passages at a locator, in any paper, with their claims."""
    return rows(store, "trace/at", id=[f"{DATA}{paper}/passage/{locator}" for paper in papers(store)])


def _empty(locator: str, found: Sequence[Row]) -> str | None:
    return None if any(row["claim"] for row in found) else f"{locator} carries no claim: {found[0]['discourse']}"


def _by_words(store: Store, text: str) -> Meant:
    claims = search(store, text, ["claim"])
    if claims.hits and claims.every_word:
        return Meant(claims=tuple(hit.id for hit in claims.hits))
    references = search(store, text, ["reference"])
    if references.hits and (references.every_word or not claims.hits):
        return Meant(references=tuple(hit.id for hit in references.hits))
    if claims.hits:
        remark = "no claim has all of these words; these have some of them"
        return Meant(claims=tuple(hit.id for hit in claims.hits), remark=remark)
    raise NotFoundError(f"nothing has the words {text!r}; try fewer or other words, or see: spreadgraph compare")


def _unknown(store: Store, text: str) -> str:
    ids = [shorten(row["id"]) for row in rows(store, "trace/ids")]
    known = (
        ids if any(text.startswith(f"{paper}/") for paper in papers(store)) else [id_.split("/", 1)[-1] for id_ in ids]
    )
    from difflib import get_close_matches

    near = get_close_matches(text.removeprefix(DATA), known, n=_NEAR, cutoff=0.6)
    return f"nothing is called {text}; " + (
        f"did you mean {' or '.join(near)}?" if near else "try words: spreadgraph search WORDS"
    )
