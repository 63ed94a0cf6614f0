"""The cache gives the right graph or none: never a wrong answer, never an error, and no litter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from spreadgraph import resources
from spreadgraph.errors import SourceError
from spreadgraph.graph import cache, store
from spreadgraph.graph.store import LocalStore, Store, open_bundled
from spreadgraph.resources import ontology_dir
from spreadgraph.terms import SG

KEY = "family-0123"


def fill(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "a").write_bytes(b"first")
    (folder / "deep" / "b").write_bytes(b"second" * 1000)


def entry(home: Path, key: str, make: Callable[[Path], None]) -> Path | None:
    found = cache.entry(str(home), key, make)
    return Path(found) if found else None


def intact(folder: Path) -> bool:
    return cache.intact(str(folder))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = entry(tmp_path, KEY, fill)
    assert made == tmp_path / KEY
    return made


def test_an_entry_is_made_once(folder: Path) -> None:
    def again(_: Path) -> None:
        raise AssertionError("made twice")

    assert entry(folder.parent, KEY, again) == folder
    assert names(folder.parent) == [KEY]


def test_the_receipt_names_every_file_but_itself(folder: Path) -> None:
    lines = (folder / cache.RECEIPT).read_text().splitlines()
    assert [Path(line.split("  ")[1]) for line in lines] == [Path("a"), Path("deep/b")]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def replace_by_folder(path: Path) -> None:
    path.unlink() if path.is_file() else shutil.rmtree(path)
    path.mkdir()


def write_one(_: Store, path: Path) -> None:
    path.write_text("x")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a file cut short": lambda folder: os.truncate(folder / "deep" / "b", 100),
    "a file emptied": lambda folder: os.truncate(folder / "a", 0),
    "a bit flipped": lambda folder: flip(folder / "deep" / "b"),
    "a file gone": lambda folder: (folder / "a").unlink(),
    "a folder gone": lambda folder: shutil.rmtree(folder / "deep"),
    "a file added": lambda folder: (folder / "deep" / "c").write_text("x"),
    "a file that is called receipt added": lambda folder: (folder / "deep" / "receipt").write_text("x"),
    "a file renamed": lambda folder: (folder / "a").rename(folder / "z"),
    "a file made a folder": lambda folder: replace_by_folder(folder / "a"),
    "the receipt gone": lambda folder: (folder / "receipt").unlink(),
    "the receipt emptied": lambda folder: os.truncate(folder / "receipt", 0),
    "a bit of the receipt flipped": lambda folder: flip(folder / "receipt"),
    "all gone": shutil.rmtree,
    "an empty folder": replace_by_folder,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_entry_is_made_anew(folder: Path, damage: Callable[[Path], object]) -> None:
    damage(folder)
    assert not intact(folder)
    assert entry(folder.parent, KEY, fill) == folder
    assert intact(folder)
    assert (folder / "a").read_bytes() == b"first"
    assert names(folder.parent) == [KEY]


def test_a_failed_build_leaves_nothing_behind(tmp_path: Path) -> None:
    def fails(draft: Path) -> None:
        (draft / "half").write_text("x")
        raise OSError(28, "No space left on device")

    assert entry(tmp_path, KEY, fails) is None
    assert names(tmp_path) == []


def test_a_mistake_in_what_is_built_is_not_hidden(tmp_path: Path) -> None:
    def refuses(_: Path) -> None:
        raise SourceError(["paper.yamlld:1: wrong; write it right"])

    with pytest.raises(SourceError):
        entry(tmp_path, KEY, refuses)
    assert names(tmp_path) == []


def test_a_cache_below_a_file_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert entry(tmp_path / "file", KEY, fill) is None
    assert entry(tmp_path / "file" / "deeper", KEY, fill) is None


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_no_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert entry(tmp_path, KEY, fill) is None
    finally:
        tmp_path.chmod(0o700)


def test_what_another_process_finished_first_is_used(tmp_path: Path) -> None:
    def slow(draft: Path) -> None:
        fill(draft)
        assert entry(tmp_path, KEY, fill) == tmp_path / KEY
        (tmp_path / KEY / "a").stat()

    assert entry(tmp_path, KEY, slow) == tmp_path / KEY
    assert intact(tmp_path / KEY)
    assert names(tmp_path) == [KEY]


def test_old_entries_go_and_those_of_other_families_stay(tmp_path: Path) -> None:
    for number in range(6):
        entry(tmp_path, f"family-{number}", fill)
        os.utime(tmp_path / f"family-{number}", (number, number))
    entry(tmp_path, "other-1", fill)
    entry(tmp_path, KEY, fill)
    assert names(tmp_path) == sorted([KEY, "family-4", "family-5", "other-1"])


def test_drafts_of_killed_processes_go_and_those_of_running_ones_stay(tmp_path: Path) -> None:
    for name, age in ((".draft-old", 2 * cache.STALE_SECONDS), (".draft-new", 0)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    entry(tmp_path, KEY, fill)
    assert names(tmp_path) == sorted([".draft-new", KEY])


# ------ the bundled graph


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, _own_cache: Path) -> Path:
    """Make a cache of this test's own that holds the bundled graph already."""
    copy = tmp_path / "cache"
    open_bundled()
    shutil.copytree(_own_cache / cache.bundled_key(), copy / cache.bundled_key())
    monkeypatch.setenv("SPREADGRAPH_CACHE", str(copy))
    return copy


