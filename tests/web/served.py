"""Stores to serve, a client that asks the application without a network, and a server in a thread for browsers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph
import uvicorn
from anyio.from_thread import BlockingPortal, start_blocking_portal

from small_paper import SLUG, TEXT
from spreadgraph.answers.index import INDEX_NAME, build_index
from spreadgraph.graph.store import GRAPH_FOLDER, LocalStore, open_bundled, open_store
from spreadgraph.intake.run import add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.resources import evidence_files
from spreadgraph.sources.archive import Member
from spreadgraph.web.app import create_app
from spreadgraph.web.run import configured
from spreadgraph.web.settings import Settings

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
# Others use the machine that tests run on: where the time a query takes is not what is tested, it has enough.
PATIENT = Settings(deadline=120)
Opener = Callable[[], LocalStore]
_WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu".split()  # noqa: SIM905  reads better


def bundled() -> LocalStore:
    """Open the bundled graph with its index, as the command does."""
    return open_bundled([(INDEX_NAME, build_index)])


def article(sentences: int = 60, entries: int = 70) -> bytes:
    """Return a made-up article in JATS: each sentence cites one entry, the first a range; the rest stay uncited."""
    body = " ".join(
        f"Sentence {_WORDS[at % 12]} {_WORDS[at // 12 % 12]} speaks of teams <xref ref-type='bibr' rid='b{at + 1}'>"
        f"[{at + 1}]</xref>."
        for at in range(sentences)
    )
    ranged = (
        "<p>A range stands here <xref ref-type='bibr' rid='b1'>1</xref>-<xref ref-type='bibr' rid='b4'>4</xref>.</p>"
    )
    listed = "".join(_entry(at) for at in range(1, entries + 1))
    return f"""<?xml version="1.0"?><article article-type="research-article"><front><journal-meta><journal-title-group>
<journal-title>A journal</journal-title></journal-title-group></journal-meta><article-meta>
<article-id pub-id-type="doi">10.5555/imported.1</article-id>
<title-group><article-title>An imported article</article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Reader</surname><given-names>B</given-names></name>
</contrib></contrib-group><pub-date><year>2021</year></pub-date></article-meta></front><body><sec id="s1">
<title>Methods</title>{ranged}<p>{body}</p></sec></body><back><ref-list>{listed}</ref-list></back></article>""".encode()


def _entry(at: int) -> str:
    # One DOI of the old kind, with brackets that an address has to escape.
    doi = f"10.5555/W{at}{'(x)&lt;1::y&gt;' if at == 2 else ''}"
    return (
        f"<ref id='b{at}'><label>{at}</label><mixed-citation publication-type='journal'><person-group "
        "person-group-type='author'><name><surname>Writer</surname><given-names>A</given-names></name></person-group> "
        f"<article-title>Title {at}</article-title> <source>A journal</source> <year>2019</year> "
        f"<pub-id pub-id-type='doi'>{doi}</pub-id></mixed-citation></ref>"
    )


def library(folder: Path, small: int = 53) -> Opener:
    """Make a library of the bundled paper, an imported article and ``small`` papers that cite the same works."""
    shelf = DiskShelf(folder)
    papers = [TEXT.replace(SLUG, f"small-{n:02}").replace("small.1", f"small.{n}").encode() for n in range(small)]
    members = [
        *(Member(path.name, "yamlld", path.read_bytes()) for path in evidence_files()),
        Member("imported.xml", "jats", article()),
        *(Member(f"small-{n:02}.yamlld", "yamlld", data) for n, data in enumerate(papers)),
    ]
    report = add(shelf, members, keep_text=True, processes=1)
    shelf.close()
    assert report.faults == []
    assert len(report.added) == small + 2
    return lambda: open_store(folder)


def rewritten(store: LocalStore, folder: Path, change: Callable[[pyoxigraph.Quad], pyoxigraph.Quad]) -> Opener:
    """Write a copy of a store with every quad changed, and its index, into ``folder``."""
    home = pyoxigraph.Store(str(folder / GRAPH_FOLDER))
    home.bulk_extend(change(quad) for quad in store.native)
    home.flush()
    build_index(LocalStore(home), folder / INDEX_NAME)
    del home
    return lambda: LocalStore(pyoxigraph.Store.read_only(str(folder / GRAPH_FOLDER)), str(folder))


class Client:
    """Asks an application as a browser or a program would."""

    def __init__(self, portal: BlockingPortal, http: httpx.AsyncClient) -> None:
        self._portal, self._http = portal, http

    def thread(self) -> int:
        """Return the thread in which the application waits for requests."""
        return self._portal.call(threading.get_ident)

    def get(self, url: str, **more: Any) -> httpx.Response:
        """GET an address; follows no redirect."""
        return self.ask("GET", url, **more)

    def page(self, url: str, status: int = 200) -> str:
        """Return the page at an address, which has to answer with ``status``."""
        answer = self.get(url, headers=HTML)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8"), url
        return answer.text

    def ask(self, method: str, url: str, **more: Any) -> httpx.Response:
        """Send a request."""

        async def send() -> httpx.Response:
            return await self._http.request(method, url, **more)

        return self._portal.call(send)


@contextmanager
def asking(opener: Opener, settings: Settings = PATIENT) -> Iterator[Client]:
    """Run the application for ``opener`` without a network."""
    app = create_app(opener, settings)

    async def client() -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000", timeout=60)

    with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        http = portal.call(client)
        yield Client(portal, http)
        portal.call(http.aclose)


@contextmanager
def listening(opener: Opener, settings: Settings = PATIENT) -> Iterator[str]:
    """Serve the application on a free port, for a browser; gives the address without the last slash."""
    with running(opener, settings) as server:
        yield f"http://127.0.0.1:{port(server)}"


@contextmanager
def running(opener: Opener, settings: Settings = PATIENT) -> Iterator[uvicorn.Server]:
    """Serve the application on a free port as the command does, in a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    # The system keeps little of what a client does not read; else it would take most answers whole.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    server = uvicorn.Server(configured(create_app(opener, settings), settings))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < end, "the server did not start in time"
        time.sleep(0.01)
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join(30)


def port(server: uvicorn.Server) -> int:
    """Return the port that a server listens on."""
    return int(server.servers[0].sockets[0].getsockname()[1])
