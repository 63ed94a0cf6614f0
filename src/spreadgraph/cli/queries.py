"""``spreadgraph queries``: the catalogue of named queries."""

from __future__ import annotations

import argparse

from spreadgraph.answers.catalog import catalogue
from spreadgraph.cli.shared import add_output, terminal, write
from spreadgraph.views import catalogues


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--audience", choices=catalogues.AUDIENCES, help="only those for one audience")
    add_output(parser, ("text",))


def run(args: argparse.Namespace) -> int:
    """Print the catalogue."""
    write(args, catalogues.as_text(catalogue(), terminal(args), args.audience))
    return 0
