"""Keeps the newest store open: looks now and then whether a newer one was published, and opens that."""

from __future__ import annotations

import math
import tempfile
import threading
import time
from collections.abc import Callable
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
        # A newer state may have come while this one was opened, so that a library is opened again at the first call.
        self._opened, self._failed = "", -math.inf
        # How often a state was opened only after it could not be: what was made meanwhile is of the one of before.
        self._mended = 0
        self._seen, self._checked = home.generation(self._store), time.monotonic()

    def current(self) -> LocalStore:
        """Return the newest store; the one of before stays usable for whoever still reads it.

        Where the newest cannot be opened (it may be in the middle of being written), the one of before is returned;
        opening it is tried once a second at most.
        """
        if self.renewable():
            with self._lock:
                if self.renewable():
                    self._renew()
        return self._store

    def generation(self) -> str:
        """Return a text that changes with the store on disk; it is looked at once a second at most.

        While that cannot be told, it stays as it was.
        """
        now = time.monotonic()
        if now - self._checked > CHECK_SECONDS:
            self._checked = now
            if (found := home.generation(self._store)) != home.GONE:
                self._seen = found
        return self._called(self._seen)

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

    def renewable(self) -> bool:
        """Whether there is a newer store to be opened, and it is time to try."""
        return self.generation() != self._opened and time.monotonic() - self._failed > CHECK_SECONDS

    def _renew(self) -> None:
        # Of before it is opened: what is opened may be newer than it is called here, but never older.
        seen = self._seen
        try:
            store = self._opener()
        except (SpreadgraphError, OSError, RuntimeError):
            self._failed = time.monotonic()
            return
        if self._failed > -math.inf:
            self._failed, self._mended = -math.inf, self._mended + 1
        self._store, self._opened = store, self._called(seen)

    def _called(self, seen: str) -> str:
        return f"{seen}+{self._mended}" if self._mended else seen
