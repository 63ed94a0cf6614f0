"""Remembers answers for as long as the store stays as it is: what was asked before costs no worker."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

# What gives another answer each time, also written without blanks (``BYRAND()``); an escape may spell any of them.
_CHANGING = re.compile(r"(?:rand|now|uuid|bnode)(?:\s|#[^\n\r]*+)*+\(|\\u", re.IGNORECASE)


def lasting(text: str) -> bool:
    """Whether a query gives the same answer each time on the same store.

    >>> lasting("SELECT * { ?s ?p ?o }"), lasting("SELECT (NOW() AS ?t) {}")
    (True, False)
    """
    return not _CHANGING.search(text)


class Remembered(Generic[T]):
    """The answers used last, up to ``most`` bytes together and a hundredth of that each."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._found: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._generation = ""

    def get(self, generation: str, key: Hashable) -> T | None:
        """Return what was remembered under ``key`` for this generation of the store."""
        self._forget_older_than(generation)
        if (found := self._found.get(key)) is None:
            return None
        self._found.move_to_end(key)
        return found[0]

    def put(self, generation: str, key: Hashable, value: T, size: int) -> None:
        """Remember ``value``, which takes ``size`` bytes; ``generation`` is that of before it was computed."""
        self._forget_older_than(generation)
        if size > self._most // 100 or key in self._found:
            return
        self._found[key] = value, size
        self._size += size
        while self._size > self._most:
            _, (_, freed) = self._found.popitem(last=False)
            self._size -= freed

    def _forget_older_than(self, generation: str) -> None:
        if generation != self._generation:
            self._found.clear()
            self._generation, self._size = generation, 0
