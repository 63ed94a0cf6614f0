"""What a notebook shows: an answer with a table or page for the eye and plain text where there is no HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape
from pyoxigraph import NamedNode, QuerySolutions

from spreadgraph.answers.compare import Comparison
from spreadgraph.answers.evidence import Trace
from spreadgraph.answers.rows import value
from spreadgraph.answers.search import Hits
from spreadgraph.terms import shorten
from spreadgraph.views import comparisons, hits, traces
from spreadgraph.views.pages import render
from spreadgraph.views.table import render as text_table
from spreadgraph.views.terminal import Terminal

# More rows than this make a notebook slow to scroll; all of them stay in ``data``.
MOST_ROWS = 200
_PAPER = Terminal(width=100)


@dataclass(frozen=True, repr=False)
class Shown:
    """An answer and how it looks: ``data`` for Python, ``text`` for any screen, ``html`` for a notebook (escaped)."""

    data: Any
    text: str
    html: str

    def __repr__(self) -> str:
        return self.text.rstrip("\n")

    def _repr_html_(self) -> str:
        return self.html


def show(trace: Trace) -> Shown:
    """Return a trace with its first chain open and the others folded."""
    references = [(traces.use_subject(use), traces.use_fields(use)) for use in trace.references]
    html = render("notebook/trace.html", claims=list(traces.chains(trace)), references=references)
    return Shown(trace, traces.as_text(trace, _PAPER), html)


def table(answer: QuerySolutions) -> Shown:
    """Return the rows of a SELECT; ``data`` is a list of dicts, ids short, as networks and traces have them."""
    columns = [variable.value for variable in answer.variables]
    found = [{name: _plain(term) for name, term in zip(columns, row, strict=True)} for row in answer]
    return _table(found, columns, [list(row.values()) for row in found])


def matches(found: Hits) -> Shown:
    """Return search results as a table."""
    cells = [[hit.kind, hit.text, shorten(hit.id)] for hit in found.hits]
    html = _html(["kind", "text", "id"], cells)
    return Shown(found, hits.as_text(found, _PAPER), html)


def side_by_side(found: Sequence[Comparison]) -> Shown:
    """Return comparisons as a table: what holds for both, for innovation, for improvement."""
    sides = ("shared", "innovation", "improvement")
    cells = [
        [each.name, *("\n\n".join(comparisons.summary(result) for result in getattr(each, side)) for side in sides)]
        for each in found
    ]
    return Shown(found, comparisons.as_text(found, _PAPER), _html(["element", *sides], cells))


def plain(data: Any, text: str) -> Shown:
    """Return a text that is shown as it is."""
    return Shown(data, text, render("notebook/text.html", text=text))


def explorer(page: str, height: int = 700) -> Shown:
    """Return a whole HTML page, such as that of ``spreadgraph explore``, in a frame that cannot reach the notebook.

    Its scripts run, but in an origin of their own: without the notebook's cookies, storage and document.
    """
    text = "The explorer needs a notebook that shows HTML; elsewhere: spreadgraph explore -o explorer.html"
    # Escaped here, since a template also replaces control characters, and tabs belong to the page and its hashes.
    return Shown(page, text, render("notebook/frame.html", page=escape(page), height=int(height)))


def _plain(term: Any) -> Any:
    return shorten(term.value) if isinstance(term, NamedNode) else value(term)


def _table(data: Any, columns: Sequence[str], cells: Sequence[Sequence[Any]]) -> Shown:
    texts = [["" if cell is None else str(cell) for cell in row] for row in cells]
    return Shown(data, text_table(columns, texts, _PAPER), _html(columns, texts))


def _html(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    more = f"{len(cells) - MOST_ROWS} more rows are in .data" if len(cells) > MOST_ROWS else None
    return render("notebook/table.html", columns=columns, rows=cells[:MOST_ROWS], more=more)
