"""Shows search results as text and JSON."""

from __future__ import annotations

import json

from spreadgraph.answers.search import Hits
from spreadgraph.terms import shorten
from spreadgraph.views.terminal import Terminal


def as_text(found: Hits, terminal: Terminal) -> str:
    """Return the matches for a terminal, numbered, best first, each with the id that ``trace`` takes."""
    lines: list[str] = []
    for number, hit in enumerate(found.hits, 1):
        text = f"\u201c{hit.text}\u201d" if hit.kind == "passage" else hit.text
        lines += terminal.item(f"{number:>3}  {hit.kind:<11}", text)
        lines += terminal.item(" " * 16, shorten(hit.id), "dim")
    return "\n".join(lines) + "\n"


def as_json(found: Hits) -> str:
    """Return the matches as JSON."""
    hits = [{"kind": hit.kind, "id": hit.id, "text": hit.text} for hit in found.hits]
    return json.dumps({"every_word": found.every_word, "hits": hits}, ensure_ascii=False, indent=2) + "\n"
