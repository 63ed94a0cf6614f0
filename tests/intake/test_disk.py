"""A full disk, a second writer and many readers: one clear line or none at all, and what was there stays readable."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from small_paper import SLUG, TEXT
from spreadgraph.answers import holdings
from spreadgraph.cli import main
from spreadgraph.graph import library as libraries
from spreadgraph.graph.library import held, whole
from spreadgraph.graph.store import open_store
from spreadgraph.intake import run
from spreadgraph.intake.run import add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.sources.archive import Member

MOST_MEGABYTES = 16


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    size = f"size={MOST_MEGABYTES}m"
    try:
        command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command here")
    if mounted.returncode:
        pytest.skip(f"no disk may be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607  found by PATH


def files(folder: Path, first: int, number: int) -> list[str]:
    folder.mkdir(exist_ok=True)
    for place in range(first, first + number):
        text = TEXT.replace(SLUG, f"paper-{place}").replace("small.1", f"small.{place}")
        (folder / f"paper-{place}.yamlld").write_text(text)
    return [f"{folder}/paper-{place}.yamlld" for place in range(first, first + number)]


def seen(folder: Path) -> list[str]:
    """Return the papers that a reader sees, each of them whole and in the index."""
    store = open_store(folder)
    slugs = held(store.native)
    assert all(whole(store.native, slug) for slug in slugs)
    assert sorted(paper.slug for paper in holdings.papers(store)) == slugs
    return slugs


@pytest.mark.parametrize("room", [0, 60_000, 400_000, 3_000_000])
def test_a_disk_that_fills_up_is_told_in_a_line_and_what_was_there_stays(
    disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    # Ordinarily nothing is begun with so little room; here it is, to see what happens when it runs out on the way.
    monkeypatch.setattr(libraries, "LEAST_FREE_BYTES", 0)
    monkeypatch.setattr(run, "BATCH_PAPERS", 5)
    folder, ballast = disk / "library", disk / "ballast"
    begin = ["--store", str(folder), "add", "--processes", "1"]
    assert main([*begin, *files(tmp_path / "files", 0, 5)]) == 0
    ballast.write_bytes(b"x" * (shutil.disk_usage(disk).free - room))
    before: set[str] = set()
    for first in range(10, 1000, 15):
        before |= set(seen(folder))
        more = files(tmp_path / "files", first, 15)
        capsys.readouterr()
        if (code := main([*begin, *more])) != 0:
            break
    _told(code, capsys)
    assert set(seen(folder)) >= before
    (disk / "rest").write_bytes(b"x" * shutil.disk_usage(disk).free)
    if again := main([*begin, *more]):  # no harm is done by trying; what it clears away first may even be enough
        _told(again, capsys)
    assert set(seen(folder)) >= before
    ballast.unlink()
    (disk / "rest").unlink()
    assert main([*begin, *more]) == 0
    assert set(seen(folder)) == before | {Path(name).stem for name in more}
    assert main(["--store", str(folder), "doctor"]) == 0, capsys.readouterr()


def _told(code: int, capsys: pytest.CaptureFixture[str]) -> None:
    said = capsys.readouterr().err
    assert (code, said.count("\n"), said.startswith("spreadgraph: "), "make room" in said) == (2, 1, True, True), said


def test_with_little_room_nothing_is_begun(disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = str(disk / "library")
    assert main(["--store", store, "add", "--processes", "1", *files(tmp_path / "first", 0, 1)]) == 2
    assert capsys.readouterr().err == (
        f"spreadgraph: less than 64 MB are free on the disk of {store}; make room and run it again\n"
    )


def test_an_output_on_a_full_disk_leaves_the_old_file(disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = disk / "graph.nq"
    out.write_text("old")
    (disk / "ballast").write_bytes(b"x" * (MOST_MEGABYTES * 1024 * 1024 - 300_000))
    assert main(["export", "--format", "nq", "-o", str(out)]) == 2
    assert "No space left on device" in capsys.readouterr().err
    assert sorted(path.name for path in disk.iterdir()) == ["ballast", "graph.nq"]
    assert out.read_text() == "old"


PUBLISHING = """
import sys
from spreadgraph.graph.library import Library
library = Library(sys.argv[1])
print("ready", flush=True)
for _ in range(120):
    library.publish()
"""


def test_readers_beside_a_writer_always_get_a_finished_state(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shelf = DiskShelf(folder)
    papers = [Path(name) for name in files(tmp_path / "files", 0, 3)]
    add(shelf, [Member(path.name, "yamlld", path.read_bytes()) for path in papers], processes=1)
    shelf.close()
    failures: list[BaseException] = []
    opened = [0, 0, 0]
    with subprocess.Popen([sys.executable, "-c", PUBLISHING, folder], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"

        def read(place: int) -> None:
            try:
                while writer.poll() is None:
                    assert len(held(open_store(folder).native)) == 3
                    opened[place] += 1
            except BaseException as error:
                failures.append(error)

        readers = [threading.Thread(target=read, args=(place,)) for place in range(len(opened))]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    assert failures == []
    assert min(opened) > 5
    assert writer.returncode == 0
    names = {path.name for path in (folder / "snapshots").iterdir()}
    libraries.Library(folder).publish()  # nothing of states gone by is left behind
    assert len({path.name for path in (folder / "snapshots").iterdir()}) == 1, names
