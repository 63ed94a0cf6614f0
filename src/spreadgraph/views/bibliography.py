"""Writes cited works for reference managers: CSL-JSON, BibTeX and RIS. Only what is known of a work is written."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from spreadgraph.answers.evidence import Work

_CSL = {
    "journal article": "article-journal",
    "journal comment": "article-journal",
    "magazine article": "article-magazine",
    "report": "report",
    "guidance or framework": "report",
    "web page": "webpage",
}
_BIBTEX = {"article-journal": "article", "article-magazine": "article", "report": "techreport", "webpage": "misc"}
_RIS = {"article-journal": "JOUR", "article-magazine": "MGZN", "report": "RPRT", "webpage": "ELEC"}
_PERSON = re.compile(r"^(?P<family>.+?) (?P<given>[A-Z]{1,4}(?:-[A-Z])?)$")
# BibTeX counts braces also behind a backslash, so that those of a text are written as commands.
_BIBTEX_SPECIAL = {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "%": r"\%",
                   "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}",
                   "^": r"\textasciicircum{}"}  # fmt: skip
_AND = re.compile(r"\band\b", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f{}\\\"]")


def csl_json(works: Sequence[Work]) -> str:
    """Return the works as CSL-JSON, the form that citation processors read."""
    return json.dumps(csl_items(works), ensure_ascii=False, indent=2) + "\n"


def bibtex(works: Sequence[Work]) -> str:
    """Return the works as BibTeX, special characters escaped."""
    return "\n".join(_bibtex(item) for item in csl_items(works))


def ris(works: Sequence[Work]) -> str:
    """Return the works as RIS."""
    return "\n".join(_ris(item) for item in csl_items(works))


def csl_items(works: Sequence[Work]) -> list[dict[str, Any]]:
    """Return the works as the items of CSL-JSON, each with a key of its own."""
    given: dict[str, int] = {}
    return [_item(work, _unlike(given, _key(work))) for work in works]


def _unlike(given: dict[str, int], key: str) -> str:
    """Return ``key``, or with letters behind it where it was ``given`` before: smith2020, smith2020b, smith2020c."""
    found = key
    while found in given:
        given[key] += 1
        found = f"{key}{_letters(given[key])}"
    given[found] = 1
    return found


def _letters(number: int) -> str:
    """Return a, b … z, aa, ab … for 1, 2 and so on."""
    more, last = divmod(number - 1, 26)
    return (_letters(more) if more else "") + chr(ord("a") + last)


def _item(work: Work, key: str) -> dict[str, Any]:
    item: dict[str, Any] = {"id": key, "type": _CSL.get(work.type or "", "document"), "title": work.title}
    item["author"] = _authors(work.authors)
    if work.journal:
        item["container-title"] = work.journal
    if work.year:
        item["issued"] = {"date-parts": [[work.year]]}
    if work.doi:
        item["DOI"] = work.doi
    if work.url:
        item["URL"] = work.url
    return item


def _authors(authors: str) -> list[dict[str, str]]:
    names = [name.strip() for name in authors.split(",")]
    people = [match for name in names if (match := _PERSON.match(name))]
    if not people:
        return [{"literal": authors}]
    others = [{"literal": "others"}] if any(name.startswith("et al") for name in names) else []
    return [{"family": person["family"], "given": person["given"]} for person in people] + others


def _key(work: Work) -> str:
    first = unicodedata.normalize("NFKD", re.split(r"[ ,]", work.authors)[0]).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^a-z]', '', first.lower()) or 'work'}{re.sub(r'[^0-9]', '', str(work.year or ''))}"


def _bibtex(item: dict[str, Any]) -> str:
    fields = {
        "author": " and ".join(_bibtex_name(author) for author in item["author"]),
        "title": "{" + _tex(item["title"]) + "}",
        "journal": _tex(item.get("container-title", "")),
        "year": _tex(str(item["issued"]["date-parts"][0][0])) if "issued" in item else "",
        "doi": _address(item.get("DOI", "")),
        "url": _address(item.get("URL", "")),
    }
    body = ",\n".join(f"  {name} = {{{text}}}" for name, text in fields.items() if text)
    return f"@{_BIBTEX.get(item['type'], 'misc')}{{{item['id']},\n{body}\n}}\n"


def _bibtex_name(author: dict[str, str]) -> str:
    if "family" in author:
        # An "and" in a name would begin another author.
        family = "{" + _tex(author["family"]) + "}" if _AND.search(author["family"]) else _tex(author["family"])
        return f"{family}, {author['given']}"
    return "others" if author["literal"] == "others" else "{" + _tex(author["literal"]) + "}"


def _tex(text: str) -> str:
    return "".join(_BIBTEX_SPECIAL.get(character, character) for character in " ".join(text.split()))


def _address(text: str) -> str:
    """Return a DOI or an address as it leads to the same place, without what could end a field of BibTeX.

    Reference managers read these two as they stand, so that commands of TeX would become part of them.
    """
    return _NOT_IN_ADDRESSES.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _ris(item: dict[str, Any]) -> str:
    lines = [("TY", _RIS.get(item["type"], "GEN")), ("ID", item["id"])]
    lines += [("AU", _ris_name(author)) for author in item["author"] if author.get("literal") != "others"]
    lines.append(("TI", item["title"]))
    lines += [("T2", item["container-title"])] if "container-title" in item else []
    lines += [("PY", str(item["issued"]["date-parts"][0][0]))] if "issued" in item else []
    lines += [("DO", item["DOI"])] if "DOI" in item else []
    lines += [("UR", item["URL"])] if "URL" in item else []
    return "".join(f"{tag}  - {' '.join(text.split())}\n" for tag, text in [*lines, ("ER", "")])


def _ris_name(author: dict[str, str]) -> str:
    return f"{author['family']}, {author['given']}" if "family" in author else author["literal"]
