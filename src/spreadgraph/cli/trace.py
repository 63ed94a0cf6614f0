"""``spreadgraph trace``: from a claim to its source and back."""

from __future__ import annotations

import argparse

from spreadgraph.answers.evidence import Trace
from spreadgraph.answers.resolve import MOST, picked, resolve, traced
from spreadgraph.cli.shared import add_output, positive, remark, store, terminal, write
from spreadgraph.errors import UsageError
from spreadgraph.graph.store import Store
from spreadgraph.views import traces


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    what = "words, an id, a place such as introduction/2/2, ref:13, a DOI, an author"
    parser.add_argument("words", nargs="+", metavar="WORDS|ID", help=what)
    parser.add_argument("--all", action="store_true", help="show every match in full")
    parser.add_argument("--pick", type=positive, metavar="N", help="show match number N alone")
    limit = f"of the references to one work, show at most N ({MOST})"
    parser.add_argument("--limit", type=positive, default=MOST, metavar="N", help=limit)
    further = "follow what is cited on from paper to paper, over N steps (1 to 5); --width of the works of each paper"
    parser.add_argument("--follow", type=positive, metavar="N", help=further)
    width = "with --follow, show at most M of the works that one paper cites (10; at most 20)"
    parser.add_argument("--width", type=positive, metavar="M", help=width)
    add_output(parser, ("text", "json", "md", "html", "mermaid", "svg"))


def run(args: argparse.Namespace) -> int:
    """Trace what the words mean and print the chain."""
    graph = store(args)
    if args.follow or args.width:
        return _follow(graph, args)
    meant = resolve(graph, " ".join(args.words), args.limit)
    remark(meant.remark)
    trace = traced(graph, meant)
    trace = picked(trace, args.pick) if args.pick else trace
    write(args, _shown(trace, args))
    return 0 if trace.results or trace.references or trace.sentences else 1


def _follow(graph: Store, args: argparse.Namespace) -> int:
    """Print chains from what the words mean."""
    from spreadgraph.answers.chains import WIDTH
    from spreadgraph.answers.follow import Reach, follow
    from spreadgraph.views import trails

    views = {
        "text": lambda found: trails.as_text(found, terminal(args)),
        "md": trails.as_markdown,
        "json": trails.as_json,
    }
    if args.format not in views:
        raise UsageError(f"--follow can be shown as {', '.join(views)}, not as {args.format}")
    reach = Reach(args.follow or 0, args.width or WIDTH)
    pick = 0 if args.all else args.pick or 1
    found = follow(graph, " ".join(args.words), reach, pick, args.limit)
    remark(found.remark or _others(found.matches))
    write(args, views[args.format](found.chains))
    return 0 if found.chains.chains else 1


def _others(matches: int) -> str | None:
    if matches < 2:
        return None
    return f"followed is one of {matches} matches; --pick N follows another, --all follows each of them"


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
