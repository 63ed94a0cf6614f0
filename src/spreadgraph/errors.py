"""Errors that a user can act on: one clear line each, and the exit code of the command that meets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


def in_a_line(error: Exception) -> str:
    """Return what an engine or the system says on one line, without the end of what only its authors understand."""
    return " ".join(str(error).split())[:300]


def with_extra(name: str) -> str:
    """Say how to install what an extra of this package brings: from the clone, or to what is installed already.

    >>> with_extra("pdf")
    "pip install '.[pdf]' in the clone, or pip install 'spreadgraph[pdf]'"
    """
    return f"pip install '.[{name}]' in the clone, or pip install 'spreadgraph[{name}]'"


class SpreadgraphError(Exception):
    """Something a user can put right; the message is one line that says what to do."""

    exit_code: ClassVar[int] = 2


class NotFoundError(SpreadgraphError):
    """A question was understood, but nothing answers it."""

    exit_code = 1


class UsageError(SpreadgraphError):
    """A value, option or file that cannot be used as it is."""


class StoreError(SpreadgraphError):
    """A store on disk that cannot be opened or written."""


class EndpointError(SpreadgraphError):
    """A SPARQL endpoint that cannot be reached, refuses, or answers with something else than a whole answer."""


class SourceError(SpreadgraphError):
    """A source file with faults; ``errors`` holds one line ``file:line: what is wrong; what to write`` for each.

    >>> print(SourceError(["paper.yamlld:3: no type; write type: Claim", "paper.yamlld:9: id used twice"]))
    paper.yamlld:3: no type; write type: Claim
    paper.yamlld:9: id used twice
    """

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = tuple(errors)
