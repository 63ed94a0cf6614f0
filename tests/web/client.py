"""Starts a server as its users do, asks it over HTTP, and looks after its processes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

TOKEN = "a token for tests"  # noqa: S105  not a secret


class Server:
    """A running ``spreadgraph serve``: ``url`` without the last slash, ``process``, and a client."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url
        self.http = httpx.Client(base_url=url, timeout=60, trust_env=False)

    def query(self, text: str, **more: Any) -> httpx.Response:
        """GET a query."""
        return self.http.get("/sparql", params={"query": text}, **more)

    def workers(self) -> set[int]:
        """Return the process ids of the living workers."""
        return children(self.process.pid)


@contextmanager
def serving(*options: str, env: dict[str, str] | None = None) -> Iterator[Server]:
    """Start a server on a free port and stop it again."""
    command = [sys.executable, "-m", "spreadgraph.cli", *_store(options), "serve", "--port", "0", *_rest(options)]
    environment = {**os.environ, "SPREADGRAPH_TOKEN": TOKEN, **(env or {})}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr
        seen = ""
        while not (found := re.search(r"serving on (http://\S+)/ ", line := process.stderr.readline())):
            seen += line
            assert line, f"the server did not start: {seen}"
        server = Server(process, found[1])
        with server.http:
            wait_until(lambda: server.query("ASK {}").status_code == 200)
            yield server
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stderr
        process.stderr.close()


def wait_until(condition: Any, seconds: float = 60) -> None:
    """Wait until ``condition()`` holds; fail where it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def children(parent: int) -> set[int]:
    """Return the living child processes of ``parent``, zombies left out."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, father = (folder / "stat").read_text().rpartition(") ")[2].split()[:2]
            except OSError:
                continue
            if int(father) == parent and state != "Z":
                found.add(int(folder.name))
    return found


def alive(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def _store(options: tuple[str, ...]) -> list[str]:
    return list(options[:2]) if options[:1] == ("--store",) else []


def _rest(options: tuple[str, ...]) -> list[str]:
    return list(options[2:]) if options[:1] == ("--store",) else list(options)
