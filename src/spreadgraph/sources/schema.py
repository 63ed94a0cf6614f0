"""What a curated file may say: the types, keys, values and required keys, read from context, ontology and shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from spreadgraph.resources import ontology_dir
from spreadgraph.terms import OWL, RDFS, XSD

_PREFIXES = (
    f"PREFIX rdfs: <{RDFS}> PREFIX owl: <{OWL}> PREFIX sh: <http://www.w3.org/ns/shacl#> "
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)


@dataclass(frozen=True)
class Key:
    """A key of one type: the property it stands for and what may be written behind it.

    ``kind`` is ``text``, ``integer``, ``true or false``, ``vocabulary`` (one of ``values``), ``link`` (an id or a node)
    or ``nested`` (nodes that point back here). ``types`` names the types allowed at the other end, empty where any
    will do. ``here`` says whether an id behind a link has to be defined in the same file.
    """

    name: str
    iri: str
    kind: str
    datatype: str = ""
    values: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    here: bool = False


@dataclass(frozen=True)
class Required:
    """A property that every node of a type needs, and the sentence of the shapes that says so."""

    iri: str
    advice: str


@dataclass(frozen=True)
class Type:
    """A type of node: its class, its keys by name, and what it requires."""

    name: str
    iri: str
    keys: Mapping[str, Key]
    required: tuple[Required, ...]


@dataclass(frozen=True)
class Schema:
    """Everything that a curated file may say. ``context`` is the JSON-LD context to inline."""

    context: dict[str, Any]
    types: Mapping[str, Type]


@cache
def bundled_schema() -> Schema:
    """Return the schema of the bundled ontology folder."""
    return schema(ontology_dir())


def schema(folder: Path) -> Schema:
    """Return the schema stated by ``context.jsonld``, ``spreadgraph.ttl`` and ``shapes.ttl`` of ``folder``."""
    context = json.loads((folder / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    store = Store()
    for name in ("spreadgraph.ttl", "shapes.ttl"):
        store.load(path=folder / name, format=RdfFormat.TURTLE)
    return _Reader(context, store).schema()


class _Reader:
    def __init__(self, context: dict[str, Any], store: Store) -> None:
        self._context = context
        self._store = store
        scoped = {name: term for name, term in context.items() if isinstance(term, dict) and "@context" in term}
        self._classes = {self._iri(term["@id"]): name for name, term in scoped.items()}

    def schema(self) -> Schema:
        types = {name: self._type(name, iri) for iri, name in self._classes.items()}
        return Schema(self._context, types)

    def _type(self, name: str, iri: str) -> Type:
        terms = self._context[name]["@context"]
        keys = {key: self._key(key, term) for key, term in terms.items() if not key.startswith("@")}
        return Type(name, iri, keys, self._required(iri))

    def _key(self, name: str, term: str | dict[str, Any]) -> Key:
        if isinstance(term, str):
            return self._literal(name, self._iri(term), "")
        if "@reverse" in term:
            iri = self._iri(term["@reverse"])
            return Key(name, iri, "nested", types=self._types(iri, "domain"))
        iri, kind = self._iri(term["@id"]), term.get("@type", "")
        if kind == "@vocab":
            return Key(name, iri, "vocabulary", values=self._values(iri, term["@context"]["@vocab"]))
        if kind == "@id":
            return Key(name, iri, "link", types=self._types(iri, "range"), here=self._is_a(iri, "ObjectProperty"))
        return self._literal(name, iri, self._iri(kind) if kind else "")

    def _literal(self, name: str, iri: str, datatype: str) -> Key:
        ranges = self._column(f"SELECT ?x {{ <{iri}> rdfs:range ?x }}")
        datatype = datatype or next((found for found in ranges if found.startswith(XSD)), "")
        kind = {f"{XSD}integer": "integer", f"{XSD}boolean": "true or false"}.get(datatype, "text")
        return replace(Key(name, iri, kind), datatype=datatype)

    def _values(self, iri: str, prefix: str) -> frozenset[str]:
        found = self._column(
            f"SELECT ?x {{ ?x a ?class FILTER(STRSTARTS(STR(?x), '{prefix}')) "
            f"OPTIONAL {{ <{iri}> rdfs:range ?range }} FILTER(!BOUND(?range) || ?range = ?class) }}"
        )
        return frozenset(value.removeprefix(prefix) for value in found)

    def _types(self, iri: str, end: str) -> frozenset[str]:
        found = self._column(f"SELECT ?x {{ ?x rdfs:subClassOf* ?class . <{iri}> rdfs:{end} ?class }}")
        return frozenset(self._classes[each] for each in found if each in self._classes)

    def _is_a(self, iri: str, kind: str) -> bool:
        return bool(self._store.query(f"{_PREFIXES} ASK {{ <{iri}> a owl:{kind} }}"))

    def _required(self, iri: str) -> tuple[Required, ...]:
        rows = self._select(
            f"SELECT DISTINCT ?path ?message {{ <{iri}> rdfs:subClassOf* ?class . ?shape sh:targetClass ?class . "
            "?shape sh:property ?rule . ?rule sh:path ?path ; sh:minCount ?least . FILTER(isIRI(?path) && ?least >= 1) "
            "FILTER NOT EXISTS { ?rule sh:severity sh:Warning } OPTIONAL { ?rule sh:message ?message } } ORDER BY ?path"
        )
        return tuple(Required(row["path"].value, row["message"].value if row["message"] else "") for row in rows)

    def _column(self, select: str) -> list[str]:
        return sorted({row["x"].value for row in self._select(select) if isinstance(row["x"], NamedNode)})

    def _select(self, select: str) -> QuerySolutions:
        return cast(QuerySolutions, self._store.query(_PREFIXES + select))

    def _iri(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        namespace = self._context.get(prefix)
        return namespace + rest if colon and isinstance(namespace, str) else name
