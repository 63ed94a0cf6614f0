"""``spreadgraph search``: claims, passages, references and papers by words."""

from __future__ import annotations

import argparse

from spreadgraph.answers.index import KINDS
from spreadgraph.answers.search import search
from spreadgraph.cli.shared import add_output, positive, remark, store, terminal, write
from spreadgraph.errors import NotFoundError
from spreadgraph.views import hits


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("words", nargs="+", metavar="WORDS")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only this kind (may be repeated)")
    parser.add_argument("--limit", type=positive, default=20, metavar="N", help="at most N matches (20)")
    add_output(parser, ("text", "json"))


def run(args: argparse.Namespace) -> int:
    """Print the matches, best first."""
    words = " ".join(args.words)
    found = search(store(args), words, args.kind or (), args.limit)
    if not found.hits:
        raise NotFoundError(f"nothing has the words {words!r}; try fewer or other words")
    remark(None if found.every_word else "nothing has all of these words; these have some of them")
    write(args, hits.as_json(found) if args.format == "json" else hits.as_text(found, terminal(args)))
    return 0
