"""Where files are: the bundled ontology and queries, the user's cache, and how a file is written without harm."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from spreadgraph.errors import SpreadgraphError

# pathlib costs 5 ms to import, which a trace can do without; whoever wants a Path gets one.
if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def bundled(name: str) -> str:
    """Return the path of the bundled folder ``ontology`` or ``queries``.

    Raises SpreadgraphError where the installation lacks it.
    """
    # A wheel carries the folders inside the package; a checkout has them beside src/.
    for home in (os.path.join(_PACKAGE, "_bundled"), os.path.dirname(os.path.dirname(_PACKAGE))):
        if os.path.isdir(folder := os.path.join(home, name)):
            return folder
    raise SpreadgraphError(f"the {name} folder is missing from this installation; install spreadgraph again")


def ontology_dir() -> Path:
    """Return the folder of the ontology, the shapes, the context and the evidence."""
    from pathlib import Path

    return Path(bundled("ontology"))


def queries_dir() -> Path:
    """Return the folder of the named queries."""
    from pathlib import Path

    return Path(bundled("queries"))


def evidence_files() -> list[Path]:
    """Return the curated papers, in the order of their names; the hidden files of editors are left out."""
    return sorted(path for path in (ontology_dir() / "evidence").glob("*.yamlld") if path.name[0] != ".")


def cache_dir() -> str:
    """Return the path of the folder for files that can be made again; it need not exist yet.

    ``SPREADGRAPH_CACHE`` wins, then ``XDG_CACHE_HOME``, then the habit of the platform.
    """
    if own := os.environ.get("SPREADGRAPH_CACHE"):
        return own
    if xdg := os.environ.get("XDG_CACHE_HOME"):
        return os.path.join(xdg, "spreadgraph")
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return os.path.join(local, "spreadgraph", "cache")
    habit = "Library/Caches" if sys.platform == "darwin" else ".cache"
    home = os.path.expanduser("~")
    # Without a home: a folder that cannot be made, so that nothing is left in the folder one happens to be in.
    return os.path.join(os.devnull if home == "~" else home, habit, "spreadgraph")


def write_atomically(path: Path | str, content: str | bytes) -> None:
    """Write ``content`` to ``path`` so that a reader finds the old file or the new one, never a part.

    Text is written as UTF-8, its line ends as they are. Raises OSError where the file cannot be written; the old file
    then stays and nothing is left beside it. A pipe or a device stays what it is and takes what is written.
    """
    from pathlib import Path

    data = content.encode("utf-8") if isinstance(content, str) else content
    if os.path.exists(path) and not os.path.isfile(path):
        with open(path, "wb") as device:
            device.write(data)
        return
    _replace(Path(os.path.realpath(path)), data)


def _replace(target: Path, data: bytes) -> None:
    draft = target.with_name(f".{target.name}.{os.getpid()}-{time.monotonic_ns()}.part")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _keep_mode(target, draft)
        draft.replace(target)
        _keep_name(target.parent)
    except BaseException as error:
        with suppress(OSError):
            draft.unlink()
        if isinstance(error, OSError):
            error.filename = str(target)  # nobody has asked for a draft
        raise


def _keep_name(folder: Path) -> None:
    """See that a new name outlives a power cut, where the system lets a folder be flushed."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _keep_mode(old: Path, new: Path) -> None:
    with suppress(FileNotFoundError):
        new.chmod(old.stat().st_mode & 0o7777)
