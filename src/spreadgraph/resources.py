"""Where files are: the bundled ontology and queries, the user's cache, and how a file is written without harm."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from spreadgraph.errors import SpreadgraphError

_PACKAGE = Path(__file__).parent


def ontology_dir() -> Path:
    """Return the folder of the ontology, the shapes, the context and the evidence."""
    return _bundled("ontology")


def queries_dir() -> Path:
    """Return the folder of the named queries."""
    return _bundled("queries")


def evidence_files() -> list[Path]:
    """Return the curated papers, in the order of their names; the hidden files of editors are left out."""
    return sorted(path for path in (ontology_dir() / "evidence").glob("*.yamlld") if path.name[0] != ".")


def cache_dir() -> Path:
    """Return the folder for files that can be made again; it need not exist yet.

    ``SPREADGRAPH_CACHE`` wins, then ``XDG_CACHE_HOME``, then the habit of the platform.
    """
    if own := os.environ.get("SPREADGRAPH_CACHE"):
        return Path(own)
    if xdg := os.environ.get("XDG_CACHE_HOME"):
        return Path(xdg) / "spreadgraph"
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / "spreadgraph" / "cache"
    home = os.path.expanduser("~")  # noqa: PTH111  Path.home() raises where there is no home
    # Without a home: a folder that cannot be made, so that the graph is built in memory and not in the current folder.
    root = Path(os.devnull if home == "~" else home)
    return root / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "spreadgraph"


def write_atomically(path: Path | str, content: str | bytes) -> None:
    """Write ``content`` to ``path`` so that a reader finds the old file or the new one, never a part.

    Text is written as UTF-8, its line ends as they are. Raises OSError where the file cannot be written; the old file
    then stays and nothing is left beside it.
    """
    target = Path(os.path.realpath(path))
    data = content.encode("utf-8") if isinstance(content, str) else content
    draft = target.with_name(f".{target.name}.{os.getpid()}-{time.monotonic_ns()}.part")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _keep_mode(target, draft)
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def _keep_mode(old: Path, new: Path) -> None:
    with suppress(FileNotFoundError):
        new.chmod(old.stat().st_mode & 0o7777)


def _bundled(name: str) -> Path:
    # A wheel carries the folders inside the package; a checkout has them beside src/.
    for folder in (_PACKAGE / "_bundled" / name, _PACKAGE.parents[1] / name):
        if folder.is_dir():
            return folder
    raise SpreadgraphError(f"the {name} folder is missing from this installation; install spreadgraph again")
