"""The catalogue of named queries: reads their headers, binds their parameters, and never pastes a value as text."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.resources import bundled

if TYPE_CHECKING:
    from pathlib import Path

_KEYS = ("title", "question", "audience", "param")
_PLACE = r"VALUES \?(\w+) { UNDEF }"


class Parameter(NamedTuple):
    """A value that a query takes: ``name``, ``type`` (iri, text or integer), whether required, meaning, example."""

    name: str
    type: str
    required: bool
    meaning: str
    example: str


class Query(NamedTuple):
    """A named query: ``name`` (file name without ``.rq``), header fields and SPARQL ``text``."""

    name: str
    title: str
    question: str
    audience: str
    parameters: tuple[Parameter, ...]
    text: str


@cache
def catalogue() -> tuple[Query, ...]:
    """Return the named queries meant for people, by name (not the building blocks of traces, views and checks)."""
    folder = bundled("queries")
    return tuple(read(os.path.join(folder, file)) for file in sorted(os.listdir(folder)) if file.endswith(".rq"))


@cache
def named(name: str) -> Query:
    """Return the query called ``name``, such as ``claims-by-basis`` or ``trace/claims``.

    Raises NotFoundError that names the nearest queries where there is none.
    """
    path = os.path.join(bundled("queries"), f"{name}.rq")
    if name.replace("/", "").replace("-", "").isalnum() and os.path.isfile(path):
        return read(path, name)
    from difflib import get_close_matches

    near = get_close_matches(name, [query.name for query in catalogue()], n=3, cutoff=0.5)
    advice = f"did you mean {' or '.join(near)}?" if near else "see them all with: spreadgraph queries"
    raise NotFoundError(f"no query is called {name!r}; {advice}")


def read(path: "Path | str", name: str | None = None) -> Query:
    """Read one ``.rq`` file; raises UsageError where its header lacks a title, question or audience."""
    file = os.path.basename(path)
    with open(path, encoding="utf-8") as source:
        text = source.read()
    fields: dict[str, str] = {}
    parameters = []
    for line in text.splitlines():
        key, colon, content = line.removeprefix("# ").partition(": ")
        if not colon or key not in _KEYS or not line.startswith("# "):
            break
        if key == "param":
            parameters.append(_parameter(content, file))
        else:
            fields[key] = content
    missing = [key for key in ("title", "question", "audience") if key not in fields]
    if missing:
        raise UsageError(f"{file}: the header lacks {', '.join(missing)}")
    title, question, audience = fields["title"], fields["question"], fields["audience"]
    return Query(name or file.removesuffix(".rq"), title, question, audience, tuple(parameters), text)


def bound(query: Query, values: Mapping[str, Sequence[str]]) -> str:
    """Return the text of ``query`` with ``values`` in place: parameter name -> serialised terms.

    Each term is written as in N-Triples (``<iri>``, ``"text"``, ``13``), as :func:`serialised` makes it. Raises
    UsageError for an unknown parameter or where a required one is missing.
    """
    known = {parameter.name for parameter in query.parameters}
    for name in values:
        if name not in known:
            raise UsageError(f"{query.name} has no parameter {name!r}; it takes {', '.join(sorted(known)) or 'none'}")
    for parameter in query.parameters:
        if parameter.required and parameter.name not in values:
            raise UsageError(
                f"{query.name} needs {parameter.name} ({parameter.meaning}); "
                f"add: --param {parameter.name}={parameter.example}"
            )

    def filled(place: re.Match[str]) -> str:
        terms = values.get(place[1])
        return place[0] if terms is None else f"VALUES ?{place[1]} {{ {' '.join(terms)} }}"

    # All at once, so that no value is searched for the place of the next.
    return re.sub(_PLACE, filled, query.text)


def serialised(parameter: Parameter, value: str) -> str:
    """Return ``value`` as a SPARQL term of the parameter's type; raises UsageError where it does not fit."""
    if parameter.type == "integer":
        if not re.fullmatch(r"-?[0-9]+", value):
            raise UsageError(f"{parameter.name} takes a whole number, not {value!r}")
        return value
    if parameter.type == "iri":
        try:
            return _iri(value)
        except UsageError:
            raise UsageError(f"{parameter.name} takes an id such as {parameter.example}, not {value!r}") from None
    if not value.isprintable() and re.search("[\ud800-\udfff]", value):  # of arguments that are no UTF-8
        raise UsageError(f"{parameter.name} takes text, not {value!r}")
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'


def iris(values: Sequence[str]) -> tuple[str, ...]:
    """Return IRIs as terms for :func:`bound`; raises UsageError where one is none, so that no value becomes a query."""
    return tuple(_iri(value) for value in values)


def _iri(value: str) -> str:
    try:
        return str(NamedNode(value))
    except ValueError:
        raise UsageError(f"{value!r} is no id") from None


def _parameter(header: str, file: str) -> Parameter:
    fields = [field.strip() for field in header.split("|")]
    if len(fields) != 5 or fields[1] not in {"iri", "text", "integer"} or fields[2] not in {"required", "optional"}:
        form = "name | iri, text or integer | required or optional | meaning | example"
        raise UsageError(f"{file}: write # param: {form}")
    return Parameter(fields[0], fields[1], fields[2] == "required", fields[3], fields[4])
