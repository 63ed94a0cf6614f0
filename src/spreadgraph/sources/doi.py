"""DOIs as they are printed in articles and reference lists, brought to one form."""

from __future__ import annotations

import re

_PREFIX = re.compile(
    r"(?:https?://)?(?:(?:www\.|dx\.)?doi\.org/|doi\.wiley\.com/)|(?:info:)?doi[:/\s]\s*", re.IGNORECASE
)
_WHOLE = re.compile(r"10\.\d{4,9}/[^\s\x00-\x20\x7f]{1,500}")
_IN_TEXT = re.compile(r"\b10\.\d{4,9}/[^\s\"\u201d<>]{1,500}")
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


def _trimmed(doi: str) -> str:
    while doi[-1] in ".,;:)]>}'\"" and not (doi[-1] in _CLOSING and doi.count(_CLOSING[doi[-1]]) >= doi.count(doi[-1])):
        doi = doi[:-1]
    return doi.lower() if doi[-1] != "/" else ""
