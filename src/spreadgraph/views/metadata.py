"""What reference managers read from a page: Highwire tags for its one work, COinS for each of several.

Zotero takes a page's own work from ``citation_*`` tags in its head, with ``z:itemType`` for what is no journal article,
and from each ``<span class="Z3988">`` a work that the page lists (Zotero's developer pages, "Exposing metadata").
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from spreadgraph.answers.evidence import UNTITLED, Work
from spreadgraph.views.bibliography import csl_items

Tags = list[tuple[str, str]]
_ZOTERO = {"report": "report", "webpage": "webpage", "article-magazine": "magazineArticle", "document": "document"}
_JOURNAL, _DUBLIN = "info:ofi/fmt:kev:mtx:journal", "info:ofi/fmt:kev:mtx:dc"


def highwire(work: Work) -> Tags:
    """Return the tags (name, content) of a page about ``work``; empty where not even its title is known."""
    if work.title == UNTITLED:
        return []
    (item,) = csl_items([work])
    journal, kind = item.get("container-title"), item["type"]
    authors = [name for name in _names(item) if name != "others"]
    tags = [("citation_title", item["title"]), *(("citation_author", name) for name in authors)]
    if work.year:
        tags.append(("citation_publication_date", str(work.year)))
    if journal:
        tags.append(("citation_journal_title", journal))
    if kind == "report" and authors:
        tags.append(("citation_technical_report_institution", authors[0]))
    if work.doi:
        tags.append(("citation_doi", work.doi))
    if work.url:
        tags.append(("citation_public_url", work.url))
    return tags if kind == "article-journal" else [*tags, ("z:itemType", _ZOTERO.get(kind, "document"))]


def coins(works: Sequence[Work]) -> list[str]:
    """Return a COinS value (OpenURL 1.0, key/encoded-value) for each work with a title, every work once."""
    known = {work.iri: work for work in works if work.title != UNTITLED}
    return [_coins(work) for work in known.values()]


def _coins(work: Work) -> str:
    (item,) = csl_items([work])
    article = item["type"] == "article-journal"
    pairs: list[tuple[str, str | None]] = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", _JOURNAL if article else _DUBLIN),
    ]
    if article:
        pairs += [("rft.genre", "article"), ("rft.atitle", item["title"]), ("rft.jtitle", item.get("container-title"))]
    else:
        pairs += [("rft.type", _ZOTERO.get(item["type"], "document")), ("rft.title", item["title"])]
    pairs += [("rft.au" if article else "rft.creator", name) for name in _names(item) if name != "others"]
    pairs.append(("rft.date", str(work.year or "")))
    pairs.append(("rft_id", f"info:doi/{work.doi}" if work.doi else work.url or ""))
    return urlencode([(name, value) for name, value in pairs if value])


def _names(item: dict[str, object]) -> list[str]:
    authors = item["author"]
    assert isinstance(authors, list)  # noqa: S101  tells the type checker what CSL-JSON says
    return [
        f"{author['family']}, {author['given']}" if "family" in author else str(author["literal"])
        for author in authors
        if author.get("family") or author.get("literal")
    ]
