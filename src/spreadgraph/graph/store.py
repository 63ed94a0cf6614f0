"""The one interface to a graph, and its homes on this machine: in memory, on disk, and the cache of the bundled one."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

import pyoxigraph
from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

from spreadgraph.graph import cache
from spreadgraph.resources import cache_dir

if TYPE_CHECKING:
    from pathlib import Path

    import rdflib

    from spreadgraph.graph.snapshots import Snapshot

Results: TypeAlias = QuerySolutions | QueryBoolean | QueryTriples
GRAPH_FOLDER = "graph"


class Store(Protocol):
    """A graph that answers SPARQL 1.1 queries; all that questions and views may ask of it.

    ``folder`` is where what was built together with it lies, None where nothing does; ``generation`` is the number of
    the state that it shows of a library that grows, None where nothing can change.
    """

    @property
    def folder(self) -> str | None:
        """Return the folder of what was built together with this store."""

    @property
    def generation(self) -> int | None:
        """Return the number of the state of a library."""

    def query(self, sparql: str, /) -> Results:
        """Return solutions (SELECT), a truth value (ASK) or triples (CONSTRUCT, DESCRIBE).

        Raises SyntaxError where the text is not valid SPARQL.
        """

    def companion(self, name: str) -> str | None:
        """Return the path of the file ``name`` that was built together with this store, None where there is none."""


class LocalStore:
    """An Oxigraph store in memory or on disk. ``native`` is the pyoxigraph store, for builders and exporters.

    ``folder`` holds what was built together with it; ``snapshot`` is the state of a library that it shows.
    """

    def __init__(
        self, native: pyoxigraph.Store | None = None, folder: str | None = None, snapshot: Snapshot | None = None
    ) -> None:
        self.native = pyoxigraph.Store() if native is None else native
        self._folder = folder
        self.snapshot = snapshot

    @property
    def folder(self) -> str | None:
        """Return the folder of what was built together with this store; see :class:`Store`."""
        return self._folder

    @property
    def generation(self) -> int | None:
        """Return the number of the state of a library that this shows; see :class:`Store`."""
        return self.snapshot.number if self.snapshot else None

    def query(self, sparql: str, /) -> Results:
        """Answer a query; see :class:`Store`."""
        return self.native.query(sparql)

    def companion(self, name: str) -> str | None:
        """Return the path of the file ``name`` that was built together with this store; see :class:`Store`."""
        path = os.path.join(self.folder, name) if self.folder else ""
        return path if os.path.isfile(path) else None


# Makes one more file from the finished graph, such as a search index: called with the store and the path of the file.
# It raises OSError where it cannot write, and the bundled graph is then built in memory.
Companion: TypeAlias = "tuple[str, Callable[[Store, Path], None]]"


def open_bundled(companions: Sequence[Companion] = ()) -> LocalStore:
    """Return the store of the bundled papers, read-only, from the user's cache; it is built there where it is missing.

    A cache that is damaged is built anew; where it can be neither read nor written the graph is built in memory,
    without companions. Raises SourceError where a bundled evidence file has faults.
    """
    folder = cache.entry(cache_dir(), cache.bundled_key(companions), lambda draft: _fill(draft, companions))
    if folder:
        try:
            return LocalStore(pyoxigraph.Store.read_only(os.path.join(folder, GRAPH_FOLDER)), folder)
        except (OSError, RuntimeError):
            pass  # another process may have just replaced or cleared the entry
    return LocalStore(_built())


def open_store(folder: Path | str) -> LocalStore:
    """Return the library in ``folder``, read-only, as it was last finished; a writer does not disturb its readers.

    It shows the papers as they are now: what is added later is seen when it is opened again. Raises StoreError.
    """
    from spreadgraph.graph import snapshots

    snapshot = snapshots.newest(str(folder))
    return LocalStore(snapshot.native, str(folder), snapshot)


def as_dataset(store: LocalStore) -> rdflib.Dataset:
    """Return the same data as an rdflib Dataset; nothing is copied."""
    import oxrdflib
    import rdflib

    return rdflib.Dataset(store=oxrdflib.OxigraphStore(store=store.native))


def _built() -> pyoxigraph.Store:
    from spreadgraph.graph.build import build

    store = pyoxigraph.Store()
    build(store)
    return store


def _fill(folder: Path, companions: Sequence[Companion]) -> None:
    """Write the bundled graph and its companions into the empty ``folder``."""
    built = _built()
    home = pyoxigraph.Store(str(folder / GRAPH_FOLDER))
    # One bulk load of everything leaves few files, and so a quick start.
    home.bulk_extend(built)
    home.flush()
    del home
    for log in (folder / GRAPH_FOLDER).glob("LOG*"):
        log.unlink()
    for name, make in companions:
        make(LocalStore(built), folder / name)
