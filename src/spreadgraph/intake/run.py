"""Adds many files to a library: what is known is passed over, the rest is read in parallel and stored in batches."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context

from spreadgraph.intake import reading
from spreadgraph.intake.reading import Outcome
from spreadgraph.intake.shelf import Prepared, Shelf
from spreadgraph.sources.archive import Member

BATCH_BYTES = 32 * 1024 * 1024
BATCH_PAPERS = 100
WAITING_BYTES = 64 * 1024 * 1024
WAITING_FILES = 16


@dataclass
class Report:
    """What an ``add`` did: short names added and replaced, files passed over unchanged, and faults, a line each."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    unchanged: int = 0
    faults: list[str] = field(default_factory=list)


def add(
    shelf: Shelf,
    members: Iterable[Member],
    *,
    keep_text: bool = False,
    processes: int | None = None,
    told: Callable[[str], None] = lambda name: None,
) -> Report:
    """Add files to ``shelf`` in the order given and return what was done.

    ``processes`` are those that read (as many as there are cores, but one where 1 is given: then this one reads).
    ``told`` is called with each file's name when it is dealt with. What was stored before an error stays.
    """
    report, batch = Report(), _Batch(shelf)
    with _reading(processes) as readers:
        for outcome in _outcomes(shelf, members, keep_text, readers, report):
            batch.take(outcome, report)
            told(outcome.name)
    batch.store(report)
    return report


class _Batch:
    """Papers that are read but not yet stored."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._papers: dict[str, Prepared] = {}
        self._held: set[str] = set()

    def take(self, outcome: Outcome, report: Report) -> None:
        """Keep the papers of a file, all or none, and store what has come together when it is enough."""
        if any(paper.compiled.slug in self._papers for paper in outcome.papers):
            self.store(report)  # so that one paper in two files is told as replaced, and two of one name as a clash
        if outcome.fault or (clash := self._clash(outcome)):
            report.faults.append(outcome.fault or clash)
            return
        for paper in outcome.papers:
            self._papers[paper.compiled.slug] = paper
        size = sum(len(paper.compiled.quads) for paper in self._papers.values())
        if size >= BATCH_BYTES or len(self._papers) >= BATCH_PAPERS:
            self.store(report)

    def store(self, report: Report) -> None:
        """Store what has come together."""
        if not self._papers:
            return
        known = [slug for slug in self._papers if slug in self._held]
        self._shelf.put(list(self._papers.values()))
        report.replaced += known
        report.added += [slug for slug in self._papers if slug not in known]
        self._papers.clear()
        self._held.clear()

    def _clash(self, outcome: Outcome) -> str:
        """Say where a short name belongs to another paper already; two names that differ in signs alone can meet."""
        for slug, paper in ((each.compiled.slug, each.compiled.paper) for each in outcome.papers):
            owner = self._shelf.paper(slug)
            if owner == paper:
                self._held.add(slug)
            elif owner is not None:
                return f"{outcome.name}: its short name {slug} is that of {owner} already; remove that paper first"
        return ""


def _outcomes(
    shelf: Shelf, members: Iterable[Member], keep_text: bool, readers: _Readers | None, report: Report
) -> Iterator[Outcome]:
    """Yield what came of each file, in order, reading ahead as far as memory allows."""
    for member in members:
        if member.data is None:
            yield Outcome(member.name, fault=str(member.error))
        elif shelf.holds(reading.sha256(member.kind, member.data), reading.reader(member.kind, keep_text)):
            report.unchanged += 1
            yield Outcome(member.name)
        elif readers is None:
            yield reading.read(member.name, member.kind, member.data, keep_text)
        else:
            readers.begin(member, keep_text)
            while readers.ahead > WAITING_BYTES or len(readers) > WAITING_FILES:
                yield readers.next()
    while readers:
        yield readers.next()


class _Readers:
    """Processes that read files; what they read comes back in the order it was given to them.

    A file that takes its process down with it takes those of the others too; each file that was under way is then read
    in a process of its own, so that only the one to blame is refused.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: Executor | None = None
        self._waiting: deque[tuple[Member, bool, Future[Outcome]]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def ahead(self) -> int:
        """The bytes of the files that are under way."""
        return sum(len(member.data or b"") for member, _, _ in self._waiting)

    def begin(self, member: Member, keep_text: bool) -> None:
        """Begin to read a file."""
        # Started by the first file, since often none has changed.
        self._pool = self._pool or self._started(self._processes)
        try:
            future = self._submitted(self._pool, member, keep_text)
        except BrokenProcessPool:
            future = Future()
            future.set_exception(BrokenProcessPool())
        self._waiting.append((member, keep_text, future))

    def next(self) -> Outcome:
        """Return what came of the file that was given first."""
        member, keep_text, future = self._waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            return self._alone(member, keep_text)

    def close(self) -> None:
        """End the processes, without what they have not begun."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _alone(self, member: Member, keep_text: bool) -> Outcome:
        with self._started(1) as pool:
            try:
                outcome = self._submitted(pool, member, keep_text).result()
            except BrokenProcessPool:
                outcome = Outcome(member.name, fault=f"{member.name}: reading it needs more memory than is allowed")
        if all(future.done() for _, _, future in self._waiting):
            self.close()
        return outcome

    @staticmethod
    def _submitted(pool: Executor, member: Member, keep_text: bool) -> Future[Outcome]:
        return pool.submit(reading.read, member.name, member.kind, member.data or b"", keep_text)

    @staticmethod
    def _started(processes: int) -> Executor:
        # Not forked: the engine's own threads would not be there in a copy of this process.
        return ProcessPoolExecutor(processes, get_context("spawn"), reading.start)


@contextmanager
def _reading(processes: int | None) -> Iterator[_Readers | None]:
    """Yield the processes that read; None where this one does it itself."""
    # No more files than WAITING_FILES are under way, so that further processes would have nothing to do.
    number = min(processes or os.cpu_count() or 1, WAITING_FILES)
    readers = _Readers(number) if number > 1 else None
    try:
        yield readers
    finally:
        # Asked in so many words: readers with nothing under way are empty, and would count as none.
        if readers is not None:
            readers.close()
