"""Measures the check against a reader's copy beside a substring matcher of the usual kind, on real articles.

    python benchmarks/verify.py FOLDER      (a folder of JATS articles)

It writes benchmarks/verify.md.
"""

from __future__ import annotations

import re
import statistics
import sys
import textwrap
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from spreadgraph.answers.copies import FoldedCopy
from spreadgraph.answers.judge import ANCHORS_ONLY, CHANGED, IDENTICAL, MISSING, Passage, judge
from spreadgraph.sources.copies import read_copy
from spreadgraph.text import letters, numbers, sentence_sha256, without_markers

RESULT = Path(__file__).with_suffix(".md")
RAISED = "\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079"
SENTENCE_END = re.compile(rf"(?<=[a-z)\]]\.)[{RAISED}]*\s+(?=[A-Z])")
AUXILIARY = re.compile(r"\b(is|are|was|were|can|could|may|might|should|will|has|have|had|do|does|did)\b(?! not\b)")
# Only every fifth sentence is changed, so that its neighbours are as they were.
STEP = 5
Change = Callable[[str], str]


@dataclass(frozen=True)
class Article:
    """An article as its text, its sentences, and what the graph would hold of them."""

    name: str
    text: str
    sentences: tuple[str, ...]
    passages: tuple[Passage, ...]

    @property
    def chosen(self) -> range:
        """Which sentences are tried."""
        return range(2, len(self.sentences) - 1, STEP)


def read(path: Path) -> Article | None:
    """Return the article in a file, or None where it has few sentences."""
    text = read_copy(path).text
    parts = [part.strip() for line in text.split("\n") for part in SENTENCE_END.split(line)]
    counts = Counter(letters(part) for part in parts)
    usual = [part for part in parts if re.match(r"[A-Z][a-z]* [a-z]", part) and part.endswith(".")]
    whole = [
        part for part in usual if counts[letters(part)] == 1 and 8 <= len(part.split()) <= 60 and text.count(part) == 1
    ]
    if len(whole) < 20:
        return None
    words = tuple(map(_words, whole))
    return Article(path.name, text, tuple(whole), tuple(passage(sentence, words) for sentence in whole))


def passage(sentence: str, text: tuple[list[str], ...] = ()) -> Passage:
    """Return what the graph would hold of a sentence: its first words are as many as tell it from ``text``."""
    words = _words(sentence)
    markers = tuple(unicodedata.normalize("NFKC", marker) for marker in re.findall(f"[{RAISED}]+", sentence))
    count = next((n for n in range(2, 6) if sum(other[:n] == words[:n] for other in text) < 2), 6)
    start, end = " ".join(sentence.split()[:count]), sentence.rsplit(maxsplit=1)[-1].strip(f".{RAISED}")
    return Passage(
        sentence, sentence, sentence, "text", start, end, len(letters(sentence)), len(words),
        tuple(numbers(sentence).split()), sentence_sha256(sentence), markers,
    )  # fmt: skip


def _words(sentence: str) -> list[str]:
    return re.findall(r"[^\W_]+", without_markers(sentence))


# ------ the usual matcher


def matched(quotation: str, text: str) -> bool:
    """Whether each part of a quotation, cut at '...', stands somewhere in a text: lower case, without punctuation."""
    return all(_plain(part) in text for part in quotation.split("...") if _plain(part))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.lower()).split())


# ------ what is done to a copy


def typography(text: str) -> str:
    """Return a text as another program would set it: lines, ligatures, soft hyphens, plain markers, loose accents."""
    text = text.replace("fi", "\ufb01").replace("fl", "\ufb02").replace("\u2019", "'").replace("tion ", "\u00adtion ")
    text = re.sub(
        f"[{RAISED}]+", lambda marker: unicodedata.normalize("NFKC", marker[0]), unicodedata.normalize("NFD", text)
    )
    return "\n\n".join(
        textwrap.fill(line, 90, break_long_words=False, break_on_hyphens=False) for line in text.split("\n")
    )


def furniture(sentence: str) -> str:
    """Return a sentence with a page's foot and the next one's head in the middle of it."""
    words = sentence.split(" ")
    middle = len(words) // 2
    foot = "Downloaded from the journal's site\n12\nRunning head of the journal"
    return f"{' '.join(words[:middle])}\n{foot}\n{' '.join(words[middle:])}"


