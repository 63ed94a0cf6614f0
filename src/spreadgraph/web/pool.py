"""Keeps workers ready, gives each query one, and kills it when the query takes too long or nobody waits any more.

People's queries and our own named ones queue in lanes of their own, so that the first can never take the place of the
second. One worker more than both lanes need stands by, so that the query after a killed one need not wait.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal

from spreadgraph.answers.fenced import frames
from spreadgraph.answers.fenced.client import Answer, Job, QueryError, answer, command, death, environment
from spreadgraph.web.graphs import CHECK_SECONDS
from spreadgraph.web.problems import ProblemError

if TYPE_CHECKING:
    from spreadgraph.web.graphs import Graphs
    from spreadgraph.web.settings import Settings

Lane = Literal["people", "named"]
START_SECONDS = 20.0
# A query that runs this long is no longer quick; from then on the processor is for the quick ones first.
LONG_SECONDS = 0.5
_NICE = 10
_BUSY = {"Retry-After": "1"}


class Pool:
    """The workers of one server; for one event loop, whose thread has to outlive the workers."""

    def __init__(self, graphs: Graphs, settings: Settings) -> None:
        self._graphs, self._settings = graphs, settings
        self._lanes = {"people": _Lane(settings.slots, settings), "named": _Lane(1, settings)}
        self._target = settings.slots + 2
        if settings.writable:
            # A database has one writer; it answers queries too, since readers would not see what it wrote.
            only = _Lane(1, settings)
            self._lanes, self._target = {"people": only, "named": only}, 1
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._workers: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[int]] = set()
        self._generation = graphs.generation()
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    async def start(self) -> None:
        """Start the workers; they become ready one by one."""
        self._refill()
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    async def close(self) -> None:
        """Kill all workers and wait until they are gone."""
        self._closed = True
        watching = [self._watching] if self._watching else []
        for task in (*self._starting, *watching):
            task.cancel()
        for worker in self._workers:
            worker.kill()
        # Those replaced a moment ago, too: each is waited for by a task of its own.
        ends = [*self._starting, *watching, *self._ending, *(worker.gone() for worker in self._workers)]
        await asyncio.gather(*ends, return_exceptions=True)

    async def ask(self, text: str, job: Job, lane: Lane = "people") -> Answer:
        """Return the answer to a query.

        Raises QueryError where it has none, ProblemError (503) where too many wait. A caller that is cancelled takes
        the query with it.
        """
        async with self._lanes[lane].turn():
            worker = await self._ready()
            demotion = asyncio.get_running_loop().call_later(LONG_SECONDS, worker.demote)
            try:
                async with asyncio.timeout(job.seconds):
                    message = await worker.ask(job.packed(text))
            except TimeoutError:
                worker.kill()
                raise QueryError("deadline", f"the query took longer than {job.seconds:g} seconds") from None
            except BaseException:
                worker.kill()
                raise
            finally:
                demotion.cancel()
                self._release(worker)
            if message is None:
                raise death(await worker.gone(), self._settings.memory)
            return answer(*message)

    async def _ready(self) -> Worker:
        """Return a worker that has the newest store open."""
        self._renew()
        try:
            async with asyncio.timeout(START_SECONDS):
                while not (worker := await self._idle.get()).usable(self._generation):
                    self._release(worker)
        except TimeoutError:
            raise ProblemError(503, "no-worker", "no process for queries can be started", _BUSY) from None
        return worker

    def _renew(self) -> None:
        generation = self._graphs.generation()
        # The one writer knows what it wrote.
        if generation != self._generation and not self._settings.writable:
            self._generation = generation

    async def _watch(self) -> None:
        # A state that could not be opened has to be tried again also where nobody asks for a page.
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            if self._graphs.renewable():
                await asyncio.to_thread(self._graphs.current)

    def _release(self, worker: Worker) -> None:
        if worker.usable(self._generation):
            self._idle.put_nowait(worker)
            return
        worker.kill()
        self._workers.discard(worker)
        end = asyncio.get_running_loop().create_task(worker.gone())
        self._ending.add(end)
        end.add_done_callback(self._ending.discard)
        self._refill()

    def _refill(self) -> None:
        while not self._closed and len(self._workers) + len(self._starting) < self._target:
            task = asyncio.get_running_loop().create_task(self._add())
            self._starting.add(task)
            task.add_done_callback(self._added)

    def _added(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        if not task.cancelled() and task.exception():
            # The store may be unreadable for a while; whoever needs a worker waits, but not for ever.
            asyncio.get_running_loop().call_later(0.5, self._refill)

    async def _add(self) -> None:
        # Asked for before the store is opened: a worker may know more than its label says, never less.
        generation = self._generation
        home = await asyncio.to_thread(self._graphs.home)
        worker = await Worker.started(home, generation, self._settings)
        if self._closed:
            worker.kill()
            await worker.gone()
            return
        self._workers.add(worker)
        self._idle.put_nowait(worker)


class Worker:
    """One worker process, as the server sees it."""

    def __init__(self, process: asyncio.subprocess.Process, generation: str) -> None:
        self._process, self._generation = process, generation
        self._spent = False

    @classmethod
    async def started(cls, home: dict[str, str], generation: str, settings: Settings) -> Worker:
        """Start a worker and wait until it has opened the store; raises OSError where it does not get there."""
        process = await asyncio.create_subprocess_exec(
            *command(home, settings.memory, writes=settings.writable),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=None if settings.debug else asyncio.subprocess.DEVNULL,
            env=environment(),
            limit=1024 * 1024,
        )
        worker = cls(process, generation)
        try:
            async with asyncio.timeout(START_SECONDS):
                if await worker._read() is None:
                    raise OSError("a worker did not start")
        except BaseException:
            worker.kill()
            await worker.gone()
            raise
        return worker

    async def ask(self, frame: bytes) -> tuple[dict[str, Any], bytes] | None:
        """Return the answer to one frame, None where the worker died over it."""
        assert self._process.stdin  # noqa: S101  tells the type checker what PIPE means
        with suppress(ConnectionError):
            self._process.stdin.write(frame)
            await self._process.stdin.drain()
        message = await self._read()
        self._spent = self._spent or message is None or bool(message[0].get("last"))
        return message

    async def _read(self) -> tuple[dict[str, Any], bytes] | None:
        assert self._process.stdout  # noqa: S101  as above
        stream = self._process.stdout
        try:
            lengths = await stream.readexactly(frames.LENGTHS.size)
            return frames.parted(lengths, await stream.readexactly(sum(frames.LENGTHS.unpack(lengths))))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    def usable(self, generation: str) -> bool:
        """Whether it can take another query: alive, on the newest store, and not spoilt by the last one."""
        return self._process.returncode is None and not self._spent and self._generation == generation

    def demote(self) -> None:
        """Let it compute only when nobody else does; it is replaced after this query, since that cannot be undone."""
        self._spent = True
        if sys.platform != "win32":
            with suppress(OSError):
                os.setpriority(os.PRIO_PGRP, self._process.pid, _NICE)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._spent = True
        with suppress(ProcessLookupError):
            self._process.kill()

    async def gone(self) -> int:
        """Wait until it has ended and its pipes are closed; returns its exit code."""
        code = await self._process.wait()
        assert self._process.stdin  # noqa: S101  as above
        self._process.stdin.close()
        with suppress(OSError):
            await self._process.stdin.wait_closed()
        return code


class _Lane:
    """A queue of limited length before a limited number of turns."""

    def __init__(self, turns: int, settings: Settings) -> None:
        self._free = asyncio.Semaphore(turns)
        self._waiting, self._most, self._seconds = 0, settings.waiting, settings.deadline

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn; raises ProblemError (503) where too many wait already, or the wait is too long."""
        if self._waiting >= self._most:
            raise ProblemError(503, "busy", "too many queries are waiting; try again in a moment", _BUSY)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            raise ProblemError(503, "busy", "long queries hold all places; try again in a moment", _BUSY) from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()
