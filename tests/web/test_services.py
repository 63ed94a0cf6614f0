"""What pages use: our own queries on the newest store, in a lane of their own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from spreadgraph.answers.fenced.client import QueryError
from spreadgraph.answers.trace import trace_claims
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import expand
from spreadgraph.web.app import create_app
from spreadgraph.web.graphs import Graphs
from spreadgraph.web.problems import ProblemError
from spreadgraph.web.services import Services
from spreadgraph.web.settings import Settings
from web.test_processes import ENDLESS


def run(services: Services, work: Any) -> Any:
    """Run ``work(services)`` with the workers up."""

    async def main() -> Any:
        await services.pool.start()
        try:
            return await work(services)
        finally:
            await services.pool.close()

    return in_a_thread(main())


def in_a_thread(work: Coroutine[Any, Any, Any]) -> Any:
    """Run ``work`` in a thread of its own: a browser that other tests keep open has a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@pytest.fixture
def made(bundled: LocalStore) -> Services:
    return Services(Graphs(lambda: bundled), Settings(deadline=30, slots=1, waiting=1))


def test_a_page_reads_the_store_in_a_thread(made: Services) -> None:
    claim = expand("bevan-2024/claim/culture-and-leadership.clinical-leadership")
    found = run(made, lambda services: services.read(trace_claims, [claim]))
    assert found.results[0].claim.hedges == ("requires",)


def test_named_queries_pass_by_long_ones(made: Services) -> None:
    async def work(services: Services) -> Any:
        hogs = [asyncio.create_task(services.ask(ENDLESS)) for _ in range(2)]
        await asyncio.sleep(0.5)
        with pytest.raises(ProblemError, match="too many queries are waiting"):
            await services.ask(ENDLESS)
        answer = await asyncio.wait_for(services.ask_named("claims-by-basis", {}), 10)
        for hog in hogs:
            assert not hog.done()
            hog.cancel()
        return answer

    assert json.loads(run(made, work).data)["results"]["bindings"]


def test_values_of_named_queries_are_checked(made: Services) -> None:
    async def work(services: Services) -> None:
        with pytest.raises(NotFoundError, match="no query is called"):
            await services.ask_named("nothing", {})
        with pytest.raises(UsageError, match="has no parameter"):
            await services.ask_named("claims-by-basis", {"no": "x"})
        work = "https://doi.org/10.1136/bmj.l2068"
        csv = await services.ask_named("what-a-work-supports", {"work": work}, "csv")
        assert csv.data.count(b"\r\n") > 1

    run(made, work)


def test_a_query_of_ours_may_be_wrong_and_says_so(made: Services) -> None:
    async def work(services: Services) -> None:
        with pytest.raises(QueryError, match="not SPARQL"):
            await services.ask("SELECT")

    run(made, work)


@pytest.mark.parametrize("where", ["spreadgraph.views.pages.render", "spreadgraph.web.edge.Edge._check"])
def test_an_error_of_our_own_tells_nothing(bundled: LocalStore, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("/a/path/of/this/machine")

    monkeypatch.setattr(where, broken)
    # Without the lifespan: the page needs no worker.
    transport = httpx.ASGITransport(create_app(lambda: bundled), raise_app_exceptions=False)

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/")

    response = in_a_thread(asked())
    assert (response.status_code, response.json()["code"]) == (500, "internal-error")
    assert "machine" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_a_store_in_memory_is_served_and_its_file_removed(bundled: LocalStore) -> None:
    graphs = Graphs(LocalStore)
    services = Services(graphs, Settings(slots=1))
    place = Path(graphs.home()["quads"])
    assert place.is_file()
    assert json.loads(run(services, lambda each: each.ask("ASK {}")).data)["boolean"] is True
    graphs.close()
    assert not place.exists()
