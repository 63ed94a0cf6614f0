"""Shows what a library holds: its papers, its sizes, and the works it relies on most."""

from __future__ import annotations

import json
from collections.abc import Sequence

from spreadgraph.answers.holdings import Holdings, Paper
from spreadgraph.terms import shorten
from spreadgraph.views.table import spreadsheet
from spreadgraph.views.terminal import Terminal

_COLUMNS = ("paper", "name", "year", "title", "origin", "passages", "claims", "citations", "references", "uncited")
# Of one, and of any other number.
_WORDS = {
    "papers": ("paper held", "papers held"),
    "curated": ("of them curated, with claims",) * 2,
    "passages": ("passage", "passages"),
    "claims": ("claim", "claims"),
    "citations": ("marker in the text", "markers in the text"),
    "references": ("entry of a reference list", "entries of reference lists"),
    "works": ("work cited", "works cited"),
    "shared": ("of them cited by several papers",) * 2,
    "notes": ("curation note", "curation notes"),
    "triples": ("triple as read", "triples as read"),
}


def papers_as(form: str, papers: Sequence[Paper], terminal: Terminal) -> str:
    """Return the papers as ``text``, ``json`` or ``csv``."""
    if form == "json":
        rows = [{**paper._asdict(), "curated": paper.curated} for paper in papers]
        return json.dumps({"papers": rows}, ensure_ascii=False, indent=2) + "\n"
    if form == "csv":
        return spreadsheet(_COLUMNS, [_cells(paper) for paper in papers])
    blocks = ("\n".join(_lines(paper, terminal)) + "\n" for paper in papers)
    return "\n".join(blocks)


def holdings_as(form: str, held: Holdings, terminal: Terminal) -> str:
    """Return sizes and works as ``text`` or ``json``."""
    if form == "json":
        works = [work._asdict() for work in held.most_relied_on]
        return json.dumps({"counts": held.counts, "most_relied_on": works}, ensure_ascii=False, indent=2) + "\n"
    lines = [
        f"{number:>12,}  {words[number != 1]}" for name, words in _WORDS.items() for number in (held.counts[name],)
    ]
    if held.most_relied_on:
        lines += ["", terminal.style("Most relied on", "bold")]
    for work in held.most_relied_on:
        use = f"{_counted(work.papers, 'paper')}, {_counted(work.citations, 'marker')}"
        lines += [
            "",
            *terminal.paragraph(work.title or "(no title)", indent=2),
            *terminal.paragraph(f"{use} · {shorten(work.iri)}", "dim", indent=2),
        ]
    return "\n".join(lines) + "\n"


def _lines(paper: Paper, terminal: Terminal) -> list[str]:
    name = f"{paper.name} \u00b7 {paper.slug}" if paper.name else paper.slug
    said = [_counted(paper.claims, "claim")] if paper.claims else []
    said += [_counted(paper.passages, "passage"), _counted(paper.refs, "reference")]
    if paper.uncited is None:
        said.append("its citations are not linked")
    else:
        said.append(_counted(paper.citations, "marker"))
        said += [f"{_counted(paper.uncited, 'work')} uncited"] if paper.uncited else []
    return [
        *terminal.paragraph(name, "accent"),
        *terminal.paragraph(paper.title, indent=2),
        *terminal.paragraph(f"{_read_by(paper)}; {', '.join(said)}", "dim", indent=2),
    ]


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _read_by(paper: Paper) -> str:
    return "curated" if paper.curated else "imported"


def _cells(paper: Paper) -> list[str]:
    shown = (paper.slug, paper.name, paper.year, paper.title, _read_by(paper), paper.passages, paper.claims)
    return ["" if value is None else str(value) for value in (*shown, paper.citations, paper.refs, paper.uncited)]
