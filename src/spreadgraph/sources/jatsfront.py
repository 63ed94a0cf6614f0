"""Reads the front of a JATS article: what it is, who wrote it, where it appeared and under which licence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spreadgraph.sources.doi import normal_doi
from spreadgraph.sources.jatsnames import person, surname, text_of
from spreadgraph.sources.jatsrefs import HREF, NO_AUTHORS
from spreadgraph.terms import doi_iri

if TYPE_CHECKING:
    from lxml.etree import _Element

Node = dict[str, Any]

_KINDS_OF_COMMENT = """
abstract addendum announcement article-commentary book-review books-received calendar collection correction
discussion-comment editorial expression-of-concern in-brief introduction letter meeting-report news obituary
oration partial-retraction product-review rapid-communication-comment reply retraction translation-note
"""
_COMMENTS = frozenset(_KINDS_OF_COMMENT.split())
_REVIEWS = re.compile(
    r"review(er)?-report|ref(eree)?-report|peer-review|decision-letter|editor-report|aggregated-review"
)
_RELATIONS = {
    "retracted-article": "retracts", "partial-retraction": "retracts", "retraction-forward": "isRetractedBy",
    "corrected-article": "corrects", "correction-forward": "isCorrectedBy", "addended-article": "corrects",
    "object-of-concern": "raisesConcernAbout", "companion": "companionOf", "commentary-article": "commentsOn",
    "peer-reviewed-article": "commentsOn", "peer-reviewed-material": "commentsOn", "commentary": "relatedTo",
}  # fmt: skip
_BODIES = ("collab", "collab-alternatives")
_NAMES = ("name", "string-name", "name-alternatives", *_BODIES)
_ADDRESS = re.compile(r"https?://[^\x00-\x20<>\"{}|\\^`]+")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_MOST_WORDS = 500


class Front:
    """The front of an article. ``doi`` and ``ids`` name it; :meth:`node` gives it as JSON-LD without its id."""

    def __init__(self, article: _Element) -> None:
        self._article = article
        found = article.find("front/article-meta")
        if found is None:
            found = article.find(".//article-meta")
        self._meta = found
        self.ids: dict[str, str] = {}
        self.doi = ""
        if found is not None:
            for each in found.findall("article-id"):
                self.ids.setdefault(each.get("pub-id-type") or "", text_of(each))
            self.doi = normal_doi(self.ids.get("doi", ""))

    def node(self, reviewed: bool) -> Node:
        """Return title, authors, journal, year and the like; ``reviewed`` says that reviews come with the article."""
        meta = self._meta
        authors = self._authors()
        year = self._year()
        kind = self._article.get("article-type") or ""
        title = self._title()
        name = self._short_name(year, title)
        node: Node = {
            "title": title or "[no title]",
            "shortName": name,
            "authors": ", ".join(authors) or NO_AUTHORS,
            "documentType": "preprint" if kind == "preprint" else "comment" if kind in _COMMENTS else "journal-article",
            "peerReview": "reviewed" if reviewed else "unknown",
        }
        journal = self._article.find("front/journal-meta")
        title_element = journal.find(".//journal-title") if journal is not None else None
        values = (
            ("year", year), ("journal", text_of(title_element) if title_element is not None else ""),
            ("volume", _child(meta, "volume")), ("issue", _child(meta, "issue")), ("pages", self._pages()),
            ("doi", self.doi), ("page", doi_iri(self.doi) if self.doi else ""), ("licence", self.licence()),
        )  # fmt: skip
        return node | {key: value for key, value in values if value} | self._relations()

    def licence(self) -> str:
        """Return the address of the article's licence, or "" where it gives none."""
        meta = self._meta
        if meta is None:
            return ""
        for element in meta.iter("license", "{*}license_ref"):
            address = element.get(HREF) or element.text or ""
            if _ADDRESS.fullmatch(address.strip()):
                return address.strip()
            for link in element.iter("ext-link", "{*}license_ref"):
                address = (link.get(HREF) or link.text or "").strip()
                if "creativecommons.org/" in address and _ADDRESS.fullmatch(address):
                    return address
        return ""

    def licence_words(self) -> str:
        """Return how the file words the licence, or ""."""
        found = self._meta.find(".//license") if self._meta is not None else None
        return text_of(found)[:_MOST_WORDS] if found is not None else ""

    def _title(self) -> str:
        found = self._meta.find("title-group/article-title") if self._meta is not None else None
        if found is None:
            return ""
        marks = {part for mark in found.iter("xref", "fn") for part in mark.iter()}
        pieces = [found.text or ""]
        for part in found.iterdescendants():
            pieces += ["" if part in marks else part.text or "", part.tail or "" if _outside(part, found) else ""]
        title = " ".join("".join(pieces).split())
        subtitle = _child(self._meta, "title-group/subtitle")
        return f"{title}: {subtitle}" if subtitle else title

    def _people(self) -> list[_Element]:
        if self._meta is None:
            return []
        return [
            contributor
            for group in self._meta.findall("contrib-group")
            for contributor in group.findall("contrib")
            if contributor.get("contrib-type") in (None, "author", "collab")
        ]

    def _names(self) -> list[_Element]:
        """Return the element that names each author."""
        found = [[name for tag in _NAMES if (name := each.find(tag)) is not None] for each in self._people()]
        return [names[0] for names in found if names]

    def _authors(self) -> list[str]:
        return [name for each in self._names() if (name := person(each))]

    def _short_name(self, year: int | None, title: str) -> str:
        # The members of a body have surnames too, but it is the body that is named.
        last = [name for each in self._names() if (name := person(each) if each.tag in _BODIES else surname(each))]
        if not last:
            who = " ".join(title.split()[:4]) or "Article"
        elif len(last) == 2:
            who = f"{last[0]} and {last[1]}"
        else:
            who = f"{last[0]} et al." if len(last) > 2 else last[0]
        return f"{who} {year}" if year else who

    def _year(self) -> int | None:
        if self._meta is None:
            return None
        dates: dict[str, int] = {}
        for date in self._meta.findall("pub-date"):
            if found := _YEAR.search(_child(date, "year") or date.get("iso-8601-date") or ""):
                dates.setdefault(date.get("pub-type") or date.get("date-type") or "", int(found[1]))
        for kind in ("ppub", "collection", "pub", "epub", "epub-ppub"):
            if kind in dates:
                return dates[kind]
        return next(iter(dates.values()), None)

    def _pages(self) -> str:
        first, last = _child(self._meta, "fpage"), _child(self._meta, "lpage")
        if first:
            return f"{first}-{last}" if last and last != first else first
        return _child(self._meta, "elocation-id")

    def _relations(self) -> Node:
        found: dict[str, list[str]] = {}
        for element in self._article.iter("related-article"):
            doi = normal_doi(element.get(HREF) or "")
            if doi and doi != self.doi:
                key = _RELATIONS.get(element.get("related-article-type") or "", "relatedTo")
                if doi_iri(doi) not in found.setdefault(key, []):
                    found[key].append(doi_iri(doi))
        return dict(found)


def is_review(kind: str) -> bool:
    """Whether a part of an article of this type is a review of it, or an editor's letter on reviews."""
    return _REVIEWS.fullmatch(kind) is not None


def _child(element: _Element | None, path: str) -> str:
    found = element.find(path) if element is not None else None
    return text_of(found) if found is not None else ""


def _outside(part: _Element, title: _Element) -> bool:
    """Whether what follows a part of a title belongs to the title and to no mark in it."""
    parent = part.getparent()
    while parent is not None and parent is not title:
        if parent.tag in ("xref", "fn"):
            return False
        parent = parent.getparent()
    return True
