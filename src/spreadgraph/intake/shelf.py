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
        self._folder = str(self.library.folder)
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
        with self._finished() as connection:
            for paper in papers:
                index.insert(connection, paper.entries)

    def remove(self, slugs: Sequence[str]) -> None:
        """Take papers out; see :class:`Shelf`."""
        if not slugs:
            return
        self.library.remove(slugs)
        with self._finished() as connection:
            for slug in slugs:
                index.delete(connection, slug)

    def close(self) -> None:
        """Let another process write."""
        self.library.close()

    def _settle(self) -> None:
        """Bring the index to what the graph holds, and publish where the last writer did not come to it."""
        library = self.library
        if library.pending or not library.published:
            with self._finished() as connection:
                for slug in library.pending:
                    found = index.entries(index.alone(library.store, slug), slug)
                    index.insert(connection, found) if found else index.delete(connection, slug)
            return
        with index.kept(self._folder), self._explained():
            if (self._generation() or 0) < library.number:
                index.rebuild(library.store, self._folder, library.number)

    @contextmanager
    def _finished(self) -> Iterator[sqlite3.Connection]:
        """Finish a step: what is done to the index here is one transaction, and then the next state is published."""
        library = self.library
        with index.kept(self._folder):
            with self._explained():
                # One that was damaged or exchanged meanwhile lacks what it never saw, whatever is put into it now. One
                # that is ahead by a step was left by a writer that died before it published.
                if self._generation() not in {library.number, library.number + 1}:
                    index.rebuild(library.store, self._folder, library.number + 1)
                with closing(sqlite3.connect(self._path, timeout=index.BUSY_SECONDS)) as connection, connection:
                    yield connection
                    connection.execute("UPDATE state SET generation = ?", (library.number + 1,))
            library.publish()

    def _generation(self) -> int | None:
        if not self._path.exists():
            return None
        with closing(sqlite3.connect(self._path, timeout=index.BUSY_SECONDS)) as connection:
            return index.generation_of(connection)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._unwritten(error) from error

    def _unwritten(self, error: Exception) -> StoreError:
        folder = self.library.folder
        advice = f"make room, look at your rights to it, or make it anew: spreadgraph --store {folder} doctor --repair"
        return StoreError(f"the index of {folder} cannot be written ({error}); {advice}")
