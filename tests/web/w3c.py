"""Reads the W3C's SPARQL 1.1 query tests and compares answers, up to the names of blank nodes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple

SUITE = Path(__file__).parents[3] / "shared" / "w3c" / "sparql11"
HOME = "http://example.org/w3c/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
XSD = "http://www.w3.org/2001/XMLSchema#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
FOLDERS = (
    *(
        "aggregates",
        "bind",
        "bindings",
        "cast",
        "construct",
        "csv-tsv-res",
        "exists",
        "functions",
        "grouping",
        "json-res",
    ),
    *("negation", "project-expression", "property-path", "subquery", "syntax-query"),
)
_ENTRIES = f"""PREFIX mf: <{MF}> PREFIX qt: <{QT}>
SELECT ?test ?type ?query ?result (GROUP_CONCAT(DISTINCT COALESCE(STR(?data), "")) AS ?default) (GROUP_CONCAT(DISTINCT COALESCE(STR(?graph), "")) AS ?named) {{
  ?manifest mf:entries/<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>*/<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> ?test .
  ?test a ?type ; mf:action ?action . OPTIONAL {{ ?action qt:query ?asked }} BIND(COALESCE(?asked, ?action) AS ?query)
  OPTIONAL {{ ?action qt:data ?data }} OPTIONAL {{ ?action qt:graphData ?graph }} OPTIONAL {{ ?test mf:result ?result }}
}} GROUP BY ?test ?type ?query ?result"""  # noqa: E501  an IRI is not broken


class Test(NamedTuple):
    """One test: ``kind`` is evaluation, positive or negative; files are IRIs below HOME."""

    name: str
    kind: str
    query: str
    result: str | None
    default: tuple[str, ...]
    named: tuple[str, ...]


def tests() -> Iterator[Test]:
    """Yield the tests of query evaluation, of result formats and of syntax."""
    kinds = {
        "QueryEvaluationTest": "evaluation",
        "CSVResultFormatTest": "evaluation",
        "PositiveSyntaxTest11": "positive",
        "NegativeSyntaxTest11": "negative",
    }
    for folder in FOLDERS:
        store = pyoxigraph.Store()
        store.load(
            path=SUITE / folder / "manifest.ttl", format=RdfFormat.TURTLE, base_iri=f"{HOME}{folder}/manifest.ttl"
        )
        for row in store.query(_ENTRIES):  # type: ignore[union-attr]  # a SELECT has rows
            kind = kinds.get(row["type"].value.removeprefix(MF))
            if kind:
                result = row["result"] and row["result"].value
                data = tuple(row["default"].value.split()), tuple(row["named"].value.split())
                yield Test(row["test"].value, kind, row["query"].value, result, *data)


def file(iri: str) -> Path:
    """Return the file of the suite behind an IRI."""
    return SUITE / iri.removeprefix(HOME)


def store_of(test: Test) -> pyoxigraph.Store:
    """Return a store with the data of a test."""
    store = pyoxigraph.Store()
    for iri in test.default:
        store.load(path=file(iri), base_iri=iri)
    for iri in test.named:
        store.load(path=file(iri), base_iri=iri, to_graph=NamedNode(iri))
    return store


def expected(test: Test) -> object:
    """Return what a test expects, in the form of :func:`comparable`."""
    path = file(str(test.result))
    data = path.read_bytes()
    formats = {".srx": pyoxigraph.QueryResultsFormat.XML, ".srj": pyoxigraph.QueryResultsFormat.JSON}
    if path.suffix in formats:
        return comparable(pyoxigraph.parse_query_results(data, formats[path.suffix]))
    if path.suffix == ".tsv":
        return comparable(pyoxigraph.parse_query_results(data, pyoxigraph.QueryResultsFormat.TSV))
    if path.suffix == ".csv":
        return csv_rows(data)
    return comparable([quad.triple for quad in pyoxigraph.parse(path=path, base_iri=test.result)])


def csv_rows(data: bytes) -> object:
    """Return the rows of a CSV file, blank nodes without their names."""
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return sorted(sorted((name, "_:" if cell.startswith("_:") else cell) for name, cell in row.items()) for row in rows)


def comparable(answer: object) -> object:
    """Return an answer as a value that equals that of any equal answer."""
    if isinstance(answer, pyoxigraph.QueryBoolean):
        return bool(answer)
    if isinstance(answer, pyoxigraph.QuerySolutions):
        triples = list(_as_graph(answer))
    else:
        triples = [each for each in answer if isinstance(each, Triple)]  # type: ignore[attr-defined]  # triples
    graph = Dataset(Quad(each.subject, each.predicate, each.object) for each in triples)
    graph.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, graph))


def _as_graph(answer: pyoxigraph.QuerySolutions) -> Iterator[Triple]:
    """Yield a graph that is isomorphic for equal solutions: a blank node a row, a predicate a variable."""
    root = NamedNode("urn:answer")
    for variable in answer.variables:
        yield Triple(root, NamedNode("urn:has"), Literal(variable.value))
    for row in answer:
        node = BlankNode()
        yield Triple(root, NamedNode("urn:row"), node)
        for variable in answer.variables:
            if (term := row[variable]) is not None:
                yield Triple(node, NamedNode(f"urn:variable:{variable.value}"), _by_value(term))


def _by_value(term: NamedNode | BlankNode | Literal | Triple) -> NamedNode | BlankNode | Literal | Triple:
    """Write equal numbers alike: 3.0E4 and 30000."""
    if isinstance(term, Literal) and term.datatype.value.startswith(XSD):
        with suppress(ValueError):
            if term.datatype.value.removeprefix(XSD) in {"integer", "decimal", "double", "float"}:
                return Literal(repr(float(term.value)), datatype=term.datatype)
    return term
