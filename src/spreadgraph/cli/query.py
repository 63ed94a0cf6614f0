"""``spreadgraph query``: SPARQL, named or one's own."""

from __future__ import annotations

import argparse

from spreadgraph.answers import ask
from spreadgraph.cli.shared import add_output, remark, store, terminal, write
from spreadgraph.views import solutions


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("query", metavar="NAME|FILE|-", help="a named query, a file, or - for standard input")
    what = "a value for a parameter of a named query (may be repeated)"
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help=what)
    parser.add_argument("--allow-service", action="store_true", help="let a query of your own reach other endpoints")
    add_output(parser, ("table", "json", "csv", "tsv", "md", "ttl"))


def run(args: argparse.Namespace) -> int:
    """Run the query and print its answer."""
    graph = store(args)
    text = ask.prepared(graph, args.query, args.param, allow_service=args.allow_service)
    answer = solutions.rendered(ask.run(graph, text), args.format, terminal(args))
    write(args, answer.text)
    remark("no rows" if answer.empty else None)
    return 1 if answer.empty else 0
