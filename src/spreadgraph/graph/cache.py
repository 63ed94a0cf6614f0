"""Keeps built folders in the user's cache: found by content, proved by a receipt, published in one step."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pyoxigraph

from spreadgraph.resources import ontology_dir, queries_dir

RECEIPT = "receipt"
KEPT = 3
STALE_SECONDS = 3600
_PACKAGE = Path(__file__).parents[1]
_DRAFT = ".draft-"
_INPUTS = (".py", ".rq", ".ttl", ".jsonld", ".yamlld")


def bundled_key(companions: Sequence[tuple[str, Callable[..., None]]] = ()) -> str:
    """Return a name that changes with the ontology, the evidence, the code that builds from them, and the engine.

    With companions it also changes with the code beside that which makes them, and with the queries.
    """
    makers = {str(Path(str(sys.modules[make.__module__].__file__)).parent) for _, make in companions}
    folders = [str(_PACKAGE / "sources"), str(_PACKAGE / "graph"), str(ontology_dir()), *sorted(makers)]
    if companions:
        folders.append(str(queries_dir()))
    paths = [str(_PACKAGE / "terms.py"), *(path for folder in folders for path in _files(folder) if _counts(path))]
    digest = hashlib.sha256("\0".join([pyoxigraph.__version__, *(name for name, _ in companions)]).encode())
    for path in paths:
        digest.update(hashlib.sha256(_bytes(path)).digest() + _name(path).encode())
    return f"bundled-{digest.hexdigest()[:32]}"


def entry(home: Path, key: str, fill: Callable[[Path], None]) -> Path | None:
    """Return the folder ``home/key``, whole and unchanged since it was built; ``key`` is a family, ``-`` and a hash.

    Where it is missing or damaged, ``fill`` is called with an empty folder beside it, which then takes its place in
    one step. Returns None where the cache cannot be written. What ``fill`` raises goes through, except OSError.
    """
    folder = home / key
    if intact(folder):
        return folder
    try:
        return _publish(folder, fill)
    except OSError:
        return None


def intact(folder: Path) -> bool:
    """Whether every file of ``folder`` is as its receipt says, and no file is missing or added."""
    try:
        return (folder / RECEIPT).read_bytes() == _receipt(folder)
    except OSError:
        return False


def _receipt(folder: Path) -> bytes:
    """Return the SHA-256 and name of each file but the receipt, as ``sha256sum`` writes them."""
    lines = [
        f"{hashlib.sha256(_bytes(path)).hexdigest()}  {path[len(str(folder)) + 1 :]}\n"
        for path in _files(str(folder))
        if path != str(folder / RECEIPT)
    ]
    return "".join(lines).encode()


def _files(folder: str) -> list[str]:
    # os.scandir, as this runs at every start: it is several times as fast as Path.rglob.
    found: list[str] = []
    with os.scandir(folder) as entries:
        for each in entries:
            found.extend(_files(each.path) if each.is_dir() else [each.path])
    return sorted(found)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123  see _files
        return file.read()


def _name(path: str) -> str:
    return path[path.rindex(os.sep) + 1 :]


def _counts(path: str) -> bool:
    """Whether a file is one to build from; editors leave hidden ones beside those."""
    return path.endswith(_INPUTS) and not _name(path).startswith(".")


def _publish(folder: Path, fill: Callable[[Path], None]) -> Path:
    import tempfile

    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder.parent))
    try:
        fill(draft)
        (draft / RECEIPT).write_bytes(_receipt(draft))
        _exchange(draft, folder)
    finally:
        _remove(draft)
    _clear(folder)
    return folder


def _exchange(draft: Path, folder: Path) -> None:
    """Rename ``draft`` to ``folder``; leave a folder alone that another process has finished in the meantime."""
    with suppress(OSError):
        draft.rename(folder)
        return
    if intact(folder):
        return
    damaged = draft.with_name(f"{draft.name}-damaged")
    folder.rename(damaged)
    draft.rename(folder)
    _remove(damaged)


def _clear(folder: Path) -> None:
    """Remove all but the newest entries, and drafts that a killed process left.

    Some are kept so that two versions used by turns do not build each time. A process that is just opening one of
    those removed builds in memory instead.
    """
    family = folder.name.rpartition("-")[0] + "-"
    with suppress(OSError):
        ages = {path: path.stat().st_mtime for path in folder.parent.iterdir() if path != folder}
        entries = sorted((path for path in ages if path.name.startswith(family)), key=ages.__getitem__)
        stale = folder.stat().st_mtime - STALE_SECONDS
        drafts = [path for path in ages if path.name.startswith(_DRAFT) and ages[path] < stale]
        for path in [*entries[: 1 - KEPT], *drafts]:
            _remove(path)


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
