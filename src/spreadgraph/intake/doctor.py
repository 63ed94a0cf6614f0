"""Looks for what is wrong with a library on disk: its pointer, its published state, the writer's store, the index."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from spreadgraph.answers import indexcheck
from spreadgraph.answers.indexcheck import Known
from spreadgraph.errors import StoreError
from spreadgraph.graph import snapshots
from spreadgraph.graph.examine import Examined, examine
from spreadgraph.graph.library import STORE, noted
from spreadgraph.graph.store import open_store

_SHOWN = 5


@dataclass(frozen=True)
class Diagnosis:
    """What was found in a library; ``findings`` is one line for each defect, none where it is sound.

    ``number`` is the state that the pointer names (None where it is missing or damaged), ``published`` what is in that
    state, ``own`` what is in the writer's store (None while another process writes to it). ``known`` are the papers
    that the index names, ``moving`` those that a broken-off step was working on.
    """

    folder: Path
    number: int | None
    published: Examined | None
    own: Examined | None
    known: dict[str, Known] = field(default_factory=dict)
    moving: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def papers(self) -> set[str]:
        """The papers that are held whole somewhere."""
        return {slug for each in (self.published, self.own) if each for slug in each.whole}

    @property
    def halves(self) -> set[str]:
        """The papers that are held somewhere, but not as their receipts say."""
        return {slug for each in (self.published, self.own) if each for slug in each.half}


def diagnose(folder: Path) -> Diagnosis:
    """Look at the whole library in ``folder`` without changing anything. Raises StoreError where there is none."""
    if not any((folder / name).exists() for name in (snapshots.POINTER, snapshots.SNAPSHOTS, STORE)):
        raise StoreError(f"there is no library in {folder}; make one with: spreadgraph --store {folder} add FILE")
    known, moving = indexcheck.known(folder), pending(folder)
    with alone(folder) as free:
        number, faults = _pointer(folder)
        published = _published(folder, number, known)
        own = _own(folder, known, published) if free else None
        found = Diagnosis(folder, number, published, own, known, moving or ())
        # While a writer works, what it notes and what the index has ahead is no defect.
        if moving is not None and free:
            faults.append(f"an add or remove broke off while it worked on {listed(moving)}")
        faults += [*_of_stores(found), *_between(found), *_of_index(found)]
    return Diagnosis(folder, number, published, own, known, moving or (), tuple(faults))


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Keep writers out while the library is looked at; False where one is at work already."""
    lock = None
    free = True
    with suppress(ImportError, FileNotFoundError, PermissionError):
        import fcntl

        # The engine's own lock; of a kind that a whole process shares, so that this one must not be writing elsewhere.
        lock = os.open(folder / STORE / "LOCK", os.O_RDWR)
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            free = False
    try:
        yield free
    finally:
        if lock is not None:
            os.close(lock)


def pending(folder: Path) -> tuple[str, ...] | None:
    """Return the papers that a broken-off step worked on; None where none broke off."""
    try:
        return noted(folder)
    except (OSError, ValueError):
        return ()


def listed(slugs: Sequence[str]) -> str:
    """Return names as a reader takes them in."""
    shown = ", ".join(slugs[:_SHOWN])
    return f"{shown} and {len(slugs) - _SHOWN} more" if len(slugs) > _SHOWN else shown or "papers unknown"


def _pointer(folder: Path) -> tuple[int | None, list[str]]:
    try:
        number = snapshots.current(str(folder))
    except StoreError as error:
        if "form" in str(error) and "newer" in str(error):
            raise
        return None, [f"{snapshots.POINTER}, which names the newest state, is damaged"]
    return number, [] if number is not None else [f"{snapshots.POINTER}, which names the newest state, is missing"]


def _published(folder: Path, number: int | None, known: dict[str, Known]) -> Examined | None:
    if number is None:
        return None
    path = folder / snapshots.SNAPSHOTS / str(number)
    held = snapshots.shared(str(path)) if path.is_dir() else None
    try:
        return examine(path, known)
    finally:
        del held


def _own(folder: Path, known: dict[str, Known], published: Examined | None) -> Examined:
    path = folder / STORE
    # Its files are, by hard links, those of the published state as long as nothing has been added since.
    read = published is not None and not published.fault and _files(path) <= _files(published.path)
    return examine(path, known, thorough=not read)


def _files(store: Path) -> set[int]:
    with suppress(OSError):
        return {file.stat().st_ino for file in store.glob("*.sst")}
    return set()


def _of_stores(found: Diagnosis) -> Iterator[str]:
    named = ((f"the published state {found.number}", found.published), ("the writer's store", found.own))
    for name, state in named:
        if state is None:
            continue
        if state.fault:
            yield f"{name} is damaged: {state.fault}"
            continue
        if half := [slug for slug in state.half if slug not in found.moving]:
            yield f"{name} holds papers that are not as their receipts say: {listed(half)}"
        if not state.ontology:
            yield f"{name} lacks part of the ontology"


def _between(found: Diagnosis) -> Iterator[str]:
    """Yield how the writer's store differs from what was published, and what is known but held nowhere."""
    if found.published and found.own and not found.published.fault and not found.own.fault:
        seen, own = found.published.whole, found.own.whole
        halves = {*found.moving, *found.halves}
        unlike = {
            "lacks papers that were published": seen.keys() - own.keys(),
            "holds papers that were never published": own.keys() - seen.keys(),
            "holds other versions than were published": {
                slug for slug in seen.keys() & own.keys() if seen[slug] != own[slug]
            },
        }
        for words, slugs in unlike.items():
            if named := sorted(slugs - halves):
                yield f"the writer's store {words}: {listed(named)}"
    if lost := sorted(found.known.keys() - found.papers - found.halves - set(found.moving)):
        yield f"papers that the index names are not held: {listed(lost)}"


def _of_index(found: Diagnosis) -> Iterator[str]:
    if found.number is None or found.published is None or found.published.fault:
        return
    with suppress(StoreError):
        store = open_store(found.folder)
        moving = found.moving if found.own is not None else {*found.known, *found.published.whole}
        moving = {*moving, *found.published.half}
        generation = found.number
        if fault := indexcheck.fault(found.folder, store, generation, found.published.whole, moving):
            yield f"the index differs from the papers: {fault}"
