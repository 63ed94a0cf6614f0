"""The writer of a library on disk: whole papers in, whole papers out, and a finished state after each step.

A step is: note what is about to be done, change the graph, let the index follow, publish. A process killed in between
leaves the note, and the next writer looks at the papers it names: those without a true receipt are taken out (they were
never reported as added), the index follows, and the state is published.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from spreadgraph.errors import StoreError, in_a_line
from spreadgraph.graph import snapshots
from spreadgraph.graph.build import BESIDE, Builder, Compiled, load_ontology
from spreadgraph.graph.store import LocalStore
from spreadgraph.resources import write_atomically
from spreadgraph.sources.source import SLUG
from spreadgraph.terms import (
    GRAPH,
    MADE_BY,
    ONTOLOGY_GRAPH,
    PREFIXES,
    PROVENANCE_GRAPH,
    SHA256,
    TRIPLES,
    inferred_graph,
    paper_graph,
)

STORE = "graph"
PENDING = "pending.json"
LEAST_FREE_BYTES = 64 * 1024 * 1024
_PROVENANCE = NamedNode(PROVENANCE_GRAPH)
_NOT_PAPERS = {ONTOLOGY_GRAPH.removeprefix(GRAPH), PROVENANCE_GRAPH.removeprefix(GRAPH)}
_DERIVED_FROM = NamedNode(PREFIXES["prov"] + "wasDerivedFrom")


class Library:
    """A library opened for writing; only one process can. ``builder`` makes the papers that fit its ontology.

    ``pending`` names the papers that a killed process was working on; those still held are whole. ``published`` says
    whether readers see any state yet.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        _usable(self.folder)
        with _explained(self.folder):
            self._native = self._opened()
            number = snapshots.current(str(self.folder))
            self.published = number is not None
            # Where the pointer is missing, a state of the same number may still have its readers.
            self.number = number if number is not None else max(snapshots.numbers(str(self.folder)), default=0)
            self.pending = self._recovered()
            self.builder = self._ontology(not self.published)

    def _opened(self) -> pyoxigraph.Store:
        self.folder.mkdir(parents=True, exist_ok=True)
        # The engine would begin an empty store in its place, and the next state would hold nothing.
        if snapshots.numbers(str(self.folder)) and not (self.folder / STORE / "CURRENT").exists():
            words = f"the writer's store of the library in {self.folder} is missing or damaged"
            raise StoreError(f"{words}; make it again with: spreadgraph --store {self.folder} doctor --repair")
        try:
            return pyoxigraph.Store(str(self.folder / STORE))
        except OSError as error:
            if "LOCK:" in str(error):
                words = f"another process is writing to {self.folder}; try again when it is done"
                raise StoreError(words) from error
            raise

    # ------ looking

    @property
    def store(self) -> LocalStore:
        """The writer's own store, as it is at this moment."""
        return LocalStore(self._native)

    def holds(self, sha256: str, made_by: str) -> bool:
        """Whether all papers of a file with this hash are here and would be the same again (``Builder.made_by``)."""
        quads = self._native.quads_for_pattern(None, NamedNode(SHA256), Literal(sha256), _PROVENANCE)
        graphs = [quad.subject for quad in quads if self._says(quad.subject, MADE_BY, made_by)]
        # Each names the others of its file; one of these may have come again with another file since.
        return bool(graphs) and all(self._says(other, MADE_BY) for graph in graphs for other in self._beside(graph))

    def paper(self, slug: str) -> str | None:
        """Return the IRI of the paper that has this short name here; None where none has."""
        # The ontology, and what follows from a paper, have receipts too, but nothing read them from a file.
        if not SLUG.fullmatch(slug) or not self._says(NamedNode(paper_graph(slug)), MADE_BY):
            return None
        quads = self._native.quads_for_pattern(NamedNode(paper_graph(slug)), _DERIVED_FROM, None, _PROVENANCE)
        return next((quad.object.value for quad in quads if isinstance(quad.object, NamedNode)), None)

    def _says(self, graph: object, predicate: str, value: str | None = None) -> bool:
        subject, said = graph if isinstance(graph, NamedNode) else None, None if value is None else Literal(value)
        return any(self._native.quads_for_pattern(subject, NamedNode(predicate), said, _PROVENANCE))

    def _beside(self, graph: object) -> list[object]:
        """Return the graphs of the other papers in the file of a paper, as its receipt says."""
        subject = graph if isinstance(graph, NamedNode) else None
        return [quad.object for quad in self._native.quads_for_pattern(subject, NamedNode(BESIDE), None, _PROVENANCE)]

    # ------ changing

    def put(self, papers: Sequence[Compiled]) -> None:
        """Store papers, those held already in place of what they were. Call :meth:`publish` when the index follows.

        Raises StoreError where the disk is full; what was published before is then untouched.
        """
        self._room()
        self._note([paper.slug for paper in papers])
        known = {paper.slug for paper in papers if self.paper(paper.slug) is not None}
        new = [paper.quads for paper in papers if paper.slug not in known]
        with _explained(self.folder):
            if new:
                self._native.bulk_load(b"".join(new), format=RdfFormat.TRIG)
            for paper in papers:
                if paper.slug in known:
                    # One request is one transaction: there is no moment with neither the old paper nor the new one.
                    self._native.update(f"{_dropped(paper.slug)} INSERT DATA {{ {paper.quads.decode()} }}")

    def remove(self, slugs: Sequence[str]) -> None:
        """Take papers out. Call :meth:`publish` when the index follows."""
        self._note(slugs)
        with _explained(self.folder):
            # One request is one transaction: a process killed here leaves all of them or none.
            self._native.update("".join(map(_dropped, slugs)))

    def take(self, folder: Path, slugs: Sequence[str]) -> list[str]:
        """Store papers as the store in ``folder`` holds them; return those that are whole there. Then publish."""
        try:
            other = pyoxigraph.Store.read_only(str(folder))
        except (OSError, RuntimeError):
            return []
        self._note([*self.pending, *slugs])
        taken = []
        for slug in slugs:
            if quads := _sound_quads(other, slug):
                with _explained(self.folder):
                    self._native.update(_dropped(slug))
                    self._native.extend(quads)
                taken.append(slug)
        return taken

    def publish(self) -> None:
        """Make the present state the one that readers see."""
        with _explained(self.folder):
            self.number += 1
            snapshots.publish(str(self.folder), self._native, self.number)
            (self.folder / PENDING).unlink(missing_ok=True)
        self.pending, self.published = (), True

    def close(self) -> None:
        """Give the folder free for another writer; nothing else can be done with this one then."""
        if hasattr(self, "_native"):
            del self._native

    def _note(self, slugs: Iterable[str]) -> None:
        with _explained(self.folder):
            write_atomically(self.folder / PENDING, json.dumps({"papers": list(slugs)}) + "\n")

    def _room(self) -> None:
        if shutil.disk_usage(self.folder).free < LEAST_FREE_BYTES:
            least = LEAST_FREE_BYTES // 1024 // 1024
            raise StoreError(f"less than {least} MB are free on the disk of {self.folder}; make room and run it again")

    # ------ coming back after a crash

    def _recovered(self) -> tuple[str, ...]:
        try:
            slugs = noted(self.folder)
        except ValueError:
            slugs = tuple(sorted(papers(self._native)))  # the note itself is damaged: look at every paper
        if slugs is None:
            return ()
        if not slugs:
            (self.folder / PENDING).unlink()
        for slug in slugs:
            if not whole(self._native, slug):
                self._native.update(_dropped(slug))
        return slugs

    def _ontology(self, fresh: bool) -> Builder:
        """Return the builder of the bundled ontology, which takes the place of an older one in the library."""
        bundled = pyoxigraph.Store()
        builder = load_ontology(bundled)
        if fresh or Builder(self._native).version != builder.version:
            load_ontology(self._native)
        return builder


