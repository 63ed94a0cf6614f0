"""``spreadgraph serve``: pages and a SPARQL endpoint on this machine."""

from __future__ import annotations

import argparse

from spreadgraph.cli.shared import store
from spreadgraph.errors import SpreadgraphError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--port", type=_port, default=8000, metavar="N", help="the port on 127.0.0.1 (8000)")


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    try:
        from spreadgraph.web.run import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "spreadgraph":
            raise
        advice = "pip install 'spreadgraph[server]'"
        raise SpreadgraphError(
            f"serve needs a part that is not installed ({error.name}); get it with: {advice}"
        ) from error
    from spreadgraph.web.settings import Settings

    return serve(lambda: store(args), Settings(port=args.port, debug=args.debug))


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port from 0 to 65535 is needed, not {text!r}; 0 takes any that is free")
    return int(text)
