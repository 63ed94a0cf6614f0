"""``spreadgraph export``: the graph, its works or its networks in another format."""

from __future__ import annotations

import argparse

from spreadgraph.cli.shared import store, write
from spreadgraph.views.export import FORMS, NETWORKS, export


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--format", choices=FORMS, required=True, help="what to write")
    which = f"which network to write as {' or '.join(NETWORKS)} (evidence), such as citations or co-citation"
    parser.add_argument("--view", default="evidence", metavar="NAME", help=which)
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE instead of the screen")


def run(args: argparse.Namespace) -> int:
    """Write the export."""
    write(args, export(store(args), args.format, args.view))
    return 0
