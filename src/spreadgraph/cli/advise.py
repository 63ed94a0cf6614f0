"""``spreadgraph advise``: plan cards for one's own intervention, or a look at an existing plan."""

from __future__ import annotations

import argparse
import shlex
from itertools import chain
from pathlib import Path

from spreadgraph.answers.advise import HANDFUL, advise, paper_with_questions
from spreadgraph.answers.plan import check_plan, read_plan
from spreadgraph.answers.profile import Profile, Question, as_yaml, questions, read_profile, template
from spreadgraph.cli.questionnaire import StoppedError, ask
from spreadgraph.cli.shared import add_output, positive, store, terminal, write
from spreadgraph.errors import UsageError
from spreadgraph.graph.store import Store
from spreadgraph.resources import write_atomically
from spreadgraph.views import advice, plans


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--profile", metavar="FILE", help="your answers in a file, instead of questions on the screen")
    way.add_argument("--new-profile", action="store_true", help="give an empty profile to fill in")
    way.add_argument("--plan", metavar="FILE", help="see what an existing plan (text or Markdown) speaks of")
    parser.add_argument("--paper", metavar="NAME", help="the paper to take advice from, where several ask questions")
    parser.add_argument("--save", metavar="FILE", help="keep the answers given on the screen as a new profile")
    parser.add_argument("--brief", action="store_true", help="hedge and origin of each step in a line each")
    parser.add_argument("--cards", type=positive, default=HANDFUL, metavar="N", help=f"cards a topic ({HANDFUL})")
    add_output(parser, ("text", "md", "html", "json"))


def run(args: argparse.Namespace) -> int:
    """Print the plan cards, an empty profile, or what a plan speaks of."""
    if args.save and (args.plan or args.new_profile or args.profile):
        raise UsageError("--save keeps answers given on the screen; with --profile, --new-profile or --plan are none")
    graph = store(args)
    paper = paper_with_questions(graph, args.paper)
    if args.plan:
        _check_plan(args, graph, paper)
        return 0
    asked = questions(graph, paper)
    if args.new_profile:
        _refuse_existing(args.output)
        write(args, template(asked))
        return 0
    profile = read_profile(args.profile, asked) if args.profile else _asked(args, asked)
    found = advise(graph, paper, profile, args.cards)
    if args.format == "text":
        write(args, advice.as_text(found, terminal(args), args.brief))
    else:
        views = {"md": advice.as_markdown, "html": advice.as_html, "json": advice.as_json}
        write(args, views[args.format](found))
    return 0


def _asked(args: argparse.Namespace, asked: tuple[Question, ...]) -> Profile:
    _refuse_existing(args.save)
    try:
        profile = ask(asked)
    except StoppedError as stopped:
        if not args.save or not stopped.profile.answers:
            raise
        write_atomically(args.save, as_yaml(stopped.profile, asked))
        kept = f"the answers so far are kept in {args.save}; answer the rest there, then"
        raise UsageError(f"{stopped.told}; {kept}: {_again(args)}") from stopped
    if args.save:
        write_atomically(args.save, as_yaml(profile, asked))
    return profile


def _again(args: argparse.Namespace) -> str:
    """Return the command that takes up the answers kept, for the same paper of the same library."""
    home = [(f"--{name}", getattr(args, name)) for name in ("store", "endpoint") if getattr(args, name)]
    paper = [("--paper", args.paper)] if args.paper else []
    return shlex.join(["spreadgraph", *chain(*home), "advise", *chain(*paper), "--profile", args.save])


def _refuse_existing(file: str | None) -> None:
    """Raise UsageError where a profile is there already: it may hold answers that nobody could give back."""
    if file and Path(file).is_file():
        raise UsageError(f"{file} is there already and may hold answers; name another file, or remove this one")


def _check_plan(args: argparse.Namespace, graph: Store, paper: str) -> None:
    if args.format == "html":
        raise UsageError("a look at a plan comes as text, md or json; html is for plan cards")
    found = check_plan(graph, paper, read_plan(args.plan))
    if args.format == "text":
        write(args, plans.as_text(found, terminal(args)))
    else:
        write(args, plans.as_markdown(found) if args.format == "md" else plans.as_json(found))
