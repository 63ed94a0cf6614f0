"""The trace, on the real paper: forward, reverse, and what is said about support."""

from __future__ import annotations

import pytest

from small_paper import TEXT
from spreadgraph.answers.evidence import Result, Trace
from spreadgraph.answers.lookups import place_in_words
from spreadgraph.answers.resolve import resolve
from spreadgraph.answers.trace import trace_claims, trace_references
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.store import LocalStore
from spreadgraph.sources.yamlld import parse
from spreadgraph.terms import DATA

BEVAN = f"{DATA}bevan-2024/"


def traced(store: LocalStore, claim: str) -> Result:
    (result,) = trace_claims(store, [f"{BEVAN}claim/{claim}"]).results
    return result


def test_a_claim_with_exchanged_references_shows_both(bundled: LocalStore) -> None:
    result = traced(bundled, "culture-and-leadership.clinical-leadership")
    (citation,) = result.citations
    assert (citation.marker, citation.printed.number, citation.effective and citation.effective.number) == (
        "13",
        13,
        14,
    )
    assert citation.corrected
    assert citation.work is not None
    assert citation.work.doi == "10.1186/s12913-021-07387-z"
    assert [note.kind for note in citation.notes] == ["exchanged reference"]
    assert result.support == "one source"
    assert result.flags == ("disputed reference",)


def test_a_claim_tells_its_hedge_place_and_framing(bundled: LocalStore) -> None:
    result = traced(bundled, "adopter-community.improvement.weak-ties")
    assert set(result.claim.hedges) == {"requires", "may"}
    assert result.claim.framings == ("improvement",)
    assert result.claim.element == "Adopter community"
    (passage,) = result.passages
    assert passage.locator == "table1/adopter-community/improvement/2"
    assert passage.place == "Table 1, row Adopter community, improvement column, sentence 2"
    assert passage.link is not None
    assert passage.link.startswith("https://innovations.bmj.com/content/10/3/69#T1:~:text=")
    assert "secondary source" in result.flags


def test_a_work_cited_in_the_same_sentence_is_only_nearby(bundled: LocalStore) -> None:
    result = traced(bundled, "adopter-community.improvement.strong-ties")
    assert result.citations == ()
    assert result.support == "none given"
    assert result.flags == ()
    assert result.nearby == ("The strength of weak ties",)


def test_definitions_and_experience_rest_on_the_authors(bundled: LocalStore) -> None:
    assert traced(bundled, "introduction.innovation-defined").basis == "the authors' own definition"
    assert traced(bundled, "conclusions.two-decades").basis == "the authors' experience in practice"


def test_own_organisation_and_grey_sources_are_flagged(bundled: LocalStore) -> None:
    assert traced(bundled, "conclusions.observed-in-practice").flags == ("own organisation", "not peer reviewed")
    assert traced(bundled, "introduction.priority").flags == ("peer review unknown",)
    assert traced(bundled, "introduction.scaling-up").flags == ()


def test_a_reference_leads_back_to_where_it_is_printed_and_where_it_is_meant(bundled: LocalStore) -> None:
    trace = trace_references(bundled, [f"{BEVAN}reference/13"])
    (use,) = trace.references
    assert [(place.marker, place.printed, place.effective) for place in use.places] == [("13", 13, 14), ("14", 14, 13)]
    assert [result.claim.id.rsplit(".", 1)[1] for result in trace.results] == ["clinical-leadership", "learning-system"]


def test_a_reference_cited_twice_has_two_places(bundled: LocalStore) -> None:
    (use,) = trace_references(bundled, [f"{BEVAN}reference/24"]).references
    assert [place.passage.locator for place in use.places] == [
        "table1/adopter-community/innovation/2",
        "table1/adopter-community/improvement/2",
    ]


def test_every_claim_can_be_traced(bundled: LocalStore) -> None:
    ids = [row["id"].value for row in bundled.query(ALL_CLAIMS)]  # type: ignore[union-attr]  # a SELECT gives rows
    results = trace_claims(bundled, ids).results
    assert [result.claim.id for result in results] == ids
    assert all(result.claim.hedges and result.passages for result in results)
    assert all(bool(result.citations) == (result.support != "none given") for result in results)


def test_every_reference_can_be_traced_back(bundled: LocalStore) -> None:
    trace = trace_references(bundled, [f"{BEVAN}reference/{number}" for number in range(1, 29)])
    assert [use.reference.number for use in trace.references] == list(range(1, 29))
    assert all(use.places for use in trace.references)


def test_nothing_asked_nothing_found(bundled: LocalStore) -> None:
    assert trace_claims(bundled, []) == Trace("forward", ())
    assert trace_claims(bundled, [f"{BEVAN}claim/nowhere"]).results == ()


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("middle managers", "culture-and-leadership.clinical-leadership"),
        ("claim/source.innovation.commercial", "source.innovation.commercial"),
        ("bevan-2024/claim/source.innovation.commercial", "source.innovation.commercial"),
        (f"{BEVAN}claim/source.innovation.commercial", "source.innovation.commercial"),
        ("table1/source/innovation/1", "source.innovation.commercial"),
        ("passage/table1/source/innovation/1", "source.innovation.commercial"),
        ("citation/13", "culture-and-leadership.clinical-leadership"),
        ("factor/sustainability", "sustainability.how-it-is-spread"),
    ],
)
def test_words_and_ids_find_a_claim(bundled: LocalStore, text: str, claim: str) -> None:
    assert resolve(bundled, text).claims[0] == f"{BEVAN}claim/{claim}"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("ref:13", 13),
        ("bevan-2024/ref:13", 13),
        ("reference/13", 13),
        ("10.1136/bmj.l2068", 2),
        ("https://doi.org/10.1136/BMJ.L2068", 2),
        ("doi:10.1136/bmj.l2068.", 2),
        ("Boutcher", 14),
        ("work/spreading-change", 20),
    ],
)
def test_numbers_dois_and_authors_find_a_reference(bundled: LocalStore, text: str, number: int) -> None:
    assert resolve(bundled, text).references[0] == f"{BEVAN}reference/{number}"


def test_a_place_without_a_claim_says_why(bundled: LocalStore) -> None:
    meant = resolve(bundled, "abstract/1/1")
    assert meant.claims == ()
    assert meant.remark == "abstract/1/1 carries no claim: abstract"


def test_places_in_words() -> None:
    assert place_in_words("commonality/intro/1", "Commonality") == "Commonality, lead-in, sentence 1"
    assert (
        place_in_words("commonality/sustainability/2", "Commonality", "Sustainability")
        == "Commonality, Sustainability, sentence 2"
    )


ALL_CLAIMS = """
PREFIX sg: <https://w3id.org/spreadgraph/ontology#>
SELECT DISTINCT ?id WHERE { GRAPH ?paper { ?id a sg:Claim } } ORDER BY ?id
"""


def test_a_reference_of_a_paper_whose_name_has_dots_is_found_by_its_number() -> None:
    store = LocalStore()
    text = TEXT.replace("smith-2025", "10.1234-small.1")
    load_paper(store.native, parse(text), load_ontology(store.native))
    (reference,) = resolve(store, "10.1234-small.1/ref:2").references
    assert reference.endswith("10.1234-small.1/reference/2")
