"""Writes everything in a store as RDF: N-Quads, TriG, Turtle and JSON-LD, sorted, with short prefixed names."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pyoxigraph import Quad, QuerySolutions, RdfFormat, Triple, serialize

from spreadgraph.answers.catalog import named
from spreadgraph.graph.store import Store
from spreadgraph.terms import PREFIXES, RDF

# A DOI has signs that a prefixed name has to escape, and reads better as an address.
_PREFIXES = {prefix: namespace for prefix, namespace in PREFIXES.items() if prefix != "doi"}
_Order = tuple[str, bool, str, str]


def nquads(store: Store) -> str:
    """Return all graphs as N-Quads."""
    return _dataset(store, RdfFormat.N_QUADS)


def trig(store: Store) -> str:
    """Return all graphs as TriG."""
    return _dataset(store, RdfFormat.TRIG)


def turtle(store: Store) -> str:
    """Return what all graphs hold as one graph in Turtle, for programs that know no named graphs."""
    triples = [Triple(row["subject"], row["predicate"], row["object"]) for row in _rows(store, "views/every-triple")]
    triples.sort(key=lambda triple: _order(triple.subject, triple.predicate.value, triple.object))
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=_PREFIXES) or b"").decode()


def jsonld(store: Store) -> str:
    """Return all graphs as JSON-LD with a context of prefixes, since pyoxigraph writes every IRI in full."""
    graphs = [_compact(graph) for graph in json.loads(_dataset(store, RdfFormat.JSON_LD))]
    return json.dumps({"@context": _PREFIXES, "@graph": graphs}, ensure_ascii=False, indent=1) + "\n"


def described(triples: Iterable[Triple], form: str) -> str:
    """Return some statements, those about one page for instance, as ``ttl``, ``nt`` or ``jsonld``."""
    ordered = sorted(triples, key=lambda each: _order(each.subject, each.predicate.value, each.object))
    if form == "jsonld":
        nodes = json.loads(serialize(ordered, format=RdfFormat.JSON_LD) or b"[]")
        document = {"@context": _PREFIXES, "@graph": [_compact(node) for node in nodes]}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    formats = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES}
    return (serialize(ordered, format=formats[form], prefixes=_PREFIXES) or b"").decode()


def _dataset(store: Store, form: RdfFormat) -> str:
    found = _rows(store, "views/every-quad")
    quads = [Quad(row["subject"], row["predicate"], row["object"], row["graph"]) for row in found]
    # Each paper before what is inferred from it.
    quads.sort(key=lambda q: (str(q.graph_name).rstrip(">"), *_order(q.subject, q.predicate.value, q.object)))
    return (serialize(quads, format=form, prefixes=_PREFIXES) or b"").decode()


def _rows(store: Store, name: str) -> QuerySolutions:
    found = store.query(named(name).text)
    if not isinstance(found, QuerySolutions):
        raise TypeError(f"{name} has to be a SELECT query")
    return found


def _order(subject: object, predicate: str, value: object) -> _Order:
    # What a thing is comes first, as people write it.
    return str(subject), predicate != f"{RDF}type", predicate, str(value)


def _compact(node: Any) -> Any:
    """Return a part of expanded JSON-LD with prefixed names, single values without a list, plain texts as texts."""
    if isinstance(node, list):
        values = [_compact(value) for value in node]
        return values[0] if len(values) == 1 else values
    if not isinstance(node, dict):
        return node
    if node.keys() == {"@value"}:
        return node["@value"]
    shown: dict[str, Any] = {}
    for key, value in node.items():
        if key == f"{RDF}type":
            shown["@type"] = [_prefixed(kind["@id"]) for kind in value]
        elif key in {"@id", "@type"}:
            shown[key] = _prefixed(value)
        else:
            shown[_prefixed(key)] = _compact(value)
    return shown


def _prefixed(name: str) -> str:
    for prefix, namespace in _PREFIXES.items():
        if name.startswith(namespace) and len(name) > len(namespace):
            return f"{prefix}:{name.removeprefix(namespace)}"
    return name
