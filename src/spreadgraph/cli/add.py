"""``spreadgraph add``: papers into a library on disk."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from spreadgraph.cli.shared import positive, remark, shelf
from spreadgraph.errors import UsageError
from spreadgraph.intake.run import Report

_SHOWN = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    what = "articles in JATS (.xml, .nxml, .xml.gz), archives (.tar.gz), curated papers (.yamlld), folders, or -"
    parser.add_argument("paths", nargs="*", metavar="PATH", help=what)
    parser.add_argument("--bundled", action="store_true", help="add the curated paper that comes with spreadgraph")
    kept = "keep the sentences that cite, under the licence of each article (otherwise only hashes and a few words)"
    parser.add_argument("--keep-text", action="store_true", help=kept)
    parser.add_argument("--processes", type=positive, metavar="N", help="read with N processes (as many as cores)")


def run(args: argparse.Namespace) -> int:
    """Add the files, say what was done, and list what could not be added."""
    from spreadgraph.intake.run import add
    from spreadgraph.resources import evidence_files
    from spreadgraph.sources.archive import members

    paths = [*args.paths, *(map(str, evidence_files()) if args.bundled else ())]
    if not paths:
        raise UsageError("name the files or folders to add, or --bundled for the paper that comes with spreadgraph")
    target = shelf(args)
    try:
        with _progress() as told:
            files = (member for path in paths for member in members(path))
            report = add(target, files, keep_text=args.keep_text, processes=args.processes, told=told)
    finally:
        target.close()
    print(_summary(report))
    for fault in report.faults:
        remark(fault)
    return 1 if report.faults else 0


def _summary(report: Report) -> str:
    parts = [
        (len(report.added), "added"),
        (len(report.replaced), "replaced"),
        (report.unchanged, "unchanged"),
        (len(report.faults), "not added"),
    ]
    return ", ".join(f"{number} {word}" for number, word in parts if number) or "nothing to add"


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Yield what to call with the name of each file that is dealt with; it shows a bar where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from spreadgraph.views.terminal import safe

    columns = (BarColumn(), TextColumn("{task.completed} files"), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda name: bar.update(task, advance=1, description=safe(name)[-40:].replace("[", "("))
