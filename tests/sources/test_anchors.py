"""A curator's sentences become entries that the reader of curated files takes as they are, or one clear line."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from spreadgraph.cli import main
from spreadgraph.errors import SourceError, SpreadgraphError
from spreadgraph.sources.anchors import passages, read_sentences
from spreadgraph.sources.yamltree import Fault, parse


@pytest.mark.parametrize("last", ["true", "on", "No", "null", "Off", "y", "1e3", "2024-06-07"])
def test_words_that_yaml_would_twist_are_quoted(capsys: pytest.CaptureFixture[str], tmp_path: Path, last: str) -> None:
    file = tmp_path / "sentences.tsv"
    file.write_text(f"a/1/1\tOtters say that all of it is {last}.\na/1/2\tKeepers doubt it.\n", encoding="utf-8")
    assert main(["passages", str(file)]) == 0
    faults: list[Fault] = []
    tree = parse(capsys.readouterr().out, faults)
    assert not faults
    assert isinstance(tree.value, list)
    first, second = (dict(item.value) for item in tree.value)  # type: ignore[arg-type]
    assert first["end"].value == last
    assert (second["type"].value, second["start"].value) == ("Passage", "Keepers doubt")


@pytest.mark.parametrize("sentence", ["Yes.", "No\u00b9 more.", "42"])
def test_a_sentence_too_short_for_an_anchor_is_named(sentence: str) -> None:
    with pytest.raises(
        SpreadgraphError, match=f"no unique anchor of . words for the sentence that begins with: {sentence}"
    ):
        passages({"a/1/1": "Otters eat eels.", "a/1/2": sentence})


def test_a_list_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sentences.tsv"
    file.write_bytes(b"\n" * 1_000_001)
    with pytest.raises(SourceError, match="the file is larger than 1 MB; check that it is the right file"):
        read_sentences(file)


@pytest.mark.skipif(sys.platform == "win32", reason="no such file there")
def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(SourceError, match="/dev/zero: the file is larger than 1 MB"):
        read_sentences("/dev/zero")
