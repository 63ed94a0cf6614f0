"""Keeps the newest store open: looks now and then whether a newer one was published, and opens that."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from spreadgraph.answers.fenced import home
from spreadgraph.errors import SpreadgraphError
from spreadgraph.graph.store import LocalStore

CHECK_SECONDS = 1.0


class Graphs:
    """The store as it is now; safe to use from several threads."""

    def __init__(self, opener: Callable[[], LocalStore]) -> None:
        self._opener = opener
        self._lock = threading.Lock()
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._home: dict[str, str] = {}
        self._store = opener()
        self._seen = self._opened = home.generation(self._store)
        self._checked = time.monotonic()

    def current(self) -> LocalStore:
        """Return the newest store; the one of before stays usable for whoever still reads it.

        Where the newest cannot be opened (it may be in the middle of being written), the one of before is returned.
        """
        if self.generation() != self._opened:
            with self._lock, suppress(SpreadgraphError, OSError, RuntimeError):
                if self.generation() != self._opened:
                    self._open()
        return self._store

    def generation(self) -> str:
        """Return a text that changes with the store on disk; it is looked at once a second at most."""
        now = time.monotonic()
        if now - self._checked > CHECK_SECONDS:
            self._checked, self._seen = now, home.generation(self._store)
        return self._seen

    def home(self) -> dict[str, str]:
        """Return what a worker opens to read the newest store."""
        store = self.current()
        with self._lock:
            if home.folder(store) is None and not self._home:
                self._scratch = tempfile.TemporaryDirectory(prefix="spreadgraph-")
                self._home = home.home(store, Path(self._scratch.name))
            return self._home or home.home(store)

    def close(self) -> None:
        """Remove what was written for the workers."""
        if self._scratch:
            self._scratch.cleanup()

    def _open(self) -> None:
        self._store = self._opener()
        self._seen = self._opened = home.generation(self._store)
        self._checked = time.monotonic()
