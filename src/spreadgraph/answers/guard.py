"""Refuses a query that is too large or would reach outside, before the engine sees it: one guard for every door.

The first check is quick and may run anywhere; the second parses and belongs where it can be stopped, in a worker. What
it decides, it decides on the parsed query. Only the proof that there is nothing to decide is made on the text: where
the letters of SERVICE, in whatever case and spelling, are nowhere followed by what may be an endpoint, there is no such
clause, and parsing would only cost time. Behind the guard stands the worker, which has no network at all
(:mod:`spreadgraph.answers.fenced.limits`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from spreadgraph.errors import UsageError

# No query of the W3C's 1,307 is nested deeper than 7 or longer than 13 KB. From about 2,000 on the engine would crash.
MOST_DEPTH = 64
MOST_BYTES = 64 * 1024

_TOKEN = re.compile(
    r"""(?P<blank>[\s\ufeff]+|\#[^\n\r]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<tag>@[\w-]+)
    |(?P<word>[\w.%\\-]*:[\w.:%\\-]*|\w+)
    |(?P<open><<\(?|[({\[])
    |(?P<close>\)?>>|[)}\]])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# What a SERVICE clause begins with, wherever it may stand; most texts with the word are about services.
_BLANKS = r"(?:[ \t\r\n]|#[^\n\r]*+(?:[\n\r]|\Z))*+"
# More may stand in a prefix than Python calls a word: all but what ends one (SPARQL 1.1, PN_PREFIX).
_PREFIX = r"[^\x00-\x20#<>\"'(){}\[\]|^`,;:]*+:"
_SERVICE = re.compile(rf"service{_BLANKS}(?:silent{_BLANKS})?(?:[<?$]|{_PREFIX})", re.IGNORECASE)
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_OUTSIDE = {
    "ServiceGraphPattern": "SERVICE would send data to another endpoint",
    "Load": "LOAD would fetch a document",
}


class Token(NamedTuple):
    """A piece of SPARQL: ``kind`` is a group of the pattern, ``start`` its place in the text."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of ``text``, without blanks and comments; any text can be cut into pieces, SPARQL or not."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "blank":
            yield Token(str(match.lastgroup), match[0], match.start())


def preflight(text: str, most_bytes: int = MOST_BYTES) -> None:
    """Raise UsageError where ``text`` is longer or nested deeper than any query needs to be."""
    if len(text) > most_bytes or len(text.encode("utf-8", "replace")) > most_bytes:
        raise UsageError(f"a query of more than {most_bytes // 1024} KB is not read")
    depth = 0
    for token in tokens(text):
        if token.kind == "open":
            depth += 1
            if depth > MOST_DEPTH:
                raise UsageError(f"the query is nested too deeply (more than {MOST_DEPTH} brackets)")
        elif token.kind == "close":
            depth -= 1


def refuse_outside(text: str, update: bool = False, advice: str = "") -> None:
    """Raise UsageError where the parsed query reaches outside: SERVICE, LOAD, or FROM a file.

    ``advice`` is added to the refusal of SERVICE. A text that cannot be parsed is refused as well.
    """
    spellings = [each.lower() for each in _spellings(text)]
    service = any(map(_SERVICE.search, spellings))
    load, file = update and any("load" in each for each in spellings), any("file:" in each for each in spellings)
    if not (service or load or file):
        return
    if (service or load) and len(spellings) > 1:
        # An escape may end a comment for one parser and not for another, which would then see another query.
        raise UsageError("SERVICE or LOAD beside an escape such as \\u0041 is not taken; write the letters themselves")
    parsed = _parsed(text, update)
    if parsed is None:
        if service or load:
            raise UsageError("the query is not SPARQL 1.1, so it cannot be shown that it stays on this machine")
        return
    base, prefixes = "", {}
    for part in _parts(parsed):
        if part.name in _OUTSIDE:
            raise UsageError(_OUTSIDE[part.name] + (f"; {advice}" if advice else ""))
        if part.name == "Base":
            base = urljoin(base, str(part["iri"]))
        elif part.name == "PrefixDecl":
            prefixes[str(part.get("prefix", ""))] = urljoin(base, str(part["iri"]))
    for clause in (part for part in _parts(parsed) if part.name in {"DatasetClause", "UsingClause"}):
        refuse_file([_expanded(graph, base, prefixes) for graph in clause.values()])


def refuse_file(graphs: Sequence[str]) -> None:
    """Raise UsageError where a graph of the dataset is a file; a graph is a name, and no name is read."""
    for graph in graphs:
        if urlsplit(graph.strip().lower()).scheme == "file":
            raise UsageError("FROM a file would read from this machine; load it into a library instead")


def is_update(text: str) -> bool:
    """Whether ``text`` begins like an update, for a clear message; the engine's grammar is what refuses it."""
    words = iter(tokens(text))
    for token in words:
        keyword = token.text.upper()
        if keyword == "BASE":
            next(words, None)
        elif keyword == "PREFIX":
            next(words, None)
            next(words, None)
        else:
            return keyword in _UPDATES
    return False


def _spellings(text: str) -> Iterator[str]:
    """Yield ``text`` as it is written, and each time its code point escapes are replaced, until none is left."""
    yield text
    while (spelt := _ESCAPE.sub(_character, text)) != text:
        yield (text := spelt)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 else ""


def _parsed(text: str, update: bool) -> Any:
    """Return rdflib's parse tree, None where there is none; raises UsageError where it would be too deep."""
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql.parser import parseQuery, parseUpdate

    try:
        return parseUpdate(text) if update else parseQuery(text)
    except RecursionError as error:
        raise UsageError("the query is nested too deeply") from error
    # rdflib resolves terms while it parses, and lets their errors through.
    except (ParseBaseException, ValueError, TypeError, AttributeError, KeyError):
        return None


def _parts(parsed: Any) -> Iterator[Any]:
    """Yield the named nodes of rdflib's parse tree, in the order of the text."""
    from rdflib.plugins.sparql.parserutils import CompValue

    pending = [parsed]
    while pending:
        part = pending.pop()
        if isinstance(part, CompValue):
            yield part
            pending.extend(reversed(list(part.values())))
        elif (isinstance(part, Sequence) and not isinstance(part, str)) or hasattr(part, "asList"):
            pending.extend(reversed(list(part)))


def _expanded(graph: Any, base: str, prefixes: dict[str, str]) -> str:
    """Return the IRI of a graph in a dataset clause, which rdflib leaves as it was written."""
    if getattr(graph, "name", None) == "pname":
        return prefixes.get(str(graph.get("prefix", "")), "") + str(graph.get("localname", ""))
    return urljoin(base, str(graph))
