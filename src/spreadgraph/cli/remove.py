"""``spreadgraph remove``: papers out of a library."""

from __future__ import annotations

import argparse
from contextlib import suppress

from spreadgraph.answers.papers import slug_called
from spreadgraph.cli.shared import shelf, store
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import Store
from spreadgraph.intake.shelf import Shelf


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    what = "the short name of a paper, as spreadgraph papers lists it, or its DOI"
    parser.add_argument("papers", nargs="+", metavar="PAPER", help=what)


def run(args: argparse.Namespace) -> int:
    """Remove the papers, all of them or, where one is not held, none."""
    held = store(args)  # a library that is not there is not made in order to take something out of it
    target = shelf(args)
    try:
        slugs = list(dict.fromkeys(_slug(held, target, name) for name in args.papers))
        target.remove(slugs)
    finally:
        target.close()
    print(f"{len(slugs)} removed")
    return 0


def _slug(held: Store, target: Shelf, name: str) -> str:
    with suppress(NotFoundError):
        return name if target.paper(name) else slug_called(held, name)
    raise NotFoundError(f"there is no paper {name} in this library; see: spreadgraph papers")
