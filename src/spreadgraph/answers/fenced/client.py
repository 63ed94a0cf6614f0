"""What a worker is started and asked with, and what comes back: shared by the command line and the server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import spreadgraph
from spreadgraph.answers.fenced import frames
from spreadgraph.answers.guard import MOST_BYTES
from spreadgraph.errors import SpreadgraphError, UsageError

MIB = 1024 * 1024
# Nobody listens on the discard port; a part that knows proxies sends what it must not send there.
_NOWHERE = "http://127.0.0.1:9"
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@dataclass(frozen=True)
class Job:
    """One query for a worker.

    ``forms`` names the form for rows (json, xml, csv, tsv; also for yes or no) and for a graph (ttl, nt, jsonld, rdf),
    None where none will do. ``default_graphs`` and ``named_graphs`` are the protocol's dataset, None where it names
    none. ``rows`` and ``size`` (bytes) limit the answer, ``seconds`` the time; ``cut`` accepts a cut answer in a form
    that cannot say so itself, too. ``advice`` is added where SERVICE is refused.
    """

    seconds: float
    rows: int
    size: int
    forms: dict[str, str | None] = field(default_factory=lambda: {"rows": "json", "graph": "ttl"})
    base: str | None = None
    default_graphs: list[str] | None = None
    named_graphs: list[str] | None = None
    update: bool = False
    cut: bool = False
    most_bytes: int = MOST_BYTES
    advice: str = ""

    def key(self) -> tuple[object, ...]:
        """Return what tells this job from others of the same server."""
        graphs = (each if each is None else tuple(each) for each in (self.default_graphs, self.named_graphs))
        return (self.forms.get("rows"), self.forms.get("graph"), self.base, *graphs, self.cut)

    def packed(self, text: str) -> bytes:
        """Return the frame that asks a worker for ``text``."""
        return frames.packed(asdict(self), text.encode("utf-8", "replace"))


@dataclass(frozen=True)
class Answer:
    """What came back: ``kind`` is rows, truth or graph, ``data`` is in the form ``form``."""

    kind: str
    form: str
    data: bytes
    truncated: bool


class QueryError(UsageError):
    """A query that gave no answer: ``code`` is one of the worker's problems, or deadline, memory, died."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def command(home: dict[str, str], memory: int, writes: bool = False, fenced: bool = True) -> list[str]:
    """Return the command that starts a worker on ``home`` (:func:`spreadgraph.answers.fenced.home.home`)."""
    config = {"parent": os.getpid(), "home": home, "memory": memory, "writes": writes, "fenced": fenced}
    return [sys.executable, "-P", "-m", "spreadgraph.answers.fenced.worker", json.dumps(config)]


def environment(fenced: bool = True) -> dict[str, str]:
    """Return the variables of a worker: where this package is, and nothing that could lead outside."""
    own = str(Path(str(spreadgraph.__file__)).resolve().parents[1])
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    kept |= {name: value for name, value in os.environ.items() if name in _PROXIES and not fenced}
    # Else the engine's threads, where they meet, each reserve a piece of the memory that the query may have.
    own_memory = {"MALLOC_ARENA_MAX": "2"}
    walls = dict.fromkeys(_PROXIES, _NOWHERE) if fenced else {}
    return {**kept, **walls, **own_memory, "PYTHONPATH": own, "LC_ALL": "C.UTF-8"}


def answer(head: dict[str, Any], body: bytes) -> Answer:
    """Return what a worker answered; raises QueryError for a problem."""
    if head["status"] == "problem":
        raise QueryError(head["code"], body.decode())
    return Answer(head.get("kind", "done"), head.get("form", ""), body, head.get("truncated", False))


def death(returncode: int | None, memory: int) -> QueryError:
    """Say why a worker died during a query, as far as its exit code tells."""
    if returncode in {-6, 134}:  # SIGABRT: the engine ends the process where memory runs out
        return QueryError("memory", f"the query needed more than {memory // MIB} MB of memory")
    if returncode == -24:  # SIGXCPU
        return QueryError("deadline", "the query took too long")
    return QueryError("died", "the query ended the process that ran it; nothing else was harmed")


def ask(home: dict[str, str], text: str, job: Job, memory: int, fenced: bool = True) -> Answer:
    """Return the answer to one query from a worker of its own, which is gone afterwards.

    Raises QueryError where there is none: refused, not SPARQL, over the limits.
    """
    with subprocess.Popen(
        command(home, memory, fenced=fenced),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(fenced),
        bufsize=-1,
    ) as worker:
        assert worker.stdin  # noqa: S101  tells the type checker what PIPE means
        assert worker.stdout  # noqa: S101  as above
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            worker.kill()

        timer = threading.Timer(job.seconds, expire)
        timer.daemon = True
        try:
            if frames.read(worker.stdout) is None:
                raise SpreadgraphError("the process for queries cannot be started; the library may be unreadable")
            timer.start()
            with suppress(BrokenPipeError):
                worker.stdin.write(job.packed(text))
                worker.stdin.flush()
            message = frames.read(worker.stdout)
        finally:
            timer.cancel()
            worker.kill()
        if message is None:
            late = QueryError("deadline", f"the query took longer than {job.seconds:g} seconds")
            raise late if expired.is_set() else death(worker.wait(), memory)
        return answer(*message)
