"""``spreadgraph compare``: innovation beside improvement."""

from __future__ import annotations

import argparse

from spreadgraph.answers.compare import compare
from spreadgraph.cli.shared import add_output, store, terminal, write
from spreadgraph.views import comparisons


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    what = "a factor or characteristic, such as adopter community; without one, all"
    parser.add_argument("element", nargs="*", metavar="ELEMENT", help=what)
    add_output(parser, ("text", "md", "json"))


def run(args: argparse.Namespace) -> int:
    """Print the comparisons."""
    found = compare(store(args), " ".join(args.element) or None)
    views = {"json": comparisons.as_json, "md": comparisons.as_markdown}
    write(args, views[args.format](found) if args.format in views else comparisons.as_text(found, terminal(args)))
    return 0
