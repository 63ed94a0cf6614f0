"""Reads what endpoints answer into the result types of the embedded store, and asks for the rest of a cut answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, RdfFormat

from spreadgraph.errors import EndpointError
from spreadgraph.graph.endpoint_http import Reply
from spreadgraph.terms import XSD

# XML comes second although Virtuoso's is better than its JSON: XML cannot hold every sign that a literal can.
ACCEPT = {
    "SELECT": "application/sparql-results+json, application/sparql-results+xml;q=0.8",
    "ASK": "application/sparql-results+json, application/sparql-results+xml;q=0.8",
    "CONSTRUCT": "application/n-triples, text/turtle;q=0.8",
    "DESCRIBE": "application/n-triples, text/turtle;q=0.8",
}
_RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/xml": QueryResultsFormat.XML,
}
_TRIPLES = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/plain": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/x-turtle": RdfFormat.TURTLE,
}
_MOST_PAGES = 1000
_FORM = re.compile(
    # Comments, BASE and PREFIX may stand before the word that says what sort of query it is.
    r"(?:\s+|#[^\n]*(?:\n|$)|BASE\s*<[^>]*>|PREFIX\s+[^\s:]*:\s*<[^>]*>)*+(?P<form>SELECT|ASK|CONSTRUCT|DESCRIBE)\b",
    re.IGNORECASE,
)
_QUIRKS = (b'"nodeID://', f'"{XSD}boolean"'.encode())
Fetch = Callable[[str], Reply]


class Form(NamedTuple):
    """What sort of query a text is (``SELECT``, ``ASK``, ``CONSTRUCT`` or ``DESCRIBE``) and where that word stands."""

    name: str
    start: int


def form_of(sparql: str) -> Form:
    """Return the form of a query. Raises SyntaxError where the text is no query; an update is none.

    Endpoints such as Virtuoso run an update that is sent as a query, so nothing may get past this. The embedded
    engine judges the text, on an empty store, except where SERVICE would make it leave the machine.
    """
    found = _FORM.match(sparql)
    if not found:
        raise SyntaxError("a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after its prefixes")
    if "service" not in sparql.lower():
        pyoxigraph.Store().query(sparql)
    return Form(found["form"].upper(), found.start("form"))


def read(fetch: Fetch, sparql: str) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Return the whole answer to ``sparql``; ``fetch`` sends a query and returns a reply with status 200.

    Raises EndpointError for an answer of another kind and for one that was cut and cannot be completed, SyntaxError
    where the text is no query.
    """
    form = form_of(sparql)
    if form.name == "SELECT":
        return _completed(fetch, sparql, form)
    reply = fetch(sparql)
    if form.name == "ASK":
        return _boolean(reply)
    if "x-sparql-maxrows" in reply.headers:
        raise EndpointError("the endpoint cut its answer; ask for less at a time, or for rows (SELECT)")
    return _triples(reply)


# ------ results


def _boolean(reply: Reply) -> QueryBoolean:
    data, form = _data(reply)
    if b"__ASK_RETVAL" in data:
        # Virtuoso's JSON has rows instead: one that holds 1 for yes, none for no.
        rows = _json(data)["results"]["bindings"]
        data = _serialised({"head": {}, "boolean": any(row["__ASK_RETVAL"]["value"] == "1" for row in rows)})
    found = _parsed(data, form)
    if not isinstance(found, QueryBoolean):
        raise EndpointError("the endpoint answers an ASK with rows")
    return found


def _solutions(data: bytes, form: QueryResultsFormat) -> QuerySolutions:
    found = _parsed(data, form)
    if not isinstance(found, QuerySolutions):
        raise EndpointError("the endpoint answers a SELECT with yes or no")
    return found


def _parsed(data: bytes, form: QueryResultsFormat) -> QuerySolutions | QueryBoolean:
    try:
        return pyoxigraph.parse_query_results(data, format=form)
    except (SyntaxError, ValueError) as error:
        raise _broken(error) from error


def _size(data: bytes, form: QueryResultsFormat) -> int:
    """Count the rows. They are parsed as they are wanted, so this also meets a mistake in the last of them."""
    solutions = _solutions(data, form)
    try:
        return sum(1 for _ in solutions)
    except (SyntaxError, ValueError) as error:
        raise _broken(error) from error


def _data(reply: Reply) -> tuple[bytes, QueryResultsFormat]:
    form = _RESULTS.get(_media_type(reply))
    if form is None:
        raise _not_sparql(reply)
    data = reply.body
    if form is QueryResultsFormat.JSON and any(mark in data for mark in _QUIRKS):
        data = _usual(data)
    return data, form


def _usual(data: bytes) -> bytes:
    """Write terms as others do: Virtuoso's JSON has 1 and 0 for true and false, and blank nodes called nodeID://b1."""
    document = _json(data)
    for row in document["results"]["bindings"]:
        for term in row.values():
            if term["type"] == "bnode":
                term["value"] = term["value"].removeprefix("nodeID://")
            elif term.get("datatype") == f"{XSD}boolean":
                term["value"] = {"1": "true", "0": "false"}.get(term["value"], term["value"])
    return _serialised(document)


