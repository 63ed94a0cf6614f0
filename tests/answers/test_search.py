"""Finding by words: stemming, ranking, kinds, and what happens without the index on disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from spreadgraph.answers.index import INDEX_NAME, build_index
from spreadgraph.answers.resolve import identify, resolve
from spreadgraph.answers.search import search
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import LocalStore
from web import served


def ids(store: LocalStore, words: str, *kinds: str) -> list[str]:
    return [hit.id.rsplit("/", 1)[1] for hit in search(store, words, kinds).hits]


def test_words_are_stemmed(bundled: LocalStore) -> None:
    assert "culture-and-leadership.clinical-leadership" in ids(bundled, "manager")
    assert ids(bundled, "middle manager", "claim") == ids(bundled, "Middle MANAGERS", "claim")


def test_all_words_come_before_some_words(bundled: LocalStore) -> None:
    assert search(bundled, "middle managers", ["claim"]).every_word
    found = search(bundled, "managers xylophone", ["claim"])
    assert found.hits
    assert not found.every_word


def test_a_phrase_comes_first(bundled: LocalStore) -> None:
    first = ids(bundled, "strong ties", "claim")[0]
    assert first.endswith("strong-ties")


def test_kinds_narrow_the_search(bundled: LocalStore) -> None:
    assert {hit.kind for hit in search(bundled, "complexity").hits} == {"claim", "passage", "reference"}
    assert {hit.kind for hit in search(bundled, "complexity", ["reference"]).hits} == {"reference"}


def test_a_passage_is_quoted_by_its_ends_and_not_as_if_they_were_one(bundled: LocalStore) -> None:
    texts = {hit.id.partition("/passage/")[2]: hit.text for hit in search(bundled, "complexity", ["passage"]).hits}
    assert texts["divergence/3/2"] == "The intervention is complex \u2026 context"
    assert all("\u2026" in text for text in texts.values())
    some = search(bundled, "complexity xylophone", ["passage"])
    assert {hit.text for hit in some.hits} == set(texts.values())


@pytest.mark.parametrize("words", ["spreading an innovation an improvement", "Bevan spread", "bmj innovations 2024"])
def test_a_paper_is_found_by_its_title_its_authors_and_its_journal(bundled: LocalStore, words: str) -> None:
    (hit,) = search(bundled, words, ["paper"]).hits
    assert hit.id == "https://doi.org/10.1136/bmjinnov-2024-001251"


@pytest.mark.parametrize(
    "words", ["", "  ", '"', "***", "NOT", 'a" OR "b', "col:x", "(", "\ud800".encode("utf-8", "replace").decode()]
)
def test_strange_words_do_no_harm(bundled: LocalStore, words: str) -> None:
    search(bundled, words)


def test_authors_and_bodies_are_found(bundled: LocalStore) -> None:
    assert ids(bundled, "granovetter", "reference") == ["24"]
    assert ids(bundled, "hebert", "reference") == ["15"]
    assert set(ids(bundled, "health foundation", "reference")) == {"3", "13", "20"}


def test_the_index_file_answers_as_the_one_in_memory(bundled: LocalStore, tmp_path: Path) -> None:
    build_index(bundled, tmp_path / INDEX_NAME)
    on_disk = LocalStore(bundled.native, str(tmp_path))
    assert on_disk.companion(INDEX_NAME) is not None
    bare = LocalStore(bundled.native)
    assert bare.companion(INDEX_NAME) is None
    for words in ("leadership", "middle managers", "weak ties", "NICE"):
        assert search(on_disk, words) == search(bare, words)


def test_nothing_found_is_said_with_a_way_on(bundled: LocalStore) -> None:
    with pytest.raises(NotFoundError, match="nothing has the words 'zebra'; try fewer or other words"):
        resolve(bundled, "zebra")


def test_a_slip_in_an_id_is_answered_with_the_nearest(bundled: LocalStore) -> None:
    with pytest.raises(NotFoundError, match=r"did you mean .*claim/adopter-community\.improvement\.weak-ties"):
        identify(bundled, "claim/adopter-community.improvement.weak-tie")


def test_an_unknown_number_or_doi_is_said(bundled: LocalStore) -> None:
    with pytest.raises(NotFoundError, match="there is no reference 99 in bevan-2024"):
        resolve(bundled, "ref:99")
    with pytest.raises(NotFoundError, match=r"no reference leads to the DOI 10\.1/x|no reference leads to the DOI"):
        resolve(bundled, "10.1234/nowhere")


def test_an_index_of_an_older_form_is_made_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = served.library(tmp_path / "library", small=1)()
    path = tmp_path / "library" / INDEX_NAME
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM found WHERE kind = 'paper'")
        connection.execute("PRAGMA user_version = 1")
    assert ids(store, "imported article", "paper") == ["imported.1"]
    assert "is made again from its papers" in caplog.text
    caplog.clear()
    assert ids(store, "imported article", "paper") == ["imported.1"]
    assert caplog.text == ""
