"""The splitter of sentences: what ends one, what does not, and on which side a citation belongs."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spreadgraph.sources.sentences import split


def parts(marked: str) -> list[str]:
    """Split a text in which | parts what ought to be sentences and {} hold markers, into sentences."""
    bare, spans = "", []
    for piece in re.split(r"(\{[^}]*\})", marked.replace("|", "")):
        if piece.startswith("{"):
            spans.append((len(bare), len(bare) + len(piece) - 2))
        bare += piece.strip("{}")
    return [bare[start:end] for start, end in split(bare, spans)]


@pytest.mark.parametrize(
    "text",
    [
        "It works. |So do we.",
        "It works! |Does it? |Yes.",
        "It ends here.{3} |Next it goes on.",
        "It ends here.{3},{5}\u2013{7} |Next it goes on.",
        "It ends here [{3}]. |Next it goes on.",
        "It ends here. [{3}] |Next it goes on.",
        "It ends here.[{3}, {4}] |Next it goes on.",
        "It ends here. |[{3}] shows that it goes on.",
        "It ends here. ({Smith 2010}) |Next it goes on.",
        "It ends here. |{Smith et al. (2010)} say it goes on.",
        "It was said ({Smith et al., 2010; Lee, Inc. The, 2011}). |Next it goes on.",
        "Reported by Smith et al. |The study went on.",
        "Smith et al. (2010) say so, e.g. The Ward, i.e. Us, vs. Them.",
        "See Fig. 2, Figs. S1 and S2, Eq. (3), Ref. 4 and No. 5 there.",
        "Was it so? |No. |It was not.",
        "Dr. Lee and Prof. J. B. Smith of the U.S. Senate agree.",
        "Hepatitis B. |The other was C. |We saw both.",
        "With E. coli and S. Typhimurium at 3.5 mg (approx. 4 mg) it grew.",
        "It is 3.5. |12 patients went home.",
        "He said: \u201cIt works.\u201d |She agreed.",
        "It works (see above). |(It did before.) |So there.",
        "First; second: third.",
        "\u00bfFunciona? |\u00a1S\u00ed! |\u00c9l dice que s\u00ed.",
        "\u6709\u6548\u3002|\u4e0b\u4e00\u53e5\u3002",
        "One\n|two\n|Three.",
        "A ward... |Then it closed.",
        "They went, etc. |Then they came.",
    ],
)
def test_sentences_end_where_readers_end_them(text: str) -> None:
    bare = text.replace("{", "").replace("}", "")
    assert parts(text) == [each.strip() for each in bare.split("|")]


@given(
    st.text(alphabet='aA1.!? \u3002\n()[]\ufdd2"e', max_size=60), st.lists(st.integers(0, 60), max_size=6, unique=True)
)
def test_nothing_is_lost_and_nothing_comes_twice(text: str, edges: list[int]) -> None:
    text = re.sub(" +", " ", text)
    ordered = sorted(edge for edge in edges if edge <= len(text))
    spans = split(text, list(zip(ordered[::2], ordered[1::2], strict=False)))
    assert "".join(text[start:end] for start, end in spans).replace(" ", "").replace("\n", "") == re.sub(
        r"\s", "", text
    )
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_a_long_row_of_markers_is_no_trap() -> None:
    row = "[" + "1" * 50_000 + "] x"
    assert len(split(f"It ends.{row}", [(8, 8 + 50_001)])) == 1
    assert len(split("." * 50_000, [])) == 1
