"""Reads a curated paper (YAML-LD) into JSON-LD, and refuses with line and advice whatever would be lost in silence."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from spreadgraph.errors import SourceError
from spreadgraph.sources.schema import Key, Schema, Type, bundled_schema
from spreadgraph.sources.source import Source
from spreadgraph.sources.yamltree import MAX_BYTES, TOO_LARGE, Fault, Node, RefusedError, twisted
from spreadgraph.sources.yamltree import parse as parse_tree
from spreadgraph.terms import DATA, DOI, XSD

MAX_ERRORS = 20
_SEGMENT = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
_LOCAL = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*")
_ABSOLUTE = re.compile(r"https?://[^\x00-\x20<>\"{}|\\^`]+")
_BASE = re.compile(rf"{re.escape(DATA)}(?!(?:ontology|provenance)/)({_SEGMENT})/")
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_FORMS = {
    f"{XSD}dateTime": (
        re.compile(
            r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}(\.\d+)?(Z|[+-]\d\d:\d\d)"
        ),
        '"2026-11-23T00:00:00Z"',
    ),
    f"{XSD}anyURI": (_ABSOLUTE, "an address that begins with https://"),
}


def read(path: Path | str, schema: Schema | None = None) -> Source:
    """Return the paper that the YAML-LD file at ``path`` holds.

    Raises SourceError with up to 20 lines ``file:line: what is wrong; what to write``, and OSError where the file
    cannot be read.
    """
    with Path(path).open("rb") as file:
        return decoded(file.read(MAX_BYTES + 1), str(path), schema)


def decoded(data: bytes, name: str, schema: Schema | None = None) -> Source:
    """Return the paper that the bytes of a YAML-LD file hold; ``name`` is what messages call it. Raises SourceError."""
    if len(data) > MAX_BYTES:
        raise SourceError([f"{name}:1: {TOO_LARGE}"])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError([f"{name}:{line}: not UTF-8; save the file with the encoding UTF-8"]) from error
    return parse(text, name, schema)


def parse(text: str, name: str = "text", schema: Schema | None = None) -> Source:
    """Return the paper that a YAML-LD ``text`` holds; ``name`` is what messages call it. Raises SourceError.

    ``schema`` says which keys and values are known; by default those of the bundled ontology.
    """
    faults: list[Fault] = []
    try:
        tree = parse_tree(text, faults)
        source = _Reader(schema or bundled_schema(), faults).source(tree, Path(name).name, _sha256(text))
    except RefusedError as refusal:
        faults.append(refusal.fault)
    if faults:
        lines = sorted({(fault.line, fault.message) for fault in faults})
        raise SourceError([f"{name}:{line}: {message}" for line, message in lines[:MAX_ERRORS]])
    return source


def as_yaml(entries: Iterable[Mapping[str, str | int]]) -> str:
    """Return a list of flat entries as it is written in a curated file: one key a line, text quoted where it has to be.

    What it returns is read back as it was.

    >>> print(as_yaml([{"id": "passage/abstract/1/1", "order": 1, "end": "no"}]), end="")
    - id: passage/abstract/1/1
      order: 1
      end: "no"
    """
    return "\n".join(
        "".join(f"{'  ' if n else '- '}{key}: {_as_scalar(value)}\n" for n, (key, value) in enumerate(entry.items()))
        for entry in entries
    )


def _as_scalar(value: str | int) -> str:
    if isinstance(value, int) or (re.fullmatch(r"[A-Za-z][A-Za-z0-9./-]*", value) and not twisted(value)):
        return str(value)
    # Text of JSON is text of YAML, but for the characters that YAML refuses or takes for the end of a line.
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class _Reader:
    """Walks the tree of one file: collects its ids first, so that every link can be checked when it is met."""

    def __init__(self, schema: Schema, faults: list[Fault]) -> None:
        self._schema = schema
        self._faults = faults
        self._base = ""
        self._defined: dict[str, Node] = {}

    def source(self, root: Node, name: str, sha256: str) -> Source:
        if not isinstance(root.value, dict):
            raise RefusedError(root.line, 'the file has to be one paper; begin with "@context":')
        slug = self._context(root.value.pop("@context", None))
        self._collect(root)
        document = self._node(root)
        context = [self._schema.context, {"@base": self._base}]
        lines = {iri: _line(node) for iri, node in self._defined.items()}
        paper = self._iri(str(document.get("id", "")))
        return Source(name, slug, paper, {"@context": context, **document}, sha256, lines)

    def _context(self, node: Node | None) -> str:
        """Check the head of the file and return the short name of the paper that it gives."""
        parts = node.value if node and isinstance(node.value, list) else []
        names = [part.value for part in parts]
        base = names[1].get("@base") if len(names) == 2 and isinstance(names[1], dict) and len(names[1]) == 1 else None
        match = _BASE.fullmatch(str(base.value)) if base else None
        if names[:1] != ["context.jsonld"] or not match:
            head = f'"@context": [context.jsonld, {{"@base": "{DATA}smith-2025/"}}]'
            raise RefusedError(
                node.key_line if node else 1,
                f"the head of the file names no paper; write {head}, with the paper's short name in small letters",
            )
        self._base = match[0]
        return match[1]

    # ------ ids

    def _collect(self, root: Node) -> None:
        for node, mapping in _mappings(root):
            identity = mapping.get("id")
            if identity is None:
                self._fault(node.line, f"this node has no id; write one, such as id: {_example(mapping)}")
            elif iri := self._identity(identity):
                if iri in self._defined:
                    words = f"the id {identity.value} is given twice, first in line {_line(self._defined[iri])}"
                    self._fault(identity.key_line, f"{words}; choose another")
                self._defined.setdefault(iri, node)

    def _identity(self, node: Node) -> str | None:
        text = node.value
        if not isinstance(text, str):
            self._fault(node.key_line, "an id has to be text; write one such as reference/13")
        elif _LOCAL.fullmatch(text):
            return self._iri(text)
        elif not _ABSOLUTE.fullmatch(text):
            advice = "write a-z, 0-9, . - and / only, such as claim/complexity.1"
            self._fault(node.key_line, f"the id {text} cannot be used; {advice}")
        elif text.startswith(DOI) and text != text.lower():
            self._fault(node.key_line, f"a DOI is written in small letters here; write {text.lower()}")
        else:
            return text
        return None

    def _iri(self, identity: str) -> str:
        return identity if ":" in identity else self._base + identity

    # ------ nodes

    def _node(self, node: Node, under: Key | None = None) -> dict[str, Any]:
        """Return a mapping as a JSON-LD node, with id and type first; ``under`` is the key it stands behind."""
        mapping = _mapping(node)
        types = self._types(mapping.get("type"), _line(node))
        document: dict[str, Any] = {key: _plain(mapping[key]) for key in ("id", "type") if key in mapping}
        if under and types:
            self._fits(under, {each.name for each in types}, "what stands here", _line(node))
        keys = {name: key for each in types for name, key in each.keys.items()}
        for name, value in mapping.items():
            if name in document or not types:
                continue
            if key := keys.get(name):
                document[name] = self._value(key, value)
            else:
                known = _advice(name, keys)
                self._fault(value.key_line, f"{_called(types)} has no key {name}; {known}")
        for each in types:
            self._missing(each, node, under)
        return document

    def _types(self, given: Node | None, line: int) -> list[Type]:
        names = given.value if given and isinstance(given.value, list) else [given] if given else []
        if not names:
            known = ", ".join(sorted(self._schema.types))
            self._fault(line, f"this node has no type; write type: and one of {known}")
        for name in names:
            if (word := _written(name.value)) not in self._schema.types:
                self._fault(name.key_line, f"there is no type {word}; {_advice(word, self._schema.types)}")
        return [self._schema.types[word] for name in names if (word := _written(name.value)) in self._schema.types]

    def _missing(self, found: Type, node: Node, under: Key | None) -> None:
        mapping = _mapping(node)
        for rule in found.required:
            names = [key.name for key in found.keys.values() if key.iri == rule.iri and key.kind != "nested"]
            given = any(name in mapping and mapping[name].value is not None for name in names)
            nested = under is not None and under.kind == "nested" and under.iri == rule.iri
            # A property without a key of its own is written by nesting or by the builder.
            if names and not given and not nested:
                advice = f"; {rule.advice[:1].lower()}{rule.advice[1:].removesuffix('.')}" if rule.advice else ""
                self._fault(_line(node), f"this {found.name} lacks {' or '.join(names)}{advice}")

    # ------ values

    def _value(self, key: Key, node: Node) -> Any:
        if isinstance(node.value, list):
            if not node.value:
                self._fault(node.key_line, f"{key.name} is an empty list; fill it or delete the line")
            return [self._single(key, item) for item in node.value]
        return self._single(key, node)

    def _single(self, key: Key, node: Node) -> Any:
        value = node.value
        if isinstance(value, list):
            self._fault(node.line, f"{key.name} has a list inside a list; write one list")
        elif isinstance(value, dict):
            if key.kind in ("link", "nested"):
                return self._node(node, key)
            self._fault(node.line, f"{key.name} takes {_kind(key)}, no further keys; check the indentation")
        elif value is not None:
            {"vocabulary": self._word, "link": self._link}.get(key.kind, self._scalar)(key, node)
        return _plain(node)

    def _scalar(self, key: Key, node: Node) -> None:
        value, line = node.value, node.line
        fits = {"text": str, "integer": int, "true or false": bool}.get(key.kind)
        if fits is None:
            self._fault(
                line, f"{key.name} takes whole entries, not {value}; write a list of them, each with id: and type:"
            )
        elif type(value) is not fits:
            advice = f'write "{_written(value)}"' if key.kind == "text" else f"write {_kind(key)} without quotes"
            self._fault(line, f"{key.name} takes {_kind(key)}, not {_written(value)}; {advice}")
        elif isinstance(value, str) and not value.strip():
            self._fault(line, f"{key.name} is empty; fill it or delete the line")
        elif key.datatype in _FORMS and not _FORMS[key.datatype][0].fullmatch(str(value)):
            self._fault(line, f"{key.name} cannot be {value}; write {_FORMS[key.datatype][1]}")

    def _word(self, key: Key, node: Node) -> None:
        if not isinstance(node.value, str) or node.value not in key.values:
            word = _written(node.value)
            self._fault(node.line, f"{key.name} cannot be {word}; {_advice(word, key.values)}")

    def _link(self, key: Key, node: Node) -> None:
        if not (iri := self._identity(node)):
            return
        if target := self._defined.get(iri):
            self._fits(key, _type_names(target), f"{node.value} (line {_line(target)})", node.line)
        elif key.here and (iri.startswith(self._base) or not iri.startswith(DATA)):
            near = _advice(str(node.value), [each.removeprefix(self._base) for each in self._defined], 0)
            self._fault(node.line, f"{key.name} names {node.value}, which is defined nowhere in this file; {near}")

    def _fits(self, key: Key, types: Collection[str], what: str, line: int) -> None:
        if key.types and types and not key.types & set(types):
            words = f"{key.name} takes {_listed(key.types)}, but {what} is {_listed(types)}"
            self._fault(line, f"{words}; correct one of the two")

    def _fault(self, line: int, message: str) -> None:
        self._faults.append(Fault(line, message))


def _mappings(node: Node) -> Iterator[tuple[Node, dict[str, Node]]]:
    if isinstance(node.value, dict):
        yield node, node.value
        for value in node.value.values():
            yield from _mappings(value)
    elif isinstance(node.value, list):
        for item in node.value:
            yield from _mappings(item)


def _mapping(node: Node) -> dict[str, Node]:
    return node.value if isinstance(node.value, dict) else {}


def _line(node: Node) -> int:
    """Return the line a node is known by: that of its id, or else its first."""
    identity = _mapping(node).get("id")
    return identity.key_line if identity else node.line


def _plain(node: Node) -> Any:
    if isinstance(node.value, list):
        return [_plain(item) for item in node.value]
    return {key: _plain(value) for key, value in node.value.items()} if isinstance(node.value, dict) else node.value


def _type_names(node: Node) -> list[str]:
    given = _mapping(node).get("type")
    names = _plain(given) if given else []
    return [str(name) for name in names] if isinstance(names, list) else [str(names)]


def _advice(word: str, known: Collection[str], listed: int = 40) -> str:
    if near := get_close_matches(word, list(known), n=3, cutoff=0.6):
        return f"did you mean {' or '.join(near)}?"
    if 0 < len(known) <= listed:
        return f"write one of {', '.join(sorted(known))}"
    return "check the spelling, or define it"


def _listed(names: Collection[str]) -> str:
    return " or ".join(sorted(names))


def _called(types: list[Type]) -> str:
    return " and ".join(each.name for each in types)


def _kind(key: Key) -> str:
    if key.kind == "vocabulary":
        return f"one of {', '.join(sorted(key.values))}"
    return "a whole number" if key.kind == "integer" else key.kind


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "a list" if isinstance(value, list | dict) else str(value)


def _example(mapping: dict[str, Node]) -> str:
    kind = mapping["type"].value if "type" in mapping else None
    return f"{kind.lower()}/…" if isinstance(kind, str) else "claim/…"
