"""Reads the strict YAML of curated files into a tree with line numbers, refusing whatever YAML 1.1 would twist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import yaml

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
TOO_LARGE = "the file is larger than 1 MB; check that it is the right file"
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
# What other readers than PyYAML take for a number, or for yes and no.
_NUMBER_OR_WORD = re.compile(r"[-+]?[0-9][0-9_]*(\.[0-9]*)?([eE][-+]?[0-9]+)?|0o[0-7]+|[yYnN]")
_TEXT_TAG = "tag:yaml.org,2002:str"

# libyaml is eight times as fast; both are only asked for events, never for Python objects.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.resolver.Resolver()

Value: TypeAlias = "str | int | list[Node] | dict[str, Node] | None"


@dataclass(frozen=True)
class Node:
    """A value of the file: a scalar, a list or a mapping, the line it begins in and the line of the key before it."""

    value: Value
    line: int
    key_line: int


@dataclass(frozen=True)
class Fault:
    """What is wrong in one line of a file, and what to write instead."""

    line: int
    message: str


class RefusedError(Exception):
    """The text cannot be read any further; carries one fault."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(line, message)


def parse(text: str, faults: list[Fault]) -> Node:
    """Return the tree of a YAML text.

    Quoted scalars are text; plain ones are ``true``, ``false``, ``null``, integers or text. Faults after which
    reading can go on (a scalar to be quoted, a key given twice) are added to ``faults``; for the others (syntax,
    anchors, tags, size, depth) RefusedError is raised.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise RefusedError(1, TOO_LARGE)
    try:
        events = _events(text)
        first = next(events, None)
        if first is None:
            raise RefusedError(1, 'the file is empty; begin with "@context":')
        tree = _Tree(events, text.splitlines(), faults).node(first, _line(first), 1)
        for _ in events:  # a fault may stand behind the tree
            pass
        return tree
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RefusedError(mark.line + 1 if mark else 1, f"not valid YAML: {_reason(error)}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise RefusedError(line, f"a control character that YAML does not allow; delete it ({error.reason})") from error


def _events(text: str) -> Iterator[yaml.Event]:
    documents = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise RefusedError(_line(event), "a second YAML document begins; write one paper a file, without ---")
        elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            _refuse_tricks(event)
            yield event


def _refuse_tricks(event: yaml.Event) -> None:
    if getattr(event, "anchor", None):
        advice = "write the value out, or put a text that begins so in double quotes"
        raise RefusedError(_line(event), f"anchors (&) and aliases (*) are not used here; {advice}")
    if tag := getattr(event, "tag", None):
        advice = "delete it, or put a text that begins with ! in double quotes"
        raise RefusedError(_line(event), f"tags such as {tag} are not used here; {advice}")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Tree:
    """Builds nodes from events."""

    def __init__(self, events: Iterator[yaml.Event], lines: list[str], faults: list[Fault]) -> None:
        self._events = events
        self._lines = lines
        self._faults = faults

    def node(self, event: yaml.Event, key_line: int, depth: int) -> Node:
        line = _line(event)
        if depth > MAX_DEPTH:
            raise RefusedError(line, f"nested deeper than {MAX_DEPTH} levels; check the indentation")
        if isinstance(event, yaml.MappingStartEvent):
            return Node(self._mapping(depth), line, key_line)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node([self.node(item, _line(item), depth + 1) for item in self._items()], line, key_line)
        return Node(self._scalar(event), line, key_line)

    def _items(self) -> Iterator[yaml.Event]:
        for event in self._events:
            if isinstance(event, yaml.CollectionEndEvent):
                return
            yield event

    def _mapping(self, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for event in self._items():
            line = _line(event)
            key = self._key(event)
            value = self.node(next(self._events), line, depth + 1)
            if key in found:
                first = found[key].key_line
                self._fault(line, f"the key {key} stands twice, first in line {first}; keep one, or write a list")
            found.setdefault(key, value)
        return found

    def _key(self, event: yaml.Event) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise RefusedError(_line(event), "a key has to be a word; check the indentation and the brackets")
        if not event.style and event.value == "<<":
            raise RefusedError(_line(event), "merge keys (<<) are not used here; write the keys out")
        if not isinstance(self._scalar(event), str):
            self._fault(_line(event), f"the key {event.value} is not a word; check what was meant")
        return event.value

    def _scalar(self, event: yaml.Event) -> str | int | None:
        text: str = getattr(event, "value", "")
        if getattr(event, "style", None):
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if not text:
            self._fault(_line(event), "nothing is written after the key; write a value or delete the line")
        elif twisted(text):
            self._fault(_line(event), f'{text} without quotes is not read as text; write "{text}"')
        elif " " in text and self._cut(event):
            self._fault(_line(event), "the text ends before #; put it in double quotes, or the comment on its own line")
        return text

    def _cut(self, event: yaml.Event) -> bool:
        end = event.end_mark
        return end is not None and self._lines[end.line : end.line + 1][0][end.column :].lstrip().startswith("#")

    def _fault(self, line: int, message: str) -> None:
        self._faults.append(Fault(line, message))


def twisted(text: str) -> bool:
    """Whether a YAML reader may take this plain scalar for a number, a date, a time or yes and no."""
    if _NUMBER_OR_WORD.fullmatch(text):
        return True
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]  # not in the stubs
    return tag != _TEXT_TAG


def _reason(error: yaml.MarkedYAMLError) -> str:
    reason = error.problem or error.context or "cannot be read"
    if "mapping values are not allowed" in reason:
        return 'a colon and a blank (": ") in a text, or wrong indentation; put the text in double quotes'
    if "could not find expected ':'" in reason:
        return "a key without a colon; write key: value, or put the text in double quotes"
    if "tab character" in reason:
        return "a tab at the start of a line; indent with blanks"
    if "found character" in reason and "cannot start" in reason:
        return f"{reason}; put the text in double quotes, and indent with blanks"
    return f"{reason}; check indentation, quotes and brackets"
