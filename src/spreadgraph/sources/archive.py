"""Finds the papers in files, folders and archives, one at a time, without unpacking anything to disk."""

from __future__ import annotations

import io
import os
import stat
import sys
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol

from spreadgraph.errors import SourceError

MAX_BYTES: Final = 50_000_000
MAX_RATIO: Final = 100
READS: Final = ".xml, .nxml, .xml.gz, .tar, .tar.gz, .tgz, .yamlld and folders"
# What a compressed file may swell to whatever its ratio, since a short file of blanks is no bomb.
_ALWAYS_ALLOWED = 1_000_000
_BLOCK, _MOST_HEADER = 512, 1_000_000
_PAPERS = (".xml", ".nxml", ".xml.gz", ".nxml.gz", ".yamlld")
_TARS = (".tar", ".tar.gz", ".tgz")

Kind = Literal["jats", "yamlld"]


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class Member:
    """A paper as found: ``name`` says where (``corpus.tar.gz/a/b.xml``), ``kind`` how to read it.

    Either ``data`` holds its bytes, or ``error`` says why it was refused.
    """

    name: str
    kind: Kind
    data: bytes | None = None
    error: SourceError | None = None


def members(path: Path | str, *, stdin: BinaryIO | None = None, max_bytes: int = MAX_BYTES) -> Iterator[Member]:
    """Yield the papers at ``path`` in the order of their names, or of the archive; ``-`` is standard input.

    A folder is read with all that is in it; what cannot be a paper there or in an archive is passed over, and so are
    hidden files. Links, also those to folders, folders that cannot be read, what is no ordinary file, paths that lead
    out of an archive, files beyond ``max_bytes``, and compressed files that swell more than a hundredfold are refused:
    as a member with its ``error``, so that the rest is still read.
    """
    if str(path) == "-":
        yield from _stream("-", stdin or sys.stdin.buffer, max_bytes)
        return
    path = Path(path)
    if path.is_dir():
        yield from _folder(path, max_bytes)
    elif path.name.lower().endswith(_PAPERS + _TARS):
        yield from _file(str(path), path, max_bytes)
    elif path.exists():
        yield _refused(str(path), f"spreadgraph reads {READS}, not {path.suffix or 'files without a suffix'}")
    else:
        yield _refused(str(path), "there is no such file; check the name")


def _folder(folder: Path, most: int) -> Iterator[Member]:
    unread: list[OSError] = []
    for home, folders, names in os.walk(folder, onerror=unread.append):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        papers = (name for name in names if name[0] != "." and name.lower().endswith(_PAPERS + _TARS))
        for path in (Path(home, name) for name in (*sorted(papers), *folders)):
            if path.is_symlink():
                yield _refused(str(path), "it is a link, and links in folders are not followed; name what it leads to")
            elif path.name not in folders:
                yield from _file(str(path), path, most)
    yield from (_unreadable(str(error.filename), error) for error in unread)


def _file(name: str, path: Path, most: int) -> Iterator[Member]:
    try:
        # Asked before it is opened: to open a pipe is to wait for the one who writes to it.
        if not stat.S_ISREG(path.stat().st_mode):
            yield _refused(name, "it is no ordinary file; name a file or a folder")
            return
        with path.open("rb") as file:
            if name.lower().endswith(_TARS):
                yield from _tar(name, _Unzipped(name, file) if name.lower().endswith("gz") else file, most)
            else:
                yield _paper(name, file, most)
    except OSError as error:
        yield _unreadable(name, error)


def _stream(name: str, raw: _Readable, most: int) -> Iterator[Member]:
    """Read what comes by a pipe, whose kind is told from its first bytes, as it has no name."""
    head = _up_to(raw, _BLOCK)
    file: _Readable = _Rest(head, raw)
    try:
        if head.startswith(b"\x1f\x8b"):
            unzipped = _Unzipped(name, file)
            head = _up_to(unzipped, _BLOCK)
            file = _Rest(head, unzipped)
        if head[257:262] == b"ustar":
            yield from _tar(name, file, most)
        else:
            opening = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
            kind: Kind = "jats" if opening.startswith(b"<") else "yamlld"
            yield _read(name, kind, file, most)
    except SourceError as error:
        yield Member(name, "jats", error=error)


def _paper(name: str, file: _Readable, most: int) -> Member:
    return _read(name, _kind(name), _Unzipped(name, file) if name.lower().endswith(".gz") else file, most)


def _read(name: str, kind: Kind, file: _Readable, most: int) -> Member:
    try:
        data = file.read(most + 1)
    except SourceError as error:
        return Member(name, kind, error=error)
    if len(data) > most:
        return _refused(name, f"larger than {most // 1_000_000} MB; add its articles one by one")
    return Member(name, kind, data)


def _kind(name: str) -> Kind:
    return "yamlld" if name.lower().endswith(".yamlld") else "jats"


def _refused(name: str, why: str) -> Member:
    return Member(name, _kind(name), error=SourceError([f"{name}:1: {why}"]))


def _unreadable(name: str, error: OSError) -> Member:
    return _refused(name, f"it cannot be read ({error.strerror or error}); check it and your rights to it")


# ------ archives


