"""Loads the server with 16 clients, beside the `oxigraph` server of PyPI on the same store, and beside a permanent hog.

    python benchmarks/serve.py [--store DIR] [--seconds 60] [--clients 16] [--peer PROGRAM] [--only CASE ...]

Each client keeps one connection and sends the next request when the last is answered: named queries with their
examples, as SPARQL over HTTP, and pages. Queries that take longer than 50 ms alone are left out and named: the mix is
of short ones. Rounds of a third of the time run in turn, so that a change of the machine's mood meets all alike.

queries        short named queries at our endpoint, which remembers answers as long as the store stays as it is
new queries    the same, each made unlike any before by a comment, so that none is remembered
oxigraph       the same requests at `oxigraph serve-read-only` (left out where the program is missing)
mix            half of the requests are for 100 pages of all kinds, from papers all over the library
new mix        new queries and pages of up to 200 papers in turn, none of which can be remembered
mix + hog      as mix, while an endless query is sent again and again
new mix + hog  as new mix, beside the same
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from urllib.parse import quote

from pyoxigraph import QueryResultsFormat

from spreadgraph.answers.ask import prepared_named
from spreadgraph.answers.catalog import catalogue
from spreadgraph.answers.fenced.client import Job, ask
from spreadgraph.answers.fenced.home import folder, home
from spreadgraph.answers.index import open_index
from spreadgraph.answers.rows import rows
from spreadgraph.errors import SpreadgraphError
from spreadgraph.graph.store import LocalStore, open_bundled, open_store
from spreadgraph.terms import paper_graph
from spreadgraph.views.addresses import address

SHORT = 0.05
HOG = "SELECT (COUNT(*) AS ?n) { GRAPH ?a { ?b ?c ?d } GRAPH ?e { ?f ?g ?h } GRAPH ?i { ?j ?k ?l } }"
HOT, PAPERS, IDS = 100, 200, 12
UNIQUE = "@@"
COUNTER = itertools.count()
ACCEPT = "application/sparql-results+json"


class Load:
    """What one case saw: the time of each request in seconds, how long all took, and how many went wrong."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.seconds = 0.0
        self.failed = 0


def main() -> None:
    """Run all cases and print a table."""
    options = _options()
    store = open_store(options.store) if options.store else open_bundled()
    queries, left_out = short_queries(store)
    print(f"{len(store.native)} triples, {len(queries)} short named queries; left out: {', '.join(left_out) or 'none'}")
    with ExitStack() as stack:
        command = [sys.executable, "-m", "spreadgraph.cli", *(["--store", options.store] if options.store else [])]
        own = stack.enter_context(started([*command, "serve", "--port", "{port}"]))
        asked = [request(f"/sparql?query={quote(text)}", own) for text in queries]
        fresh = [request(f"/sparql?query={quote(text)}%0A%23{UNIQUE}", own) for text in queries]
        every = pages(store)
        hot = [request(page, own) for page in every[:HOT]]
        others = [request(f"{page}{'&' if '?' in page else '?'}new={UNIQUE}", own) for page in every]
        print(f"{len(every)} pages, {len(hot)} of them in mix")
        cases: dict[str, tuple[int, Iterator[bytes], bool]] = {
            "queries": (own, in_turn(asked), False), "new queries": (own, in_turn(fresh), False),
        }  # fmt: skip
        if options.peer and (place := folder(store)):
            peer = stack.enter_context(
                started([options.peer, "serve-read-only", "--location", place, "--bind", "127.0.0.1:{port}"])
            )
            theirs = [request(f"/query?query={quote(text)}", peer) for text in queries]
            cases["oxigraph"] = (peer, in_turn(theirs), False)
        mix, new_mix = in_turn(asked, hot), in_turn(fresh, others)
        for hog in ("", " + hog"):
            cases |= {f"mix{hog}": (own, mix, bool(hog)), f"new mix{hog}": (own, new_mix, bool(hog))}
        cases = {name: case for name, case in cases.items() if name in (options.only or cases)}
        loads = {name: Load() for name in cases}
        for _ in range(3):
            for name, (port, requests, hog) in cases.items():
                asyncio.run(loaded(loads[name], port, requests, options, hog))
    report(loads)


def short_queries(store: LocalStore) -> tuple[list[str], list[str]]:
    """Return the texts of the named queries that are quick on ``store``, and the names of those left out."""
    texts, slow, place = [], [], home(store)
    for query in catalogue():
        given = [f"{each.name}={each.example}" for each in query.parameters if each.required]
        try:
            text = prepared_named(store, query.name, given)
            size = len(ask(place, text, Job(2, 10**6, 2**24), 2**31).data)
        except SpreadgraphError:
            slow.append(query.name)  # it takes too long, or its example is not in this store
            continue
        start = time.perf_counter()
        store.native.query(text).serialize(format=QueryResultsFormat.JSON)  # type: ignore[union-attr]  # rows
        quick = time.perf_counter() - start < SHORT and size < 256 * 1024
        (texts if quick else slow).append(text if quick else query.name)
    return texts, slow