def _triples(reply: Reply) -> QueryTriples:
    form = _TRIPLES.get(_media_type(reply))
    if form is None:
        raise _not_sparql(reply)
    store = pyoxigraph.Store()
    try:
        store.load(reply.body, format=form)
    except (SyntaxError, ValueError) as error:
        raise _broken(error) from error
    found = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    if not isinstance(found, QueryTriples):
        raise TypeError("a CONSTRUCT gives triples")
    return found


def _media_type(reply: Reply) -> str:
    return reply.headers.get("content-type", "").partition(";")[0].strip().lower()


def _not_sparql(reply: Reply) -> EndpointError:
    kind = _media_type(reply)
    what = "a web page" if kind in {"text/html", "application/xhtml+xml"} else f"{kind or 'something without a type'}"
    return EndpointError(f"{reply.url} answers with {what}, not with SPARQL results; is it the address of an endpoint?")


# ------ answers that were cut


def _completed(fetch: Fetch, sparql: str, form: Form) -> QuerySolutions:
    """Return all rows: as they come, or page after page where an endpoint caps what it gives.

    Virtuoso says so in a header; elsewhere a cap shows as a round number of rows, which is then counted.
    """
    reply = fetch(sparql)
    data, kind = _data(reply)
    found = _size(data, kind)
    if "x-sparql-maxrows" in reply.headers or is_round(found):
        parts = sparql[: form.start], sparql[form.start :]
        total = _count(fetch, *parts)
        if found != total:
            return _paged(fetch, parts, max(found, 1), total, b'"nodeID://' in reply.body)
    return _solutions(data, kind)


def _paged(fetch: Fetch, parts: tuple[str, str], size: int, total: int, stable: bool) -> QuerySolutions:
    """Ask for ``total`` rows in pages of ``size``; ``stable`` tells that blank nodes keep their labels (Virtuoso's do).

    The query stands inside each page, with its order: Virtuoso sorts no more than 10,000 rows for a LIMIT beside an
    ORDER BY. Since no standard makes pages fit each other, what came is counted and looked through for repeats.
    """
    if -(-total // size) > _MOST_PAGES:
        raise EndpointError(f"the answer has {total} rows, of which the endpoint gives {size} at a time; ask for less")
    head, body = parts
    document: Any = None
    rows: list[Any] = []
    for start in range(0, total, size):
        page = _document(fetch(f"{head}SELECT * WHERE {{ {{ {body}\n}} }} LIMIT {size} OFFSET {start}"))
        document = document or page
        rows += page["results"]["bindings"]
    if len(rows) != total or _repeats(rows, body):
        raise EndpointError(f"the endpoint gave {len(rows)} of {total} rows; ask for fewer at a time, with LIMIT")
    if not stable and any(term["type"] == "bnode" for row in rows for term in row.values()):
        raise EndpointError("the endpoint cut an answer with blank nodes, whose parts cannot be joined; ask for less")
    return _solutions(_serialised({**document, "results": {"bindings": rows}}), QueryResultsFormat.JSON)


def is_round(rows: int) -> bool:
    """Tell whether a number of rows may be somebody's cap: hundreds, and powers of two from 256.

    >>> [number for number in (0, 7, 99, 100, 256, 1000, 1023, 10_000, 1_048_576) if is_round(number)]
    [100, 256, 1000, 10000, 1048576]
    """
    return rows > 0 and (rows % 100 == 0 or (rows >= 256 and rows & (rows - 1) == 0))


def _count(fetch: Fetch, head: str, body: str) -> int:
    if re.search(r"\bFROM\b", body.partition("{")[0], re.IGNORECASE):
        raise EndpointError("the endpoint may have cut its answer, and a query with FROM cannot be paged; use GRAPH")
    document = _document(fetch(f"{head}SELECT (COUNT(*) AS ?rows) WHERE {{ {{ {body}\n}} }}"))
    try:
        return int(document["results"]["bindings"][0]["rows"]["value"])
    except (LookupError, ValueError) as error:
        raise EndpointError(
            "the endpoint may have cut its answer, and does not count its rows; ask for less"
        ) from error


def _repeats(rows: Sequence[Any], body: str) -> bool:
    """Tell whether pages overlap: rows that have to be distinct are not."""
    if not re.match(r"SELECT\s+DISTINCT\b", body, re.IGNORECASE):
        return False
    return len({json.dumps(row, sort_keys=True) for row in rows}) < len(rows)


def _document(reply: Reply) -> Any:
    """Return rows as JSON, also where they came as XML."""
    data, kind = _data(reply)
    _size(data, kind)
    return _json(
        data if kind is QueryResultsFormat.JSON else _solutions(data, kind).serialize(None, QueryResultsFormat.JSON)
    )


def _serialised(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _json(data: bytes | None) -> Any:
    try:
        return json.loads(data or b"")
    except ValueError as error:
        raise _broken(error) from error


def _broken(error: Exception) -> EndpointError:
    return EndpointError(f"the endpoint's answer is broken: {str(error).splitlines()[0]}")
