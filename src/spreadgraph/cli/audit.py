"""``spreadgraph audit``: what a critical reader would attack."""

from __future__ import annotations

import argparse

from spreadgraph.answers.audit import audit
from spreadgraph.answers.papers import paper_called
from spreadgraph.cli.shared import add_output, store, terminal, write
from spreadgraph.views import audit as view


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--paper", metavar="PAPER", help="only this paper, such as bevan-2024 or a DOI; without it, all"
    )
    parser.add_argument("--all", action="store_true", help="show every finding of long lists")
    add_output(parser, ("text", "md", "json"))


def run(args: argparse.Namespace) -> int:
    """Print the audit; exit code 1 where something may be wrong, 0 where there are only limits to know about."""
    opened = store(args)
    checks = audit(opened, [paper_called(opened, args.paper)] if args.paper else ())
    if args.format == "text":
        write(args, view.as_text(checks, terminal(args), everything=args.all))
    else:
        write(args, view.as_json(checks) if args.format == "json" else view.as_markdown(checks))
    return 1 if any(check.findings for check in checks if check.sort == "defect") else 0
