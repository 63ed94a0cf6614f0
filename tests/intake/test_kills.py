"""Killed at any moment, a writer loses nothing that it reported, leaves nothing half there, and no process behind."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from small_paper import SLUG, TEXT
from spreadgraph.answers import holdings
from spreadgraph.graph.library import held, whole
from spreadgraph.graph.store import open_store
from spreadgraph.intake.doctor import diagnose
from spreadgraph.intake.run import add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.sources.archive import members

KILLS = int(os.environ.get("SPREADGRAPH_KILLS", "25"))
NUMBER, VERSIONS = 4, 3
# Starts writers that have all they need in memory, and says when each is dead. They log what they begin and have done.
STARTER = """
import json, os, random, sys, traceback
from spreadgraph.cli import main
from spreadgraph.intake import reading
from spreadgraph.intake.run import add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.sources.archive import members
import spreadgraph.cli.export

def write(seed, home):
    chance = random.Random(seed)
    log = os.open(home + "/log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    say = lambda **what: os.write(log, (json.dumps(what) + "\\n").encode())
    while True:
        version, some = chance.randrange(VERSIONS), chance.sample(range(NUMBER), chance.randint(1, NUMBER))
        kind = chance.choice(["add", "add", "remove", "export"])
        say(begin=kind, version=version if kind == "add" else None, papers=some if kind != "export" else [])
        if kind == "export":
            main(["--store", home + "/library", "export", "--format", "nq", "-o", home + "/export.nq"])
        else:
            shelf = DiskShelf(home + "/library")
            if kind == "add":
                paths = [f"{home}/{version}/paper-{number}.yamlld" for number in some]
                assert not add(shelf, (each for path in paths for each in members(path)), processes=1).faults
            else:
                shelf.remove([f"paper-{number}" for number in some if shelf.paper(f"paper-{number}")])
            shelf.close()
        say(done=kind)

reading._builder()
for line in sys.stdin:
    pid = os.fork()
    if not pid:
        try:
            write(int(line), sys.argv[1])
        finally:
            traceback.print_exc()
            os._exit(1)
    print(pid, flush=True)
    os.waitpid(pid, 0)
    print("dead", flush=True)
"""


def title(version: int) -> str:
    return f"Version {version}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make the files of some papers in several versions, and a library that holds the first."""
    for version in range(VERSIONS):
        folder = tmp_path / str(version)
        folder.mkdir()
        for number in range(NUMBER):
            text = TEXT.replace(SLUG, f"paper-{number}").replace("small.1", f"small.{number}")
            (folder / f"paper-{number}.yamlld").write_text(text.replace("A small paper", title(version)))
    shelf = DiskShelf(tmp_path / "library")
    assert len(add(shelf, members(tmp_path / "0"), processes=1).added) == NUMBER
    shelf.close()
    return tmp_path


def seen(library: Path) -> dict[int, str]:
    """Return the papers that a reader sees and their titles, each found to be whole."""
    store = open_store(library)
    native = store.native
    assert all(whole(native, slug) for slug in held(native))
    query = (
        "SELECT ?title { GRAPH ?g { ?m a <https://w3id.org/spreadgraph/ontology#Manifest> . ?d ?has ?m ; "
        "<http://purl.org/dc/terms/title> ?title } FILTER(?g = <https://w3id.org/spreadgraph/graph/%s>) }"
    )
    found = {}
    for slug in held(native):
        (row,) = {str(row["title"].value) for row in native.query(query % slug)}  # type: ignore[union-attr]
        found[int(slug.removeprefix("paper-"))] = row
    return found


class Model:
    """What may be seen of each paper: what was reported last, and what steps not reported may have made of it.

    A step whose writer was killed may come to light only when the next writer puts the library in order.
    """

    def __init__(self, papers: dict[int, str]) -> None:
        self._allowed: dict[int, set[str | None]] = {number: {papers.get(number)} for number in range(NUMBER)}
        self.steps = 0

    def meet(self, log: list[dict[str, Any]], found: dict[int, str]) -> None:
        """Take in what a writer said before it was killed, and check what is seen now."""
        settled = False
        for begun, done in zip(log[::2], [*log[1::2], {}], strict=False):
            value = None if begun["version"] is None else title(begun["version"])
            for number in begun["papers"]:
                self._allowed[number] = {value} if done else {*self._allowed[number], value}
            settled = settled or bool(done and begun["begin"] != "export")
            self.steps += bool(done)
        for number, allowed in self._allowed.items():
            assert found.get(number) in allowed, (number, found, self._allowed, log)
            # What this writer left under way stays open, all before it is settled once it has reported a change.
            if settled and not (len(log) % 2 and number in log[-1]["papers"]):
                self._allowed[number] = {found.get(number)}


@contextmanager
def starter(home: Path) -> Iterator[tuple[IO[str], IO[str]]]:
    script = STARTER.replace("VERSIONS", str(VERSIONS)).replace("NUMBER", str(NUMBER))
    with subprocess.Popen(
        [sys.executable, "-c", script, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdin, process.stdout
        process.stdin.close()
    assert process.returncode == 0


def lines(log: Path, since: int) -> list[dict[str, Any]]:
    text = log.read_bytes()[since:].decode() if log.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def kill(home: Path, streams: tuple[IO[str], IO[str]], seed: int, chance: random.Random) -> list[dict[str, Any]]:
    """Start a writer, kill it at some moment, and return what it had said until then."""
    log = home / "log"
    since = log.stat().st_size if log.exists() else 0
    print(seed, file=streams[0], flush=True)
    pid = int(streams[1].readline())
    if seed % 2:  # some die at the very beginning, the others in the middle of their work, also on a slow machine
        while not lines(log, since):
            time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.5))
    os.kill(pid, signal.SIGKILL)
    said = streams[1].readline()
    assert said == "dead\n", said
    return lines(log, since)


def test_killed_at_any_moment_nothing_reported_is_lost_and_nothing_is_half_there(home: Path) -> None:
    chance = random.Random(20261128)  # noqa: S311  chance that can be repeated
    library, export = home / "library", home / "export.nq"
    model, exports = Model(seen(library)), 0
    with starter(home) as streams:
        for number in range(KILLS):
            export.unlink(missing_ok=True)
            said = kill(home, streams, number, chance)
            model.meet(said, seen(library))
            if export.exists():
                exports += 1
                copy = pyoxigraph.Store()
                copy.load(path=str(export), format=RdfFormat.N_QUADS)
                assert all(whole(copy, slug) for slug in ("ontology", *held(copy)))
            if number % 25 == 24:
                DiskShelf(library).close()  # what is next to write puts in order what was left undone
                model.meet([], seen(library))
                assert diagnose(library).findings == ()
    print(f"{KILLS} kills, {model.steps} steps reported, {exports} exports found; nothing lost, nothing half there")
    assert model.steps > KILLS // 10
    DiskShelf(library).close()
    model.meet([], seen(library))
    assert diagnose(library).findings == ()
    indexed = [paper.slug for paper in holdings.papers(open_store(library))]
    assert indexed == [f"paper-{number}" for number in sorted(seen(library))]


def children(pid: int) -> set[int]:
    """Return the processes that ``pid`` started, and those that they started."""
    found = set()
    with suppress(FileNotFoundError):  # a thread or process may have just ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found |= {child, *children(child)}
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
def test_no_process_is_left_behind_by_a_killed_one(home: Path) -> None:
    for number in range(400):
        (home / "1" / f"more-{number}.yamlld").write_text(
            TEXT.replace(SLUG, f"more-{number}").replace("small.1", f"more.{number}")
        )
    command = ["-m", "spreadgraph.cli", "--store", f"{home}/library", "add", "--processes", "2", f"{home}/1"]
    # What they say when they find their parent gone is of no interest.
    with subprocess.Popen([sys.executable, *command], stderr=subprocess.DEVNULL) as process:
        while len(begun := children(process.pid)) < 3:  # the readers, and what looks after their locks
            assert process.poll() is None, "ended before its readers had begun"
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while left := [pid for pid in begun if _runs(pid)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


REMOVING = """
import os, signal, sys
from spreadgraph.answers import index
from spreadgraph.graph import library
from spreadgraph.intake.shelf import DiskShelf

def dying(function):
    calls = []
    def call(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments)
    return call

module, name = {"graph": (library, "_dropped"), "index": (index, "delete")}[sys.argv[2]]
setattr(module, name, dying(getattr(module, name)))
DiskShelf(sys.argv[1]).remove([f"paper-{number}" for number in range(3)])
"""


@pytest.mark.parametrize(("place", "left"), [("graph", NUMBER), ("index", NUMBER - 3)])
def test_of_papers_removed_together_all_go_or_none(home: Path, place: str, left: int) -> None:
    library = home / "library"
    done = subprocess.run([sys.executable, "-c", REMOVING, library, place], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(seen(library)) == NUMBER
    DiskShelf(library).close()
    assert len(seen(library)) == left
    assert diagnose(library).findings == ()
