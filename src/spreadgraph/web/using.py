"""Puts the protocol's dataset into an update, which the engine takes in the text only (SPARQL 1.1 Protocol, 2.2.3)."""

from __future__ import annotations

from collections.abc import Sequence

from spreadgraph.answers import guard
from spreadgraph.answers.catalog import iris
from spreadgraph.errors import UsageError
from spreadgraph.web.problems import ProblemError


def with_using(text: str, default: Sequence[str] | None, named: Sequence[str] | None) -> str:
    """Return ``text`` with USING and USING NAMED clauses before each WHERE of a DELETE or INSERT.

    Raises ProblemError (400) where the update has USING or WITH of its own, as the protocol demands, or where a graph
    is no IRI.

    >>> with_using("INSERT { ?s ?p 1 } WHERE { ?s ?p 2 }", ["http://e/g"], None)
    'INSERT { ?s ?p 1 } USING <http://e/g> WHERE { ?s ?p 2 }'
    """
    clauses = [f"USING {_iri(graph)} " for graph in default or ()] + [f"USING NAMED {_iri(g)} " for g in named or ()]
    if not clauses:
        return text
    depth, before, pieces, done = 0, "", [], 0
    for token in guard.tokens(text):
        word = token.text.upper() if token.kind == "word" and not depth else ""
        if word in {"USING", "WITH"}:
            raise ProblemError(400, "protocol", "the update has USING or WITH, and the request names graphs as well")
        if word == "WHERE" and before != "DELETE":
            pieces += [text[done : token.start], "".join(clauses)]
            done = token.start
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        before = word
    return "".join([*pieces, text[done:]])


def _iri(graph: str) -> str:
    try:
        return iris([graph])[0]
    except UsageError:
        raise ProblemError(400, "protocol", "a graph of the dataset is not an IRI") from None
