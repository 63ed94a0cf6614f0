"""Suspects references in the wrong place of their list: sentences that fit a neighbour's title better than their own.

The measure is one that can be followed by hand. Text becomes a set of word stems without function words. A stem that
the sentence at a marker shares with a title counts by its rarity among all sentences and titles of the paper, squared;
the sum is divided by the length of the title in the same measure, so that long titles have no advantage.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# Found on numbered articles of other fields (benchmarks/audit.md); below them chance agreement begins.
LEAST_EXCHANGE = 2.5
LEAST_BY_ANCHORS = 3.5
LEAST_SHIFT = 3.0
LEAST_SHIFTED = 3

_WORD = re.compile(r"[^\W\d_]{3,}")
_OFTEN = """
about all also and any are been being between both but can could did does doing for from had has have how into its may
might more most must not often one only other our out over own rather shall should some such than that the their them
then there these they this those through too under use used using very was way were what when where which while who
whom why will with within without would you your
"""
_FUNCTION_WORDS = frozenset(_OFTEN.split())
_ENDINGS = (
    "ations", "ation", "ative", "ments", "ment", "ities", "ity", "ings", "ing", "ions", "ion", "ers", "er", "ors", "or",
    "ives", "ive", "als", "al", "ies", "es", "ed", "ly", "s", "e", "y",
)  # fmt: skip


@dataclass(frozen=True)
class Exchange:
    """Two neighbours that seem to have changed places; the words are those of the titles that speak for it.

    ``first_words`` link the sentence at the lower number with the title of the higher, ``second_words`` the reverse.
    """

    first: int
    second: int
    first_words: tuple[str, ...]
    second_words: tuple[str, ...]
    gain: float


@dataclass(frozen=True)
class Shift:
    """From marker ``first`` on, sentences fit the title ``step`` places on (1) or back (-1) better than their own.

    ``better`` and ``worse`` count the markers that speak for and against it.
    """

    first: int
    step: int
    better: int
    worse: int
    gain: float

    @property
    def cause(self) -> str:
        """Say what such a shift comes from."""
        return "an entry repeated or added" if self.step == 1 else "an entry left out"


def exchanges(
    contexts: Mapping[int, str], titles: Mapping[int, str], least: float = LEAST_EXCHANGE
) -> tuple[Exchange, ...]:
    """Return the neighbours in a reference list that seem to be exchanged, by number.

    ``contexts`` gives for each marker what is said there, ``titles`` what each entry of the list leads to. What both
    sentences say cannot tell the two apart and is left out. Neither sentence may fit its own title better, and
    together they have to fit the other's better by ``least``, which has to be more (LEAST_BY_ANCHORS)
    where only the first and last words of the sentences are known.

    >>> contexts = {1: "Otters eat crabs.", 2: "Owls hunt voles by night.", 3: "Wolves howl."}
    >>> found = exchanges(contexts, {1: "Voles and owls", 2: "The otter", 3: "Howling"})
    >>> [(each.first, each.second, each.first_words) for each in found]
    [(1, 2, ('otter',))]
    """
    said, listed = _stems(contexts), _stems(titles)
    weight = _rarity([*said.values(), *listed.values()])
    found = []
    for first in sorted(listed):
        second = first + 1
        if first in said and second in said and second in listed and listed[first] != listed[second]:
            one, two = said[first] - said[second], said[second] - said[first]
            gains = _gain(one, listed[second], listed[first], weight), _gain(two, listed[first], listed[second], weight)
            if min(gains) >= 0 and sum(gains) >= least:
                words = shared_words(titles[second], one), shared_words(titles[first], two)
                found.append(Exchange(first, second, *words, sum(gains)))
    return tuple(found)


def shift(contexts: Mapping[int, str], titles: Mapping[int, str]) -> Shift | None:
    """Return from where on the list and the markers seem to be one place apart, or None where they are not.

    It sums, from each marker to the last, how much better the sentences fit the next title (or the one before) than
    their own, and takes the marker with the highest sum, which has to reach LEAST_SHIFT.
    """
    said, listed = _stems(contexts), _stems(titles)
    weight = _rarity([*said.values(), *listed.values()])
    best: Shift | None = None
    for step in (-1, 1):
        gain, better, worse = 0.0, 0, 0
        for number in sorted((number for number in said if number + step in listed), reverse=True):
            here = _gain(said[number], listed[number + step], listed.get(number, frozenset()), weight)
            gain, better, worse = gain + here, better + (here > 0), worse + (here < 0)
            if gain > (best.gain if best else 0):
                best = Shift(number, step, better, worse, gain)
    return best if best and best.gain >= LEAST_SHIFT and best.better >= LEAST_SHIFTED else None


def out_of_order(numbers: Sequence[int]) -> tuple[int, ...]:
    """Return the positions in ``numbers`` that have to go for the rest to ascend: as few as possible.

    >>> out_of_order([1, 2, 7, 3, 4])
    (2,)
    """
    longest: list[tuple[int, ...]] = []
    for position, number in enumerate(numbers):
        before = max((chain for chain in longest if numbers[chain[-1]] < number), key=len, default=())
        longest.append((*before, position))
    kept = max(longest, key=len, default=())
    return tuple(position for position in range(len(numbers)) if position not in kept)


def stem(word: str) -> str:
    """Return ``word`` without its commonest ending, where at least four letters stay.

    >>> [stem(word) for word in ("managers", "manager", "managing")]
    ['manag', 'manag', 'manag']
    """
    ending = next((each for each in _ENDINGS if word.endswith(each) and len(word) - len(each) >= 4), "")
    return word.removesuffix(ending)


def shared_words(title: str, stems: frozenset[str]) -> tuple[str, ...]:
    """Return the words of ``title``, in its order, whose stems are among ``stems``."""
    return tuple(dict.fromkeys(word for word in _WORD.findall(title.casefold()) if stem(word) in stems))


def _stems(texts: Mapping[int, str]) -> dict[int, frozenset[str]]:
    words = {number: _WORD.findall(text.casefold()) for number, text in texts.items()}
    return {
        number: frozenset(stem(word) for word in found if word not in _FUNCTION_WORDS)
        for number, found in words.items()
    }


def _rarity(texts: Sequence[frozenset[str]]) -> Callable[[str], float]:
    counts = Counter(word for text in texts for word in text)
    return lambda word: math.log((len(texts) + 1) / counts[word]) ** 2


def _gain(said: frozenset[str], other: frozenset[str], own: frozenset[str], weight: Callable[[str], float]) -> float:
    return _fit(said, other, weight) - _fit(said, own, weight)


def _fit(said: frozenset[str], title: frozenset[str], weight: Callable[[str], float]) -> float:
    return sum(map(weight, said & title)) / (math.sqrt(sum(map(weight, title))) or 1.0)
