"""Chooses the form of an answer from what the client accepts (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RESULT_TYPES = {
    "json": ("application/sparql-results+json", "application/json"),
    "xml": ("application/sparql-results+xml", "application/xml", "text/xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
}
GRAPH_TYPES = {
    "ttl": ("text/turtle", "application/x-turtle", "text/plain"),
    "nt": ("application/n-triples",),
    "jsonld": ("application/ld+json", "application/json"),
    "rdf": ("application/rdf+xml", "application/xml", "text/xml"),
}
CHARSET = "; charset=utf-8"


def media_type(form: str, kind: str) -> str:
    """Return the Content-Type of a form; ``kind`` is rows, truth or graph."""
    name = (GRAPH_TYPES if kind == "graph" else RESULT_TYPES)[form][0]
    return name + CHARSET if name.startswith("text/") else name


def chosen(accept: str, offers: Mapping[str, Sequence[str]]) -> str | None:
    """Return the offered form that ``accept`` likes best, the first of equals; None where it accepts none.

    ``offers`` maps forms to media types, the proper one first; the others are known to be asked for, but have to be
    named: a range such as ``text/*`` decides about the proper one only.

    >>> chosen("text/csv;q=0.5, application/json", RESULT_TYPES), chosen("image/png", RESULT_TYPES)
    ('json', None)
    """
    ranges = _ranges(accept) or {"*/*": 1.0}
    best, liked = None, 0.0
    for form, types in offers.items():
        named = [ranges[name] for name in types if name in ranges]
        quality = max(named) if named else _quality(types[0], ranges)
        if quality > liked:
            best, liked = form, quality
    return best


def _quality(name: str, ranges: Mapping[str, float]) -> float:
    family = name.partition("/")[0]
    return next((ranges[each] for each in (f"{family}/*", "*/*") if each in ranges), 0.0)


def _ranges(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in accept.split(","):
        name, *parameters = (part.strip().lower() for part in each.split(";"))
        if name:
            found[name] = max(found.get(name, 0.0), _weight(parameters))
    return found


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
