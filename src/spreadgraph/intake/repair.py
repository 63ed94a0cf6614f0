"""Puts a damaged library in order: from its writer's store, a published state, or paper by paper from what is left.

Nothing sound is thrown away: a damaged store is set aside until all that it held is back.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph

from spreadgraph.answers import index
from spreadgraph.answers.indexcheck import Known
from spreadgraph.errors import StoreError
from spreadgraph.graph import snapshots
from spreadgraph.graph.build import load_ontology
from spreadgraph.graph.examine import examine, hash_of, ontology_is_whole
from spreadgraph.graph.library import STORE, Library, papers
from spreadgraph.intake.doctor import Diagnosis, alone, listed

ASIDE = "graph.damaged"


class Repaired(NamedTuple):
    """What a repair did, a line each, and the papers that have to be added again; ``held`` are those there now."""

    done: tuple[str, ...]
    lost: tuple[Known, ...]
    held: tuple[str, ...]


def repair(found: Diagnosis) -> Repaired:
    """Put in order what :func:`spreadgraph.intake.doctor.diagnose` found, and publish it.

    Raises StoreError where another process writes to the library or the disk is full; what was done until then does no
    harm, and the same again goes on from there.
    """
    folder = found.folder
    last = max([*snapshots.numbers(str(folder)), found.number or 0])
    with alone(folder) as free:
        if not free:
            raise StoreError(f"another process is writing to {folder}; try again when it is done")
        base, done = _based(found)
        if found.number is None:
            snapshots.point(str(folder), 0)
    library = Library(folder)
    try:
        done += _filled(library, found, base)
        held = tuple(sorted(slug for slug in papers(library.store.native) if hash_of(library.store.native, slug)))
        # A number that no folder has, also none that was never finished.
        library.number = last
        with index.kept(str(folder)):
            index.rebuild(library.store, str(folder), last + 1)
            library.publish()
    finally:
        library.close()
    done.append(f"made the index anew and published state {last + 1} with {len(held)} papers")
    lost = _lost(found, held)
    done += _forgotten(folder, lost)
    return Repaired(tuple(done), lost, held)


def _based(found: Diagnosis) -> tuple[Path | None, list[str]]:
    """See that the writer's store opens; return which folder it now rests on, None for an empty one, and what was done.

    The best base is the store itself, then the published state, then any other that is there.
    """
    home = found.folder / STORE
    if found.own and not found.own.fault:
        return home, []
    if home.exists():
        home.rename(_free(found.folder))
    states = [found.published.path] if found.published and not found.published.fault else []
    if not states:
        states = [path for path in _others(found) if not examine(path).fault]
    if states:
        draft = found.folder / f"{STORE}.part"
        shutil.rmtree(draft, ignore_errors=True)
        _linked(states[0], draft)
        draft.rename(home)
        return states[0], [f"made the writer's store anew from state {states[0].name}"]
    pyoxigraph.Store(str(home))
    return None, ["made the writer's store anew, paper by paper, from what can still be read"]


def _filled(library: Library, found: Diagnosis, base: Path | None) -> list[str]:
    """Take out what is half there and bring in what other stores hold whole; return what was done."""
    native, done = library.store.native, []
    if not ontology_is_whole(native):
        load_ontology(native)
        done.append("loaded the ontology again")
    held = {slug: hash_of(native, slug) for slug in papers(native)}
    # A state that is not the newest may hold what was removed since then; the index, kept apart, knows.
    stale = base in _others(found) and bool(found.known)
    gone = [slug for slug, sha256 in held.items() if not sha256 or (stale and slug not in found.known)]
    if gone:
        library.remove(sorted(gone))
        done.append(f"took out {listed(sorted(gone))}")
    for path, wanted in _sources(found, base):
        missing = [slug for slug in wanted if slug in gone or not held.get(slug)]
        if back := library.take(path, missing):
            held |= dict.fromkeys(back, "back")
            gone = [slug for slug in gone if slug not in back]
            done.append(f"brought back {listed(back)} from {path.name}")
    if found.published and not found.published.fault and base == found.folder / STORE:
        seen, own = found.published.whole, found.own.whole if found.own else {}
        older = [slug for slug in sorted(seen.keys() & own.keys()) if seen[slug] != own[slug]]
        if back := library.take(found.published.path, [slug for slug in older if slug not in found.moving]):
            done.append(f"brought back {listed(back)} as published")
    return done


def _sources(found: Diagnosis, base: Path | None) -> Iterator[tuple[Path, list[str]]]:
    """Yield where papers may still be, and those to look for: no step that broke off is undone by it."""
    removed = set() if base != found.folder / STORE else set(found.moving) - found.halves
    known = sorted(found.known.keys() - removed)
    if found.published and found.published.path != base:
        yield found.published.path, sorted({*found.published.whole, *known} - removed)
    for path in sorted(found.folder.glob(f"{ASIDE}*")):
        yield path, sorted({*(found.own.whole if found.own else ()), *known})
    for path in _others(found):
        if path != base:
            yield path, known


def _others(found: Diagnosis) -> list[Path]:
    """Return the states other than the published one, the newest first."""
    numbers = snapshots.numbers(str(found.folder))
    return [found.folder / snapshots.SNAPSHOTS / str(number) for number in numbers if number != found.number]


def _lost(found: Diagnosis, held: tuple[str, ...]) -> tuple[Known, ...]:
    expected = {*found.known, *found.halves, *found.papers} - (set(found.moving) - found.halves)
    return tuple(found.known.get(slug, Known(slug, "", None)) for slug in sorted(expected.difference(held)))


def _forgotten(folder: Path, lost: tuple[Known, ...]) -> list[str]:
    """Remove the damaged stores that were set aside, or say why they stay."""
    aside = sorted(folder.glob(f"{ASIDE}*"))
    if lost and aside:
        return [f"kept the damaged store as {listed([path.name for path in aside])}; remove it when all is back"]
    for path in aside:
        shutil.rmtree(path, ignore_errors=True)
    return []


def _free(folder: Path) -> Path:
    """Return a name for a store set aside that none has yet."""
    names = (ASIDE if number == 1 else f"{ASIDE}.{number}" for number in range(1, 1000))
    return next(folder / name for name in names if not (folder / name).exists())


def _linked(state: Path, draft: Path) -> None:
    """Copy a store; its tables never change and are shared by hard links where the disk has them."""
    draft.mkdir()
    for file in state.iterdir():
        try:
            if file.suffix != ".sst":
                raise OSError
            os.link(file, draft / file.name)
        except OSError:
            shutil.copy2(file, draft / file.name)