def pages(store: LocalStore) -> list[str]:
    """Return the addresses of pages of all kinds, from papers all over the library, in an order of no meaning."""
    chance = random.Random(1)  # noqa: S311  the same pages each time
    with closing(open_index(store)) as index:
        slugs = [slug for (slug,) in index.execute("SELECT slug FROM papers ORDER BY slug")]
        found = ["/", "/papers", "/stats", *(f"/search?q={word}" for word in ("middle+managers", "commonly", "spread"))]
        for slug in chance.sample(slugs, min(PAPERS, len(slugs))):
            ids = [row["id"] for row in rows(store, "pages/ids", paper=[paper_graph(slug)])]
            works = [work for (work,) in index.execute("SELECT work FROM uses WHERE slug = ? LIMIT 40", (slug,))]
            few = [*chance.sample(ids, min(IDS, len(ids))), *chance.sample(works, min(IDS // 3, len(works)))]
            found += [f"/paper/{slug}", f"/paper/{slug}/references", f"/paper/{slug}/sentences"]
            found += filter(None, map(address, few))
    chance.shuffle(found)
    return found


def in_turn(*groups: list[bytes]) -> Iterator[bytes]:
    """Yield a request of each group in turn, for ever; all clients draw from this."""
    return (each for together in zip(*map(itertools.cycle, groups), strict=True) for each in together)


def request(path: str, port: int) -> bytes:
    """Return a request as bytes."""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: {ACCEPT}, */*;q=0.1\r\n\r\n".encode()


async def loaded(load: Load, port: int, requests: Iterator[bytes], options: argparse.Namespace, hog: bool) -> None:
    """Let all clients ask for a third of the time."""
    start = time.perf_counter()
    end = start + options.seconds / 3
    hogging = asyncio.create_task(_hog(port)) if hog else None
    await asyncio.gather(*(_client(load, port, requests, end) for _ in range(options.clients)))
    load.seconds += time.perf_counter() - start
    if hogging:
        hogging.cancel()
        with suppress(asyncio.CancelledError):
            await hogging


async def _client(load: Load, port: int, requests: Iterator[bytes], end: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    while (start := time.perf_counter()) < end:
        writer.write(next(requests).replace(UNIQUE.encode(), b"%d" % next(COUNTER)))
        load.failed += not await _answered(reader)
        load.times.append(time.perf_counter() - start)
    writer.close()


async def _answered(reader: asyncio.StreamReader) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    if length := re.search(rb"content-length: (\d+)", head, re.IGNORECASE):
        await reader.readexactly(int(length[1]))
    else:
        while size := int((await reader.readuntil(b"\r\n")).strip() or b"0", 16):
            await reader.readexactly(size + 2)
        await reader.readuntil(b"\r\n")
    return head.startswith(b"HTTP/1.1 200")


async def _hog(port: int) -> None:
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(f"/sparql?query={quote(HOG)}", port))
        with suppress(OSError, asyncio.IncompleteReadError):
            await _answered(reader)
        writer.close()


@contextmanager
def started(command: list[str]) -> Iterator[int]:
    """Run a server on a free port, and stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = [word.format(port=port) for word in command]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        time.sleep(2)  # until its workers are ready
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def report(loads: dict[str, Load]) -> None:
    """Print a table for benchmarks/README.md."""
    print(
        "\n| case | requests | requests/s | p50, ms | p99, ms | longest, ms | failed |\n|---|--:|--:|--:|--:|--:|--:|"
    )
    for name, load in loads.items():
        times = sorted(load.times)
        p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
        rate = len(times) / load.seconds
        cells = (len(times), f"{rate:.0f}", *(f"{each * 1000:.1f}" for each in (p50, p99, times[-1])), load.failed)
        print(f"| {name} | {' | '.join(map(str, cells))} |")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", metavar="DIR")
    parser.add_argument("--seconds", type=float, default=60, help="for each case")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--only", action="append", metavar="CASE", help="this case (may be repeated)")
    beside = os.path.join(os.path.dirname(sys.executable), "oxigraph")  # noqa: PTH118, PTH120  a name for which()
    parser.add_argument("--peer", metavar="PROGRAM", default=shutil.which(beside) or shutil.which("oxigraph"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
