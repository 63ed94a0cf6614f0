"""``spreadgraph doctor``: is a library on disk sound, and what to do where it is not."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from spreadgraph.errors import UsageError

if TYPE_CHECKING:
    from spreadgraph.intake.doctor import Diagnosis
    from spreadgraph.intake.repair import Repaired


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    what = "put it in order from what is sound, and list the papers that have to be added again"
    parser.add_argument("--repair", action="store_true", help=what)


def run(args: argparse.Namespace) -> int:
    """Say what is wrong and what to do; 0 where the library is sound or was put in order without loss, else 1."""
    from spreadgraph.intake.doctor import diagnose
    from spreadgraph.intake.repair import repair

    if not args.store:
        raise UsageError("name the library, before the command: spreadgraph --store DIR doctor")
    found = diagnose(Path(args.store))
    _print(*found.findings)
    if not found.findings:
        _print(_sound(found))
        return 0
    if not args.repair:
        _print("", f"to put this right: spreadgraph --store {args.store} doctor --repair")
        return 1
    repaired = repair(found)
    again = diagnose(Path(args.store))
    _print("", *repaired.done, *_to_add(args.store, repaired))
    _print(*(f"still wrong: {finding}" for finding in again.findings))
    return 1 if repaired.lost or again.findings or not repaired.held else 0


def _sound(found: Diagnosis) -> str:
    held = len(found.published.whole) if found.published else 0
    busy = "; another process is writing, so that only what is published was looked at" if found.own is None else ""
    return f"sound: {held} {'paper' if held == 1 else 'papers'}, each as its receipt says; state {found.number}{busy}"


def _to_add(store: str, repaired: Repaired) -> list[str]:
    """Return what to do about papers that could not be brought back."""
    add = f"spreadgraph --store {store} add FILE"
    if not repaired.held and not repaired.lost:
        return [f"no paper could be read, and the index names none; add your files again: {add}"]
    if not repaired.lost:
        return ["nothing was lost"]
    named = (": ".join(filter(None, (paper.document or paper.slug, paper.title))) for paper in repaired.lost)
    return [f"lost, to be added again from their files with: {add}", *(f"  {name}" for name in named)]


def _print(*lines: str) -> None:
    from spreadgraph.views.terminal import safe

    for line in lines:
        print(safe(line))
