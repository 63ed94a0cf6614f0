"""The W3C's SPARQL 1.1 query tests through the path that a served query takes: never worse than the engine alone."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pyoxigraph
import pytest

from spreadgraph.answers.fenced.client import Job
from spreadgraph.answers.fenced.evaluate import Evaluator
from web import w3c

if not w3c.SUITE.is_dir():
    pytest.skip("the W3C's query tests are not beside this checkout", allow_module_level=True)

TESTS = sorted(w3c.tests())


def alone(test: w3c.Test) -> bool:
    """Whether the engine alone passes a test."""
    try:
        store = w3c.store_of(test)
        answer = store.query(w3c.file(test.query).read_text(encoding="utf-8"), base_iri=test.query)
        if test.kind != "evaluation":
            return test.kind == "positive"
        if str(test.result).endswith(".csv") and isinstance(answer, pyoxigraph.QuerySolutions):
            data = answer.serialize(format=pyoxigraph.QueryResultsFormat.CSV)
            return w3c.csv_rows(data or b"") == w3c.expected(test)
        return w3c.comparable(answer) == w3c.expected(test)
    except (SyntaxError, ValueError, OSError, RuntimeError):
        return test.kind == "negative"


def served(test: w3c.Test, folder: Path) -> bool:
    """Whether a test passes in the form in which a worker answers it."""
    quads = folder / "data.nq"
    try:
        w3c.store_of(test).dump(quads, pyoxigraph.RdfFormat.N_QUADS)
    except (SyntaxError, ValueError, OSError):
        return test.kind == "negative"
    form = {".csv": "csv", ".tsv": "tsv", ".srx": "xml"}.get(Path(str(test.result)).suffix, "json")
    job = Job(10, 10_000, 2**20, {"rows": form, "graph": "nt"}, base=test.query)
    text = w3c.file(test.query).read_text(encoding="utf-8")
    head, data = Evaluator({"quads": str(quads)}, writes=False, fenced=True).answer(asdict(job), text)
    if head["status"] == "problem":
        return test.kind == "negative" and head["code"] == "syntax"
    if test.kind != "evaluation":
        return test.kind == "positive"
    if head["kind"] == "graph":
        return w3c.comparable([quad.triple for quad in pyoxigraph.parse(data, pyoxigraph.RdfFormat.N_TRIPLES)]) == (
            w3c.expected(test)
        )
    if form == "csv":
        return w3c.csv_rows(data) == w3c.expected(test)
    results = {"tsv": pyoxigraph.QueryResultsFormat.TSV, "xml": pyoxigraph.QueryResultsFormat.XML}
    kind = results.get(form, pyoxigraph.QueryResultsFormat.JSON)
    return w3c.comparable(pyoxigraph.parse_query_results(data, kind)) == w3c.expected(test)


def test_what_the_engine_passes_is_passed_here(tmp_path: Path) -> None:
    passed = {test.name for test in TESTS if alone(test)}
    failed = {test.name for test in TESTS if not served(test, tmp_path)}
    assert not passed & failed
    # So that the comparison cannot pass by comparing nothing.
    assert len(TESTS) > 250
    assert len(passed) > 300
