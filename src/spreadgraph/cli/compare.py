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
    papers = "set curated papers side by side instead: who agrees, differs or is silent, as curators stated it"
    parser.add_argument("--across", action="store_true", help=papers)
    add_output(parser, ("text", "md", "json"))


def run(args: argparse.Namespace) -> int:
    """Print the comparisons."""
    if args.across:
        return _across(args)
    found = compare(store(args), " ".join(args.element) or None)
    views = {"json": comparisons.as_json, "md": comparisons.as_markdown}
    write(args, views[args.format](found) if args.format in views else comparisons.as_text(found, terminal(args)))
    return 0


def _across(args: argparse.Namespace) -> int:
    from spreadgraph.answers.across import across
    from spreadgraph.views import across as view

    found = across(store(args), " ".join(args.element) or None)
    views = {"json": view.as_json, "md": view.as_markdown}
    write(args, views[args.format](found) if args.format in views else view.as_text(found, terminal(args)))
    return 0
