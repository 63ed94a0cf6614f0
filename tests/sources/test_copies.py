"""A reader's copy is told by its content, read whole or refused in one line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from made_up_copy import article, pdf
from spreadgraph.errors import UsageError
from spreadgraph.sources import copies
from spreadgraph.sources.copies import Copy, read_copy
from spreadgraph.text import letters

TEXT = "Naïve otters \u201ceat\u201d crayfish.\u00b9\n"


def saved(folder: Path, content: str | bytes, name: str = "copy") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_is_read_in_each_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    assert read_copy(saved(tmp_path, TEXT.encode(encoding))) == Copy("copy", "text", TEXT)


def test_other_text_is_read_as_windows_1252_and_that_is_said(tmp_path: Path) -> None:
    copy = read_copy(saved(tmp_path, TEXT.encode("cp1252")))
    assert copy.text == TEXT
    assert copy.remark == "copy is not UTF-8 and was read as Windows-1252; if words look wrong, save it as UTF-8"


PAGE = """<!DOCTYPE html><html><head><title>Not seen</title><style>p {}</style></head><body>
<h2>Diet</h2><p>Otters <i>eat</i> cray<b>fish</b>
and eels.<sup><a href="#r1">1</a>,2</sup> Water is H<sub>2</sub>O &mdash; <del>not</del> here.<br>Next line.</p>
<table><tr><td>Cell one<td>Cell two</table><script>var x = "<p>no</p>";</script><!-- no --></body></html>"""


def test_a_page_is_laid_out_as_it_is_seen(tmp_path: Path) -> None:
    copy = read_copy(saved(tmp_path, PAGE))
    lines = [
        "Diet",
        "Otters eat crayfish and eels.\u00b9,\u00b2 Water is H2O \u2014 here.",
        "Next line.",
        "Cell one",
        "Cell two",
    ]
    assert (copy.kind, copy.text.split("\n")) == ("HTML", lines)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="iso-8859-1">', "latin-1"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "windows-1251"),
        ("", "utf-8"),
        ("", "utf-16"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_names(tmp_path: Path, head: str, encoding: str) -> None:
    word = "выдра" if encoding == "windows-1251" else "naïve"
    copy = read_copy(saved(tmp_path, f"<html><head>{head}</head><body><p>{word}</p></body></html>".encode(encoding)))
    assert (copy.kind, copy.text, copy.remark) == ("HTML", word, None)


def test_an_empty_page_has_no_text(tmp_path: Path) -> None:
    assert read_copy(saved(tmp_path, "<!doctype html><!-- nothing -->")).text == ""


ARTICLE = """<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS v1.2//EN" "JATS.dtd">
<article article-type="research-article"><body><sec><title>Diet</title>
<p>Otters <italic>eat</italic> crayfish [<xref ref-type="bibr" rid="r1">12</xref>].
See <xref ref-type="fig" rid="f1">Figure 2</xref> for Fe<sup>2+</sup>&beta;.</p></sec></body></article>"""


def test_jats_is_laid_out_with_its_markers_raised(tmp_path: Path) -> None:
    copy = read_copy(saved(tmp_path, ARTICLE))
    expected = "Diet\nOtters eat crayfish [\u00b9\u00b2]. See Figure 2 for Fe2+\u03b2."
    assert (copy.kind, copy.text) == ("XML", expected)


def test_a_pdf_is_read_page_by_page(tmp_path: Path) -> None:
    copy = read_copy(saved(tmp_path, pdf("Otters eat\ncrayfish.", "", "And eels.")))
    assert (copy.kind, copy.pages, copy.blank_pages) == ("PDF", 3, 1)
    assert letters(copy.text) == "otterseatcrayfishandeels"


def test_a_pdf_without_text_is_no_error(tmp_path: Path) -> None:
    copy = read_copy(saved(tmp_path, pdf("", "")))
    assert (letters(copy.text), copy.pages, copy.blank_pages) == ("", 2, 2)


REFUSED = {
    "a Word document": (b"PK\x03\x04word", r"is an archive or an office document; spreadgraph reads PDF, HTML"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 9, r"is no text; spreadgraph reads PDF, HTML"),
    "no known encoding": (b"abc \x81\x8d\x8f", r"is in an encoding that cannot be told; save it as UTF-8"),
    "an encoding nobody knows": (
        b'<html><meta charset="klingon"><p>x</p></html>', r"names an unknown encoding, klingon; save it as UTF-8",
    ),
    "no encoding at all": (
        b'<html><meta charset="undefined"><p>x</p></html>', r"names an unknown encoding, undefined; save it as UTF-8",
    ),
    "an encoding of names": (
        b'<html><meta charset="idna"><p>x.xn--0.' + b"x" * 70 + b"</p></html>", r"names an unknown encoding, idna;",
    ),
    "the other encoding of names": (
        b'<html><meta charset="punycode"><p>x</p></html>', r"names an unknown encoding, punycode; save it as UTF-8",
    ),
    "own entities": (
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><article>&x;</article>', r"defines entities of its own",
    ),
    "an unknown entity": (
        b"<!DOCTYPE a SYSTEM 'a.dtd'><article>\n&otter;</article>", r":2: the entity &otter; is not known",
    ),
    "faulty XML": (b"<?xml version='1.0'?>\n<article><p>x</article>", r":2: not well-formed XML"),
    "a page too deep": (b"<html>" + b"<div>" * 3000 + b"x", r"cannot be read to its end"),
    "half a PDF": (pdf("Otters")[:300], r"is a damaged PDF"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message) as refused:
        read_copy(saved(tmp_path, content))
    assert "\n" not in str(refused.value)


def test_a_file_of_200_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.pdf"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(UsageError, match=r"large\.pdf is larger than 50 MB"):
        read_copy(path)


def test_a_text_longer_than_any_article_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "MAX_CHARACTERS", 100)
    with pytest.raises(UsageError, match=r"holds more text than any article"):
        read_copy(saved(tmp_path, article()))


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"is a folder; name the file of your copy"):
        read_copy(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_copy(tmp_path / "none.pdf")


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=saved(tmp_path, pdf("Otters")))
    writer.encrypt("secret", algorithm="RC4-128")
    with (tmp_path / "locked.pdf").open("wb") as file:
        writer.write(file)
    with pytest.raises(UsageError, match=r"locked\.pdf is locked; print it to a new PDF"):
        read_copy(tmp_path / "locked.pdf")


def test_without_the_extra_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(UsageError, match=r"pip install 'spreadgraph\[pdf\]'"):
        read_copy(saved(tmp_path, pdf("Otters")))
