"""Whatever a work is called, its entry for reference managers holds only its own fields, under a key of its own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreadgraph.answers.evidence import Work
from spreadgraph.views.bibliography import bibtex, csl_items, ris

HOSTILE = st.text(alphabet=st.sampled_from("{}\\\"',=@%#&_$~^ \n\r\u2028ab,TYER-"), max_size=30)
FIELDS = ["author", "title", "journal", "year", "doi", "url"]


def work(title: str = "A title", authors: str = "Smith J", year: int | None = 2020, **known: str) -> Work:
    journal, doi, url = (known.get(name) for name in ("journal", "doi", "url"))
    return Work("urn:work", title, authors, year, journal, doi, url, "journal article", None, None, False)


def entries(text: str) -> list[tuple[str, dict[str, str]]]:
    """Read BibTeX as BibTeX does: a field ends with the brace that closes it, and a backslash hides no brace."""
    found, at = [], 0
    while head := re.compile(r"\s*@\w+\{([a-z0-9]+),").match(text, at):
        at, fields = head.end(), {}
        while field := re.compile(r"\s*(\w+) = \{").match(text, at):
            end = _closing(text, field.end())
            assert field[1] not in fields
            fields[field[1]] = text[field.end() : end]
            at = end + 1 + text.startswith(",", end + 1)
        at = re.compile(r"\s*\}\s*").match(text, at).end()  # type: ignore[union-attr]
        found.append((head[1], fields))
    assert not text[at:].strip()
    return found


def _closing(text: str, start: int) -> int:
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    raise AssertionError("a brace is never closed")


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_no_text_leaves_its_field_of_bibtex(title: str, name: str, journal: str, doi: str, url: str) -> None:
    awkward, plain = work(title, f"{name}, Smith J", journal=journal, doi=doi, url=url), work("The next")
    (_, fields), (_, after) = entries(bibtex([awkward, plain]))
    assert set(fields) <= set(FIELDS)
    assert after == {"author": "Smith, J", "title": "{The next}", "year": "2020"}


@pytest.mark.parametrize("title", ["A } brace", "A { brace", r"\} and \{"])
def test_a_brace_of_a_title_stays_in_it(title: str) -> None:
    (_, fields), _ = entries(bibtex([work(title), work()]))
    assert fields["title"].count("textbrace") == title.count("{") + title.count("}")


def test_a_doi_brings_no_field_along() -> None:
    ((_, fields),) = entries(bibtex([work(doi="10.3000/x},note={pwned", url="https://example.org/a}b c_d%20e")]))
    assert fields["doi"] == "10.3000/x%7D,note=%7Bpwned"
    assert fields["url"] == "https://example.org/a%7Db%20c_d%20e"
    assert "note" not in fields


def test_a_name_with_and_is_one_author() -> None:
    ((_, fields),) = entries(bibtex([work(authors="Bread and Butter A, Smith J")]))
    assert fields["author"] == "{Bread and Butter}, A and Smith, J"


def test_every_work_has_a_key_of_its_own() -> None:
    works = [work() for _ in range(60)]
    keys = [item["id"] for item in csl_items(works)]
    assert keys[:3] == ["smith2020", "smith2020b", "smith2020c"]
    assert keys[25:28] == ["smith2020z", "smith2020aa", "smith2020ab"]
    assert len(set(keys)) == 60
    assert [key for key, _ in entries(bibtex(works))] == keys
    assert re.findall(r"^ID  - (.*)$", ris(works), re.MULTILINE) == keys


def test_a_key_with_a_letter_is_not_given_to_another_name() -> None:
    keys = [item["id"] for item in csl_items([work(year=None), work(authors="Smithb A", year=None), work(year=None)])]
    assert keys == ["smith", "smithb", "smithc"]


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_no_text_begins_a_field_of_ris(title: str, name: str, journal: str, doi: str, url: str) -> None:
    text = ris([work(f"{title}\nER  - \r\nTY  - JOUR", f"{name}, Smith J", journal=journal, doi=doi, url=url)])
    tags = [line[:6] for line in text.splitlines()]
    assert [tag for tag in tags if tag != "AU  - "] == [
        f"{tag}  - " for tag in ("TY", "ID", "TI", *(["T2"] if journal else []), "PY",
                                *(["DO"] if doi else []), *(["UR"] if url else []), "ER")
    ]  # fmt: skip
