"""Writes ``queries/README.md``, the index of the named queries: ``PYTHONPATH=src python -m tests.queries.index``."""

from __future__ import annotations

from collections.abc import Sequence

from spreadgraph.answers.catalog import Query, catalogue, named
from spreadgraph.resources import queries_dir, write_atomically
from spreadgraph.views.catalogues import AUDIENCES

README = queries_dir() / "README.md"
HEAD = """\
# Named queries

One question a file. Each file is plain SPARQL 1.1 with a header that says what it asks, for whom, and what it takes; it
runs unchanged on the embedded store, in rdflib, and on any SPARQL endpoint that holds the named graphs.

    spreadgraph queries                                  # this list, without the checks
    spreadgraph query claims-by-basis                    # a table
    spreadgraph query caveats --format csv -o caveats.csv
    spreadgraph query {example}

A query with optional parameters gives every row without them. In the file a parameter is `VALUES ?name {{ UNDEF }}`:
put a value in place of `UNDEF` to use the query elsewhere. Curated data stand in a graph for each paper (`?paper`),
what follows from them in another (`?inferred`), the vocabulary in `?ontology`; no query relies on the default graph.
The other folders hold building blocks: `advise/`, `audit/`, `trace/`, `verify/` and `what-if/` of the commands of these
names, `across/` of `compare --across`, `chains/` of `trace --follow`, `index/` of the word index and the table of
papers, `pages/` of the pages that `serve` shows, `views/` of maps, networks and exports, `checks/` of `check`.

This page is made from the headers by `python -m tests.queries.index`.
"""


def index() -> str:
    """Return the page as Markdown."""
    example = next(query for query in catalogue() if query.parameters)
    parts = [HEAD.format(example=_call(example))]
    for audience in AUDIENCES:
        parts += [f"\n## For a {audience}\n", _table([each for each in catalogue() if each.audience == audience])]
    checks = [named(f"checks/{path.stem}") for path in sorted((queries_dir() / "checks").glob("*-violation.rq"))]
    parts += ["\n## Checks\n", "Each row of these is a defect; `spreadgraph check` runs them all.\n", _checks(checks)]
    return "\n".join(parts)


def _call(query: Query) -> str:
    given = (f"--param {parameter.name}={parameter.example}" for parameter in query.parameters)
    return " ".join((query.name, *given))


def _table(queries: Sequence[Query]) -> str:
    lines = ["| query | question | parameters |", "|---|---|---|"]
    lines += [f"| [{each.name}]({each.name}.rq) | {each.question} | {_parameters(each)} |" for each in queries]
    return "\n".join(lines) + "\n"


def _parameters(query: Query) -> str:
    return ", ".join(f"`{each.name}`: {each.meaning}, such as `{each.example}`" for each in query.parameters)


def _checks(queries: Sequence[Query]) -> str:
    lines = ["| check | what a row says |", "|---|---|"]
    lines += [f"| [{each.name.removeprefix('checks/')}]({each.name}.rq) | {each.title}. |" for each in queries]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_atomically(README, index())
