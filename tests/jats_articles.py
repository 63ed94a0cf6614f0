"""Small made-up articles in JATS, for tests that need one with a single trait."""

from __future__ import annotations

from typing import Any

from spreadgraph.sources import jats
from spreadgraph.sources.source import Source

Node = dict[str, Any]

FRONT = """<front><journal-meta><journal-title-group><journal-title>Ward Studies</journal-title></journal-title-group>
</journal-meta><article-meta><article-id pub-id-type="doi">10.5555/WARD.1</article-id>
<title-group><article-title>Teams that learn<xref ref-type="fn" rid="n1">*</xref></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Smith</surname><given-names>Ann Mary</given-names></name>
</contrib></contrib-group><pub-date pub-type="epub"><year>2020</year></pub-date><volume>3</volume>
<fpage>7</fpage><lpage>9</lpage></article-meta></front>"""


def ref(number: int, inside: str = "", label: bool = True) -> str:
    """Return an entry of a list; without ``inside`` a journal article of its own."""
    head = f"<label>{number}</label>" if label else ""
    default = (
        f'<element-citation publication-type="journal"><name><surname>Lee{number}</surname>'
        f"<given-names>B</given-names></name><article-title>A study of wards, part {number}</article-title>"
        f"<source>J Wards</source><year>20{number:02}</year></element-citation>"
    )
    return f'<ref id="r{number}">{head}{inside or default}</ref>'


def cite(number: int, text: str | None = None) -> str:
    """Return a marker linked to an entry."""
    return f'<xref ref-type="bibr" rid="r{number}">{number if text is None else text}</xref>'


def article(body: str, refs: str | None = None, front: str = FRONT, after: str = "") -> str:
    """Return an article with this body; its list has nine entries unless ``refs`` says otherwise."""
    listed = "".join(map(ref, range(1, 10))) if refs is None else refs
    back = f"<back><ref-list>{listed}</ref-list></back>"
    return f"<article xmlns:xlink='http://www.w3.org/1999/xlink'>{front}<body>{body}</body>{back}{after}</article>"


def read(text: str, *, keep_text: bool = False) -> Source:
    """Read one article."""
    (source,) = jats.read(text.encode(), "a.xml", keep_text=keep_text)
    return source


def document(body: str, refs: str | None = None) -> Node:
    """Read an article with this body."""
    return read(article(body, refs)).document


def passages(body: str, refs: str | None = None) -> list[Node]:
    """Return the passages of an article with this body."""
    found: list[Node] = document(body, refs).get("passages", [])
    return found


def cited(body: str, refs: str | None = None) -> list[str]:
    """Return the numbers of the references cited, passage by passage; those of a range in brackets."""
    return [
        " ".join(
            f"({number})" if citation.get("fromRange") else number
            for citation in passage["citations"]
            for number in [citation["pointsTo"].removeprefix("reference/")]
        )
        for passage in passages(body, refs)
    ]
