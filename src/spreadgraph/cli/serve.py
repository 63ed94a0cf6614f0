"""``spreadgraph serve``: pages and a SPARQL endpoint on this machine."""

from __future__ import annotations

import argparse
import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from spreadgraph.answers.fenced import home
from spreadgraph.cli.shared import library, positive, remark, seconds
from spreadgraph.errors import SpreadgraphError, with_extra

TOKEN_VARIABLE = "SPREADGRAPH_TOKEN"  # noqa: S105  a name, not a secret


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--port", type=_port, default=8000, metavar="N", help="the port on 127.0.0.1 (8000)")
    limit = "how long a query may take (10)"
    parser.add_argument("--timeout", type=seconds, default=10, metavar="SECONDS", help=limit)
    parser.add_argument("--memory", type=positive, default=2048, metavar="MB", help="what one query may use (2048)")
    parser.add_argument("--slots", type=positive, default=2, metavar="N", help="queries at the same time (2)")
    what = "a page of this origin may ask as well, such as https://example.org (may be repeated)"
    parser.add_argument("--allow-origin", action="append", default=[], type=_origin, metavar="ORIGIN", help=what)
    what = "the address under which a reverse proxy publishes this server"
    parser.add_argument("--public-url", type=_origin, metavar="URL", help=what)
    what = f"test mode: take updates, on a copy that is thrown away; they need a token, from {TOKEN_VARIABLE} or shown"
    parser.add_argument("--writable", action="store_true", help=what)


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    try:
        from spreadgraph.web.run import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "spreadgraph":
            raise
        advice = with_extra("server")
        raise SpreadgraphError(
            f"serve needs a part that is not installed ({error.name}); get it with: {advice}"
        ) from error
    from spreadgraph.web.settings import Settings

    public = [args.public_url] if args.public_url else []
    settings = Settings(
        port=args.port,
        hosts=tuple(str(urlsplit(url).hostname) for url in public),
        origins=(*args.allow_origin, *public),
        public=args.public_url,
        token=_token() if args.writable else None,
        deadline=args.timeout,
        memory=args.memory * 1024**2,
        slots=args.slots,
        debug=args.debug,
    )
    if not args.writable:
        return serve(lambda: library(args), settings)
    with tempfile.TemporaryDirectory(prefix="spreadgraph-") as scratch:
        copy = home.folder(home.scratch_copy(library(args), Path(scratch)))
        return serve(lambda: home.reopened(str(copy)), settings)


def _token() -> str:
    """Return the token for updates: that of the environment, which no list of processes shows, or a new one."""
    if token := os.environ.get(TOKEN_VARIABLE):
        return token
    token = secrets.token_urlsafe(24)
    remark(f"updates need the header: Authorization: Bearer {token}")
    return token


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/") or parts.query:
        raise argparse.ArgumentTypeError(f"an origin such as https://example.org is needed, not {text!r}")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port from 0 to 65535 is needed, not {text!r}; 0 takes any that is free")
    return int(text)
