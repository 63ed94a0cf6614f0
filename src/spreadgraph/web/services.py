"""What a request handler may use: the newest store for our own queries, and the workers for everybody else's."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

import anyio
import anyio.to_thread

from spreadgraph.answers import ask
from spreadgraph.answers.fenced.client import Answer, Job
from spreadgraph.web.pool import Lane, Pool
from spreadgraph.web.remembered import Remembered, lasting

if TYPE_CHECKING:
    from starlette.requests import Request

    from spreadgraph.graph.store import LocalStore
    from spreadgraph.web.graphs import Graphs
    from spreadgraph.web.settings import Settings

P = ParamSpec("P")
# Python runs one thread at a time: with more than these the slowest page of many takes three times as long, and no more
# of them are made. Two at least, so that quick pages go on beside a long one.
_FEWEST, _MOST = 2, 4
T = TypeVar("T")


class Services:
    """The parts of one server, made once and shared by all requests."""

    def __init__(self, graphs: Graphs, settings: Settings) -> None:
        self.graphs = graphs
        self.settings = settings
        self.pool = Pool(graphs, settings)
        self._remembered: Remembered[Answer] = Remembered(settings.remembered)
        self._threads = anyio.CapacityLimiter(max(_FEWEST, min(_MOST, os.cpu_count() or 1)))
        # Bytes of answers that are still on their way to clients.
        self.outgoing = 0

    async def read(self, make: Callable[Concatenate[LocalStore, P], T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """Return ``make(store, ...)``, called in a thread with the newest read-only store; for our own queries only.

        It cannot be stopped, so it has to be quick; what ``make`` raises goes through.
        """

        def made() -> T:
            return make(self.graphs.current(), *arguments, **named)

        return await self.apart(made)

    async def apart(self, make: Callable[[], T]) -> T:
        """Return ``make()``, called in a thread: for what takes a while, so that others are answered meanwhile."""
        return await anyio.to_thread.run_sync(make, limiter=self._threads)

    async def ask(self, text: str, job: Job | None = None) -> Answer:
        """Return the answer to SPARQL by anybody, from a worker; raises QueryError where it has none."""
        return await self._asked(text, job or self.job(), "people")

    async def ask_named(self, name: str, values: Mapping[str, str | Sequence[str]], form: str = "json") -> Answer:
        """Return the answer to the named query ``name`` in the form json, csv, tsv or xml.

        It runs in a worker too, since some of them take long on a large library, but in the lane kept for them.
        Raises NotFoundError for an unknown name, UsageError for values that do not fit.
        """
        pairs = [f"{key}={each}" for key, given in values.items() for each in _each(given)]
        text = await self.read(ask.prepared_named, name, pairs)
        return await self._asked(text, self.job({"rows": form, "graph": "ttl"}, cut=True), "named")

    async def _asked(self, text: str, job: Job, lane: Lane) -> Answer:
        if found := self.recalled(text, job):
            return found
        # Looked at before the query runs: what was written meanwhile must not pass for what was there before.
        generation = self.graphs.generation()
        found = await self.pool.ask(text, job, lane)
        if not self.settings.writable and lasting(text):
            self._remembered.put(generation, (text, *job.key()), found, len(found.data) + len(text))
        return found

    def recalled(self, text: str, job: Job) -> Answer | None:
        """Return the answer where it is remembered."""
        return self._remembered.get(self.graphs.generation(), (text, *job.key()))

    def job(self, forms: dict[str, str | None] | None = None, **more: Any) -> Job:
        """Return a job with the limits of this server."""
        limits = self.settings
        forms = forms or {"rows": "json", "graph": "ttl"}
        return Job(limits.deadline, limits.rows, limits.answer, forms, **more)


def services(request: Request) -> Services:
    """Return the services of the server that handles ``request``."""
    found: Any = request.app.state.services
    assert isinstance(found, Services)  # noqa: S101  tells the type checker what create_app has put there
    return found


def address(request: Request) -> str:
    """Return the address of the page that ``request`` is for, as the world sees it, without what follows a ``?``."""
    public = services(request).settings.public
    # The Host header has passed the outer wall.
    return (public or f"http://{request.headers['host']}") + quote(request.scope["path"])


def _each(given: str | Sequence[str]) -> Sequence[str]:
    return [given] if isinstance(given, str) else given
