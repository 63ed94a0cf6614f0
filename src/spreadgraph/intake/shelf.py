"""A library with its index: what is put or removed changes both, and readers see the two together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

from spreadgraph.answers import index
from spreadgraph.answers.index import INDEX_NAME, Entries
from spreadgraph.errors import StoreError
from spreadgraph.graph.build import Compiled
from spreadgraph.graph.library import Library

_BUSY_SECONDS = 30


class Prepared(NamedTuple):
    """A paper ready for a library: its quads, and what the index is to hold of it."""

    compiled: Compiled
    entries: Entries


class Shelf(Protocol):
    """Where papers are put: a library on disk, or an endpoint that others run."""

    def holds(self, sha256: str, reader: str) -> bool:
        """Whether all papers of a file with this hash are here and ``reader`` would make the same of it again."""

    def paper(self, slug: str) -> str | None:
        """Return the IRI of the paper that has this short name; None where none has."""

    def put(self, papers: Sequence[Prepared]) -> None:
        """Store papers, in place of those held under the same short names; they are held when this returns."""

    def remove(self, slugs: Sequence[str]) -> None:
        """Take papers out; they are gone when this returns."""

    def close(self) -> None:
        """Let go of it."""


class DiskShelf:
    """A library on disk, opened for writing. Raises StoreError where another process writes to it.

    What a killed process left undone is put in order first.
    """

    def __init__(self, folder: Path | str) -> None:
        self.library = Library(folder)
        self._path = self.library.folder / INDEX_NAME
        self._settle()

    def holds(self, sha256: str, reader: str) -> bool:
        """Whether all papers of a file were added before and would be the same again; see :class:`Shelf`."""
        return self.library.holds(sha256, self.library.builder.made_by(reader))

    def paper(self, slug: str) -> str | None:
        """Return the IRI of the paper that has this short name; see :class:`Shelf`."""
        return self.library.paper(slug)

    def put(self, papers: Sequence[Prepared]) -> None:
        """Store papers; see :class:`Shelf`."""
        self.library.put([paper.compiled for paper in papers])
        with self._index() as connection:
            for paper in papers:
                index.insert(connection, paper.entries)
        self.library.publish()

    def remove(self, slugs: Sequence[str]) -> None:
        """Take papers out; see :class:`Shelf`."""
        if not slugs:
            return
        self.library.remove(slugs)
        with self._index() as connection:
            for slug in slugs:
                index.delete(connection, slug)
        self.library.publish()

    def close(self) -> None:
        """Let another process write."""
        self.library.close()

    def _settle(self) -> None:
        """Bring the index to what the graph holds, and publish where the last writer did not come to it."""
        library = self.library
        if not self._current():
            try:
                index.rebuild(library.store, str(library.folder), library.number)
            except OSError as error:
                raise self._unwritten(error) from error
        elif library.pending:
            with self._index() as connection:
                for slug in library.pending:
                    found = index.entries(index.alone(library.store, slug), slug)
                    index.insert(connection, found) if found else index.delete(connection, slug)
        if library.pending or not library.published:
            library.publish()

    def _current(self) -> bool:
        if not self._path.exists():
            return False
        with closing(sqlite3.connect(self._path)) as connection:
            return (index.generation_of(connection) or -1) >= self.library.number

    @contextmanager
    def _index(self) -> Iterator[sqlite3.Connection]:
        """Change the index in one transaction, which also says to which state of the library it belongs."""
        try:
            with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as connection, connection:
                yield connection
                connection.execute("UPDATE state SET generation = ?", (self.library.number + 1,))
        except sqlite3.Error as error:
            raise self._unwritten(error) from error

    def _unwritten(self, error: Exception) -> StoreError:
        folder = self.library.folder
        return StoreError(f"the index of {folder} cannot be written ({error}); make room, or look at your rights to it")
