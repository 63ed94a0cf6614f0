"""Servers that nobody here wrote, started on loopback with folders of their own: Oxigraph and Virtuoso."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from spreadgraph.graph.endpoint import EndpointStore
from spreadgraph.graph.store import LocalStore

# Where each server takes queries.
QUERY_PATH = {"oxigraph": "/query", "virtuoso": "/sparql"}
_PATIENCE = 90
_VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 10
MaxClientConnections = 10
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
CheckpointInterval = 0
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 10
MaxClientConnections = 10
[SPARQL]
ResultSetMaxRows = 10000
"""


@pytest.fixture(scope="session")
def oxigraph() -> Iterator[str]:
    """Give the base address of an empty Oxigraph server in memory."""
    with running_oxigraph() as url:
        yield url


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the base address of a new Virtuoso whose caller may write, and which gives 10,000 rows at most."""
    folder = tmp_path_factory.mktemp("virtuoso")
    with running_virtuoso(folder) as url:
        yield url
    shutil.rmtree(folder)


@pytest.fixture(scope="session", params=["oxigraph", "virtuoso"])
def far(request: pytest.FixtureRequest, bundled: LocalStore) -> EndpointStore:
    """Give a server of each kind that holds the bundled graph, written through the endpoint."""
    base = request.getfixturevalue(request.param)
    store = EndpointStore(base + QUERY_PATH[request.param])
    native = bundled.native
    store.replace(
        {str(graph)[1:-1]: native.quads_for_pattern(None, None, None, graph) for graph in native.named_graphs()}
    )
    return store


@contextmanager
def running_oxigraph() -> Iterator[str]:
    """Run the server that the Python package ``oxigraph`` brings."""
    program = program_called("oxigraph", "the Python package oxigraph", Path(sys.executable).parent)
    with ExitStack() as stack:
        (port,) = free_ports(1)
        process = stack.enter_context(_running([program, "serve", "--bind", f"127.0.0.1:{port}"], None))
        _await(f"http://127.0.0.1:{port}/query?query=ASK%7B%7D", process)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running_virtuoso(folder: Path) -> Iterator[str]:
    """Run Debian's Virtuoso in ``folder``."""
    program = program_called("virtuoso-t", "the Debian package virtuoso-opensource")
    sql, http = free_ports(2)
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(sql=sql, http=http), encoding="utf-8")
    with _running([program, "+foreground", "+configfile", "virtuoso.ini"], folder) as process:
        _await(f"http://127.0.0.1:{http}/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D", process)
        # Virtuoso lets nobody write whom it does not know; this one lives on loopback and for a few minutes.
        grant = 'exec=GRANT SPARQL_UPDATE TO "SPARQL"'
        isql = program_called("isql-vt", "the Debian package virtuoso-opensource")
        subprocess.run([isql, f"127.0.0.1:{sql}", "dba", "dba", grant], check=True, capture_output=True, timeout=60)
        yield f"http://127.0.0.1:{http}"


def free_ports(number: int) -> list[int]:
    """Return ports of loopback that nobody uses now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def _running(command: Sequence[str], folder: Path | None) -> Iterator[subprocess.Popen[bytes]]:
    # The kernel ends the server where the tests are killed and cannot.
    tie = [setpriv, "--pdeathsig", "KILL"] if (setpriv := shutil.which("setpriv")) else []
    process = subprocess.Popen(
        [*tie, *command], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310  an address of this module's own making
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"{process.args!r} did not start: exit code {process.poll()}")


def program_called(name: str, origin: str, folder: Path | None = None) -> str:
    """Return the path of a program; skips the test where there is none, and fails it where all has to be tested."""
    found = shutil.which(name, path=f"{folder}{os.pathsep}{os.environ.get('PATH', '')}" if folder else None)
    return found or _missing(f"needs {name}, which {origin} brings")


def _missing(reason: str) -> NoReturn:
    """Skip; but a machine that is to test everything has to have everything."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
