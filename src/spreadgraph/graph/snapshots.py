"""The finished states of a library on disk: each one a folder that never changes, published by one small file.

A reader beside a living writer is undefined in the engine. So the writer works on a store of its own and hands out
checkpoints of it, which share their files with it by hard links and cost milliseconds whatever the size::

    library.json      which snapshot is the newest
    snapshots/12/     a finished state; snapshots/12.lock is held by its readers
    graph/            the writer's store
    index.sqlite      words and counts
    pending.json      what the writer was about to do; there only while it does it

It runs at the start of every question to a library, so paths are strings.
"""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

import os
import time
from contextlib import suppress
from typing import NamedTuple

import pyoxigraph

from spreadgraph.errors import StoreError, in_a_line

POINTER = "library.json"
SNAPSHOTS = "snapshots"
FORMAT = 1
_TRIES, _PAUSE = 6, 0.05
_POINTER_SIZE = 4096
_LARGEST = 2**62  # what the index and the names of folders can hold, with room for those that follow


class Lock:
    """A shared lock on a file, given up when nobody holds this object any more. Raises OSError where it is refused."""

    def __init__(self, path: str) -> None:
        import fcntl

        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def __del__(self) -> None:
        """Give the lock up."""
        if hasattr(self, "_file"):
            os.close(self._file)


class Snapshot(NamedTuple):
    """An open state: its number, its folder, the read-only store, and the lock that keeps it from being removed."""

    number: int
    path: str
    native: pyoxigraph.Store
    lock: Lock | None


def newest(folder: str) -> Snapshot:
    """Open the newest finished state of the library in ``folder``. Raises StoreError that says what to do."""
    error: Exception = OSError()
    for attempt in range(_TRIES):
        time.sleep(_PAUSE * attempt)
        number = current(folder)
        if number is None:
            raise StoreError(_absent(folder))
        path = os.path.join(folder, SNAPSHOTS, str(number))
        try:
            lock = shared(path)
            # A writer may have published the next state and removed this one just before the lock was had.
            return Snapshot(number, path, pyoxigraph.Store.read_only(path), lock)
        except (OSError, RuntimeError) as found:
            error = found
    look = f"look at it with: spreadgraph --store {folder} doctor"
    raise StoreError(f"the library in {folder} cannot be read ({in_a_line(error)}); {look}")


def _absent(folder: str) -> str:
    if numbers(folder):
        words = f"{os.path.join(folder, POINTER)} is missing"
        return f"{words}; make it again with: spreadgraph --store {folder} doctor --repair"
    return f"there is no library in {folder}; make one with: spreadgraph --store {folder} add FILE"


def current(folder: str) -> int | None:
    """Return the number of the newest finished state; None where there is no library. Raises StoreError."""
    return found[0] if (found := _pointed(folder)) else None


def edition(folder: str) -> str:
    """Return a text that changes with the newest state, also where another library was put in the place of this one.

    Raises StoreError.
    """
    return repr(_pointed(folder))


def _pointed(folder: str) -> tuple[int, int, int, int] | None:
    """Return the number that the pointer names, and what tells this pointer from another: file and times."""
    import json

    try:
        with open(os.path.join(folder, POINTER), encoding="utf-8") as file:
            found, own = json.loads(file.read(_POINTER_SIZE)), os.fstat(file.fileno())
        form, number = int(found["format"]), int(found["snapshot"])
        if not 0 <= number <= _LARGEST:
            raise ValueError(f"{number} is no number of a state")
    except (FileNotFoundError, NotADirectoryError):
        return None
    # Whatever its text may be; numbers without end and brackets within brackets bring the last two.
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise StoreError(
            f"{os.path.join(folder, POINTER)} cannot be read ({in_a_line(error)}); "
            f"make it again with: spreadgraph --store {folder} doctor --repair"
        ) from error
    if form != FORMAT:
        raise StoreError(
            f"the library in {folder} has form {form}, this spreadgraph reads form {FORMAT}; use a newer one"
        )
    return number, own.st_ino, own.st_mtime_ns, own.st_ctime_ns


def publish(folder: str, store: pyoxigraph.Store, number: int) -> None:
    """Make the present state of the writer's ``store`` the newest one, and remove those that nobody reads."""
    home = os.path.join(folder, SNAPSHOTS)
    path = os.path.join(home, str(number))
    os.makedirs(home, exist_ok=True)
    _remove(path)
    store.backup(path)
    point(folder, number)
    prune(folder, number)


def numbers(folder: str) -> list[int]:
    """Return the numbers of all states that have a folder, also those that were never finished; the newest first."""
    with suppress(FileNotFoundError, NotADirectoryError):
        names = os.listdir(os.path.join(folder, SNAPSHOTS))
        return sorted((int(name) for name in names if name.isdecimal()), reverse=True)
    return []


def point(folder: str, number: int) -> None:
    """Make state ``number`` the newest, as a whole or not at all. Raises OSError."""
    import json

    from spreadgraph.resources import write_atomically

    write_atomically(os.path.join(folder, POINTER), json.dumps({"format": FORMAT, "snapshot": number}) + "\n")


def prune(folder: str, keep: int) -> None:
    """Remove the snapshots other than ``keep`` that no reader holds."""
    home = os.path.join(folder, SNAPSHOTS)
    # Also the locks that a reader made anew who came too late for a state.
    for number in {name.removesuffix(".lock") for name in os.listdir(home)}:
        if number.isdecimal() and int(number) != keep:
            _prune(os.path.join(home, number))


def _prune(path: str) -> None:
    try:
        import fcntl
    except ImportError:  # on Windows open files cannot be removed, so that trying is safe
        _remove(path)
        return
    with suppress(OSError), open(f"{path}.lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(path)
        os.unlink(f"{path}.lock")


def shared(path: str) -> Lock | None:
    """Keep the snapshot in the folder ``path`` from being removed; None where locks or writing are not to be had."""
    # A library on a medium that cannot be written has no writer to guard against.
    with suppress(ImportError, OSError):
        return Lock(f"{path}.lock")
    return None


def _remove(path: str) -> None:
    import shutil

    shutil.rmtree(path, ignore_errors=True)
