"""``spreadgraph verify``: each passage of a paper against the reader's own copy."""

from __future__ import annotations

import argparse

from spreadgraph.answers.judge import ANCHORS_ONLY, IDENTICAL, NO_WORDS
from spreadgraph.answers.papers import paper_called
from spreadgraph.answers.verify import verify
from spreadgraph.cli.shared import add_output, remark, store, terminal, write
from spreadgraph.sources.copies import KINDS, read_copy
from spreadgraph.views import verdicts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("copy", metavar="COPY", help=f"your own copy of the paper: {KINDS}")
    parser.add_argument("--paper", metavar="PAPER", help="the paper it is a copy of, such as bevan-2024 or a DOI")
    parser.add_argument(
        "--show", action="store_true", help="show each sentence of the copy beside the claims made from it"
    )
    add_output(parser, ("text", "md", "json"))


def run(args: argparse.Namespace) -> int:
    """Print the verdicts; exit code 1 where a sentence is changed or missing."""
    copy = read_copy(args.copy)
    opened = store(args)
    found = verify(opened, copy, [paper_called(opened, args.paper)] if args.paper else (), show=args.show)
    for text in found.remarks:
        remark(text)
    if args.format == "text":
        write(args, verdicts.as_text(found, terminal(args), show=args.show))
    else:
        view = verdicts.as_json if args.format == "json" else verdicts.as_markdown
        write(args, view(found, show=args.show))
    return 0 if all(each.verdict in {IDENTICAL, ANCHORS_ONLY, NO_WORDS} for each in found.verdicts) else 1
