"""``spreadgraph stats``: how much a library holds, and what it relies on."""

from __future__ import annotations

import argparse

from spreadgraph.answers.holdings import holdings
from spreadgraph.cli.shared import add_output, positive, store, terminal, write


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--most", type=positive, default=10, metavar="N", help="show the N works most relied on (10)")
    add_output(parser, ("text", "json"))


def run(args: argparse.Namespace) -> int:
    """Print the sizes and the works most relied on."""
    from spreadgraph.views import holdings as shown

    write(args, shown.holdings_as(args.format, holdings(store(args), args.most), terminal(args)))
    return 0
