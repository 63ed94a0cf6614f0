"""Evaluates one query inside a worker and writes its answer within limits."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from itertools import islice
from typing import Any

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
)

from spreadgraph.answers import guard
from spreadgraph.answers.fenced import cut
from spreadgraph.errors import UsageError
from spreadgraph.terms import PREFIXES

RESULTS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPHS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}
# Forms in which an answer can say itself that it was cut.
TELLING = frozenset({"json", "xml", "ttl", "nt", "rdf"})
UNION = "urn:x-arq:UnionGraph"
_TRIES, _PAUSE = 6, 0.05
_LINE = 200
_FEWEST = 2  # bytes of the shortest row of any form, so that short answers need not be counted
_NAME = re.compile(r"[^\W\d][\w.-]*\Z")
# XML 1.0 has no place for these, escaped or not; an answer with them could be read by nobody.
_NOT_XML = {code: 0xFFFD for code in (*range(0x20), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)}


class Evaluator:
    """One store, opened read-only unless it ``writes``; ``fenced`` refuses what reaches outside."""

    def __init__(self, home: dict[str, str], writes: bool, fenced: bool) -> None:
        self._store = opened(home, writes)
        self._fenced = fenced

    def answer(self, job: dict[str, Any], text: str) -> tuple[dict[str, Any], bytes]:
        """Return head and body of the answer to ``job`` (:class:`spreadgraph.answers.fenced.client.Job`)."""
        try:
            return self._answered(job, text)
        except UsageError as error:
            problem = "refused", str(error)
        except SyntaxError as error:
            update = not job["update"] and guard.is_update(text)
            told = "this is an update; queries only are answered here"
            problem = ("update", told) if update else ("syntax", not_sparql(text, error))
        except (ValueError, RuntimeError, OSError) as error:
            problem = "failed", f"the query could not be evaluated: {_short(_without_paths(error))}"
        except MemoryError:
            head, body = _problem("memory", "the query needed more memory than it may have")
            return {**head, "last": True}, body
        return _problem(*problem)

    def _answered(self, job: dict[str, Any], text: str) -> tuple[dict[str, Any], bytes]:
        if self._fenced:
            guard.preflight(text, job["most_bytes"])
            guard.refuse_file([*(job["default_graphs"] or ()), *(job["named_graphs"] or ())])
            guard.refuse_outside(text, job["update"], job["advice"])
        if job["update"]:
            self._store.update(text, base_iri=job["base"])
            return {"status": "done"}, b""
        return self._written(self._query(job, text), job)

    def _query(self, job: dict[str, Any], text: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        named = job["named_graphs"]
        default = job["default_graphs"]
        union = default == [UNION]
        # Who names only named graphs gets an empty default graph, as the protocol has it.
        graphs: list[NamedNode | BlankNode | DefaultGraph] | None = None
        if not union and (default is not None or named is not None):
            graphs = [NamedNode(each) for each in default or ()]
        return self._store.query(
            text,
            base_iri=job["base"],
            use_default_graph_as_union=union,
            default_graph=graphs,
            named_graphs=None if named is None else [NamedNode(each) for each in named],
        )

    def _written(
        self, answer: QuerySolutions | QueryBoolean | QueryTriples, job: dict[str, Any]
    ) -> tuple[dict[str, Any], bytes]:
        kind = {QuerySolutions: "rows", QueryBoolean: "truth", QueryTriples: "graph"}[type(answer)]
        form = job["forms"].get("graph" if kind == "graph" else "rows")
        if form is None:
            offered = GRAPHS if kind == "graph" else RESULTS
            return _problem(
                "form", f"an answer of this kind comes as {', '.join(offered)}, none of which was asked for"
            )
        if isinstance(answer, QueryTriples):
            triples = list(islice(answer, job["rows"] + 1))
            if form == "rdf" and (unnamed := _unnamed(triples)):
                return _problem("form", f"RDF/XML has no name for the property <{unnamed}>; ask for Turtle")
            data, truncated = _graph(triples, form, job["rows"], job["size"])
        else:
            data, truncated = _results(answer, form, job["rows"], job["size"])
        if truncated and (not data or (form not in TELLING and not job["cut"])):
            told = f"the answer is longer than {job['rows']} rows or {job['size']} bytes, and {form} cannot say so"
            return _problem("too-long", f"{told}; add a LIMIT, ask for JSON, or accept the first rows with cut=yes")
        if form in {"xml", "rdf"}:
            data = _as_xml(data)
        return {"status": "ok", "kind": kind, "form": form, "truncated": truncated}, data


def opened(home: dict[str, str], writes: bool) -> pyoxigraph.Store:
    """Open the store of ``home``: ``folder`` with a database, or ``quads``, a file to be read into memory.

    A reader may meet a database that is being compacted, so it tries a few times. Raises OSError or RuntimeError.
    """
    if quads := home.get("quads"):
        store = pyoxigraph.Store()
        store.load(path=quads, format=RdfFormat.N_QUADS)
        return store
    for left in reversed(range(_TRIES)):
        try:
            return pyoxigraph.Store(home["folder"]) if writes else pyoxigraph.Store.read_only(home["folder"])
        except (OSError, RuntimeError):
            if not left:
                raise
            time.sleep(_PAUSE)
    raise AssertionError("not reached")


def _results(answer: QuerySolutions | QueryBoolean, form: str, rows: int, most: int) -> cut.Cut:
    out = cut.Bounded(most)
    try:
        answer.serialize(out, format=RESULTS[form])
        full = False
    except cut.FullError:
        full = True
    data = out.getvalue()
    if isinstance(answer, QueryBoolean) or (not full and len(data) < _FEWEST * rows):
        return cut.Cut(data, False)
    return cut.cut(data, form, rows, full)


def _unnamed(triples: Sequence[Triple]) -> str | None:
    """Return the first property that cannot be an element of XML, since its IRI does not end in a name."""
    return next((each.predicate.value for each in triples if not _NAME.search(each.predicate.value)), None)


def _graph(triples: Sequence[Triple], form: str, rows: int, most: int) -> cut.Cut:
    truncated = len(triples) > rows
    kept = triples[:rows]
    while len(data := pyoxigraph.serialize(kept, format=GRAPHS[form]) or b"") > most:
        # A share by size, and a tenth less, since triples differ in length.
        kept, truncated = kept[: int(len(kept) * 0.9 * most / len(data))], True
    return cut.Cut(cut.noted(data, form) if truncated else data, truncated)


def _as_xml(data: bytes) -> bytes:
    text = data.decode("utf-8")
    return text.translate(_NOT_XML).encode() if any(chr(code) in text for code in _NOT_XML) else data


def _problem(code: str, detail: str) -> tuple[dict[str, Any], bytes]:
    return {"status": "problem", "code": code}, detail.encode("utf-8", "replace")


def not_sparql(text: str, error: SyntaxError) -> str:
    """Say why the engine cannot read ``text``; where a prefix is not declared, which, and how to declare it.

    >>> not_sparql("ASK { ?s a sgv:x }", SyntaxError("error at 1:17: expected one of Prefix not found, ['%']"))
    'the prefix sgv: is not declared; add PREFIX sgv: <https://w3id.org/spreadgraph/vocab/>'
    """
    prefix = _undeclared(text)
    if prefix is None:
        return f"the query is not SPARQL: {_short(error)}"
    namespace = PREFIXES.get(prefix, "the namespace that you mean")
    return f"the prefix {prefix}: is not declared; add PREFIX {prefix}: <{namespace}>"


def _undeclared(text: str) -> str | None:
    """Return the first prefix that is used without having been declared; the engine does not always speak of it."""
    declared, before = {"_", "http", "https"}, ""  # blank nodes, and addresses that lack their brackets
    for kind, word, _ in guard.tokens(text):
        if kind == "other" and word in "\"'":  # a string without an end: what follows may be its words
            return None
        if kind == "word" and ":" in word:
            prefix = word.partition(":")[0]
            if before.upper() == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared:
                return prefix
        before = word
    return None


def _short(message: object) -> str:
    """Return one line: the engine lists all that it would have liked to see."""
    line = " ".join(str(message).split())
    return line if len(line) <= _LINE else f"{line[:_LINE]} ..."


def _without_paths(error: Exception) -> str:
    """Return the engine's message, unless it speaks of a place on this machine."""
    message = str(error)
    return "the store cannot be read at the moment" if os.sep in message and isinstance(error, OSError) else message
