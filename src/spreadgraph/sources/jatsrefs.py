"""Reads the reference list of a JATS article: every entry as printed, and the works it names as far as marked up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from spreadgraph.sources.doi import doi_in, normal_doi
from spreadgraph.sources.jatsnames import initials, person, text_of
from spreadgraph.sources.keys import work_key
from spreadgraph.sources.xml import line_of
from spreadgraph.terms import doi_iri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

Node = dict[str, Any]

HREF = "{http://www.w3.org/1999/xlink}href"
# PubMed's words for it; every work has to say who wrote it.
NO_AUTHORS = "[no authors listed]"
NO_TEXT = "[no text]"
MOST_TITLE = 300
MOST_PRINTED = 10_000
# No text marks more than this by two ends; what looks like it is a slip or an attack.
LONGEST_RANGE = 150
_MIXED = "mixed-citation"
_PARSED = frozenset(("element-citation", "citation", "nlm-citation"))
_TITLES = ("article-title", "chapter-title", "part-title", "data-title", "trans-title", "issue-title")
_OTHER_FIELDS = """
source year volume issue fpage lpage page-range elocation-id publisher-name publisher-loc comment
"""
_FIELDS = frozenset((*_TITLES, *_OTHER_FIELDS.split()))
_LINKS = frozenset(("pub-id", "ext-link", "uri", "object-id", "article-id"))
_UNSEEN = ("object-id", "issn", "pub-id")
_BODIES = frozenset(("collab", "institution", "anonymous"))
_AUTHORS = frozenset(("author", "authors", "allauthors", "inventor", "compiler", "curator", "developer", "assignee"))
_DOCUMENT_TYPES = {
    "journal": "journal-article", "article": "journal-article", "book": "book", "book-chapter": "book",
    "chapter": "book", "edited-book": "book", "monograph": "book", "report": "report", "working-paper": "report",
    "gov": "report", "govdoc": "report", "web": "web-page", "webpage": "web-page", "website": "web-page",
    "database": "dataset", "data": "dataset", "dataset": "dataset", "software": "software", "thesis": "thesis",
    "confproc": "conference-paper", "conference": "conference-paper", "conf-proc": "conference-paper",
    "conf-paper": "conference-paper", "preprint": "preprint", "eprint": "preprint", "magazine": "magazine-article",
    "newspaper": "magazine-article", "standard": "guidance", "guideline": "guidance", "legal-doc": "guidance",
    "letter": "comment",
}  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_SURNAME_LAST = re.compile(r"^(?:[^\W\d_]\.[\s-]*)+")


class References:
    """The entries of one article's lists, in order, and the places that markers may point to.

    ``nodes`` are the entries as JSON-LD, ``places`` maps the XML id of an entry (or of a part of it) to its number,
    ``labels`` holds the printed number of each entry, or None, and ``lines`` its line in the file.
    """

    def __init__(self, elements: Iterable[_Element], paper: str) -> None:
        self.nodes: list[Node] = []
        self.places: dict[str, int] = {}
        self.labels: list[int | None] = []
        self.lines: list[int] = []
        self._described = {paper}
        self._by_label: dict[int, int] = {}
        for number, element in enumerate(elements, 1):
            self.nodes.append(self._entry(number, element))
            self.lines.append(line_of(element))

    def numbered(self, label: int, near: int) -> int | None:
        """Return the entry that prints ``label`` as its number, in the same run of labels as the entry ``near``.

        A list without printed numbers is taken to be numbered by place.
        """
        known = self.labels[near - 1]
        number = near + label - (known or near)
        if 1 <= number <= len(self.labels) and self.labels[number - 1] in (None, label):
            return number
        return self._by_label.get(label)

    def inside(self, first: int, last: int, printed_first: int, printed_last: int) -> list[int]:
        """Return the entries between two that a range links, or none where what is printed is no range of entries."""
        if not 1 < printed_last - printed_first <= LONGEST_RANGE:
            return []
        if (self.labels[first - 1] or first) == printed_first and last - first == printed_last - printed_first:
            return list(range(first + 1, last))
        if self.labels[first - 1] != printed_first or self.labels[last - 1] != printed_last:
            return []
        found = [self.numbered(label, first) for label in range(printed_first + 1, printed_last)]
        return [number for number in found if number]

    def _entry(self, number: int, element: _Element) -> Node:
        label, mixed, parsed, others = "", [], [], []
        self._place(element, number)
        for child in element.iterchildren() if element.find("citation-alternatives") is None else _unwrapped(element):
            tag = child.tag
            self._place(child, number)
            if tag == "label":
                label = text_of(child)
            elif tag == _MIXED:
                mixed.append(child)
            elif tag in _PARSED:
                parsed.append(child)
            else:
                others.append(child)
                for part in child.iter():
                    self._place(part, number)
        digits = label.strip(" .[]()")
        self.labels.append(int(digits) if digits.isdecimal() and len(digits) < 6 else None)
        self._by_label.setdefault(self.labels[-1] or 0, number)
        return self._node(number, label, mixed, parsed, others)

    def _place(self, element: _Element, number: int) -> None:
        if identity := element.get("id"):
            self.places.setdefault(identity, number)

    def _node(
        self, number: int, label: str, mixed: list[_Element], parsed: list[_Element], others: list[_Element]
    ) -> Node:
        # The same citation may stand there twice, once to be read and once by its parts; else each is its own work.
        texts = [_printed(each) for each in mixed]
        cited = parsed if len(parsed) >= len(mixed) else mixed
        if len(parsed) == len(mixed) or len(mixed) < 2:
            pairs = [(each, texts[n] if n < len(texts) else "") for n, each in enumerate(cited)]
        else:
            pairs = [(each, _printed(each)) for each in cited]
        works = [Citation(each, text) for each, text in pairs]
        printed = " ".join(texts) if texts else " ".join(work.printed for work in works)
        rest = " ".join(filter(None, (text_of(other) for other in others)))
        printed = " ".join(filter(None, (printed, rest)))
        nodes = [
            work.node(f"work/{number}" if len(works) == 1 else f"work/{number}.{n}", self._described)
            for n, work in enumerate(works, 1)
        ] or [_note(f"work/{number}", printed or label)]
        node: Node = {
            "id": f"reference/{number}",
            "type": "BibliographicReference",
            "number": number,
            "printed": printed or label or NO_TEXT,
            "work": nodes if len(nodes) > 1 else nodes[0],
        }
        year = next((work.year for work in works if work.year), None) or _only_year(printed)
        if year:
            node["yearPrinted"] = year
        if label:
            node["label"] = label
        return node


class Citation:
    """One citation element of an entry: the parts of it that are marked up."""

    def __init__(self, element: _Element, printed: str) -> None:
        self.authors: list[str] = []
        self.editors: list[str] = []
        self.parts: dict[str, str] = {}
        self.doi = self.link = ""
        self._first = ""
        self._read(element)
        found = _YEAR.search(self.parts.get("year", ""))
        self.year = int(found[1]) if found else None
        self.kind = element.get("publication-type") or element.get("citation-type") or ""
        self.printed = printed or self._composed() or text_of(element)
        if not self.doi:
            self.doi = doi_in(printed or text_of(element))

    def _read(self, element: _Element) -> None:
        """Take up the parts in one walk over all that is in the citation, which is most of what a list costs."""
        parts, people = self.parts, self.authors
        given = ""
        whole = False
        for part in element.iter():
            tag = part.tag
            if tag == "surname":
                last = text_of(part)
                whole = True
                if not self._first and people is self.authors:
                    self._first = last
                people.append(f"{last} {given}" if given else last)
                given = ""
            elif tag == "given-names":
                given = initials(part.get("initials") or text_of(part))
                # Mostly the surname comes first; some lists print it last.
                if whole and people:
                    people[-1] = f"{people[-1]} {given}"
                    given = ""
            elif tag in _FIELDS:
                if tag not in parts:
                    parts[tag] = text_of(part)
            elif tag == "name":
                whole, given = False, ""
            elif tag == "person-group":
                kind = part.get("person-group-type")
                people = self.authors if kind is None or kind in _AUTHORS else self.editors
            elif tag in _LINKS:
                self._link(part, tag)
            else:
                whole, given = self._name(part, tag, people, whole, given)

    def _name(self, part: _Element, tag: str, people: list[str], whole: bool, given: str) -> tuple[bool, str]:
        """Take up the rarer forms of a name; return whether a surname was read, and the initials read before it."""
        if tag == "etal":
            people.append("et al.")
        elif tag == "suffix" and whole and people:
            people[-1] = f"{people[-1]} {text_of(part)}"
        elif tag in _BODIES:
            name = person(part)
            # A body that is marked up as an institution, too, is one author.
            people += [] if people[-1:] == [name] else [name]
            self._first = self._first or name
        elif tag == "string-name":
            if part.find("surname") is None:
                people.append(name := text_of(part))
                self._first = self._first or _SURNAME_LAST.sub("", name)
            return False, ""
        return whole, given

    def _link(self, part: _Element, tag: str) -> None:
        if tag == "pub-id":
            if not self.doi and part.get("pub-id-type") == "doi":
                self.doi = normal_doi(text_of(part))
            return
        address = part.get(HREF) or part.text or ""
        self.doi = self.doi or normal_doi(address) or normal_doi(part.text or "")
        if not self.link and address.startswith(("http://", "https://")) and " " not in address:
            self.link = address

    def _composed(self) -> str:
        """Return the entry in the order of Vancouver style, for elements that hold no punctuation of their own."""
        parts = self.parts
        people = ", ".join(self.authors) or ", ".join(self.editors)
        title = next((parts[tag] for tag in _TITLES if tag in parts), "")
        publisher = ": ".join(filter(None, (parts.get("publisher-loc"), parts.get("publisher-name"))))
        issue = f"({parts['issue']})" if "issue" in parts else ""
        place = f"{parts.get('volume', '')}{issue}"
        pages = self.pages()
        where = f"{parts.get('year', '')}{f';{place}' if place else ''}{f':{pages}' if pages else ''}"
        pieces = [people, title, parts.get("source"), publisher, where, parts.get("comment") or self.link]
        if self.doi:
            pieces.append(f"doi:{self.doi}")
        found = ". ".join([piece.rstrip(" .") for piece in pieces if piece])
        return f"{found[:MOST_PRINTED]}." if found else ""

    def pages(self) -> str:
        """Return the pages, or what stands for them."""
        parts = self.parts
        if first := parts.get("fpage"):
            last = parts.get("lpage")
            return f"{first}-{last}" if last and last != first else first
        return parts.get("page-range") or parts.get("elocation-id") or ""

    def node(self, identity: str, described: set[str]) -> Node:
        """Return the work as JSON-LD; one described before, by its DOI, as a link."""
        iri = doi_iri(self.doi) if self.doi else identity
        if iri in described:
            return {"id": iri}
        described.add(iri)
        parts = self.parts
        title = next((parts[tag] for tag in _TITLES if parts.get(tag)), "")
        source = parts.get("source", "")
        key = work_key(title or source, self.year, self._first)
        node: Node = {
            "id": iri,
            "type": "Document",
            "title": title or source or shortened(self.printed),
            "authors": self._people_in_words(),
            "documentType": _DOCUMENT_TYPES.get(self.kind, "unknown"),
            "peerReview": "unknown",
        }
        optional = (
            ("year", self.year), ("journal", source if title else ""), ("volume", parts.get("volume")),
            ("issue", parts.get("issue")), ("pages", self.pages()), ("doi", self.doi),
            ("page", "" if self.doi else self.link), ("workKey", key),
        )  # fmt: skip
        for name, value in optional:
            if value:
                node[name] = value
        return node

    def _people_in_words(self) -> str:
        if self.authors:
            return ", ".join(self.authors)
        if self.editors:
            return f"{', '.join(self.editors)} (eds)"
        return self.parts.get("publisher-name") or NO_AUTHORS


def _printed(element: _Element) -> str:
    """Return a citation as its readers see it, without the numbers of databases that some files carry inside it."""
    hidden = [each for each in element.iterchildren(*_UNSEEN) if each.tag != "pub-id" or each.get("specific-use")]
    if not hidden:
        return text_of(element)
    pieces = [element.text or ""]
    for child in element:
        pieces += ["" if child in hidden else text_of(child), child.tail or ""]
    return " ".join("".join(pieces).split())


def shortened(text: str) -> str:
    """Return a title of bounded length for what has none: the words of the entry itself."""
    return text if len(text) <= MOST_TITLE else f"{text[:MOST_TITLE].rstrip()}\u2026"


def _note(identity: str, text: str) -> Node:
    return {
        "id": identity,
        "type": "Document",
        "title": shortened(text) or NO_TEXT,
        "authors": NO_AUTHORS,
        "documentType": "note",
        "peerReview": "unknown",
    }


def _unwrapped(element: _Element) -> Iterable[_Element]:
    """Yield the parts of an entry; of citations given as alternatives, one to read and one by its parts."""
    for child in element:
        if child.tag != "citation-alternatives":
            yield child
            continue
        mixed = child.find(_MIXED)
        parsed = next((each for each in child if each.tag in _PARSED), None)
        yield from (each for each in (mixed, parsed) if each is not None)


def _only_year(text: str) -> int | None:
    years = set(_YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else None
