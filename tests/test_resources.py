"""Files are found wherever the package lies, and writing one does no harm."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from spreadgraph import resources
from spreadgraph.errors import SpreadgraphError
from spreadgraph.resources import write_atomically


def test_ontology_queries_and_evidence_are_found() -> None:
    assert (resources.ontology_dir() / "spreadgraph.ttl").is_file()
    assert list(resources.queries_dir().rglob("*.rq"))
    assert [path.name for path in resources.evidence_files()] == ["bevan-2024.yamlld"]


def test_the_folders_of_a_wheel_come_before_those_of_a_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "src" / "spreadgraph"
    for folder in (package / "_bundled" / "ontology", tmp_path / "ontology", tmp_path / "queries"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", str(package))
    assert resources.ontology_dir() == package / "_bundled" / "ontology"
    assert resources.queries_dir() == tmp_path / "queries"


def test_a_broken_installation_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", str(tmp_path / "src" / "spreadgraph"))
    with pytest.raises(SpreadgraphError, match="install spreadgraph again"):
        resources.ontology_dir()


@pytest.mark.parametrize(
    ("platform", "settings", "expected"),
    [
        ("linux", {"SPREADGRAPH_CACHE": "/own", "XDG_CACHE_HOME": "/xdg"}, "/own"),
        ("linux", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/spreadgraph"),
        ("linux", {"HOME": "/home/a"}, "/home/a/.cache/spreadgraph"),
        ("darwin", {"HOME": "/Users/a"}, "/Users/a/Library/Caches/spreadgraph"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/spreadgraph/cache"),
    ],
)
def test_the_cache_lies_where_the_platform_keeps_caches(
    monkeypatch: pytest.MonkeyPatch, platform: str, settings: dict[str, str], expected: str
) -> None:
    for name in ("SPREADGRAPH_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.platform", platform)
    assert Path(resources.cache_dir()) == Path(expected)


def test_without_a_home_the_cache_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPREADGRAPH_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(OSError, match=r".+"):
        Path(resources.cache_dir()).mkdir(parents=True)


@pytest.mark.parametrize("content", ["one\ntwo é\n", b"\x00\xff"])
def test_a_file_is_written_byte_for_byte(tmp_path: Path, content: str | bytes) -> None:
    resources.write_atomically(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == (content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize("fails", ["os.fsync", "pathlib.Path.replace"])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fails: str
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fails, full)
    with pytest.raises(OSError, match="No space left"):
        resources.write_atomically(path, "new")
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {"file": "old"}


def test_text_that_is_not_unicode_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        resources.write_atomically(path, "\ud800")
    assert path.read_text() == "old"


@pytest.mark.skipif(os.name != "posix", reason="file modes and links are those of POSIX")
def test_a_replaced_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    resources.write_atomically(link, "new")
    assert link.is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("new", 0o640)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_stays_a_pipe_and_takes_what_is_written(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as threads:
        read = threads.submit(pipe.read_text)
        write_atomically(pipe, "written")
        assert read.result(60) == "written"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_what_cannot_be_written_is_called_as_the_reader_called_it(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none" / "file"):
        with pytest.raises(OSError) as failed:  # noqa: PT011  of which kind the system decides
            write_atomically(path, "x")
        assert failed.value.filename == str(path)
