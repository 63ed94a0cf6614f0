"""Keys of works: what two descriptions of one work share where no DOI tells that they are one."""

from __future__ import annotations

import re
import unicodedata

LEAST_LETTERS = 12
MOST_LETTERS = 400
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
_INITIALS = re.compile(r"(?:[A-Z]\.?-?){1,4}")


def work_key(title: str, year: int | None, first_author: str) -> str:
    """Return a key that two descriptions of one work share, or "" where too little is known to risk one.

    It holds all letters and digits of the title, so that parts and editions stay apart.

    >>> work_key("A tool for teams: part 2", 2010, "M\u00fcller")
    'muller 2010 atoolforteamspart2'
    """
    if not year or not first_author or len(plain := _folded(title)) < LEAST_LETTERS:
        return ""
    author = _folded(first_author)
    return f"{author} {year} {plain}"[:MOST_LETTERS] if author else ""


def first_author(authors: str) -> str:
    """Return the surname of the first author, or the name of the organisation, of a list such as curators write.

    >>> first_author("van Stralen MM, West R, et al."), first_author("NHS England, NHS Confederation")
    ('van Stralen', 'NHS England')
    """
    names = authors.partition(",")[0].removesuffix("et al.").split()
    while len(names) > 1 and _INITIALS.fullmatch(names[-1]):
        names.pop()
    return " ".join(names)


def _folded(text: str) -> str:
    if text.isascii():
        return _NOT_ALPHANUMERIC.sub("", text.lower())
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in folded if character.isalnum() and not unicodedata.combining(character))
