"""A made-up article for checks against a reader's copy: its sentences, what finds them again, and a PDF of any text."""

from __future__ import annotations

from typing import Any

from spreadgraph.answers.judge import Passage
from spreadgraph.sources import anchors

# Markers are superscripts, as in a paper.
SENTENCES = {
    "diet/1/1": "Otters in the river D\u0175r eat mostly crayfish and eels.\u00b9",
    "diet/1/2": "In 2019, keepers counted 48 dens along 12.5 km of the bank.\u00b2",
    "diet/1/3": "Such counts are not affected by floods in spring, as long as the keepers wait.",
    "diet/1/4": "A notable change came when the weir was opened for the salmon.\u00b3\u2013\u2075",
    "diet/2/1": "Young otters stay with their mother until they hunt, \u201cfirst in pools\u201d, then in the current.",
    "diet/2/2": "Efficient hunting takes well-trained senses, which the cubs learn within a year.",
    "homes/1/1": "Their homes lie under roots, where the bank is steep.",
    "homes/1/2": "Of all the dens seen, 7 were dry at high water.\u2074",
    "homes/1/3": "The keepers say that every den has at least 2.",
    "homes/1/4": "Most were dug before the great flood (Smith et al., 2012).",
}
MARKERS = {"diet/1/1": ("1",), "diet/1/2": ("2",), "diet/1/4": ("3-5",), "homes/1/2": ("4",)}


def article(**changed: str) -> str:
    """Return the article, a paragraph a line; ``diet_1_3=...`` replaces a sentence, an empty text drops it."""
    sentences = {**SENTENCES, **{name.replace("_", "/"): text for name, text in changed.items()}}
    assert sentences.keys() == SENTENCES.keys()
    lines: dict[str, list[str]] = {}
    for locator, sentence in sentences.items():
        lines.setdefault(locator.rpartition("/")[0], []).extend([sentence] if sentence else [])
    return "River life\nAn article\n" + "\n\n".join(" ".join(line) for line in lines.values()) + "\n\nReferences\n"


def passages() -> list[Passage]:
    """Return what the graph would hold of the article's sentences."""
    entries = anchors.passages(SENTENCES)
    before = [(), *(MARKERS.get(locator, ()) for locator in SENTENCES)]
    return [_passage(entry, markers) for entry, markers in zip(entries, before, strict=False)]


def _passage(entry: dict[str, Any], before: tuple[str, ...]) -> Passage:
    locator = entry["locator"]
    return Passage(
        f"https://example.org/{locator}", locator, locator, locator.split("/")[0], entry["start"], entry.get("end"),
        entry["letters"], entry["words"], tuple(entry.get("numbers", "").split()), entry["sha256"],
        MARKERS.get(locator, ()), before,
    )  # fmt: skip


def pdf(*pages: str) -> bytes:
    """Return a small PDF with these pages, a line of text a line; a page of no text is like a scan."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{4 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        drawn = " ".join(f"({_escaped(line)}) Tj T*" for line in page.split("\n") if line)
        stream = f"BT /F1 9 Tf 11 TL 40 780 Td {drawn} ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >>"
            f" /Contents {5 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream.encode('cp1252'))} >>\nstream\n{stream}\nendstream")
    return _file(objects)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: list[str]) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return data + f"{head}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n".encode()
