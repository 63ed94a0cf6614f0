"""Three small curated papers that cite one another, share works and an element, and agree or differ; all made up."""

from __future__ import annotations

from pyoxigraph import Store

from small_paper import SLUG, TEXT
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.store import LocalStore
from spreadgraph.sources.yamlld import parse
from spreadgraph.terms import DATA

SMITH, JONES, ADAMS = SLUG, "jones-2026", "adams-2027"
DOIS = {SMITH: "10.1234/small.1", JONES: "10.1234/small.2", ADAMS: "10.1234/small.3"}
IRIS = {slug: f"https://doi.org/{doi}" for slug, doi in DOIS.items()}
LEADERS = "https://doi.org/10.1234/leaders"
LEARN, LISTEN = (f"{DATA}{SMITH}/claim/culture.{name}" for name in ("teams-learn", "leaders-listen"))
FACTOR = f"{DATA}{SMITH}/factor/culture"


def smith() -> str:
    """Return a paper that cites two works, one of them without a DOI."""
    return changed(TEXT, ('    title: "On teams"', '    year: 2021\n    title: "On teams and how they learn"'))


def jones() -> str:
    """Return a paper that cites the first one and, without its DOI, a work of it; it agrees on one claim."""
    return changed(
        _renamed(JONES, "Jones 2026"),
        ('    id: "https://doi.org/10.1234/leaders"', f'    id: "{IRIS[SMITH]}"'),
        ('    title: "On leaders"', '    title: "A small paper"'),
        ('    title: "On teams"', '    year: 2021\n    title: "On Teams, and how they learn"'),
        ("  kind: exchanged-reference", "  kind: doubtful-fit"),
        ("  proposesReference: reference/2\n", ""),
        ("    element: factor/culture\n    hedge: may", f'    element: [factor/culture, "{FACTOR}"]\n    hedge: may'),
        ("    via: citation/1\n", f'    via: citation/1\n    agreesWith: "{DATA}{SMITH}/claim/culture.teams-learn"\n'),
    )


def adams() -> str:
    """Return a paper that cites both others, lists a work that it does not cite, and differs on one claim."""
    return changed(
        _renamed(ADAMS, "Adams 2027"),
        ('    id: "https://doi.org/10.1234/leaders"', f'    id: "{IRIS[JONES]}"'),
        ("    id: work/on-teams", f'    id: "{IRIS[SMITH]}"'),
        ("  kind: exchanged-reference", "  kind: doubtful-fit"),
        ("  proposesReference: reference/2\n", ""),
        (
            "    basis: uncited\n",
            f'    basis: uncited\n    differsFrom: "{DATA}{SMITH}/claim/culture.leaders-listen"\n',
        ),
    )


def three_papers(*more: str) -> LocalStore:
    """Return the three papers, and ``more`` as text, in memory."""
    store = Store()
    builder = load_ontology(store)
    for text in (smith(), jones(), adams(), *more):
        load_paper(store, parse(text), builder)
    return LocalStore(store)


def changed(text: str, *edits: tuple[str, str]) -> str:
    """Return ``text`` with the first ``old`` of each edit replaced; an edit that changes nothing is a mistake."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def _renamed(slug: str, name: str) -> str:
    return changed(TEXT.replace(SLUG, slug).replace(DOIS[SMITH], DOIS[slug]), ("Smith 2025", name))
