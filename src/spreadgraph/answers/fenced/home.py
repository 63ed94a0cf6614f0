"""Finds what a worker opens for a store, and tells when a newer one was published: all that is known of its folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pyoxigraph

from spreadgraph.errors import StoreError
from spreadgraph.graph import snapshots
from spreadgraph.graph.store import GRAPH_FOLDER, LocalStore

GONE = "gone"


def home(store: LocalStore, scratch: Path | None = None) -> dict[str, str]:
    """Return what a worker opens: ``folder`` of the database or, for a store in memory, ``quads``.

    ``quads`` is a new file in ``scratch``, or in a temporary folder, that the caller removes.
    """
    if found := folder(store):
        return {"folder": found}
    descriptor, path = tempfile.mkstemp(prefix="spreadgraph-", suffix=".nq", dir=scratch)
    with os.fdopen(descriptor, "wb") as file:
        store.native.dump(file, pyoxigraph.RdfFormat.N_QUADS)
    return {"quads": path}


def folder(store: LocalStore) -> str | None:
    """Return the folder of the database behind ``store``, None for a store in memory."""
    if store.snapshot:
        return store.snapshot.path
    for place in ("CURRENT", os.path.join(GRAPH_FOLDER, "CURRENT")):  # noqa: PTH118  a companion's name is a string
        if path := store.companion(place):
            return str(Path(path).parent)
    return None


def scratch_copy(store: LocalStore, scratch: Path) -> LocalStore:
    """Return a copy of ``store`` on disk in the empty folder ``scratch``, open read-only; workers may write to it."""
    copy = str(scratch / GRAPH_FOLDER)
    writer = pyoxigraph.Store(copy)
    writer.bulk_extend(store.native)
    writer.flush()
    del writer
    return reopened(copy)


def reopened(copy: str) -> LocalStore:
    """Return the database in the folder ``copy`` as it is now, read-only."""
    return LocalStore(pyoxigraph.Store.read_only(copy), copy)


def generation(store: LocalStore) -> str:
    """Return a text that changes when something was written to the database of ``store``; costs about 50 µs.

    It holds names, sizes and times of its files, without the engine's log; of a library the pointer to its newest
    state, which also tells whether another library took its place. GONE where that cannot be told.
    """
    if store.snapshot and store.folder:
        try:
            return snapshots.edition(store.folder)
        except StoreError:  # it may be in the middle of being copied there
            return GONE
    found = folder(store)
    if found is None:
        return ""
    try:
        files = [(each.name, each.stat()) for each in os.scandir(found) if not each.name.startswith(("LOG", "LOCK"))]
    except OSError:
        return GONE
    return repr(sorted((name, stat.st_size, stat.st_mtime_ns) for name, stat in files))
