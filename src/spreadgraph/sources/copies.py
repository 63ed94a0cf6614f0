"""Reads a reader's own copy of a paper (PDF, HTML, XML or plain text) into text, line by line as it is laid out."""

from __future__ import annotations

import codecs
import logging
import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from spreadgraph.errors import UsageError, with_extra
from spreadgraph.sources.markup import html_text, xml_text

MAX_BYTES: Final = 50_000_000
MAX_CHARACTERS: Final = 5_000_000
KINDS: Final = "PDF, HTML, JATS XML or plain text"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HTML = re.compile(
    r"<!doctype\s+html|<html[\s>]|^<(head|body|main|section|div|span|p|h[1-6]|table|ul|ol|meta|title)[\s>]",
    re.IGNORECASE,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Copy:
    """A copy as read: its ``text``, a line a line; of a PDF, how many ``pages`` it has and how many are without text.

    ``remark`` is what a reader should know of how it was read, or None.
    """

    name: str
    kind: str
    text: str
    pages: int = 0
    blank_pages: int = 0
    remark: str | None = None


def read_copy(path: Path | str) -> Copy:
    """Return the copy in the file at ``path``; its kind is told from its content, not from its name.

    Citation markers that the file marks up as superscripts come back as superscript characters, so that they cannot
    be taken for numbers of the sentence. Raises UsageError where the file is too large, of another kind, locked, or
    cannot be read without loss; raises OSError where it cannot be opened.
    """
    path = Path(path)
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name the file of your copy")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB; save only the article's pages")
    copy = _read(path, data)
    if len(copy.text) > MAX_CHARACTERS:
        raise UsageError(f"{path} holds more text than any article; save only the article's pages")
    return copy


def _read(path: Path, data: bytes) -> Copy:
    if b"%PDF-" in data[:1024]:
        return _pdf(path, data)
    if data.startswith((b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise UsageError(
            f"{path} is an archive or an office document; spreadgraph reads {KINDS}: save it as one of these"
        )
    if _opening(data).startswith("<"):
        return _html(path, data) if _HTML.search(_opening(data)) else Copy(path.name, "XML", xml_text(str(path), data))
    text, remark = _decoded(path, data)
    return Copy(path.name, "text", text, remark=remark)


def _opening(data: bytes) -> str:
    """Return the first characters of a file without its byte order mark, whatever its width of character."""
    return data[:4096].replace(b"\x00", b"").decode("latin-1").lstrip("\xef\xbb\xbf\xff\xfe \t\r\n")


# ------ plain text


def _decoded(path: Path, data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Return the text of ``data`` and a remark where its encoding had to be guessed."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(path, data[len(mark) :], encoding), None
    wide = _wide(data)
    for encoding in (wide,) if wide else tuple(filter(None, (declared, "utf-8"))):
        try:
            return _strictly(path, data, encoding), None
        except UnicodeDecodeError:
            continue
    try:
        text = _strictly(path, data, "cp1252")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is in an encoding that cannot be told; save it as UTF-8") from error
    return text, f"{path.name} is not UTF-8 and was read as Windows-1252; if words look wrong, save it as UTF-8"


def _wide(data: bytes) -> str | None:
    """Return the UTF-16 in which most characters of ``data`` have a zero byte, or None."""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) / 5:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _strictly(path: Path, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise
    except (LookupError, UnicodeError) as error:  # the latter from what is no encoding of pages, such as idna
        raise UsageError(f"{path} names an unknown encoding, {encoding}; save it as UTF-8") from error
    if len(_CONTROLS.findall(text)) > len(text) / 100:
        raise UsageError(f"{path} is no text; spreadgraph reads {KINDS}")
    return _CONTROLS.sub(" ", text)


def _html(path: Path, data: bytes) -> Copy:
    charset = _CHARSET.search(data[:4096])
    text, remark = _decoded(path, data, charset[1].decode("ascii", "replace") if charset else None)
    return Copy(path.name, "HTML", html_text(str(path), text), remark=remark)


# ------ PDF


def _pdf(path: Path, data: bytes) -> Copy:
    try:
        import pypdf
        from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError
    except ModuleNotFoundError as error:
        raise UsageError(f"PDF copies need one more package; install it with: {with_extra('pdf')}") from error
    # pypdf tells every slip of a PDF's maker; the reader of the copy can do nothing about them.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages]
    except (FileNotDecryptedError, DependencyError) as error:
        raise UsageError(f"{path} is locked; print it to a new PDF and use that") from error
    # Besides its own errors, what pypdf lets through on damaged files (found by damaging files at random).
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UsageError(f"{path} is a damaged PDF ({error}); fetch it again or print it to a new PDF") from error
    blank = sum(not any(character.isalpha() for character in page) for page in pages)
    return Copy(path.name, "PDF", "\n".join(pages), len(pages), blank)
