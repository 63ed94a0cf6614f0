"""The processes of a server: what ends them, what replaces them, and that none stays behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from spreadgraph.graph import snapshots
from web.client import Server, alive, serving, wait_until

ENDLESS = "SELECT (COUNT(*) AS ?n) { GRAPH ?a { ?b ?c ?d } GRAPH ?e { ?f ?g ?h } GRAPH ?i { ?j ?k ?l } }"
BEHIND = 10  # what a worker's priority becomes
SERVE = [sys.executable, "-m", "spreadgraph.cli", "serve"]


def start_endless(server: Server) -> socket.socket:
    """Send an endless query and return the connection, without waiting."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    body = ENDLESS.encode()
    head = "POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return connection


def busy(server: Server) -> set[int]:
    """Return the workers that the server has found to be at something long, and has put behind the quick ones."""
    return {worker for worker in server.workers() if priority(worker) == BEHIND}


def priority(process: int) -> int:
    """Return the priority of a process, 0 where it is gone."""
    try:
        return os.getpriority(os.PRIO_PROCESS, process)
    except ProcessLookupError:
        return 0


def test_ctrl_c_ends_all_in_peace() -> None:
    with serving("--timeout", "30") as server:
        wait_until(lambda: len(server.workers()) == 4)
        with start_endless(server):
            wait_until(lambda: busy(server))
            workers = server.workers()
            server.process.send_signal(signal.SIGINT)
            assert server.process.wait(15) == 0
        wait_until(lambda: not any(map(alive, workers)), 5)
        assert server.process.stderr
        assert "Traceback" not in server.process.stderr.read()


def test_sigterm_ends_all_in_peace_and_leaves_no_copy_behind(tmp_path: Path) -> None:
    with serving("--writable", env={"TMPDIR": str(tmp_path)}) as server:
        assert list(tmp_path.iterdir())
        workers = server.workers()
        server.process.terminate()
        assert server.process.wait(15) == 0
    assert list(tmp_path.iterdir()) == []
    wait_until(lambda: not any(map(alive, workers)), 5)


def test_kill_9_leaves_no_worker_behind() -> None:
    with serving("--timeout", "30") as server:
        wait_until(lambda: len(server.workers()) == 4)
        with start_endless(server):
            wait_until(lambda: busy(server))
            workers = server.workers()
            server.process.kill()
            server.process.wait()
        # One second, on a machine that may have other work.
        wait_until(lambda: not any(map(alive, workers)), 5)


def test_a_client_that_leaves_takes_its_query_along() -> None:
    with serving("--timeout", "30") as server:
        with start_endless(server):
            wait_until(lambda: busy(server))
            (worker,) = busy(server)
        wait_until(lambda: not alive(worker), 5)
        assert server.query("ASK {}").status_code == 200


def test_a_killed_worker_is_told_and_replaced() -> None:
    with serving("--timeout", "30") as server, ThreadPoolExecutor() as threads:
        wait_until(lambda: len(server.workers()) == 4)
        answer = threads.submit(server.query, ENDLESS)
        wait_until(lambda: busy(server))
        (worker,) = busy(server)
        os.kill(worker, signal.SIGKILL)
        response = answer.result(20)
        assert (response.status_code, response.json()["code"]) == (500, "died")
        assert server.query("ASK {}").status_code == 200
        wait_until(lambda: len(server.workers()) == 4)


def test_long_queries_wait_for_each_other_and_no_further() -> None:
    with serving("--timeout", "60", "--slots", "1") as server, start_endless(server), start_endless(server):
        wait_until(lambda: busy(server))
        assert server.http.get("/").status_code == 200, "pages need no place in the queue"
        time.sleep(1)  # a second one that ran beside the first would be found to be long by now
        assert len(busy(server)) == 1


def test_what_is_published_later_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    store = pyoxigraph.Store(str(folder / "graph"))
    snapshots.publish(str(folder), store, 1)
    with serving("--store", str(folder)) as server:
        ask = "ASK { GRAPH <a:g> { <a:s> <a:p> 'new' } }"
        assert server.query(ask).json()["boolean"] is False
        store.add(Quad(NamedNode("a:s"), NamedNode("a:p"), Literal("new"), NamedNode("a:g")))
        snapshots.publish(str(folder), store, 2)
        wait_until(lambda: server.query(ask).json()["boolean"] is True, 10)


def test_a_port_that_is_taken_is_said_in_a_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run([*SERVE, "--port", port], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == f"spreadgraph: port {port} is taken; choose another with: --port N\n"


@pytest.mark.parametrize("missing", ["uvicorn", "starlette", "httptools"])
def test_without_the_extra_it_says_how_to_get_it(missing: str) -> None:
    code = f"import sys; sys.modules[{missing!r}] = None; from spreadgraph.cli import main; sys.exit(main(['serve']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "pip install 'spreadgraph[server]'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_library_that_is_not_there_is_said_in_a_line(tmp_path: Path) -> None:
    command = [*SERVE[:3], "--store", str(tmp_path / "none"), "serve", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_a_server_listens_on_this_machine_only(server: Server) -> None:
    port = int(server.url.rpartition(":")[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        with suppress(OSError):
            probe.connect(("192.0.2.1", 9))  # sends nothing; finds out the address of this machine
        own = probe.getsockname()[0]
    if own in {"0.0.0.0", "127.0.0.1"}:  # noqa: S104  is compared
        pytest.skip("this machine has no other address than 127.0.0.1")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://{own}:{port}/", trust_env=False)
