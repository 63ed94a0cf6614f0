"""``spreadgraph trace``: from a claim to its source and back."""

from __future__ import annotations

import argparse

from spreadgraph.answers.resolve import resolve
from spreadgraph.answers.trace import Trace, trace_claims, trace_references
from spreadgraph.cli.shared import add_output, positive, remark, store, terminal, write
from spreadgraph.errors import UsageError
from spreadgraph.views import traces


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    what = "words, an id, a place such as introduction/2/2, ref:13, a DOI, an author"
    parser.add_argument("words", nargs="+", metavar="WORDS|ID", help=what)
    parser.add_argument("--all", action="store_true", help="show every match in full")
    parser.add_argument("--pick", type=positive, metavar="N", help="show match number N alone")
    add_output(parser, ("text", "json", "md", "html", "mermaid", "svg"))


def run(args: argparse.Namespace) -> int:
    """Trace what the words mean and print the chain."""
    graph = store(args)
    meant = resolve(graph, " ".join(args.words))
    remark(meant.remark)
    trace = trace_references(graph, meant.references) if meant.references else trace_claims(graph, meant.claims)
    trace = _picked(trace, args.pick) if args.pick else trace
    write(args, _shown(trace, args))
    return 0 if trace.results or trace.references else 1


def _picked(trace: Trace, number: int) -> Trace:
    if number > len(trace.results):
        raise UsageError(f"--pick takes 1 to {len(trace.results)} here, not {number}")
    return trace._replace(results=(trace.results[number - 1],))


def _shown(trace: Trace, args: argparse.Namespace) -> str:
    shown = len(trace.results) if args.all else 1
    if args.format == "text":
        return traces.as_text(trace, terminal(args), shown)
    if args.format in {"html", "mermaid", "svg"}:
        from spreadgraph.views import diagrams

        if args.format == "html":
            return diagrams.as_html(trace)
        return diagrams.as_svg(trace, shown) if args.format == "svg" else diagrams.as_mermaid(trace, shown)
    return traces.as_json(trace) if args.format == "json" else traces.as_markdown(trace)
