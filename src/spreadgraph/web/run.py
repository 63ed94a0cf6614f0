"""Listens on this machine until told to stop, and leaves nothing running behind."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from spreadgraph.errors import SpreadgraphError
from spreadgraph.graph.store import LocalStore
from spreadgraph.web.app import create_app
from spreadgraph.web.protocol import careful
from spreadgraph.web.settings import Settings


def serve(opener: Callable[[], LocalStore], settings: Settings) -> int:
    """Serve the store that ``opener`` opens until Ctrl-C or SIGTERM; returns 0.

    Raises SpreadgraphError where the port is taken, and what ``opener`` raises.
    """
    listener = _listener(settings)
    app = create_app(opener, settings)
    port = listener.getsockname()[1]
    print(
        f"spreadgraph: serving on http://{settings.host}:{port}/ (SPARQL at /sparql); stop with Ctrl-C", file=sys.stderr
    )
    sys.stderr.flush()
    # uvicorn raises the signal that ended it once more, and SIGTERM by itself would end us before we have tidied up.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        uvicorn.Server(configured(app, settings)).run([listener])
    except KeyboardInterrupt:
        print("spreadgraph: stopped", file=sys.stderr)
    return 0


def configured(app: Starlette, settings: Settings) -> uvicorn.Config:
    """Return what uvicorn is told to serve ``app`` with the limits of ``settings``."""
    return uvicorn.Config(
        app,
        http=careful(settings),
        log_level="critical",
        access_log=False,
        server_header=False,
        # Nobody in front of the server is known, so nobody is believed about who is behind them.
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=3,
    )


def _listener(settings: Settings) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        # From here on clients may call; they wait until the server is up.
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SpreadgraphError(f"port {settings.port} is taken; choose another with: --port N") from error
        raise SpreadgraphError(f"port {settings.port} cannot be used: {error.strerror}") from error
    return listener