def claims(graph: Store) -> int:
    query = f"SELECT DISTINCT ?claim {{ GRAPH ?paper {{ ?claim a <{SG}Claim> ; <{SG}paraphrase> ?text }} }}"
    return len(list(graph.query(query)))  # type: ignore[arg-type]


def no_build() -> None:
    raise AssertionError("built again")


def test_a_warm_start_builds_nothing(monkeypatch: pytest.MonkeyPatch, home: Path, bundled: LocalStore) -> None:
    monkeypatch.setattr(store, "_built", no_build)
    assert claims(open_bundled()) == claims(bundled) > 100


@pytest.mark.parametrize("pattern", ["*.sst", "CURRENT", "MANIFEST-*"])
@pytest.mark.parametrize("damage", [flip, lambda path: os.truncate(path, 1), Path.unlink], ids=["flip", "cut", "gone"])
def test_a_damaged_store_gives_the_same_answers(
    home: Path, bundled: LocalStore, pattern: str, damage: Callable[[Path], object]
) -> None:
    (folder,) = home.glob("bundled-*")
    for path in (folder / "graph").glob(pattern):
        damage(path)
    assert claims(open_bundled()) == claims(bundled)
    assert intact(folder)


def test_without_a_cache_the_graph_is_in_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bundled: LocalStore
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPREADGRAPH_CACHE", str(tmp_path / "file"))
    found = open_bundled([("words", write_one)])
    assert claims(found) == claims(bundled)
    assert found.companion("words") is None


def test_an_entry_that_vanishes_while_it_is_opened_is_no_error(
    monkeypatch: pytest.MonkeyPatch, home: Path, bundled: LocalStore
) -> None:
    (folder,) = home.glob("bundled-*")
    found = str(folder)

    def vanishing(*_: object) -> str:
        shutil.rmtree(folder)
        return found

    monkeypatch.setattr(cache, "entry", vanishing)
    assert claims(open_bundled()) == claims(bundled)


def words(graph: Store, path: Path) -> None:
    path.write_text(str(claims(graph)))


def test_companions_are_built_with_the_graph_and_covered_by_its_receipt(home: Path, bundled: LocalStore) -> None:
    path = open_bundled([("words", words)]).companion("words")
    assert path is not None
    assert Path(path).read_text() == str(claims(bundled))
    Path(path).write_text("0")
    path = open_bundled([("words", words)]).companion("words")
    assert path is not None
    assert Path(path).read_text() == str(claims(bundled))


def test_the_key_changes_with_data_code_queries_and_companions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ontology", "queries"):
        shutil.copytree(resources.bundled(name), tmp_path / name)
    monkeypatch.setattr(cache, "bundled", lambda name: str(tmp_path / name))
    package = tmp_path / "spreadgraph"
    shutil.copytree(cache._PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(cache, "_PACKAGE", str(package))
    keys = [cache.bundled_key(), cache.bundled_key([("words", words)]), cache.bundled_key([("other", words)])]
    for changed in (
        tmp_path / "ontology" / "spreadgraph.ttl",
        tmp_path / "ontology" / "evidence" / "bevan-2024.yamlld",
        package / "graph" / "rules.py",
        package / "sources" / "yamlld.py",
        package / "terms.py",
    ):
        changed.write_text(changed.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
        keys.append(cache.bundled_key())
    with_companion = cache.bundled_key([("words", words)])
    (tmp_path / "queries" / "index" / "new.rq").write_text("ASK {}")
    assert cache.bundled_key([("words", words)]) != with_companion
    assert len(set(keys)) == len(keys)


def test_files_of_editors_do_not_change_the_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    copy = tmp_path / "ontology"
    shutil.copytree(ontology_dir(), copy)
    monkeypatch.setattr(cache, "bundled", lambda _: str(copy))
    before = cache.bundled_key()
    (copy / ".#spreadgraph.ttl").symlink_to("nobody@nowhere")
    (copy / "spreadgraph.ttl~").write_text("x")
    assert cache.bundled_key() == before


def test_two_processes_that_build_at_once_both_get_the_graph(tmp_path: Path, bundled: LocalStore) -> None:
    code = "from spreadgraph.graph.store import open_bundled; print(len(open_bundled().native))"
    environment = {**os.environ, "SPREADGRAPH_CACHE": str(tmp_path / "cache")}
    running = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = [process.communicate(timeout=120)[0].strip() for process in running]
    assert answers == [str(len(bundled.native))] * 4
    (folder,) = (tmp_path / "cache").iterdir()
    assert intact(folder)
