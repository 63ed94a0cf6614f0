"""``spreadgraph query``: SPARQL, named or one's own."""

from __future__ import annotations

import argparse

from spreadgraph.answers import ask
from spreadgraph.cli.shared import add_output, remark, seconds, store, terminal, write
from spreadgraph.graph.store import LocalStore
from spreadgraph.views import solutions

SECONDS = 60
MEMORY = 4096 * 1024 * 1024
ANSWER = 512 * 1024 * 1024
_NAMED = "the data stand in named graphs, and this query names none; write GRAPH ?g { ... } around its patterns"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("query", metavar="NAME|FILE|-", help="a named query, a file, or - for standard input")
    what = "a value for a parameter of a named query (may be repeated)"
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help=what)
    parser.add_argument("--allow-service", action="store_true", help="let a query of your own reach other endpoints")
    limit = f"how long a query of your own may take ({SECONDS})"
    parser.add_argument("--timeout", type=seconds, default=SECONDS, metavar="SECONDS", help=limit)
    add_output(parser, ("table", "json", "csv", "tsv", "md", "ttl"))


def run(args: argparse.Namespace) -> int:
    """Run the query and print its answer."""
    graph = store(args)
    text = ask.own_text(args.query, args.param)
    if text is None:
        # A named query is ours: it needs no fence, and starting a process would take longer than it does.
        found = ask.run(graph, ask.prepared_named(graph, args.query, args.param))
        answer = solutions.rendered(found, args.format, terminal(args))
    elif isinstance(graph, LocalStore):
        answer = _own(graph, text, args)
    else:
        # An endpoint guards itself; what is refused here is what would make it reach further.
        if not args.allow_service:
            ask.refuse(text)
        answer = solutions.rendered(ask.run(graph, text), args.format, terminal(args))
    write(args, answer.text)
    remark("no rows" if answer.empty else None)
    remark(_NAMED if answer.empty and text is not None and ask.names_no_graph(text) else None)
    return 1 if answer.empty else 0


def _own(graph: LocalStore, text: str, args: argparse.Namespace) -> solutions.Rendered:
    """Answer a query of the reader's own, in a process that can be killed."""
    import shutil
    import tempfile
    from pathlib import Path

    from spreadgraph.answers.fenced import client, home

    forms = solutions.carried(args.format)
    job = client.Job(
        args.timeout, 2**53, ANSWER, forms, cut=True, most_bytes=ask.MOST_BYTES, advice=ask.ADVICE
    )  # fmt: skip
    scratch = Path(tempfile.mkdtemp(prefix="spreadgraph-")) if home.folder(graph) is None else None
    try:
        found = client.ask(home.home(graph, scratch), text, job, MEMORY, fenced=not args.allow_service)
    finally:
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)
    remark(f"the answer is cut at {ANSWER // 1024**2} MB" if found.truncated else None)
    return solutions.answered(found, args.format, terminal(args))
