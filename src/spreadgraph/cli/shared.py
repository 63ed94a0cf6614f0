"""What commands share: opening the store, laying out for the terminal, writing the answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from spreadgraph.errors import UsageError

if TYPE_CHECKING:
    from spreadgraph.graph.endpoint import EndpointStore
    from spreadgraph.graph.store import LocalStore, Store
    from spreadgraph.intake.shelf import Shelf
    from spreadgraph.views.terminal import Terminal


def add_output(parser: argparse.ArgumentParser, formats: Sequence[str], default: str | None = None) -> None:
    """Add ``--format`` (the first of ``formats`` unless ``default`` is given) and ``-o FILE``."""
    first = default or formats[0]
    parser.add_argument("--format", choices=formats, default=first, help=f"how to write the answer ({first})")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE instead of the screen")


def store(args: argparse.Namespace) -> Store:
    """Open the endpoint that ``--endpoint`` names, the library that ``--store`` names, or else the bundled graph."""
    if args.endpoint is not None:
        return endpoint(args)
    given = [name for name in ("update", "graph_store", "timeout") if getattr(args, f"endpoint_{name}") is not None]
    if given:
        raise UsageError(f"--endpoint-{given[0].replace('_', '-')} says more about --endpoint URL; name that too")
    return library(args)


def library(args: argparse.Namespace) -> LocalStore:
    """Open the library that ``--store`` names, or else the bundled graph. Raises UsageError for an endpoint."""
    from spreadgraph.answers.index import INDEX_NAME, build_index
    from spreadgraph.graph.store import open_bundled, open_store

    if args.endpoint is not None:
        raise UsageError("this works on what is on this machine; name a library with --store DIR instead of --endpoint")
    return open_bundled([(INDEX_NAME, build_index)]) if args.store is None else open_store(args.store)


def shelf(args: argparse.Namespace) -> Shelf:
    """Open the library of ``--store`` (made where it is missing) or ``--endpoint`` for writing. Raises UsageError."""
    if args.endpoint is not None:
        from spreadgraph.intake.far import EndpointShelf

        return EndpointShelf(endpoint(args))
    if not args.store:
        raise UsageError("name the library, before the command: spreadgraph --store DIR, or --endpoint URL")
    from spreadgraph.intake.shelf import DiskShelf

    return DiskShelf(args.store)


def local(args: argparse.Namespace) -> LocalStore:
    """Open what :func:`store` opens, and copy it into memory where it is far away."""
    from spreadgraph.graph.store import LocalStore

    opened = store(args)
    return opened if isinstance(opened, LocalStore) else endpoint(args).copy()


def endpoint(args: argparse.Namespace) -> EndpointStore:
    """Return the store behind ``--endpoint``, for reading and writing; nothing is asked of it yet."""
    from spreadgraph.graph.endpoint import EndpointStore
    from spreadgraph.graph.endpoint_http import TIMEOUT

    timeout = TIMEOUT if args.endpoint_timeout is None else _endpoint_seconds(args.endpoint_timeout)
    return EndpointStore(args.endpoint, args.endpoint_update, args.endpoint_graph_store, timeout)


def terminal(args: argparse.Namespace) -> Terminal:
    """Return how to lay text out: for the screen, or plainly for a file."""
    from spreadgraph.views.terminal import Terminal

    return Terminal() if args.output else Terminal.of(sys.stdout)


def write(args: argparse.Namespace, text: str) -> None:
    """Write an answer to standard output or, as a whole or not at all, to the file of ``-o``."""
    if args.output in {None, "-"}:
        from spreadgraph.views.terminal import escaped

        sys.stdout.write(escaped(text) if getattr(args, "format", None) == "json" else text)
        return
    from spreadgraph.resources import write_atomically

    write_atomically(args.output, text)


def remark(text: str | None) -> None:
    """Say something beside the answer, on standard error."""
    from spreadgraph.views.terminal import safe

    if text:
        sys.stdout.flush()
        for line in safe(text).splitlines():
            print(f"spreadgraph: {line}", file=sys.stderr)


def seconds(text: str) -> float:
    """Read a time in seconds, more than none; for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"a number of seconds is needed, not {text!r}")
    return value


def positive(text: str) -> int:
    """Read a whole number from 1 to 999,999,999; for argparse."""
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 to 999999999 is needed, not {text!r}")
    return int(text)


def _endpoint_seconds(text: str) -> float:
    """Read a time in seconds, from a tenth of one to a day."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0.1 <= found <= 86_400:
        raise UsageError(f"--endpoint-timeout takes seconds, from 0.1 to 86400, not {text!r}")
    return found
