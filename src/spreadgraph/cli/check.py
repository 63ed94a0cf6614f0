"""``spreadgraph check``: defects in the evidence."""

from __future__ import annotations

import argparse

from spreadgraph.answers.holdings import number_of_papers
from spreadgraph.answers.papers import slug_called
from spreadgraph.answers.resolve import FEW
from spreadgraph.cli.shared import add_output, local, remark, write
from spreadgraph.graph.check import check, check_file
from spreadgraph.graph.finding import Finding
from spreadgraph.views import findings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--reason", action="store_true", help="also ask a reasoner whether all is consistent (needs Java)"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--evidence", metavar="FILE", help="check a curated file of your own")
    which.add_argument("--paper", metavar="PAPER", help="check only this paper of those held, by name or DOI")
    add_output(parser, ("text", "json"))


def run(args: argparse.Namespace) -> int:
    """Print what is wrong; exit code 1 where there is a defect."""
    found = check_file(args.evidence, reason=args.reason) if args.evidence else _held(args)
    write(args, findings.as_json(found) if args.format == "json" else findings.as_text(found))
    return 1 if any(finding.severity == "violation" for finding in found) else 0


def _held(args: argparse.Namespace) -> list[Finding]:
    """Check what is held, or one paper of it."""
    opened = local(args)
    if args.paper:
        return check(opened, reason=args.reason, paper=slug_called(opened, args.paper))
    if number_of_papers(opened) > FEW:
        remark("many papers are held, and each takes a second or more; --paper PAPER checks one of them")
    return check(opened, reason=args.reason)
