"""Keeps built folders in the user's cache: found by content, proved by a receipt, published in one step.

It runs at every start, so paths are strings and checksums are zlib's: importing pathlib and hashlib would cost as much
as everything else that a trace imports. The checksums guard against accidents; whoever can change the files could
change the receipt as well.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import pyoxigraph

from spreadgraph.resources import bundled

if TYPE_CHECKING:
    from pathlib import Path

RECEIPT = "receipt"
KEPT = 3
STALE_SECONDS = 3600
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_DRAFT = ".draft-"
_INPUTS = (".py", ".rq", ".ttl", ".jsonld", ".yamlld")


def bundled_key(companions: Sequence[tuple[str, Callable[..., None]]] = ()) -> str:
    """Return a name that changes with the ontology, the evidence, the code that builds from them, and the engine.

    With companions it also changes with the modules that make them, and with the queries that fill the index.
    """
    folders = [os.path.join(_PACKAGE, "sources"), os.path.join(_PACKAGE, "graph"), bundled("ontology")]
    folders += [os.path.join(bundled("queries"), "index")] if companions else []
    files = [os.path.join(_PACKAGE, "terms.py")]
    files += [str(sys.modules[make.__module__].__file__) for _, make in companions]
    files += (path for folder in folders for path in _files(folder) if _counts(path))
    names = [pyoxigraph.__version__, *(name for name, _ in companions), *map(os.path.basename, files)]
    return "bundled-" + _checksum(["\0".join(names).encode(), *map(_bytes, files)])


def entry(home: str, key: str, fill: Callable[[Path], None]) -> str | None:
    """Return the folder ``home/key``, whole and unchanged since it was built; ``key`` is a family, ``-`` and a hash.

    Where it is missing or damaged, ``fill`` is called with an empty folder beside it, which then takes its place in
    one step. Returns None where the cache cannot be written. What ``fill`` raises goes through, except OSError.
    """
    folder = os.path.join(home, key)
    if intact(folder):
        return folder
    try:
        _publish(folder, fill)
    except OSError:
        return None
    return folder


def intact(folder: str) -> bool:
    """Whether every file of ``folder`` is as its receipt says, and no file is missing or added."""
    try:
        return _bytes(os.path.join(folder, RECEIPT)) == _receipt(folder)
    except OSError:
        return False


def _receipt(folder: str) -> bytes:
    """Return checksum and name of each file but the receipt, one a line."""
    receipt = os.path.join(folder, RECEIPT)
    paths = (path for path in _files(folder) if path != receipt)
    return "".join(f"{_checksum([_bytes(path)])}  {path[len(folder) + 1 :]}\n" for path in paths).encode()


def _checksum(parts: Iterable[bytes]) -> str:
    """Return CRC-32 and length of the parts together, in hex."""
    crc, length = 0, 0
    for part in parts:
        crc, length = zlib.crc32(part, crc), length + len(part)
    return f"{crc:08x}{length:x}"


def _files(folder: str) -> list[str]:
    found: list[str] = []
    with os.scandir(folder) as entries:
        for each in entries:
            found.extend(_files(each.path) if each.is_dir() else [each.path])
    return sorted(found)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _counts(path: str) -> bool:
    """Whether a file is one to build from; editors leave hidden ones beside those."""
    return path.endswith(_INPUTS) and not os.path.basename(path).startswith(".")


def _publish(folder: str, fill: Callable[[Path], None]) -> None:
    import tempfile
    from pathlib import Path

    home = os.path.dirname(folder)
    os.makedirs(home, exist_ok=True)
    draft = tempfile.mkdtemp(prefix=_DRAFT, dir=home)
    try:
        fill(Path(draft))
        with open(os.path.join(draft, RECEIPT), "wb") as file:
            file.write(_receipt(draft))
        _exchange(draft, folder)
    finally:
        _remove(draft)
    _clear(folder)


def _exchange(draft: str, folder: str) -> None:
    """Rename ``draft`` to ``folder``; leave a folder alone that another process has finished in the meantime."""
    with suppress(OSError):
        os.rename(draft, folder)
        return
    if intact(folder):
        return
    damaged = f"{draft}-damaged"
    os.rename(folder, damaged)
    os.rename(draft, folder)
    _remove(damaged)


def _clear(folder: str) -> None:
    """Remove all but the newest entries, and drafts that a killed process left.

    Some are kept so that two versions used by turns do not build each time. A process that is just opening one of
    those removed builds in memory instead.
    """
    home, own = os.path.split(folder)
    family = own.rpartition("-")[0] + "-"
    with suppress(OSError):
        ages = {name: os.stat(os.path.join(home, name)).st_mtime for name in os.listdir(home) if name != own}
        entries = sorted((name for name in ages if name.startswith(family)), key=ages.__getitem__)
        stale = os.stat(folder).st_mtime - STALE_SECONDS
        drafts = [name for name in ages if name.startswith(_DRAFT) and ages[name] < stale]
        for name in [*entries[: 1 - KEPT], *drafts]:
            _remove(os.path.join(home, name))


def _remove(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
