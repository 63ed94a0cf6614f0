"""Asks a query of both engines and writes what they answer in one form, fit to be kept as a file.

``PYTHONPATH=src python -m tests.queries.answers NAME`` prints the answer in that form, to be read against the paper
before it is kept as ``expected/NAME.csv``.
"""

from __future__ import annotations

import csv
import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import rdflib
from rdflib.query import ResultRow

from spreadgraph.answers.catalog import named
from spreadgraph.graph.store import open_bundled
from spreadgraph.terms import shorten

EXPECTED = Path(__file__).parent / "expected"
# What they ask is about several papers, so that the one bundled paper has nothing to answer; see test_across.py.
ACROSS = frozenset({"elements-across-papers", "where-papers-agree-or-differ", "works-that-may-be-the-same"})


@dataclass(frozen=True)
class Answer:
    """What a SELECT query answers, every term as text: ids short, literals without type, unbound as nothing."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def without_free_text(self) -> Answer:
        """Leave out the columns of curators' sentences, which may be reworded without any answer becoming wrong."""
        kept = [number for number, name in enumerate(self.columns) if not is_free_text(name)]
        return Answer(tuple(self.columns[n] for n in kept), [tuple(row[n] for n in kept) for row in self.rows])

    def as_csv(self) -> str:
        """Return the answer as comma-separated values with a line of column names."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([self.columns, *self.rows])
        return out.getvalue()


def is_free_text(column: str) -> bool:
    """Whether a column holds paraphrases or reasonings: ``text``, ``…Text`` or ``reason``."""
    return column in {"text", "reason"} or column.endswith("Text")


def of_oxigraph(store: pyoxigraph.Store, query: str) -> Answer:
    """Answer with Oxigraph."""
    solutions = store.query(query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    columns = tuple(variable.value for variable in solutions.variables)
    return Answer(columns, [tuple(_oxigraph_text(term) for term in solution) for solution in solutions])


def of_rdflib(dataset: rdflib.Dataset, query: str) -> Answer:
    """Answer with rdflib's own engine."""
    result = dataset.query(query)
    columns = tuple(str(variable) for variable in result.vars or ())
    rows = [row for row in result if isinstance(row, ResultRow)]
    return Answer(columns, [tuple(_rdflib_text(term) for term in row) for row in rows])


def _oxigraph_text(term: object) -> str:
    if isinstance(term, pyoxigraph.NamedNode):
        return shorten(term.value)
    return term.value if isinstance(term, pyoxigraph.Literal) else ""


def _rdflib_text(term: object) -> str:
    if isinstance(term, rdflib.URIRef):
        return shorten(str(term))
    return "" if term is None else str(term)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        answer = of_oxigraph(open_bundled().native, named(name).text)
        sys.stdout.write(answer.without_free_text().as_csv())
