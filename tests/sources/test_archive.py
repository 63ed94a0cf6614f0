"""Files, folders and archives: what is found in them, and what is refused."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from spreadgraph.sources.archive import Member, members

PAPER = b"<article/>"


def tar(
    files: dict[str, bytes],
    change: Callable[[tarfile.TarInfo], None] = lambda info: None,
    form: int = tarfile.PAX_FORMAT,
) -> bytes:
    """Return a tar archive of these files; ``change`` alters each header before it is written."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            change(info)
            archive.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return out.getvalue()


def found(path: Path, data: bytes) -> list[Member]:
    path.write_bytes(data)
    return list(members(path))


def error(member: Member) -> str:
    assert member.data is None
    assert member.error is not None
    assert "\n" not in str(member.error)
    return str(member.error)


def test_a_file_is_itself_zipped_or_not(tmp_path: Path) -> None:
    plain, zipped = tmp_path / "a.nxml", tmp_path / "a.xml.gz"
    assert found(plain, PAPER) == [Member(str(plain), "jats", PAPER)]
    assert found(zipped, gzip.compress(PAPER[:4]) + gzip.compress(PAPER[4:]) + b"\0" * 9) == [
        Member(str(zipped), "jats", PAPER)
    ]


def test_a_folder_is_read_in_order_and_only_what_can_be_a_paper(tmp_path: Path) -> None:
    for name in ("b/2.xml", "b/1.yamlld", "a.nxml", "c.pdf", ".hidden.xml", ".git/x.xml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(PAPER)
    names = [(Path(each.name).name, each.kind) for each in members(tmp_path)]
    assert names == [("a.nxml", "jats"), ("1.yamlld", "yamlld"), ("2.xml", "jats")]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tgz"])
def test_an_archive_names_its_papers(tmp_path: Path, suffix: str, form: int) -> None:
    deep = "/".join(["folder" * 6] * 3) + "/\u00e9.xml"
    files = {"a/1.xml": PAPER * 60, "a/pic.jpg": b"x" * 700, deep: PAPER, "z.xml.gz": gzip.compress(PAPER)}
    data = tar(files, form=form)
    path = tmp_path / f"corpus{suffix}"
    got = found(path, data if suffix == ".tar" else gzip.compress(data))
    assert [(each.name, each.data) for each in got] == [
        (f"{path}/a/1.xml", PAPER * 60), (f"{path}/{deep}", PAPER), (f"{path}/z.xml.gz", PAPER),
    ]  # fmt: skip


@pytest.mark.parametrize("wrap", [lambda data: data, gzip.compress], ids=["plain", "zipped"])
@pytest.mark.parametrize(
    ("data", "kind"), [(PAPER, "jats"), (b"\xef\xbb\xbf <a/>", "jats"), (b'"@context":\n', "yamlld")]
)
def test_standard_input_is_told_by_its_content(data: bytes, kind: str, wrap: Callable[[bytes], bytes]) -> None:
    assert list(members("-", stdin=io.BytesIO(wrap(data)))) == [Member("-", kind, data)]  # type: ignore[arg-type] # a str


def test_an_archive_may_come_by_standard_input() -> None:
    (member,) = members("-", stdin=io.BytesIO(gzip.compress(tar({"a.xml": PAPER}))))
    assert (member.name, member.data) == ("-/a.xml", PAPER)


@pytest.mark.parametrize("name", ["a.zip", "a.docx", "a"])
def test_other_files_are_refused_by_name(tmp_path: Path, name: str) -> None:
    (member,) = found(tmp_path / name, PAPER)
    assert "spreadgraph reads .xml, .nxml" in error(member)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    (member,) = members(tmp_path / "none.xml")
    assert "No such file" in error(member)
    (member,) = members(tmp_path / "none")
    assert "no such file" in error(member)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("../a.xml", None, "leads out of the archive"),
        ("/etc/a.xml", None, "leads out of the archive"),
        ("a/../../b.xml", None, "leads out of the archive"),
        ("a.xml", tarfile.SYMTYPE, "is a link"),
        ("a.xml", tarfile.LNKTYPE, "is a link"),
        ("a.xml", tarfile.FIFOTYPE, "is a link or no ordinary file"),
        ("a.tar", None, "an archive inside an archive"),
    ],
)
def test_tricks_of_archives_are_refused_and_the_rest_is_read(
    tmp_path: Path, name: str, change: bytes | None, message: str
) -> None:
    def turn(info: tarfile.TarInfo) -> None:
        if change and info.name == name:
            info.type, info.linkname = change, "/etc/passwd"

    first, second = found(tmp_path / "c.tar", tar({name: PAPER, "ok.xml": PAPER}, turn))
    assert message in error(first)
    assert second.data == PAPER


