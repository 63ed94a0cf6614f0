"""Shows the answer to a SPARQL query: rows, yes or no, or triples."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    parse_query_results,
    serialize,
)

from spreadgraph.answers.fenced.client import Answer as FencedAnswer
from spreadgraph.errors import UsageError
from spreadgraph.terms import shorten
from spreadgraph.views.table import markdown, render
from spreadgraph.views.terminal import Terminal

W3C = {"json": QueryResultsFormat.JSON, "csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV}
Answer = QuerySolutions | QueryBoolean | QueryTriples


@dataclass(frozen=True)
class Rendered:
    """An answer as text; ``empty`` where the query found nothing (no row, no triple)."""

    text: str
    empty: bool


def rendered(answer: Answer, form: str, terminal: Terminal) -> Rendered:
    """Return the answer in one of the forms table, md, json, csv, tsv (W3C results) or ttl (for triples).

    Raises UsageError where the form does not fit the kind of query.
    """
    if isinstance(answer, QueryTriples):
        return _triples(answer, form)
    if form == "ttl":
        raise UsageError("ttl is for CONSTRUCT and DESCRIBE; this query gives rows: use table, json, csv, tsv or md")
    if isinstance(answer, QueryBoolean):
        return _boolean(answer, form)
    return _solutions(answer, form, terminal)


def answered(answer: FencedAnswer, form: str, terminal: Terminal) -> Rendered:
    """Return the answer of a worker, which had been asked in :func:`carried`, in one of the forms of :func:`rendered`.

    Raises UsageError where the form does not fit the kind of query.
    """
    text = answer.data.decode()
    if answer.kind == "graph":
        _refuse_rows(form)
        return Rendered(text, not text.strip())
    if answer.kind == "rows" and form in W3C:
        text = text if text.endswith("\n") else text + "\n"
        return Rendered(text, _rows(text, form) == 0)
    if answer.kind == "truth" and form == "csv":
        # The engine writes a yes or no as CSV, but does not read it.
        return _yes_or_no(text.strip() == "true")
    results = parse_query_results(answer.data, W3C[answer.form])
    return rendered(results, form, terminal)


def carried(form: str) -> dict[str, str | None]:
    """Return in which forms a worker has to answer so that :func:`answered` can show it in ``form``."""
    return {"rows": form if form in W3C else "json", "graph": "ttl"}


def _refuse_rows(form: str) -> None:
    if form not in {"ttl", "table"}:
        raise UsageError(f"this query gives triples, which {form} cannot hold; use --format ttl")


def _triples(answer: QueryTriples, form: str) -> Rendered:
    _refuse_rows(form)
    triples = list(answer)
    return Rendered((serialize(triples, format=RdfFormat.TURTLE) or b"").decode(), not triples)


def _boolean(answer: QueryBoolean, form: str) -> Rendered:
    return Rendered(_serialised(answer, form), False) if form == "json" else _yes_or_no(bool(answer))


def _yes_or_no(truth: bool) -> Rendered:
    return Rendered("yes\n" if truth else "no\n", False)


def _solutions(answer: QuerySolutions, form: str, terminal: Terminal) -> Rendered:
    if form in W3C:
        text = _serialised(answer, form)
        return Rendered(text, _rows(text, form) == 0)
    columns = [variable.value for variable in answer.variables]
    cells = [[_shown(term) for term in solution] for solution in answer]
    if form == "md":
        return Rendered(markdown(columns, cells), not cells)
    return Rendered(render(columns, cells, terminal) if cells else "", not cells)


def _serialised(answer: QuerySolutions | QueryBoolean, form: str) -> str:
    data = answer.serialize(format=W3C[form])
    text = (data or b"").decode()
    return text if text.endswith("\n") else text + "\n"


def _rows(text: str, form: str) -> int:
    if form == "json":
        import json

        return len(json.loads(text)["results"]["bindings"])
    return len(text.splitlines()) - 1


def _shown(term: object) -> str:
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return shorten(term.value)
    return term.value if isinstance(term, Literal) else str(term)
