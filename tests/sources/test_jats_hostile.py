"""Hostile and broken files: each is read, or refused in one line; none crashes, hangs or reaches outside."""

from __future__ import annotations

import copy
import json
import os
import random
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from jats_articles import FRONT, article, cite, ref
from spreadgraph.errors import SourceError
from spreadgraph.sources import jats
from spreadgraph.sources.xml import MAX_BYTES

MUTATIONS = int(os.environ.get("SPREADGRAPH_MUTATIONS", "500"))
LAUGHS = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
WIDE = "<tr><td rowspan='999' colspan='99'/></tr>"

# ruff: noqa: E501 # one hostile file a line

REFUSED = {
    "nothing": (b"", "not well-formed XML"),
    "no XML": (b"hello", "not well-formed XML"),
    "truncated": (article("<p>It").encode()[:300], "not well-formed XML"),
    "a PDF": (b"%PDF-1.7\n", "not well-formed XML"),
    "laughs": (f'<!DOCTYPE article [<!ENTITY a0 "ha">{LAUGHS}]><article>&a9;</article>'.encode(), "entities of its own"),
    "a file": (b'<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]><article>&x;</article>', "entities of its own"),
    "a parameter entity": (b'<!DOCTYPE article [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><article/>', "entities of its own"),
    "entities in wide characters": (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE article [<!ENTITY x "y">]><article>&x;</article>'.encode("utf-16"),
        "entities of its own",
    ),
    "an unknown entity": (b"<!DOCTYPE article SYSTEM 'a.dtd'>\n<article>&otter;</article>", r"a\.xml:2: the entity &otter;"),
    "another encoding": (b"<?xml version='1.0' encoding='utf-8'?>\n<article>\xe9\xe8</article>", "not well-formed XML"),
    "an unknown encoding": (b"<?xml version='1.0' encoding='klingon'?><article/>", "not well-formed XML"),
    "deep": (b"<article>" + b"<p>" * 5000 + b"</p>" * 5000 + b"</article>", "nested too deeply"),
    "one long text": (b"<article><body><p>" + b"a" * 11_000_000 + b"</p></body></article>", "larger than any article"),
    "too large": (b"<article>" + b" " * MAX_BYTES + b"</article>", "larger than 50 MB"),
    "too many elements": (b"<article>" + b"<p/>" * 3_000_001 + b"</article>", "more elements"),
    "a control character": (b"<article>\x01</article>", "not well-formed XML"),
    "a control character by number": (b"<article>&#1;</article>", "not well-formed XML"),
    "no character": ("<article>\ufffe</article>".encode(), "not well-formed XML"),
    "half a character": (b"<article>\xed\xa0\x80</article>", "not well-formed XML"),
    "a wide table": (
        article(f"<table-wrap><table>{WIDE * 3000}<tr><td>{cite(1)}</td></tr></table></table-wrap>").encode(),
        "span more cells",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_in_one_line_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as refused:
        jats.read(data, "a.xml")
    assert re.fullmatch(r"a\.xml:\d+: .+; .+", str(refused.value))


def test_a_doctype_is_never_loaded_and_known_entities_are_read() -> None:
    body = "<p>&alpha;&nbsp;&amp; b &lt; &eacute; " + cite(1) + "</p>"
    text = f"<!DOCTYPE article SYSTEM 'http://127.0.0.1:9/JATS.dtd'>{article(body)}"
    (source,) = jats.read(text.encode(), "a.xml", keep_text=True)
    assert source.document["passages"][0]["text"] == "\u03b1 & b < \u00e9 1"


def test_text_that_looks_like_our_own_signs_is_no_marker() -> None:
    (source,) = jats.read(article(f"<p>A \ufdd0b\ufdd1 \ufdd4c {cite(1)}.</p>").encode(), "a.xml", keep_text=True)
    (passage,) = source.document["passages"]
    assert [each["marker"] for each in passage["citations"]] == ["1"]


@pytest.mark.parametrize(
    "body",
    [
        cite(1) * 20_000,
        f"<p>{cite(1)}\u2013{cite(9)}</p>" * 3000,
        f"<p>{'(' * 50_000}{cite(1)}{'.' * 50_000}</p>",
        f"<p>{'A. ' * 50_000}{cite(1)}</p>",
        f"<p>Same words here again and again {cite(1)}.</p>" * 3000,
        f"<p>{('Same words here again ' + cite(1) + '. ') * 3000}</p>",
        f"<p>{cite(1, '1' * 100_000 + 'ab')}</p>",
        f"<p>{cite(1, '1,' * 50_000 + 'x')}</p>",
    ],
    ids=["markers", "ranges", "signs", "initials", "paragraphs", "sentences", "long marker", "long list"],
)
def test_much_of_one_thing_is_no_trap(body: str) -> None:
    (source,) = jats.read(article(f"<sec>{body}</sec>").encode(), "a.xml")
    assert source.document["manifest"]["citations"] > 0


def test_more_citations_than_any_article_has_are_refused() -> None:
    listed = "".join(map(ref, range(1, 152)))
    with pytest.raises(SourceError, match="more citations"):
        jats.read(article(f"<p>{cite(1)}\u2013{cite(151)}</p>" * 700, listed).encode(), "a.xml")


# ------ mutations

SEEDS = [
    article(
        f"<sec id='s1'><title>T</title><p>One.<sup>{cite(1)}\u2013{cite(4)}</sup> Two et al. ({cite(5, 'Lee, 2005')}).</p>"
        f"<table-wrap id='t'><label>Table 1</label><table><thead><tr><th colspan='2'>H</th></tr></thead><tbody><tr>"
        f"<td rowspan='2'>A</td><td>{cite(2)}</td></tr></tbody></table></table-wrap></sec>",
        ref(1) + ref(2, '<mixed-citation>X <pub-id pub-id-type="doi">10.5555/a&lt;b</pub-id></mixed-citation>')
        + ref(3, "<note><p>N</p></note>") + ref(4, "<mixed-citation>A</mixed-citation><mixed-citation>B</mixed-citation>") + ref(5),
    ),
    "<!DOCTYPE article SYSTEM 'a.dtd'>" + article(f"<p>&alpha; {cite(1)}</p>", after="<sub-article id='x'/>"),
]  # fmt: skip
PIECES = [
    b"<p>", b"</p>", b"<sec>", b"<xref rid='r1'>", b"<xref/>", b"<ref>", b"<ref-list/>", b"<table-wrap/>", b"<td>", b"<fn/>",
    b"id='r1'", b"rid='r1 r2 r9'", b"colspan='-1'", b"rowspan='99999'", b"&alpha;", b"&x;", b"&#0;", b"&#xFDD0;", b"<![CDATA[", b"]]>",
    b"<!--", b"\x00", b"\xff", b"10.5555/", b"\xe2\x80\x93", b"<label/>", b"<label>9</label>", b"<year>9999</year>", b"<surname/>",
    b"<caption>", b"<article>", b"<front/>", b"xml:lang='", b"<sub-article>", b"<etal/>", b"<name/>", b"<person-group>", b"\xef\xb7\x94",
]  # fmt: skip


TAGS = re.findall(r"<([a-z-]+)", "".join(SEEDS))
WORDS = ["", "\u2013", "3-7", "1,2", "10.5555/x", "2001", "e.g. A. B.", "\ufdd0\ufdd4", "]\u2013[", "a" * 500, "9" * 50]


def mutated(random: random.Random) -> bytes:
    """Return an article with one to six edits: of its bytes, which mostly breaks it, or of its tree."""
    return _bytes(random) if random.random() < 0.4 else _tree(random)


def _bytes(random: random.Random) -> bytes:
    data = random.choice(SEEDS).encode()
    for _ in range(random.randint(1, 6)):
        at, length = random.randrange(len(data)), random.choice((1, 8, 60))
        piece = random.choice((b"", data[at : at + length] * 2, random.choice(PIECES), random.randbytes(1)))
        data = data[:at] + piece + data[at + random.choice((0, 0, length)) :]
    return data


def _tree(random: random.Random) -> bytes:
    root = ElementTree.fromstring(SEEDS[0])  # noqa: S314 # it is our own
    for _ in range(random.randint(1, 6)):
        parents = [each for each in root.iter() if len(each)]
        parent, other = random.choice(parents), random.choice(list(root.iter()))
        child = random.choice(list(parent))
        edit = random.randrange(6)
        if edit == 0:
            parent.remove(child)
        elif edit == 1:
            parent.insert(0, copy.deepcopy(child))
        elif edit == 2:
            other.append(copy.deepcopy(child))
        elif edit == 3:
            child.tag = random.choice(TAGS)
        elif edit == 4:
            child.text, child.tail = random.choice(WORDS), random.choice(WORDS)
        else:
            child.set(
                random.choice(("id", "rid", "colspan", "rowspan")), random.choice(("r1", "r1 r9", "-1", "99", ""))
            )
        if not any(len(each) for each in root.iter()):
            break
    return ElementTree.tostring(root)


def test_mutated_articles_are_read_or_refused() -> None:
    seeded = random.Random(20261124)  # noqa: S311 # no secret
    refused: list[str] = []
    for _ in range(MUTATIONS):
        data = mutated(seeded)
        try:
            sources = jats.read(data, "m.xml")
        except SourceError as error:
            refused.append(str(error))
            continue
        for source in sources:
            text = json.dumps(source.document, ensure_ascii=False)
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", text), data
            _consistent(source.document)
    assert all(re.fullmatch(r"m\.xml:\d+: .+", error) for error in refused)
    assert MUTATIONS / 10 < len(refused) < MUTATIONS * 2 / 3


def _consistent(document: dict[str, object]) -> None:
    """Check that everything a document points to is in it, and that nothing has the id of another."""
    text = json.dumps({key: value for key, value in document.items() if key != "@context"})
    assert set(re.findall(r'"pointsTo": "([^"]+)"', text)) <= set(re.findall(r'"id": "(reference/\d+)"', text))
    ids = re.findall(r'"id": "((?:passage|section|citation|reference)/[^"]+)"', text)
    assert all(one != other for one, other in pairwise(sorted(ids)))
    assert all(
        re.fullmatch(r"[a-z0-9.-]+(/[a-z0-9.-]+){1,3}", each) for each in re.findall(r'"locator": "([^"]+)"', text)
    )


def test_a_front_without_anything_is_read() -> None:
    (source,) = jats.read(article("", "", front="").encode(), "a.xml")
    assert source.document["title"] == "[no title]"
    assert FRONT not in json.dumps(source.document)
