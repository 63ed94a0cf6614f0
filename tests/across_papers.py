"""Three small curated papers that cite one another, share works and an element, and agree or differ; all made up."""

from __future__ import annotations

from pyoxigraph import Store

from small_paper import SLUG, TEXT
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.store import LocalStore
from spreadgraph.sources import jats
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


def article(number: int, *dois: str, linked: bool = True) -> str:
    """Return an article in JATS, called ``10.1234/article.N``, with a sentence for each of the works it lists."""
    marker = '<xref ref-type="bibr" rid="r{0}">{0}</xref>' if linked else "{0}"
    sentences = " ".join(f"Finding {'i' * at} rests on a work [{marker.format(at)}]." for at, _ in enumerate(dois, 1))
    listed = "".join(_ENTRY.format(at, doi) for at, doi in enumerate(dois, 1))
    references = f"<back><ref-list>{listed}</ref-list></back>" if dois else ""
    return _ARTICLE.format(number, sentences or "Nothing is cited.", references)


_ENTRY = """<ref id="r{0}"><element-citation publication-type="journal"><person-group person-group-type="author"><name>
<surname>Brown</surname><given-names>C</given-names></name></person-group><article-title>Work at {1}</article-title>
<year>2020</year><pub-id pub-id-type="doi">{1}</pub-id></element-citation></ref>"""
_ARTICLE = """<article article-type="research-article"><front><article-meta>
<article-id pub-id-type="doi">10.1234/article.{0}</article-id>
<title-group><article-title>Article {0}</article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Davis</surname><given-names>E</given-names></name>
</contrib></contrib-group><pub-date><year>2022</year></pub-date></article-meta></front>
<body><sec><title>Results</title><p>{1}</p></sec></body>{2}</article>"""


def three_papers(*more: str) -> LocalStore:
    """Return the three papers, and ``more`` as text (curated, or an article in JATS), in memory."""
    return held(smith(), jones(), adams(), *more)


def held(*texts: str) -> LocalStore:
    """Return papers in memory."""
    store = Store()
    builder = load_ontology(store)
    for text in texts:
        sources = jats.read(text.encode(), "article.xml") if text.startswith("<") else [parse(text)]
        for source in sources:
            load_paper(store, source, builder)
    return LocalStore(store)


def changed(text: str, *edits: tuple[str, str]) -> str:
    """Return ``text`` with the first ``old`` of each edit replaced; an edit that changes nothing is a mistake."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def _renamed(slug: str, name: str) -> str:
    return changed(TEXT.replace(SLUG, slug).replace(DOIS[SMITH], DOIS[slug]), ("Smith 2025", name))
