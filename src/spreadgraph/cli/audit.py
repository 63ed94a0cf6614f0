"""``spreadgraph audit``: what a critical reader would attack."""

from __future__ import annotations

import argparse

from spreadgraph.answers import holdings
from spreadgraph.answers.audit import audit
from spreadgraph.answers.papers import paper_called
from spreadgraph.answers.resolve import FEW
from spreadgraph.cli.shared import add_output, remark, store, terminal, write
from spreadgraph.graph.store import Store
from spreadgraph.views import audit as view

_MOST_UNCITED = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--paper",
        metavar="PAPER",
        help="only this paper, such as bevan-2024 or a DOI; without it, all of a few",
    )
    parser.add_argument("--all", action="store_true", help="show every finding of long lists")
    add_output(parser, ("text", "md", "json"))


def run(args: argparse.Namespace) -> int:
    """Print the audit; exit code 1 where something may be wrong, 0 where there are only limits to know about."""
    opened = store(args)
    if not args.paper and (held := holdings.number_of_papers(opened)) > FEW:
        return _overview(args, opened, held)
    checks = audit(opened, [paper_called(opened, args.paper)] if args.paper else ())
    if args.format == "text":
        write(args, view.as_text(checks, terminal(args), everything=args.all))
    else:
        write(args, view.as_json(checks) if args.format == "json" else view.as_markdown(checks))
    return 1 if any(check.findings for check in checks if check.sort == "defect") else 0


def _overview(args: argparse.Namespace, opened: Store, held: int) -> int:
    """Print counts: to look into thousands of papers at once takes long, and nobody could read what comes of it."""
    uncited = [each for each in holdings.papers(opened, "uncited", _MOST_UNCITED) if each.uncited]
    write(args, view.overview_as(args.format, holdings.holdings(opened), uncited, terminal(args)))
    remark(f"{held} papers are held, too many to audit at once: these are their counts; for findings add --paper PAPER")
    return 0
