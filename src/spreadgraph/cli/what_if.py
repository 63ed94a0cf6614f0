"""``spreadgraph what-if``: what is lost if sources fall."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from spreadgraph.answers.retractions import RETRACTED, as_of
from spreadgraph.answers.whatif import (
    NOT_REVIEWED,
    REVIEW_UNKNOWN,
    Source,
    cited,
    pick,
    pick_by,
    ranking,
    sources,
    standings,
    what_if,
)
from spreadgraph.cli.shared import add_output, remark, store, terminal, write
from spreadgraph.errors import UsageError
from spreadgraph.views import whatif


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    what = "what falls: ref:20, a DOI, or words of an author, title or organisation (in quotes)"
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help=what)
    parser.add_argument("--organisation", action="append", default=[], metavar="NAME", help="all its works fall")
    parser.add_argument("--type", action="append", default=[], metavar="TYPE", help='such as "web page"')
    parser.add_argument("--not-reviewed", action="store_true", help="all that is not peer reviewed falls")
    parser.add_argument("--review-unknown", action="store_true", help="all of unknown peer review falls")
    parser.add_argument("--retractions", metavar="FILE.csv", help="what is retracted falls (form: Retraction Watch)")
    parser.add_argument("--as-of", metavar="DATE", help="the day of that list, if it is not the date of the file")
    parser.add_argument("--ranking", action="store_true", help="show instead what rests on each source")
    add_output(parser, ("text", "md", "json"))


def run(args: argparse.Namespace) -> int:
    """Print what is lost."""
    if args.as_of and not args.retractions:
        raise UsageError("--as-of is the day of a list; give it with --retractions FILE.csv")
    if args.ranking and (args.sources or args.retractions or args.organisation or args.type):
        raise UsageError("--ranking shows what rests on each source; leave out what falls")
    graph = store(args)
    known = sources(graph)
    named = {work: source for text in args.sources for work, source in pick(graph, known, text).items()}
    if args.ranking:
        _write(args, whatif.Answer(loads=ranking(graph, known)))
        return 0
    listed = standings(graph, known, args.retractions) if args.retractions else ()
    retracted = cited(graph, known, [each.work for each in listed if each.status == RETRACTED])
    taken = [*named, *_taken(args, known), *retracted]
    if not taken and not listed:
        raise UsageError(
            "say what falls, such as ref:20, --not-reviewed or --retractions FILE.csv; or ask for --ranking"
        )
    day = as_of(args.retractions, args.as_of) if args.retractions else None
    _write(args, whatif.Answer(what_if(graph, {**known, **named, **retracted}, taken), listed, day))
    return 0


def _taken(args: argparse.Namespace, known: Mapping[str, Source]) -> list[str]:
    reviews = [(args.not_reviewed, NOT_REVIEWED), (args.review_unknown, REVIEW_UNKNOWN)]
    wanted = [
        *(("organisation", name) for name in args.organisation),
        *(("type", name) for name in args.type),
        *(("review", status) for given, status in reviews if given),
    ]
    if args.not_reviewed and not args.review_unknown:
        unknown = sum(source.review == REVIEW_UNKNOWN for source in known.values())
        remark(
            f"{unknown} sources whose peer review is unknown stay; --review-unknown takes them too" if unknown else None
        )
    return [work for key, value in wanted for work in pick_by(known, key, value)]


def _write(args: argparse.Namespace, answer: whatif.Answer) -> None:
    views = {"md": whatif.as_markdown, "json": whatif.as_json}
    write(args, views[args.format](answer) if args.format in views else whatif.as_text(answer, terminal(args)))
