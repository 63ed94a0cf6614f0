"""``spreadgraph explore``: the evidence as a page to look at."""

from __future__ import annotations

import argparse
import re

from spreadgraph.answers.resolve import resolve
from spreadgraph.answers.rows import rows
from spreadgraph.answers.trace import trace_references
from spreadgraph.cli.shared import remark, store, write
from spreadgraph.graph.store import Store
from spreadgraph.terms import paper_graph


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    what = "show only what these words, or this paper, id, DOI or reference, lead to; without them, everything"
    parser.add_argument("words", nargs="*", metavar="WORDS|ID", help=what)
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="explorer.html", help="the page to write (explorer.html)"
    )


def run(args: argparse.Namespace) -> int:
    """Write the page and say where it is."""
    from spreadgraph.views.explorer import explorer

    graph = store(args)
    write(args, explorer(graph, _claims(graph, " ".join(args.words)) if args.words else None))
    if args.output != "-":
        remark(f"wrote {args.output}; open it in a browser, no connection is needed")
    return 0


def _claims(graph: Store, words: str) -> list[str]:
    if re.fullmatch(r"[a-z0-9.-]+", words) and (claims := rows(graph, "views/every-claim", paper=[paper_graph(words)])):
        return [row["claim"] for row in claims]
    meant = resolve(graph, words)
    remark(meant.remark)
    if not meant.references:
        return list(meant.claims)
    return [result.claim.id for result in trace_references(graph, meant.references).results]
