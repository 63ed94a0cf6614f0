"""Measures the reader of JATS on real articles: references, markers and targets, and its time against lxml alone.

``python benchmarks/jats.py FOLDER`` takes a folder of articles. Where ``tests/sources/truth`` has markers read by hand,
these are the truth; elsewhere it is an oracle that shares no code with the reader: the links of the raw XML, found with
regular expressions, and the ranges between them. The result is a table in Markdown.
"""

from __future__ import annotations

import html
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from spreadgraph.sources import jats
from spreadgraph.sources.source import Source

TRUTH = Path(__file__).resolve().parents[1] / "tests" / "sources" / "truth"
ROUNDS = 15
_XREF = re.compile(r"<xref\b([^>]*?)(?:/>|>(.*?)</xref>)", re.DOTALL)
_RID = re.compile(r"""\brid=["']([^"']+)["']""")
_DASH = re.compile(r"[\s\])(]*[-\u2010-\u2015\u2212][\s\[()]*")


def main(folder: Path) -> None:
    """Print a line for each article, and the totals."""
    print("| article | truth | references | found | markers | precision | recall | lxml, ms | read : lxml |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|")
    sums: Counter[str] = Counter()
    ratios = []
    for path in sorted(folder.glob("*.xml")):
        data = path.read_bytes()
        (source,) = jats.read(data, path.name)
        by_hand = TRUTH / f"{path.stem}.txt"
        wanted = hand(by_hand) if by_hand.exists() else raw(data.decode("utf-8"))
        got = read(source)
        right = sum((got & wanted).values())
        entries, found = len(ids(data.decode("utf-8"))), len(source.document.get("references", []))
        base, ratio = speed(data, path.name)
        ratios.append(ratio)
        sums.update(entries=entries, found=found, wanted=wanted.total(), got=got.total(), right=right)
        cells = (
            path.stem, "by hand" if by_hand.exists() else "oracle", entries, found, wanted.total(),
            share(right, got.total()), share(right, wanted.total()), f"{base * 1000:.2f}", f"{ratio:.1f}",
        )  # fmt: skip
        print(f"| {' | '.join(map(str, cells))} |")
    totals = (
        "all", "", sums["entries"], sums["found"], sums["wanted"], share(sums["right"], sums["got"]),
        share(sums["right"], sums["wanted"]), "", f"median {statistics.median(ratios):.1f}",
    )  # fmt: skip
    print(f"| {' | '.join(map(str, totals))} |")


def hand(path: Path) -> Counter[tuple[int, int]]:
    """Return how often each reference is cited in each citing paragraph, as read by hand."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return Counter((number, int(each)) for number, line in enumerate(lines) for each in re.findall(r"\d+", line))


def raw(text: str) -> Counter[tuple[int, int]]:
    """Return the same from the raw XML: paragraphs are told by the links' distance from the last end of a block."""
    places = {identity: number for number, identity in enumerate(ids(text), 1)}
    text = re.sub(r"<(sub-article|response)\b.*?</\1>", "", text, flags=re.DOTALL)
    counted: Counter[tuple[int, int]] = Counter()
    last_end, last = 0, 0
    for link in _XREF.finditer(text):
        rid = _RID.search(link[1])
        linked = [places[each] for each in rid[1].split() if each in places] if rid else []
        if not linked:
            continue
        between = html.unescape(re.sub(r"<[^>]+>", "", text[last_end : link.start()]))
        spanned = range(last + 1, linked[0]) if len(linked) == 1 and last and _DASH.fullmatch(between) else range(0)
        printed = re.sub(r"<[^>]+>", "", link[2] or "")
        if len(spanned) <= 60 and not re.search(r"\d{4}", printed):
            counted.update((0, number) for number in spanned)
        counted.update((0, number) for number in linked)
        last_end, last = link.end(), linked[-1]
    return counted


def ids(text: str) -> list[str]:
    """Return the ids of all entries of the reference lists, in order."""
    return re.findall(r"<ref\s[^>]*?\bid=[\"']([^\"']+)", text)


def read(source: Source) -> Counter[tuple[int, int]]:
    """Return the same as read; without a truth by hand all paragraphs count as one."""
    by_hand = (TRUTH / f"{Path(source.name).stem}.txt").exists()
    blocks: dict[str, int] = {}
    return Counter(
        (blocks.setdefault(block, len(blocks)) if by_hand else 0, int(citation["pointsTo"].rpartition("/")[2]))
        for passage in source.document.get("passages", [])
        for block in [passage["locator"].rpartition("/")[0]]
        for citation in passage["citations"]
    )


def speed(data: bytes, name: str) -> tuple[float, float]:
    """Return the time of lxml for the same bytes, and how many times as long reading them takes."""
    lxml, whole = [], []
    for _ in range(ROUNDS):
        lxml.append(timed(lambda: etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))))
        whole.append(timed(lambda: jats.read(data, name)))
    return statistics.median(lxml), statistics.median(whole) / statistics.median(lxml)


def timed(call: Callable[[], object]) -> float:
    """Return the seconds of processor time that ``call`` takes."""
    start = time.process_time()
    call()
    return time.process_time() - start


def share(part: int, whole: int) -> str:
    """Return a share in per cent."""
    return f"{100 * part / whole:.2f} %" if whole else "-"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