def noted(folder: Path) -> tuple[str, ...] | None:
    """Return the papers that a step was working on when it broke off; None where none did.

    Raises ValueError where the note is damaged, and OSError where it cannot be read.
    """
    try:
        return tuple(map(str, json.loads((folder / PENDING).read_text(encoding="utf-8"))["papers"]))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError) as error:
        raise ValueError(f"{PENDING} is damaged") from error


def held(store: pyoxigraph.Store) -> list[str]:
    """Return the short names of the papers that have a receipt."""
    quads = store.quads_for_pattern(None, NamedNode(MADE_BY), None, _PROVENANCE)
    return sorted(quad.subject.value.removeprefix(GRAPH) for quad in quads if isinstance(quad.subject, NamedNode))


def papers(store: pyoxigraph.Store) -> set[str]:
    """Return the short names of all papers of which there is anything: a graph, or a receipt. Raises RuntimeError."""
    graphs = {name.value for name in store.named_graphs() if isinstance(name, NamedNode)}
    slugs = {name.removeprefix(GRAPH).removesuffix("/inferred") for name in graphs if name.startswith(GRAPH)}
    return (slugs | set(held(store))) - _NOT_PAPERS


def whole(store: pyoxigraph.Store, slug: str) -> bool:
    """Whether the graphs of a paper have as many triples as its receipt says."""
    for graph in (NamedNode(paper_graph(slug)), NamedNode(inferred_graph(slug))):
        said = [quad.object.value for quad in store.quads_for_pattern(graph, NamedNode(TRIPLES), None, _PROVENANCE)]  # type: ignore[union-attr]  # a count is a literal
        if said != [str(sum(1 for _ in store.quads_for_pattern(None, None, None, graph)))]:
            return False
    return True


def paper_quads(store: pyoxigraph.Store, slug: str) -> list[Quad]:
    """Return all quads of a paper: as read, what follows, and its receipt. Raises RuntimeError where one is damaged."""
    names = [NamedNode(paper_graph(slug)), NamedNode(inferred_graph(slug))]
    own = [quad for name in names for quad in store.quads_for_pattern(None, None, None, name)]
    return own + [quad for name in names for quad in store.quads_for_pattern(name, None, None, _PROVENANCE)]


def _sound_quads(store: pyoxigraph.Store, slug: str) -> list[Quad]:
    try:
        return paper_quads(store, slug) if whole(store, slug) else []
    except (OSError, RuntimeError):
        return []


def _dropped(slug: str) -> str:
    """Return the update that takes a paper and its receipt out."""
    graphs = (f"<{paper_graph(slug)}>", f"<{inferred_graph(slug)}>")
    drops = "".join(f"DROP SILENT GRAPH {graph} ; " for graph in graphs)
    receipts = "".join(f"DELETE WHERE {{ GRAPH <{PROVENANCE_GRAPH}> {{ {graph} ?p ?o }} }} ; " for graph in graphs)
    return drops + receipts


def _usable(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise StoreError(f"{folder} is a file; name a folder for the library")
    own = {snapshots.POINTER, snapshots.SNAPSHOTS, STORE, PENDING}
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if names and not own & names:
        raise StoreError(f"{folder} holds other files; name an empty or a new folder for the library")


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Turn what the engine and the disk report into one line that says what to do."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        full = "No space left" in str(error)
        look = f"look at it with: spreadgraph --store {folder} doctor"
        advice = "make room on its disk and run the same again" if full else look
        raise StoreError(f"the library in {folder} cannot be written ({in_a_line(error)}); {advice}") from error
