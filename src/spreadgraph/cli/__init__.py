"""The command line: finds the command, reads its arguments, runs it, and turns errors into one line and an exit code.

Each command is a module of this package with ``arguments(parser)`` and ``run(args)``; only the one that is called is
imported, so that a quick command stays quick.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, NoReturn

from spreadgraph.errors import SpreadgraphError, in_a_line
from spreadgraph.views.terminal import columns, safe

DONE, NOTHING, WRONG_USE = 0, 1, 2

COMMANDS = {
    "trace": "follow a claim to its source, or a source to its claims",
    "search": "find claims, passages and references by words",
    "compare": "innovation beside improvement, element by element",
    "advise": "plan cards for your own intervention, or a look at your plan",
    "query": "run SPARQL: a named query, a file, or - for standard input",
    "queries": "list the named queries",
    "audit": "look for thin support, and for references that may not fit",
    "verify": "compare the passages of a paper with your own copy of it",
    "what-if": "what loses its support if these sources fall",
    "explore": "write a page with a map of the evidence, to open in a browser",
    "serve": "pages and a SPARQL endpoint on this machine, for a browser or your own client",
    "add": "put papers into a library on disk: JATS articles or curated files",
    "papers": "list the papers of a library",
    "remove": "take papers out of a library",
    "stats": "how much a library holds, and which works it relies on most",
    "check": "look for defects in the evidence",
    "doctor": "is a library on disk sound, and put it in order where it is not",
    "export": "write the graph or its works in another format",
    "passages": "make the passage entries of a new paper from your own list of its sentences",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 nothing found or defects found, 2 wrong use."""
    try:
        _open_streams()
        given = sys.argv[1:] if arguments is None else list(arguments)
        return _run(_parsed(given))
    except BrokenPipeError:
        # The reader (such as head) has seen enough; nothing more may be written, not even at exit.
        _mute_output()
        return DONE
    except KeyboardInterrupt:
        return 130


def _open_streams() -> None:
    """See that there is something to read from and to write to, also where the caller has closed it, and as UTF-8."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _mute_output() -> None:
    """Let what could not be written, and whatever may follow, go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def entry() -> NoReturn:
    """Run as a program: leave as soon as the answer is out, without taking the interpreter and the store down.

    What started processes is left to end in its own way, or their locks would stay behind.
    """
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    if "multiprocessing.synchronize" in sys.modules:
        sys.exit(code)
    os._exit(code)


def _run(args: argparse.Namespace) -> int:
    try:
        code = int(args.run(args))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except Exception as error:
        if args.debug:
            raise
        _tell(_in_words(error, args))
        return error.exit_code if isinstance(error, SpreadgraphError) else WRONG_USE
    return code


def _tell(words: str) -> None:
    """Say what went wrong, after what was written until then."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:  # a full disk, most likely: that is what there is to tell
        _mute_output()
    for line in safe(words).splitlines():
        print(f"spreadgraph: {line}", file=sys.stderr)


def _in_words(error: Exception, args: argparse.Namespace) -> str:
    if isinstance(error, SpreadgraphError):
        return str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return _unforeseen(error, args)


def _unforeseen(error: Exception, args: argparse.Namespace) -> str:
    """Return a line on an error that nobody thought of: what it was, where to look, and how to report it."""
    what = f"{type(error).__name__}: {in_a_line(error)}".removesuffix(": ")
    look = ""
    if args.store and not args.run.__module__.endswith(".doctor"):
        look = f"look whether the library is sound with: spreadgraph --store {args.store} doctor; "
    return f"an error of spreadgraph itself ({what}); {look}to report it, send what --debug before the command shows"


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal; measured here, since argparse would import shutil for it at every start."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=columns(sys.stdout) - 2)


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line that says what to do."""

    def error(self, message: str) -> NoReturn:
        """Print one line and leave with exit code 2."""
        self.exit(WRONG_USE, f"spreadgraph: {message}; for help: {self.prog} --help\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse an unknown command with the one that is spelt most like it, instead of all there are."""
        if isinstance(action, argparse._SubParsersAction) and value not in COMMANDS:
            from difflib import get_close_matches

            if near := get_close_matches(value, COMMANDS, n=1):
                self.error(f"invalid choice: {value!r}; did you mean {near[0]}?")
        super()._check_value(action, value)


def _parsed(given: Sequence[str]) -> argparse.Namespace:
    parser = _parser(given)
    args, rest = parser.parse_known_args(given)
    if rest:
        # Their help is that of the command, which argparse has forgotten by now.
        parser.prog = f"spreadgraph {args.run.__module__.rpartition('.')[2].replace('_', '-')}"
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return args


def _parser(given: Sequence[str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="spreadgraph",
        description="Follow advice on spreading health-care change to the sentence and source it rests on.",
        allow_abbrev=False,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and leave")
    parser.add_argument("--debug", action="store_true", help="show where an error arose")
    home = parser.add_mutually_exclusive_group()
    home.add_argument(
        "--store", metavar="DIR", type=_folder, help="a library of papers on disk; without it, the bundled paper"
    )
    home.add_argument("--endpoint", metavar="URL", help="papers behind a SPARQL 1.1 endpoint, by its query address")
    parser.add_argument("--endpoint-update", metavar="URL", help="where that endpoint takes updates, if elsewhere")
    parser.add_argument("--endpoint-graph-store", metavar="URL", help="where it takes whole graphs, if anywhere")
    parser.add_argument("--endpoint-timeout", metavar="SECONDS", help="how long one request to it may take (60)")
    commands = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, parser_class=_Parser, prog="spreadgraph"
    )
    # Only commands whose names are among the words given can be meant; without any, help or an error is due.
    for name in [name for name in COMMANDS if name in given] or COMMANDS:
        _add(commands, name, given)
    return parser


def _folder(name: str) -> str:
    """Refuse an empty name: a variable that was never set must not lead to the bundled paper."""
    if not name:
        raise argparse.ArgumentTypeError("the name of a folder is needed, not an empty one")
    return name


def _add(commands: argparse._SubParsersAction[_Parser], name: str, given: Iterable[str]) -> None:
    purpose = COMMANDS[name]
    parser = commands.add_parser(
        name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.", allow_abbrev=False, formatter_class=_Help
    )
    if name in given:
        module = import_module(f"spreadgraph.cli.{name.replace('-', '_')}")
        module.arguments(parser)
        parser.set_defaults(run=module.run)


class _Version(argparse.Action):
    """Prints the version."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print and leave."""
        from importlib.metadata import version

        print(f"spreadgraph {version('spreadgraph')}")
        parser.exit(DONE)
