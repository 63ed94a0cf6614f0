"""Reads texts and names out of JATS elements, and writes names as reference lists do."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element


# What may stand inside the name of a body and is no part of it: its members, their addresses, and marks.
_BESIDE = frozenset(
    ("contrib-group", "contrib", "name", "string-name", "aff", "address", "email", "role", "xref", "fn")
)


def text_of(element: _Element) -> str:
    """Return the text of an element with single blanks.

    >>> from lxml import etree
    >>> text_of(etree.XML("<p> One <i>or</i> two. </p>"))
    'One or two.'
    """
    text = "".join(map(str, element.itertext())) if len(element) else element.text
    return " ".join(text.split()) if text else ""


def surname(element: _Element) -> str:
    """Return the surname in a name element, or ""."""
    found = element.find(".//surname")
    return text_of(found) if found is not None else ""


def person(element: _Element) -> str:
    """Return a name as reference lists write it: surname, blank, initials."""
    tag = element.tag
    if tag == "etal":
        return "et al."
    if tag == "collab":
        return body(element)
    if tag in ("name-alternatives", "collab-alternatives") and len(element):
        return person(element[0])
    last = given = suffix = ""
    for child in element:
        if child.tag == "surname":
            last = text_of(child)
        elif child.tag == "given-names":
            given = child.get("initials") or initials(text_of(child))
        elif child.tag == "suffix":
            suffix = text_of(child)
    if not last:
        return text_of(element)
    return " ".join(filter(None, (last, given, suffix)))


def body(element: _Element) -> str:
    """Return the name of a body that is an author; its members may be listed inside.

    >>> from lxml import etree
    >>> body(etree.XML("<collab>The <i>ONE</i> Staff<xref>a</xref><contrib-group>Lee</contrib-group></collab>"))
    'The ONE Staff'
    """
    pieces = [element.text or ""]
    for child in element:
        pieces += ["" if child.tag in _BESIDE else "".join(map(str, child.itertext())), child.tail or ""]
    return " ".join("".join(pieces).split()) or text_of(element)


@lru_cache(maxsize=8192)
def initials(given: str) -> str:
    """Return the initials of given names; what looks like initials is kept.

    >>> initials("Mary-Ann J."), initials("DG")
    ('MAJ', 'DG')
    """
    if len(given) <= 3 and given.isalpha() and given.isupper():
        return given
    words = re.split(r"[\s.\-\u2010]+", given)
    return "".join([word if len(word) <= 3 and word.isupper() else word[0].upper() for word in words if word])
