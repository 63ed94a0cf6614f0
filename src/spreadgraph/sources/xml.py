"""The one place where XML and HTML are parsed: nothing is fetched, expanded or salvaged; depth and size are bounded."""

from __future__ import annotations

import re
from html.entities import html5
from typing import TYPE_CHECKING, Any, Final, cast

from spreadgraph.errors import SourceError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_BYTES: Final = 50_000_000
# A tag takes two of these; an element of an article takes 35 bytes or more, so that no file of MAX_BYTES has as many.
_MOST_TAGS = 3_000_000
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
# libxml2 tells these two limits in words of its own; what to do about them is ours to say.
_LIMITS = {
    "Excessive depth": "elements are nested too deeply for an article",
    "huge text node": "one piece of text is larger than any article",
    "Text node too long": "one piece of text is larger than any article",
}


def parse_xml(name: str, data: bytes) -> _Element:
    """Return the root element of an XML file, without comments and processing instructions.

    A DOCTYPE is allowed and never loaded; the named entities of HTML, which JATS shares, are replaced by their
    characters. Raises SourceError, one line ``name:line: what is wrong; what to do``, where the file is too large, not
    well-formed, in another encoding than it says, too deep, or defines entities of its own.
    """
    if len(data) > MAX_BYTES:
        raise SourceError([f"{name}:1: larger than {MAX_BYTES // 1_000_000} MB; add its articles one by one"])
    if len(data) > _MOST_TAGS and data.count(b"<") > _MOST_TAGS:
        raise SourceError([f"{name}:1: more elements than any article has; it is not read"])
    if (at := data.find(b"<!ENTITY")) >= 0:
        raise SourceError([f"{name}:{_line(data, at)}: {_OWN_ENTITIES}"])
    root, unknown = _parsed(name, data)
    if unknown and not data.startswith(_WIDE):
        root, unknown = _parsed(name, _ENTITY.sub(_character, data))
    if unknown or root is None:
        line, entity = unknown or (1, "")
        raise SourceError([f"{name}:{line}: the entity &{entity}; is not known; write the character itself"])
    # A file in an unusual encoding can hide what was looked for above.
    subset = root.getroottree().docinfo.internalDTD
    if subset is not None and cast(Any, subset).entities():
        raise SourceError([f"{name}:1: {_OWN_ENTITIES}"])
    return root


_OWN_ENTITIES = "it defines entities of its own, which are not read; save the article without them"


def parse_html(text: str) -> tuple[_Element | None, str]:
    """Return the root of an HTML page, however faulty, and what stopped the parser before the end, or "".

    The root is None where the page holds nothing but comments and blanks.
    """
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )  # fmt: skip
    # The text is decoded already; a declaration in it would contradict that.
    data = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing but comments and blanks
        root = None
    fatal = parser.error_log.filter_from_fatals()
    return root, fatal[0].message if fatal else ""


def line_of(element: _Element) -> int:
    """Return the line of the file in which the element begins, or 0 where it is not known."""
    return cast("int | None", element.sourceline) or 0


def _parsed(name: str, data: bytes) -> tuple[_Element | None, tuple[int, str] | None]:
    """Return the root and, where an entity is not known to the parser, its line and name."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if not any(entry.type_name == "ERR_UNDECLARED_ENTITY" for entry in parser.error_log):
            raise SourceError([f"{name}:{error.lineno or 1}: {_why(error.msg or '')}"]) from error
        root = None
    for entry in parser.error_log:
        if entry.type_name in ("WAR_UNDECLARED_ENTITY", "ERR_UNDECLARED_ENTITY"):
            return root, (entry.line, entry.message.partition("'")[2].partition("'")[0])
    return root, None


def _why(message: str) -> str:
    message = " ".join(message.split())
    for words, why in _LIMITS.items():
        if words in message:
            return f"{why}; it is not read"
    return f"not well-formed XML ({message}); fetch the file again"


def _character(match: re.Match[bytes]) -> bytes:
    name = match[1].decode("ascii")
    if name in ("amp", "lt", "gt", "quot", "apos") or f"{name};" not in html5:
        return match[0]
    return "".join(f"&#{ord(character)};" for character in html5[f"{name};"]).encode("ascii")


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1
