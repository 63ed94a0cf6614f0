"""What makes a sentence findable without storing it: its normal form, its hash and its anchor words."""

from __future__ import annotations

import re
import unicodedata

NORMALISATION = "sg-norm-1"

_MARKER = r"[\u00b9\u00b2\u00b3\u2070\u2074-\u2079](?:[\u00b9\u00b2\u00b3\u2070\u2074-\u2079,\u2013-]*)"
_DIGITS = r"\d+(?:[.,]\d+)*"

# What ASCII holds besides letters; and runs of all else.
_NOT_LETTERS = re.compile(r"[\x00-`{-\x7f]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_folded: dict[str, str] = {}

_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~"


def letters(text: str) -> str:
    """Return the sg-norm-1 form of ``text``: its letters only, folded, without blanks.

    NFKD, casefold, combining marks dropped, NFKC, then Unicode category L* joined. Citation markers, line
    hyphens, quotation marks, ligatures and white space therefore make no difference; neither do digits, so
    a changed number has to be looked for with :func:`numbers`.

    >>> letters("Real-world evidence\u00b2\u2078 \ufb01ts")
    'realworldevidencefits'
    """
    # ASCII needs no folding, and nothing in it combines with what stands beside it, so that runs can be folded apart.
    text = text.lower()
    return _NOT_LETTERS.sub("", text if text.isascii() else _BEYOND_ASCII.sub(_letters_beyond_ascii, text))


def _letters_beyond_ascii(match: re.Match[str]) -> str:
    run = match[0]
    if (known := _folded.get(run)) is not None:
        return known
    decomposed = unicodedata.normalize("NFKD", run).casefold()
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    found = "".join(
        character for character in unicodedata.normalize("NFKC", bare) if unicodedata.category(character)[0] == "L"
    )
    if len(run) < 9 and len(_folded) < 4096:
        _folded[run] = found
    return found


def sentence_sha256(text: str) -> str:
    """Return the SHA-256, in lower-case hex, of the normal form of ``text``.

    >>> sentence_sha256("A \u201cwell-led\u201d team.") == sentence_sha256('a "well- led" TEAM')
    True
    """
    import hashlib  # here, since a trace needs text fragments but no hash

    return hashlib.sha256(letters(text).encode()).hexdigest()


def without_markers(text: str) -> str:
    """Drop superscript citation markers such as \u00b9\u00b2 from ``text``."""
    return re.sub(_MARKER, "", text)


def numbers(text: str) -> str:
    """Return the sentence's own numbers in order, one blank between, superscript markers left out.

    >>> numbers("Table 1 lists 12 rows.\u00b2\u00b9")
    '1 12'
    """
    return " ".join(re.findall(_DIGITS, without_markers(text)))


def text_fragment(page: str, start: str, end: str | None = None, prefix: str | None = None) -> str:
    """Return a link that opens ``page`` at the sentence between the words ``start`` and ``end``.

    The form is that of the WICG text fragment: ``#:~:text=[prefix-,]start[,end]``, with ``-``, ``,`` and ``&``
    encoded inside the parts. A fragment already on ``page`` is kept.

    >>> text_fragment("https://example.org/a", "Real-world evidence", "of it")
    'https://example.org/a#:~:text=Real%2Dworld%20evidence,of%20it'
    """
    parts = [part for part in (f"{_encode(prefix)}-" if prefix else "", _encode(start), _encode(end or "")) if part]
    return f"{page}{'' if '#' in page else '#'}:~:text={','.join(parts)}"


def _encode(part: str) -> str:
    # Written out, since urllib.parse costs more to import than a whole trace to ask; unreserved characters of RFC 3986
    # stay, except the hyphen, which separates the parts of a text fragment.
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in part.encode())