def test_links_in_folders_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "a.xml").write_bytes(PAPER)
    (tmp_path / "in" / "b.xml").symlink_to(tmp_path / "a.xml")
    (member,) = members(tmp_path / "in")
    assert "it is a link" in error(member)


def test_links_to_folders_are_refused_and_not_followed(tmp_path: Path) -> None:
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.xml").write_bytes(PAPER)
    (tmp_path / "in" / "more").symlink_to(tmp_path / "out")
    first, second = members(tmp_path / "in")
    assert first.data == PAPER
    assert "in/more:1: it is a link" in error(second)


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for name in ("b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.xml").write_bytes(PAPER)
    (tmp_path / "a.xml").write_bytes(PAPER)
    found = members(tmp_path)
    first = next(found)
    shutil.rmtree(tmp_path / "b")  # rights would not do: who runs this may be allowed everything
    second, third = found
    assert first.data == second.data == PAPER
    assert f"{tmp_path}/b:1: it cannot be read" in error(third)


@pytest.mark.parametrize("folder", [False, True])
def test_a_pipe_in_place_of_a_file_is_refused(tmp_path: Path, folder: bool) -> None:
    os.mkfifo(tmp_path / "a.xml")
    (member,) = members(tmp_path if folder else tmp_path / "a.xml")
    assert "no ordinary file" in error(member)


@pytest.mark.parametrize("name", ["a.xml.gz", "a.tar.gz"])
def test_what_swells_beyond_reason_is_refused(tmp_path: Path, name: str) -> None:
    bomb = b"\0" * 30_000_000
    data = gzip.compress(tar({"b.xml": bomb}) if "tar" in name else bomb)
    assert len(data) < 100_000
    (member,) = found(tmp_path / name, data)
    assert "swells to more than 100 times" in error(member)


def test_size_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"x" * 101)
    assert "larger than" in error(next(members(path, max_bytes=100)))
    archive = tmp_path / "a.tar"
    archive.write_bytes(tar({"a.xml": b"x" * 101, "b.xml": PAPER}))
    first, second = members(archive, max_bytes=100)
    assert "larger than" in error(first)
    assert second.data == PAPER


@pytest.mark.parametrize("cut", [3, 40, 600, 1100])
@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.xml.gz"])
def test_what_is_cut_short_is_refused(tmp_path: Path, name: str, cut: int) -> None:
    content = os.urandom(2000)
    data = tar({"a.xml": content}) if "tar" in name else content
    data = gzip.compress(data) if "gz" in name else data
    *_, last = found(tmp_path / name, data[:cut])
    assert "cut short" in error(last) or "damaged" in error(last)


def test_a_file_that_is_not_zipped_is_said_to_be_none(tmp_path: Path) -> None:
    (member,) = found(tmp_path / "a.xml.gz", PAPER)
    assert "no gzip file" in error(member)


def test_a_long_name_of_any_length_does_not_fill_the_memory(tmp_path: Path) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 2_000_000
    (member,) = found(tmp_path / "a.tar", header.tobuf() + b"a" * 2_000_000)
    assert "broken" in error(member)
