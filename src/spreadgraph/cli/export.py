"""``spreadgraph export``: the graph or its works in another format."""

from __future__ import annotations

import argparse

from spreadgraph.cli.shared import store, write
from spreadgraph.views.export import FORMS, export


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--format", choices=FORMS, required=True, help="what to write")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE instead of the screen")


def run(args: argparse.Namespace) -> int:
    """Write the export."""
    write(args, export(store(args), args.format))
    return 0