def _tar(name: str, file: _Readable, most: int) -> Iterator[Member]:
    """Yield the papers of a tar archive, read once from front to back.

    The headers are parsed by tarfile, the loop is ours: that of tarfile reads a long name of any length into memory
    and follows links to earlier members.
    """
    long_name = ""
    try:
        while header := _header(name, file):
            if header.type in (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE):
                extra = _exactly(name, file, min(header.size, _MOST_HEADER + 1))
                if len(extra) > _MOST_HEADER:
                    raise _broken(name)
                long_name = _long_name(header.type, extra) or long_name
                _skip(name, file, -header.size % _BLOCK)
                continue
            path, long_name = long_name or header.name, ""
            left = header.size if header.isreg() or header.type not in _WITHOUT_DATA else 0
            if found := _member(f"{name}/{path}", path, header):
                if found.error or header.size > most:
                    yield found if found.error else _refused(found.name, f"larger than {most // 1_000_000} MB")
                else:
                    data = _exactly(name, file, header.size)
                    left = 0
                    yield _paper(found.name, io.BytesIO(data), most)
                    _skip(name, file, -header.size % _BLOCK)
            _skip(name, file, left + (-left % _BLOCK))
    except SourceError as error:
        yield Member(name, "jats", error=error)


_WITHOUT_DATA = (tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)


def _header(name: str, file: _Readable) -> tarfile.TarInfo | None:
    block = _up_to(file, _BLOCK)
    if not block.strip(b"\x00"):
        return None
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except tarfile.TarError as error:
        raise _broken(name) from error
    if header.size < 0:
        raise _broken(name)
    return header


def _member(name: str, path: str, header: tarfile.TarInfo) -> Member | None:
    """Return a member to be read, refused with its error, or None where it can be no paper."""
    parts = path.replace("\\", "/").split("/")
    low = path.lower()
    if header.isdir() or not low.endswith(_PAPERS + _TARS) or parts[-1].startswith("."):
        return None
    if path.startswith(("/", "\\")) or ".." in parts:
        return _refused(name, "its path leads out of the archive; pack the archive again")
    if not header.isreg():
        return _refused(name, "it is a link or no ordinary file, which archives of papers do not need")
    if low.endswith(_TARS):
        return _refused(name, "it is an archive inside an archive; unpack it and add it by itself")
    return Member(name, _kind(path))


def _long_name(kind: bytes, extra: bytes) -> str:
    if kind == tarfile.GNUTYPE_LONGNAME:
        return extra.rstrip(b"\x00").decode("utf-8", "replace")
    for record in extra.split(b"\n"):
        _, _, entry = record.partition(b" ")
        if entry.startswith(b"path="):
            return entry[5:].decode("utf-8", "replace")
    return ""


def _up_to(file: _Readable, size: int) -> bytes:
    data = file.read(size)
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    return data


def _exactly(name: str, file: _Readable, size: int) -> bytes:
    data = _up_to(file, size)
    if len(data) < size:
        raise _broken(name)
    return data


def _skip(name: str, file: _Readable, size: int) -> None:
    while size > 0:
        size -= len(_exactly(name, file, min(size, 1 << 20)))


def _broken(name: str) -> SourceError:
    return SourceError([f"{name}:1: the archive is broken or cut short here; fetch it again"])


# ------ streams


class _Rest:
    """A file whose first bytes have been read already."""

    def __init__(self, head: bytes, file: _Readable) -> None:
        self._head, self._file = head, file

    def read(self, size: int = -1, /) -> bytes:
        if not self._head:
            return self._file.read(size)
        if 0 <= size <= len(self._head):
            data, self._head = self._head[:size], self._head[size:]
            return data
        data, self._head = self._head, b""
        return data + self._file.read(-1 if size < 0 else size - len(data))


class _Unzipped:
    """The content of a gzip file, which is refused once it has swollen beyond all reason."""

    def __init__(self, name: str, file: _Readable) -> None:
        self._name, self._file = name, file
        self._engine = zlib.decompressobj(wbits=31)
        self._taken = self._given = 0
        self._waiting = b""
        self._begun = False

    def read(self, size: int = -1, /) -> bytes:
        pieces: list[bytes] = []
        left = size if size >= 0 else MAX_BYTES + 1
        while left > 0 and (piece := self._piece(min(left, 1 << 20))):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def _piece(self, most: int) -> bytes:
        """Return the next bytes, at most ``most``, or none at the end of the last of the files zipped together."""
        while True:
            if self._engine.eof:
                self._waiting = self._engine.unused_data
                self._engine, self._begun = zlib.decompressobj(wbits=31), False
            if not self._waiting:
                self._waiting = self._file.read(1 << 16)
                self._taken += len(self._waiting)
            # Zeros behind the end are padding of tapes and of careless tools.
            self._waiting = self._waiting if self._begun else self._waiting.lstrip(b"\x00")
            if not self._waiting and not self._begun:
                return b""
            if piece := self._unzip(most):
                return piece

    def _unzip(self, most: int) -> bytes:
        ended = self._begun and not self._waiting
        self._begun = True
        try:
            piece = self._engine.decompress(self._waiting, most)
        except zlib.error as error:
            raise self._error("is no gzip file or is damaged; fetch it again") from error
        if ended and not piece and not self._engine.eof:
            raise self._error("is cut short; fetch it again")
        self._waiting = self._engine.unconsumed_tail
        self._given += len(piece)
        if self._given > _ALWAYS_ALLOWED + MAX_RATIO * self._taken:
            raise self._error(f"swells to more than {MAX_RATIO} times its size; it is not read")
        return piece

    def _error(self, what: str) -> SourceError:
        return SourceError([f"{self._name}:1: the compressed file {what}"])
