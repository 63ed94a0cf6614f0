"""Lays the text of HTML and of XML out in lines, as a page shows it; nothing is fetched and nothing left out unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from spreadgraph.errors import SourceError, UsageError
from spreadgraph.sources.xml import parse_html, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_SUPERSCRIPTS = str.maketrans("0123456789", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
_MARKER = re.compile(r"[\d\s,;\u2013\u2212-]+")
# What never shows on the page, and what is struck out on it.
_UNSEEN = frozenset(
    {"head", "script", "style", "noscript", "template", "iframe", "object", "svg", "del", "s", "strike", "tex-math"}
)
# Elements of HTML and of JATS that run on in a line; all others stand on lines of their own.
_RUNNING_ON = """
a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark q ruby rb s samp small span strong sub sup
time tt u var wbr
abbrev bold chem-struct email ext-link fixed-case inline-formula inline-graphic italic milestone-end milestone-start
monospace named-content overline roman sans-serif sc strike styled-content underline uri xref
"""
_INLINE = frozenset(_RUNNING_ON.split())


def html_text(name: str, text: str) -> str:
    """Return the text of an HTML page, however faulty it is; ``name`` is what messages call it.

    Raises UsageError where the parser stops before the end of the page.
    """
    root, fatal = parse_html(text)
    if fatal:
        raise UsageError(f"{name} cannot be read to its end ({fatal}); print it to a PDF and use that")
    return "" if root is None else _laid_out(root)


def xml_text(name: str, data: bytes) -> str:
    """Return the text of an XML file such as JATS; ``name`` is what messages call it.

    Raises UsageError where it is not well-formed, or defines entities of its own.
    """
    try:
        root = parse_xml(name, data)
    except SourceError as error:
        raise UsageError(str(error)) from error
    return _laid_out(root)


def _laid_out(root: _Element) -> str:
    """Return the text of a tree: blocks on lines of their own, blanks as a page shows them."""
    text = "".join(_pieces(root))
    return "\n".join(line for part in text.split("\n") if (line := " ".join(part.split())))


def _pieces(root: _Element) -> Iterator[str]:
    # Not recursive, as the depth of a page saved from the web knows no bounds.
    waiting: list[_Element | str] = [root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
            continue
        waiting.append(_flat(item.tail or ""))
        tag = item.tag.rpartition("}")[2].lower()
        if tag in _UNSEEN:
            yield "" if tag in _INLINE else "\n"
        elif _is_marker(item, tag):
            yield _all(item).translate(_SUPERSCRIPTS)
        else:
            edge = "" if tag in _INLINE else "\n"
            waiting += [edge, *reversed(list(item)), _flat(item.text or ""), edge]


def _is_marker(element: _Element, tag: str) -> bool:
    """Whether an element shows nothing but citation numbers: raised, or linked to the reference list of a JATS file."""
    numbered = tag == "sup" or (tag == "xref" and element.get("ref-type") == "bibr")
    return numbered and _MARKER.fullmatch(_all(element)) is not None


def _all(element: _Element) -> str:
    return "".join(map(str, element.itertext()))


def _flat(text: str) -> str:
    return re.sub(r"\s", " ", text)
