"""DOIs as they are printed in articles and reference lists, brought to one form, and the IRIs made of them."""

from __future__ import annotations

import re
from functools import lru_cache

from spreadgraph.terms import DOI

_PREFIX = re.compile(
    r"(?:https?://)?(?:(?:www\.|dx\.)?doi\.org/|doi\.wiley\.com/)|(?:info:)?doi[:/\s]\s*", re.IGNORECASE
)
_WHOLE = re.compile(r"10\.\d{4,9}/[^\s\x00-\x20\x7f]{1,500}")
_IN_TEXT = re.compile(r"\b10\.\d{4,9}/[^\s\"\u201d<>]{1,500}")
# What an IRI cannot hold as it is (RFC 3987), and what would change the meaning of an address.
_NOT_IN_AN_IRI = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`%#?\[\]\ufff0-\uffff\ue000-\uf8ff\ufdd0-\ufdef]")
_CLOSING = {")": "(", "]": "[", ">": "<", "}": "{"}


def normal_doi(text: str) -> str:
    """Return the DOI that ``text`` gives, bare and in lower case, or "" where it gives none.

    Resolver addresses and a leading "doi:" are dropped, and so are a full stop, comma or bracket at the end that
    belong to the sentence. A DOI with blanks inside is no DOI.

    >>> normal_doi("https://dx.doi.org/10.1000/ABC.5.")
    '10.1000/abc.5'
    """
    text = text.strip()
    if not text.startswith("10."):
        # Some give the prefix twice.
        while match := _PREFIX.match(text):
            text = text[match.end() :]
        if "%" in text:
            text = re.sub(r"%([2-7][0-9A-Fa-f])", lambda code: chr(int(code[1], 16)), text)
    return _trimmed(text) if _WHOLE.fullmatch(text) else ""


def doi_in(text: str) -> str:
    """Return the first DOI in running text, or "".

    >>> doi_in("Available at: doi:10.1000/xyz (accessed 2020).")
    '10.1000/xyz'
    """
    match = _IN_TEXT.search(text) if "10." in text else None
    return _trimmed(match[0]) if match else ""


@lru_cache(maxsize=4096)
def doi_iri(doi: str) -> str:
    """Return the IRI of a DOI in normal form; what an IRI cannot hold is percent-encoded.

    >>> doi_iri("10.1002/(sici)1<1::aid>3.0.co;2-2")
    'https://doi.org/10.1002/(sici)1%3C1::aid%3E3.0.co;2-2'
    """
    return DOI + _NOT_IN_AN_IRI.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), doi)


def _trimmed(doi: str) -> str:
    while doi[-1] in ".,;:)]>}'\"" and not (doi[-1] in _CLOSING and doi.count(_CLOSING[doi[-1]]) >= doi.count(doi[-1])):
        doi = doi[:-1]
    return doi.lower() if doi[-1] != "/" else ""
