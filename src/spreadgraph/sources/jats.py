"""Reads articles in JATS XML: metadata, references and every sentence that cites, with its markers; never claims."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from spreadgraph.errors import SourceError
from spreadgraph.resources import ontology_dir
from spreadgraph.sources.jatsfront import Front, is_review
from spreadgraph.sources.jatsnames import text_of
from spreadgraph.sources.jatsplaces import Places, slug
from spreadgraph.sources.jatsrefs import References
from spreadgraph.sources.jatstext import NO_SIGNS, SIGNS, Passages, paragraphs
from spreadgraph.sources.sentences import SPLITTER
from spreadgraph.sources.source import Source
from spreadgraph.sources.xml import line_of, parse_xml
from spreadgraph.terms import DATA, doi_iri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

Node = dict[str, Any]

IMPORTER: Final = "jats-2"
_BOOKS = frozenset(("book", "book-part", "book-part-wrapper", "collection", "book-app"))
_PARTS = ("sub-article", "response")


def reader(keep_text: bool) -> str:
    """Return what marks the papers read with this option; it changes with what comes out of the same file."""
    return f"{IMPORTER} {SPLITTER}{' text' if keep_text else ''}"


def read(data: bytes, name: str, *, keep_text: bool = False) -> list[Source]:
    """Return the articles in a JATS file, in the order of the file; ``name`` is what messages call it.

    Each comes as one document in the form of the curated papers, with an import in place of a curation: the works it
    lists, and a passage for every sentence with a linked marker. ``keep_text`` stores these sentences. A part with a
    front of its own (translation, reply, review) repeats or leans on the reference list of the article; it is left out
    as a whole, and the import names it.

    Raises SourceError, one line ``name:line: what is wrong; what to do``, where the file is no JATS article.
    """
    root = parse_xml(name, data)
    if isinstance(root.tag, str) and root.tag.startswith("{"):
        _without_namespace(root)
    digest = hashlib.sha256(data).hexdigest()
    articles = list(_articles(name, root))
    sources: list[Source] = []
    for article in articles:
        source = _Article(name, article, keep_text).source(digest, alone=len(articles) == 1)
        if any(source.slug == other.slug for other in sources):
            line = line_of(article)
            raise SourceError([f"{name}:{line}: a second article is called {source.slug}; keep one of the two"])
        sources.append(source)
    slugs = [source.slug for source in sources]
    return [replace(source, beside=tuple(slug for slug in slugs if slug != source.slug)) for source in sources]


def _without_namespace(root: _Element) -> None:
    """Drop the namespace of the root from all elements that share it; JATS itself has none."""
    prefix = root.tag[: root.tag.index("}") + 1]
    for element in root.iter(f"{prefix}*"):
        element.tag = element.tag[len(prefix) :]


def _articles(name: str, root: _Element) -> Iterator[_Element]:
    if root.tag == "article":
        yield root
        return
    found = [each for each in root.iter("{*}article") if next(each.iterancestors("{*}article"), None) is None]
    if root.tag in _BOOKS or (not found and next(root.iter(*_BOOKS), None) is not None):
        raise SourceError([f"{name}:{line_of(root)}: this is a book, not an article; only journal articles are read"])
    if not found:
        kind = str(root.tag).rpartition("}")[2]
        raise SourceError([f"{name}:{line_of(root)}: <{kind}> is no JATS article; give the XML of a journal article"])
    for article in found:
        if article.tag != "article":
            _without_namespace(article)
        yield article


@cache
def _context() -> Node:
    text = (ontology_dir() / "context.jsonld").read_text(encoding="utf-8")
    context: Node = json.loads(text)["@context"]
    return context


class _Article:
    """One article on its way into a document."""

    def __init__(self, name: str, element: _Element, keep_text: bool) -> None:
        self._name = name
        self._element = element
        self._keep_text = keep_text
        self._left_out, self._reviewed = _cut_parts(element)
        self._front = Front(element)

    def source(self, digest: str, alone: bool) -> Source:
        """Return the article; ``digest`` is that of its file, in which it may be ``alone``."""
        short = self._slug(digest if alone else "")
        paper = doi_iri(self._front.doi) if self._front.doi else f"{DATA}{short}/article"
        base = f"{DATA}{short}/"
        document, lines = self._document(paper)
        context = [_context(), {"@base": base}]
        absolute = {base + identity: line for identity, line in lines.items()}
        name, document = self._name.rpartition("/")[2], {"@context": context, **document}
        return Source(name, short, paper, document, digest, absolute, reader(self._keep_text))

    def _slug(self, digest: str) -> str:
        """Return the short name; without a ``digest`` of its own (in a set of articles) that is made of its content."""
        front = self._front
        if front.doi:
            return _doi_slug(front.doi)
        for kinds, prefix in ((("pmc", "pmcid"), "pmc"), (("pmid",), "pmid"), (("pii",), "pii")):
            found = next((each for kind in kinds if (each := slug(front.ids.get(kind, "")))), "")
            if found:
                return f"{prefix}-{found.removeprefix('pmc')}"
        if not digest:
            from lxml import etree

            digest = hashlib.sha256(etree.tostring(self._element, with_tail=False)).hexdigest()
        return f"sha-{digest[:16]}"

    def _document(self, paper: str) -> tuple[Node, dict[str, int]]:
        from lxml import etree

        root = self._element
        full_text = etree.tostring(root, method="text", encoding="unicode", with_tail=False)
        if any(sign in full_text for sign in SIGNS):
            _without_signs(root)
        references = References(root.iter("ref"), paper)
        passages = Passages(keep_text=self._keep_text)
        for paragraph in paragraphs(self._name, root, references, Places(self._name, root)):
            passages.add(paragraph)
        passages.finish(full_text)
        document: Node = {"id": paper, "type": "Document", **self._front.node(self._reviewed)}
        document["manifest"] = {
            "id": "manifest",
            "type": "Manifest",
            "passages": len(passages.nodes),
            "citations": passages.citations,
            "references": len(references.nodes),
        }
        document["import"] = self._import(passages.citations > 0)
        parts = (
            ("sections", list(passages.sections.values())), ("passages", passages.nodes),
            ("references", references.nodes),
        )  # fmt: skip
        document |= {key: nodes for key, nodes in parts if nodes}
        lines = {node["id"]: line for node, line in zip(references.nodes, references.lines, strict=True)}
        return document, lines | passages.lines

    def _import(self, linked: bool) -> Node:
        node: Node = {
            "id": "import",
            "type": "Import",
            "label": "imported automatically",
            "importer": IMPORTER,
            "splitter": SPLITTER,
            "keptText": self._keep_text,
            "linkedCitations": linked,
        }
        if licence := self._front.licence():
            node["licence"] = licence
        elif words := self._front.licence_words():
            node["licenceWords"] = words
        if self._left_out:
            node["leftOut"] = self._left_out
        return node


def _without_signs(root: _Element) -> None:
    """Drop characters that stand for no text from it, since the reader marks places with some of them."""
    for element in root.iter():
        element.text = (element.text or "").translate(NO_SIGNS)
        element.tail = (element.tail or "").translate(NO_SIGNS)


def _doi_slug(doi: str) -> str:
    kept = "".join(character if character in _IN_SLUG else "-" for character in doi)
    return kept.strip("-.")


_IN_SLUG = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")


def _cut_parts(article: _Element) -> tuple[list[str], bool]:
    """Take the parts with a front of their own out of the tree; return their names and whether one is a review."""
    left_out, reviewed = [], False
    for part in list(article.iter(*_PARTS)):
        parent = part.getparent()
        if parent is None or next(part.iterancestors(*_PARTS), None) is not None:
            continue
        kind = part.get("article-type") or part.get("response-type") or part.tag
        reviewed = reviewed or is_review(kind)
        title = part.find(".//article-title")
        words = f": {text_of(title)[:200]}" if title is not None and text_of(title) else ""
        left_out.append(f"{kind} {part.get('id') or ''}".strip() + words)
        parent.remove(part)
    return left_out, reviewed
