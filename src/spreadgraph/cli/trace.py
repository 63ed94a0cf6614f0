"""``spreadgraph trace``: from a claim to its source and back."""

from __future__ import annotations

import argparse

from spreadgraph.answers.resolve import MOST, resolve, traced
from spreadgraph.answers.trace import Trace
from spreadgraph.cli.shared import add_output, positive, remark, store, terminal, write
from spreadgraph.errors import UsageError
from spreadgraph.views import traces


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    what = "words, an id, a place such as introduction/2/2, ref:13, a DOI, an author"
    parser.add_argument("words", nargs="+", metavar="WORDS|ID", help=what)
    parser.add_argument("--all", action="store_true", help="show every match in full")
    parser.add_argument("--pick", type=positive, metavar="N", help="show match number N alone")
    limit = f"of the references to one work, show at most N ({MOST})"
    parser.add_argument("--limit", type=positive, default=MOST, metavar="N", help=limit)
    add_output(parser, ("text", "json", "md", "html", "mermaid", "svg"))


def run(args: argparse.Namespace) -> int:
    """Trace what the words mean and print the chain."""
    graph = store(args)
    meant = resolve(graph, " ".join(args.words), args.limit)
    remark(meant.remark)
    trace = traced(graph, meant)
    trace = _picked(trace, args.pick) if args.pick else trace
    write(args, _shown(trace, args))
    return 0 if trace.results or trace.references or trace.sentences else 1


def _picked(trace: Trace, number: int) -> Trace:
    chains = len(trace.results) + len(trace.sentences)
    if number > chains:
        raise UsageError(f"--pick takes 1 to {chains} here, not {number}")
    if trace.sentences:
        return trace._replace(sentences=(trace.sentences[number - 1],))
    return trace._replace(results=(trace.results[number - 1],))


def _shown(trace: Trace, args: argparse.Namespace) -> str:
    shown = len(trace.results) + len(trace.sentences) if args.all else 1
    if args.format == "text":
        return traces.as_text(trace, terminal(args), shown)
    if args.format in {"html", "mermaid", "svg"}:
        from spreadgraph.views import diagrams

        if args.format == "html":
            return diagrams.as_html(trace)
        return diagrams.as_svg(trace, shown) if args.format == "svg" else diagrams.as_mermaid(trace, shown)
    return traces.as_json(trace) if args.format == "json" else traces.as_markdown(trace)
