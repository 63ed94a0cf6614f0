"""Splits a reader's own copy of Bevan et al. 2024 into its located sentences, for checks against the curated graph."""

from __future__ import annotations

import re

SUPERSCRIPTS = "\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079"
FACTORS = (
    "Culture and leadership", "Capacity and capability", "Behaviour change", "Data and evidence",
    "Finance and budgeting", "System cohesion", "Sustainability",
)  # fmt: skip
ROWS = (
    "The intervention", "Impact", "Complexity", "Implementation", "Adopter community", "Leadership focus",
    "The innovator", "Source", "Fidelity and adaptability", "Governance", "Real-world evaluation", "Outcome metrics",
)  # fmt: skip
# A sentence ends at a stop, with the marker before or after it, where the next one starts with a capital.
SENTENCE = re.compile(rf"(?<=[.:])\s*[{SUPERSCRIPTS}]*\s+(?=[A-Z])")


def sentences(copy: str) -> dict[str, str]:
    """Return locator -> sentence, in reading order, for the text of the paper (the 111 passages of the body)."""
    body = copy[copy.index("ABSTRACT") : copy.index("X Helen Bevan")]
    table = dict(_table(body))
    running = re.sub(r"\nTable 1 Differences.*?collect metrics\.\n", "\n", body, flags=re.S)
    for furniture in (r"\n©.*?\n", r"\nTo cite: .*?\n", r"\nFigure 1 .*?\n"):
        running = re.sub(furniture, "\n", running)
    paragraphs = [" ".join(block.split()) for block in re.split(r"\n\s*\n", running) if block.strip()]
    return {**dict(_located(_rejoined(paragraphs))), **table}


def _rejoined(paragraphs: list[str]) -> list[str]:
    """Join paragraphs that a page break or a box cut in two."""
    whole: list[str] = []
    for paragraph in paragraphs:
        unfinished = whole and not whole[-1].endswith((".", ":")) and not whole[-1].isupper()
        if unfinished and re.match(r"[a-z]", paragraph):
            whole[-1] += " " + paragraph
        else:
            whole.append(paragraph)
    return whole


def _located(paragraphs: list[str]) -> list[tuple[str, str]]:
    section, number, found = "", 0, []
    for paragraph in paragraphs:
        if paragraph == "ABSTRACT":
            section, number = "abstract", 0
        elif paragraph.startswith("COMMONALITY"):
            section, number = "commonality", 0
        elif paragraph.startswith("DIVERGENCE"):
            section, number = "divergence", 0
        elif paragraph == "CONCLUSIONS":
            section, number = "conclusions", 0
        elif paragraph.startswith("- ▶"):
            for bullet in re.split(r"(?:^|\s)- ▶ ", paragraph)[1:]:
                name, text = bullet.split(": ", 1)
                found += _numbered(f"commonality/{_slug(name)}", text)
        else:
            number += 1
            prefix = "commonality/intro" if section == "commonality" else f"{section}/{number}"
            found += _numbered(prefix, paragraph)
            if section == "abstract":
                section, number = "introduction", 0
    return found


def _table(body: str) -> list[tuple[str, str]]:
    found = []
    for row in ROWS:
        cells = re.search(rf"^{row}\t(.*)\t(.*)$", body, flags=re.M)
        assert cells, row
        for column, text in zip(("innovation", "improvement"), cells.groups(), strict=True):
            found += _numbered(f"table1/{_slug(row)}/{column}", text)
    return found


def _numbered(prefix: str, text: str) -> list[tuple[str, str]]:
    return [(f"{prefix}/{n}", part.strip()) for n, part in enumerate(_split(text), 1)]


def _split(text: str) -> list[str]:
    cuts = [match.end() for match in SENTENCE.finditer(text)]
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")
