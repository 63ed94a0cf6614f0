"""A document as triples, by the rules of our own JSON-LD context.

The engine's JSON-LD parser reads the context anew at every typed node and takes 40 microseconds a triple; this knows
the few forms that the context uses and takes two. It refuses what it does not know, and a test holds it to the same
triples as the parser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from spreadgraph.errors import SourceError
from spreadgraph.terms import RDF, XSD

Triple = tuple[str, str, str]
_TYPE = f"<{RDF}type>"
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_SPECIAL = re.compile(r'["\\\n\r]')
_SIGNS = {escape[1]: sign for sign, escape in _ESCAPES.items()}
_ESCAPED = re.compile(r'\\(["\\nr])')
_NOT_IN_AN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')


class _Term(NamedTuple):
    """What a key stands for: the property as ``<iri>``, and how its values are written."""

    property: str
    reverse: bool
    kind: str  # "node", "word" or "literal"
    suffix: str  # what a literal text gets behind it, or the namespace of words


def triples(document: Mapping[str, Any]) -> list[Triple]:
    """Return the triples of a document of :class:`~spreadgraph.sources.source.Source`, terms written as in N-Triples.

    Raises SourceError for a key or type that the document's context does not know.
    """
    context, base = document["@context"][0], document["@context"][1]["@base"]
    writer = _Writer(context, base)
    writer.node({key: value for key, value in document.items() if key != "@context"})
    return writer.written


def iri(text: str) -> str:
    """Return an IRI as it is written in N-Triples; raises SourceError for signs that no IRI has."""
    if _NOT_IN_AN_IRI.search(text):
        raise SourceError([f"{text!r} cannot be the id of anything; write it without blanks and brackets"])
    return f"<{text}>"


def literal(text: str, suffix: str = "") -> str:
    """Return a literal as it is written in N-Triples; ``suffix`` is its language or data type.

    >>> literal("plainly", "@en")
    '"plainly"@en'
    """
    return f'"{_SPECIAL.sub(lambda found: _ESCAPES[found[0]], text)}"{suffix}'


def text_of(term: str) -> str:
    r"""Return the text of a literal written as in N-Triples; the way back from :func:`literal`.

    >>> text_of(literal('a "plain" word', "@en"))
    'a "plain" word'
    """
    return _ESCAPED.sub(lambda found: _SIGNS[found[1]], term[1 : term.rindex('"')])


class _Writer:
    def __init__(self, context: Mapping[str, Any], base: str) -> None:
        self._base = base
        self._vocabulary = _vocabulary(context)
        self.written: list[Triple] = []

    def node(self, node: Mapping[str, Any]) -> None:
        """Write the triples of a node and of all nodes in it."""
        subject = self._id(node["id"])
        keys = self._keys(subject, node)
        for key, value in node.items():
            if key in {"id", "type"}:
                continue
            if key not in keys:
                raise SourceError([f"{node['id']}: there is no key {key} here"])
            for each in value if isinstance(value, list) else (value,):
                self._value(subject, keys[key], each)

    def _keys(self, subject: str, node: Mapping[str, Any]) -> dict[str, _Term]:
        """Write the types of a node and return the keys that they allow."""
        types = node.get("type", ())
        keys: dict[str, _Term] = {}
        for name in (types,) if isinstance(types, str) else types:
            if name not in self._vocabulary:
                raise SourceError([f"{node['id']}: there is no type {name}"])
            kind, own = self._vocabulary[name]
            keys = {**keys, **own} if keys else own
            self.written.append((subject, _TYPE, kind))
        return keys

    def _value(self, subject: str, term: _Term, value: Any) -> None:
        if value is None:
            return
        nested = isinstance(value, Mapping)
        other = self._id(value["id"]) if nested else self._term(term, value)
        self.written.append((other, term.property, subject) if term.reverse else (subject, term.property, other))
        if nested:
            self.node(value)

    def _term(self, term: _Term, value: Any) -> str:
        if term.kind == "word":
            return f"<{term.suffix}{value}>"
        if term.kind == "node":
            return self._id(value)
        if isinstance(value, bool):
            return literal("true" if value else "false", f"^^<{XSD}boolean>")
        if isinstance(value, int):
            return literal(str(value), f"^^<{XSD}integer>")
        return literal(value, term.suffix)

    def _id(self, text: str) -> str:
        return iri(text if ":" in text else self._base + text)


_KNOWN: dict[int, tuple[Mapping[str, Any], dict[str, tuple[str, dict[str, _Term]]]]] = {}


def _vocabulary(context: Mapping[str, Any]) -> dict[str, tuple[str, dict[str, _Term]]]:
    """Return class and keys of each type of ``context``, kept for the next document with the same one."""
    if id(context) not in _KNOWN:
        _KNOWN.clear()
        _KNOWN[id(context)] = (
            context,
            {
                name: (_full(context, term["@id"]), _keys(context, term["@context"]))
                for name, term in context.items()
                if isinstance(term, Mapping) and "@context" in term
            },
        )
    return _KNOWN[id(context)][1]


def _keys(context: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, _Term]:
    return {name: _term(context, term) for name, term in own.items() if not name.startswith("@")}


def _term(context: Mapping[str, Any], term: str | Mapping[str, Any]) -> _Term:
    if isinstance(term, str):
        return _Term(_full(context, term), False, "literal", "")
    if "@reverse" in term:
        return _Term(_full(context, term["@reverse"]), True, "node", "")
    name, kind = _full(context, term["@id"]), term.get("@type")
    if kind == "@id":
        return _Term(name, False, "node", "")
    if kind == "@vocab":
        return _Term(name, False, "word", term["@context"]["@vocab"])
    return _Term(name, False, "literal", f"@{term['@language']}" if "@language" in term else _datatype(context, kind))


def _datatype(context: Mapping[str, Any], kind: str | None) -> str:
    return f"^^{_full(context, kind)}" if kind else ""


@cache
def _joined(namespace: str, rest: str) -> str:
    return f"<{namespace}{rest}>"


def _full(context: Mapping[str, Any], name: str) -> str:
    prefix, colon, rest = name.partition(":")
    namespace = context.get(prefix)
    return _joined(namespace, rest) if colon and isinstance(namespace, str) else f"<{name}>"