def other_word(sentence: str) -> str:
    """Return a sentence with one word of its second half exchanged."""
    words = sentence.split(" ")
    at = next((at for at in range(len(words) // 2, len(words)) if re.fullmatch(r"[a-z]{5,}", words[at])), None)
    return sentence if at is None else " ".join([*words[:at], "otherwise", *words[at + 1 :]])


def negated(sentence: str) -> str:
    """Return a sentence that says the opposite: a 'not' taken out, or put in after its first auxiliary."""
    if " not " in sentence:
        return sentence.replace(" not ", " ", 1)
    return AUXILIARY.sub(r"\1 not", sentence, count=1)


def other_number(sentence: str) -> str:
    """Return a sentence with its first number raised by one, if it has a number of its own."""
    return re.sub(r"(?<![\w.,])\d+(?![\w.,])", lambda number: str(int(number[0]) + 1), sentence, count=1)


def gone(sentence: str) -> str:
    """Return nothing: the sentence is left out."""
    del sentence
    return ""


# ------ the measurement

Figures = Counter[str]


def in_place(articles: list[Article], change: Change) -> Figures:
    """Return the verdicts on chosen sentences, each changed where it stands in its article."""
    figures: Figures = Counter()
    for article in articles:
        new = {at: other for at in article.chosen if (other := change(article.sentences[at])) != article.sentences[at]}
        text = article.text
        for at, other in new.items():
            text = text.replace(article.sentences[at], other)
        _count(figures, article.passages, tuple(new), text, [article.sentences[at] for at in new])
    return figures


def whole(articles: list[Article], change: Change) -> Figures:
    """Return the verdicts on chosen sentences in articles that are changed throughout."""
    figures: Figures = Counter()
    for article in articles:
        quotations = [article.sentences[at] for at in article.chosen]
        _count(figures, article.passages, tuple(article.chosen), change(article.text), quotations)
    return figures


def stitched(articles: list[Article]) -> Figures:
    """Return the verdicts on quotations made of the halves of two sentences, the later one first."""
    figures: Figures = Counter()
    for article in articles:
        passages, quotations = list(article.passages), {}
        for at in article.chosen:
            first, second = article.sentences[at + 1].split(" "), article.sentences[at].split(" ")
            halves = " ".join(first[: len(first) // 2]), " ".join(second[len(second) // 2 :])
            if letters("".join(halves)) not in letters(article.text):
                quotations[at] = "...".join(halves)
                passages[at] = replace(passage(" ".join(halves)), section="none")
        _count(figures, tuple(passages), tuple(quotations), article.text, list(quotations.values()))
    return figures


def elsewhere(articles: list[Article]) -> Figures:
    """Return the verdicts on chosen sentences in the copy of the next article."""
    figures: Figures = Counter()
    for article, other in zip(articles, [*articles[1:], articles[0]], strict=True):
        quotations = [article.sentences[at] for at in article.chosen]
        _count(figures, article.passages, tuple(article.chosen), other.text, quotations)
    return figures


def _count(
    figures: Figures, passages: tuple[Passage, ...], chosen: tuple[int, ...], text: str, quotations: list[str]
) -> None:  # fmt: skip
    verdicts = judge(passages, FoldedCopy(text))
    plain = _plain(without_markers(text))
    figures["all"] += len(chosen)
    figures.update(verdicts[at].verdict for at in chosen)
    figures["matched"] += sum(matched(without_markers(quotation), plain) for quotation in quotations)


CASES: dict[str, tuple[str, Callable[[list[Article]], Figures]]] = {
    "exact": ("found", lambda articles: whole(articles, str)),
    "typography: lines, ligatures, accents, soft hyphens, plain markers": ("found", lambda a: whole(a, typography)),
    "page furniture inside the sentence": ("said so", lambda articles: in_place(articles, furniture)),
    "one word changed": ("not found", lambda articles: in_place(articles, other_word)),
    "negated, or a negation taken out": ("not found", lambda articles: in_place(articles, negated)),
    "a number changed": ("not found", lambda articles: in_place(articles, other_number)),
    "sentence left out": ("not found", lambda articles: in_place(articles, gone)),
    "quotation stitched from two sentences": ("not found", stitched),
    "copy of another paper": ("not found", elsewhere),
}


def report(articles: list[Article]) -> str:
    """Return the figures as Markdown."""
    sentences = sum(len(article.sentences) for article in articles)
    lines = [
        "# Passages against a reader's copy", "",
        f"{len(articles)} articles, {sentences} sentences. spreadgraph knows two to six first words, the last word,"
        " counts and a hash of each; the matcher knows the whole sentence, as tools of its kind do: lower case, no"
        " punctuation, parts cut at '...' in any order.", "",
        "| what was done to the copy | sentences | right is | identical | anchors only | changed | not in this copy |"
        " the matcher finds |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, (right, case) in CASES.items():
        figures = case(articles)
        verdicts = [figures[verdict] for verdict in (IDENTICAL, ANCHORS_ONLY, CHANGED, MISSING)]
        cells = [
            name,
            figures["all"],
            right,
            *verdicts,
            f"{figures['matched']} ({figures['matched'] / figures['all']:.0%})",
        ]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    lines += [
        "",
        "What is found in the copy of another paper stands there: declarations that publishers put into each article."
        " A sentence left out is called changed where what is left between its neighbours begins or ends as it did;"
        " here a paper's sentences are known in part only, in the curated paper all are.", "",
    ]  # fmt: skip
    lines += [_speed(articles), "", "To run it again: `python benchmarks/verify.py FOLDER` with JATS articles."]
    return "\n".join(lines) + "\n"


def _speed(articles: list[Article]) -> str:
    def median(task: Callable[[Article], object]) -> float:
        times = []
        for article in articles:
            start = time.perf_counter()
            task(article)
            times.append((time.perf_counter() - start) * 1000)
        return statistics.median(times)

    ours = median(lambda article: judge(article.passages, FoldedCopy(article.text)))

    def theirs(article: Article) -> list[bool]:
        plain = _plain(without_markers(article.text))
        return [matched(without_markers(sentence), plain) for sentence in article.sentences]

    characters = statistics.median(len(article.text) for article in articles)
    return (
        f"Time an article (median; {characters:,.0f} characters, {len(articles)} articles, one core):"
        f" {ours:.0f} ms, the matcher {median(theirs):.0f} ms."
    )


if __name__ == "__main__":
    found = [article for path in sorted(Path(sys.argv[1]).glob("*.xml")) if (article := read(path))]
    RESULT.write_text(report(found), encoding="utf-8")
    print(RESULT.read_text(encoding="utf-8"))
