"""What a notebook shows is escaped, has a text beside it, and says what the command line says."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

import spreadgraph
from spreadgraph.answers.evidence import Trace
from spreadgraph.answers.search import Hit, Hits
from spreadgraph.answers.trace import trace_claims
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import LocalStore
from spreadgraph.views import notebook, shown, traces
from spreadgraph.views.explorer import explorer

WEAK_TIES = "https://w3id.org/spreadgraph/id/bevan-2024/claim/adopter-community.improvement.weak-ties"
HOSTILE = "<script>alert(1)</script>\" onload='x' javascript:alert(1) \u202e"


class Tags(HTMLParser):
    """Collects the elements and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember one element."""
        self.tags.append(tag)
        self.attributes |= dict(attrs)
        self.links += [str(value) for name, value in attrs if name == "href"]


def hostile(trace: Trace) -> Trace:
    """Return a trace in which a curator's text, a title and an address are hostile."""
    result = trace.results[0]
    citation = result.citations[0]
    assert citation.work
    work = citation.work._replace(title=HOSTILE, url="javascript:alert(1)")
    changed = result._replace(
        claim=result.claim._replace(text=HOSTILE), citations=(citation._replace(works=(work,), marker=HOSTILE),)
    )
    return trace._replace(results=(changed,))


# ------ views


def test_a_trace_shows_every_line_that_the_terminal_shows(bundled: LocalStore) -> None:
    trace = trace_claims(bundled, [WEAK_TIES])
    page = html.unescape(shown.show(trace).html)
    assert all(text in page for _, text, _ in traces.fields(trace.results[0]))


def test_nothing_in_a_trace_becomes_markup(bundled: LocalStore) -> None:
    page = Tags(shown.show(hostile(trace_claims(bundled, [WEAK_TIES]))).html)
    assert set(page.tags) == {"details", "summary", "b", "table", "tr", "th", "td", "a"}
    assert page.links
    assert all(link.startswith("https://") for link in page.links)


def test_nothing_in_a_table_becomes_markup(bundled: LocalStore) -> None:
    page = Tags(shown.matches(Hits((Hit("claim", WEAK_TIES, HOSTILE),), True)).html)
    assert set(page.tags) == {"table", "thead", "tbody", "tr", "th", "td"}
    assert "\u202e" not in shown.matches(Hits((Hit("claim", WEAK_TIES, HOSTILE),), True)).html


def test_a_long_table_says_how_much_is_left_out() -> None:
    hits = Hits(tuple(Hit("claim", f"id/{number}", "text") for number in range(shown.MOST_ROWS + 5)), True)
    assert "5 more rows are in .data" in shown.matches(hits).html


def test_the_explorer_stands_in_a_frame_that_cannot_reach_the_notebook() -> None:
    page = "<!doctype html><title>x</title>\t<script>let a = '&amp;' && \"b\"</script>"
    frame = Tags(shown.explorer(page).html)
    assert frame.tags == ["iframe"]
    assert frame.attributes["srcdoc"] == page
    allowed = set(str(frame.attributes["sandbox"]).split())
    # Without forms, the Enter key in the page's search box does nothing.
    assert {"allow-scripts", "allow-forms"} <= allowed
    assert not {"allow-same-origin", "allow-top-navigation"} & allowed


# ------ what one calls


def test_every_name_of_the_table_of_contents_is_there_and_explained() -> None:
    for name in spreadgraph.__all__:
        assert getattr(spreadgraph, name).__doc__, name
    assert set(spreadgraph.__all__) <= set(dir(spreadgraph))
    with pytest.raises(AttributeError, match="has no 'nothing'; it has open_graph"):
        _ = spreadgraph.nothing


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys, spreadgraph; print(*sorted(name for name in sys.modules if name.startswith('spreadgraph.')))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == ""


def test_a_reference_is_traced_back(bundled: LocalStore) -> None:
    found = notebook.trace("ref:24", bundled)
    assert found.data.direction == "reverse"
    assert "Reference 24" in found.html
    assert repr(found).startswith("Reference 24")


def test_a_named_query_takes_one_value_or_several(bundled: LocalStore) -> None:
    ids = ["bevan-2024/claim/complexity.innovation.nature", "bevan-2024/claim/adopter-community.improvement.weak-ties"]
    one = notebook.query("open-the-page-at-the-sentence", bundled, claim=ids[0])
    both = notebook.query("open-the-page-at-the-sentence", bundled, claim=ids)
    assert [row["claim"] for row in one.data] == ids[:1]
    assert {row["claim"] for row in both.data} == set(ids)


@pytest.mark.parametrize(
    ("sparql", "data"),
    [
        ("ASK { GRAPH ?g { ?s a <urn:nothing> } }", False),
        ("SELECT ?s WHERE { GRAPH ?g { ?s a <urn:nothing> } }", []),
        ("CONSTRUCT { ?s a ?c } WHERE { GRAPH ?g { ?s a ?c . FILTER(false) } }", ""),
    ],
)
def test_a_question_of_ones_own_gives_plain_values(bundled: LocalStore, sparql: str, data: object) -> None:
    assert notebook.query(sparql, bundled).data == data


def test_values_are_python_values_and_ids_are_short(bundled: LocalStore) -> None:
    number = "<https://w3id.org/spreadgraph/ontology#referenceNumber>"
    found = notebook.query(f"SELECT ?r ?n WHERE {{ GRAPH ?g {{ ?r {number} ?n }} }}", bundled).data
    assert {"r": "bevan-2024/reference/13", "n": 13} in found


def test_a_question_may_not_reach_another_endpoint_or_be_nonsense(bundled: LocalStore) -> None:
    with pytest.raises(UsageError, match="SERVICE"):
        notebook.query("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }", bundled)
    with pytest.raises(UsageError, match="not SPARQL"):
        notebook.query("SELECT * WHERE { oops }", bundled)
    with pytest.raises(NotFoundError, match="no query is called"):
        notebook.query("claims-by-moon", bundled)


def test_a_search_can_keep_to_one_kind(bundled: LocalStore) -> None:
    assert {hit.kind for hit in notebook.search("network", "reference", graph=bundled).data.hits} == {"reference"}


def test_a_comparison_shows_both_framings(bundled: LocalStore) -> None:
    found = notebook.compare("complexity", bundled)
    (comparison,) = found.data
    assert re.findall(r"<th[^>]*>(\w+)</th>", found.html) == ["element", "shared", "innovation", "improvement"]
    assert html.escape(comparison.innovation[0].claim.text, quote=False) in found.html


def test_the_explorer_is_the_page_of_the_command_line_in_a_frame(bundled: LocalStore) -> None:
    found = notebook.explore(graph=bundled)
    assert found.data == explorer(bundled)
    assert Tags(found.html).attributes["srcdoc"] == found.data
    assert len(notebook.explore("ref:24", graph=bundled).data) < len(found.data)


def test_networks_come_from_here_too(bundled: LocalStore) -> None:
    assert len(notebook.network("citations", bundled)) == 29
    assert "bevan-2024/reference/14" in notebook.ego("citation/13", graph=bundled)
    with pytest.raises(NotFoundError, match="did you mean"):
        notebook.ego("citation/99", graph=bundled)
