"""``spreadgraph check``: defects in the evidence."""

from __future__ import annotations

import argparse

from spreadgraph.cli.shared import add_output, local, write
from spreadgraph.graph.check import check, check_file
from spreadgraph.views import findings


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--reason", action="store_true", help="also ask a reasoner whether all is consistent (needs Java)"
    )
    parser.add_argument("--evidence", metavar="FILE", help="check a curated file of your own")
    add_output(parser, ("text", "json"))


def run(args: argparse.Namespace) -> int:
    """Print what is wrong; exit code 1 where there is a defect."""
    found = check_file(args.evidence, reason=args.reason) if args.evidence else check(local(args), reason=args.reason)
    write(args, findings.as_json(found) if args.format == "json" else findings.as_text(found))
    return 1 if any(finding.severity == "violation" for finding in found) else 0
