"""Makes a corpus of articles in JATS that is shaped like real ones, the same for the same seed.

About 40 references and 120 citing sentences an article; references are shared by a Zipf law, and one in seven leads to
an earlier article of the corpus. The words are made up; the forms (ranges, several numbers in one marker, references
without a DOI) are those of real files.

    python benchmarks/corpus.py 100 FOLDER    # writes 100 articles
"""

from __future__ import annotations

import random
import sys
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

REFERENCES, SECTIONS, PARAGRAPHS, SENTENCES = 40, 6, 5, 4
INSIDE = 0.15
POOL = 50
"""Works outside the corpus for each article in it, from which references are drawn by Zipf's law (exponent 0.5)."""
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnrst" for vowel in "aeio"]
RARE, MID, COMMON = "quixotanol", "midwordium", "commonly"


class Corpus:
    """Articles numbered from 0; ``size`` is how many there will be, which decides how many works they draw from."""

    def __init__(self, size: int, seed: int = 1) -> None:
        self.size = size
        self._seed = seed
        words = random.Random(seed)
        self._words = ["".join(words.choices(_SYLLABLES, k=words.randint(1, 4))) for _ in range(5000)]
        self._weights = list(accumulate((rank + 1) ** -0.5 for rank in range(POOL * size)))

    def articles(self) -> Iterator[tuple[str, bytes]]:
        """Yield file name and JATS XML of each article."""
        for number in range(self.size):
            yield f"article-{number}.xml", self.article(number)

    def article(self, number: int) -> bytes:
        """Return the JATS XML of one article."""
        chance = random.Random(f"{self._seed}-{number}")
        references = self._references(number, chance)
        body = "".join(self._section(index, chance) for index in range(SECTIONS))
        back = "".join(self._entry(place, work, chance) for place, work in enumerate(references, 1))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<article article-type="research-article"><front><journal-meta>'
            "<journal-title-group><journal-title>Journal of Made-up Results</journal-title></journal-title-group>"
            f'</journal-meta><article-meta><article-id pub-id-type="doi">{doi(number)}</article-id><title-group>'
            f"<article-title>{self._sentence(chance, 9)}</article-title></title-group><contrib-group>"
            f'<contrib contrib-type="author"><name><surname>{self._word(chance).title()}</surname>'
            "<given-names>Ada</given-names></name></contrib></contrib-group>"
            f"<pub-date><year>{1990 + number % 35}</year></pub-date><permissions><license "
            'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://creativecommons.org/licenses/by/4.0/">'
            "<license-p>Open.</license-p></license></permissions></article-meta></front>"
            f"<body>{body}</body><back><ref-list>{back}</ref-list></back></article>\n"
        ).encode()

    def _references(self, number: int, chance: random.Random) -> list[str]:
        chosen: dict[str, None] = {}
        while len(chosen) < REFERENCES:
            if number and chance.random() < INSIDE:
                chosen[doi(chance.randrange(number))] = None
            else:
                rank = bisect(self._weights, chance.random() * self._weights[-1])
                # One work in four has no DOI, as in real lists.
                chosen[f"10.5555/outside.{rank}" if rank % 4 else f"work {number} {rank}"] = None
        return list(chosen)

    def _section(self, index: int, chance: random.Random) -> str:
        paragraphs = "".join(
            f"<p>{' '.join(self._citing(chance) for _ in range(SENTENCES))}</p>" for _ in range(PARAGRAPHS)
        )
        return f'<sec id="s{index + 1}"><title>{self._word(chance).title()}</title>{paragraphs}</sec>'

    def _citing(self, chance: random.Random) -> str:
        first = chance.randint(1, REFERENCES - 4)
        marker = chance.choices(("one", "two", "range", "none"), (70, 15, 8, 7))[0]
        if marker == "none":
            return self._sentence(chance, chance.randint(8, 25)) + "."
        inner = f'<xref ref-type="bibr" rid="r{first}">{first}</xref>'
        if marker != "one":
            last = first + chance.randint(2, 4)
            joint = ", " if marker == "two" else "&#8211;"
            inner += f'{joint}<xref ref-type="bibr" rid="r{last}">{last}</xref>'
        return f"{self._sentence(chance, chance.randint(8, 25))} [{inner}]."

    def _entry(self, place: int, work: str, chance: random.Random) -> str:
        # What a work is called must not depend on who cites it.
        own = random.Random(work)
        title, author = self._sentence(own, 8), self._word(own).title()
        identifier = f'<pub-id pub-id-type="doi">{work}</pub-id>' if work.startswith("10.") else ""
        return (
            f'<ref id="r{place}"><label>{place}</label><element-citation publication-type="journal"><person-group '
            f'person-group-type="author"><name><surname>{author}</surname><given-names>B</given-names></name>'
            f"</person-group><article-title>{title}</article-title><source>J {self._word(own).title()}</source>"
            f"<year>{own.randint(1970, 2020)}</year><volume>{own.randint(1, 80)}</volume>"
            f"<fpage>{own.randint(1, 900)}</fpage>{identifier}</element-citation></ref>"
        )

    def _sentence(self, chance: random.Random, length: int) -> str:
        words = [self._word(chance) for _ in range(length)]
        if chance.random() < 0.5:
            words[-1] = COMMON
        if chance.random() < 0.008:
            words[-2] = MID
        return " ".join([words[0].title(), *words[1:]])

    def _word(self, chance: random.Random) -> str:
        return self._words[int(chance.random() ** 2 * len(self._words))]


def doi(number: int) -> str:
    """Return the DOI of an article of the corpus."""
    return f"10.5555/corpus.{number}"


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in Corpus(int(sys.argv[1])).articles():
        (folder / name).write_bytes(data)
