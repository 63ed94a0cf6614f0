"""``spreadgraph papers``: what a library holds."""

from __future__ import annotations

import argparse

from spreadgraph.answers.holdings import ORDERS, papers
from spreadgraph.cli.shared import add_output, positive, store, terminal, write


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--order", choices=ORDERS, default=ORDERS[0], help=f"what comes first ({ORDERS[0]})")
    parser.add_argument("--limit", type=positive, metavar="N", help="at most N papers")
    add_output(parser, ("text", "json", "csv"))


def run(args: argparse.Namespace) -> int:
    """Print the papers; 1 where there are none."""
    from spreadgraph.views import holdings

    found = papers(store(args), args.order, args.limit)
    write(args, holdings.papers_as(args.format, found, terminal(args)))
    return 0 if found else 1
