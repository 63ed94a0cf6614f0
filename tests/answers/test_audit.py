"""The audit finds what a critical reader would find in the curated paper, and faults put into a small one."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import Store

from small_paper import TEXT
from spreadgraph.answers.audit import QUERIES, audit
from spreadgraph.answers.catalog import named
from spreadgraph.answers.exchange import out_of_order
from spreadgraph.answers.finding import Check
from spreadgraph.answers.papers import paper_called
from spreadgraph.answers.rows import rows
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.store import LocalStore
from spreadgraph.resources import queries_dir
from spreadgraph.sources.yamlld import parse
from spreadgraph.terms import shorten

PAPER = "https://doi.org/10.1136/bmjinnov-2024-001251"


@pytest.fixture(scope="module")
def checks(bundled: LocalStore) -> dict[str, Check]:
    return {check.name: check for check in audit(bundled)}


def ids(check: Check) -> list[str]:
    return [shorten(target).removeprefix("bevan-2024/") for finding in check.findings for target in finding.targets]


def test_claims_without_a_citation_are_counted_by_their_basis(checks: dict[str, Check], bundled: LocalStore) -> None:
    check = checks["claims-without-a-citation"]
    counted = {row["basisName"]: row["claims"] for row in rows(bundled, "claims-by-basis")}
    del counted["a citation attached to the claim"]
    told = check.why.split(" By basis: ")[1].removesuffix(".").split(", ")
    assert sorted(told) == sorted(f"{basis} {number}" for basis, number in counted.items())
    assert told[0] == "no citation 85"
    assert sum(counted.values()) == len(check.findings) == 97


def test_exactly_13_and_14_seem_exchanged(checks: dict[str, Check]) -> None:
    (finding,) = checks["exchanged-references"].findings
    assert ids(checks["exchanged-references"]) == ["reference/13", "reference/14"]
    assert "marker 13 shares middle, managers with the title of entry 14" in finding.reason
    assert "marker 14 shares learning, health, systems with the title of entry 13" in finding.reason
    assert finding.reason.endswith("a curation note says the same")


def test_nothing_else_may_be_wrong(checks: dict[str, Check]) -> None:
    found = {check.name for check in checks.values() if check.sort == "defect" and check.findings}
    assert found == {"exchanged-references"}


def test_23_after_28_is_right_though_it_stands_out_in_reading_order(bundled: LocalStore) -> None:
    markers = rows(bundled, "audit/markers", document=[PAPER])
    numbers = list(dict.fromkeys(row["number"] for row in markers))
    assert [numbers[at] for at in out_of_order(numbers)] == [23]


def test_elements_without_and_with_a_single_work(checks: dict[str, Check]) -> None:
    assert ids(checks["elements-without-a-citation"]) == [
        "factor/finance-and-budgeting", "factor/system-cohesion", "characteristic/the-intervention",
        "characteristic/impact", "characteristic/implementation", "characteristic/source",
        "characteristic/outcome-metrics",
    ]  # fmt: skip
    single = ids(checks["elements-on-one-source"])
    assert {"factor/sustainability", "characteristic/adopter-community"} <= set(single)
    assert not {"factor/behaviour-change", "factor/data-and-evidence"} & set(single)


def test_own_and_secondary_work(checks: dict[str, Check]) -> None:
    own = checks["claims-on-own-work-only"].findings
    cited = {citation.printed.number for finding in own if finding.claim for citation in finding.claim.citations}
    assert cited == {12, 23}
    secondary = checks["claims-on-secondary-sources"].findings
    assert {citation.printed.number for each in secondary if each.claim for citation in each.claim.citations} == {24}


def test_every_claim_has_a_citation_or_is_among_those_without(checks: dict[str, Check], bundled: LocalStore) -> None:
    without = set(ids(checks["claims-without-a-citation"]))
    single = set(ids(checks["claims-on-one-source"]))
    assert not without & single
    for finding in checks["claims-without-a-citation"].findings:
        assert finding.claim is not None
        assert (finding.claim.support, finding.claim.citations) == ("none given", ())
    assert all(
        finding.claim and finding.claim.support == "one source" for finding in checks["claims-on-one-source"].findings
    )
    total = rows(bundled, "audit/claims-without-a-citation")
    assert len(total) == len(without)


def test_not_peer_reviewed_agrees_with_the_flags_of_the_trace(checks: dict[str, Check]) -> None:
    for finding in checks["claims-without-peer-reviewed-work"].findings:
        assert finding.claim is not None
        assert {"not peer reviewed", "peer review unknown"} & set(finding.claim.flags)
    reviewed = {citation.printed.number for each in checks["claims-without-peer-reviewed-work"].findings if each.claim
                for citation in each.claim.citations if citation.work and citation.work.peer_reviewed}  # fmt: skip
    assert reviewed == set()


def test_each_check_is_explained_and_each_query_is_used() -> None:
    files = {path.stem for path in (queries_dir() / "audit").glob("*.rq")}
    assert files == {*QUERIES, "known", "markers", "titles"}
    for name in QUERIES:
        assert re.search(r"^# sort: (limit|defect)\n# why: [A-Z].+\.$", named(f"audit/{name}").text, re.MULTILINE)


# ------ faults in a small paper

MARKER = """  - id: citation/{number}
    type: InTextCitation
    marker: "{number}"
    order: {order}
    pointsTo: reference/{number}
    function: evidence
"""
ENTRY = """- id: reference/{number}
  type: BibliographicReference
  number: {number}
  printed: "Entry {number}"
  work:
    id: work/{number}
    type: Document
    title: "{title}"
    authors: "Brown C"
    documentType: report
    peerReview: unknown
"""
TITLES = ("Bakeries", "Glaciers", "Bridges", "Orchards", "Satellites")
MORE = "".join(ENTRY.format(number=number, title=title) for number, title in enumerate(TITLES, 3))


def small(*changes: tuple[str, str]) -> dict[str, Check]:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    store = Store()
    load_paper(store, parse(text), load_ontology(store))
    return {check.name: check for check in audit(LocalStore(store))}


def found(checks: dict[str, Check], name: str) -> list[str]:
    return [finding.label for finding in checks[name].findings]


def test_the_small_paper_as_it_is() -> None:
    checks = small()
    assert found(checks, "references-never-cited") == []
    assert found(checks, "references-listed-twice") == []
    # Both markers mean the second entry, as a note says.
    assert found(checks, "references-no-claim-rests-on") == ["[1] Jones B. On leaders. 2020."]


def test_an_entry_that_no_marker_cites_is_found() -> None:
    checks = small(("    pointsTo: reference/2", "    pointsTo: reference/1"))
    assert found(checks, "references-never-cited") == ["[2] Brown C. On teams. 2021."]


def test_a_work_listed_twice_is_found() -> None:
    checks = small(('title: "On teams"', 'title: "on leaders"'))
    (finding,) = checks["references-listed-twice"].findings
    assert (finding.label, finding.reason) == ("[2] Brown C. On teams. 2021.", "the same work as entry 1")


def test_markers_out_of_order_are_found_once_there_are_enough_to_tell() -> None:
    cited = "".join(MARKER.format(number=number, order=order) for order, number in enumerate((7, 3, 4, 5, 6), 3))
    old = '    marker: "2"\n    order: 2\n    pointsTo: reference/2\n    function: evidence\n'
    checks = small((old, old + cited), ("notes:\n", f"{MORE}notes:\n"))
    (finding,) = checks["markers-out-of-order"].findings
    assert (finding.label, finding.reason) == ("marker 7", "first cited after marker 2 and before marker 3")


def test_an_exchange_in_a_small_paper_is_no_longer_noted_when_the_note_is_gone() -> None:
    said = small(
        ("Teams may learn from one another.", "Winter ferries may be late."),
        ("Teams ask their leaders for time.", "Violins need care in drought."),
        ('title: "On leaders"', 'title: "Caring for violins in times of drought"'),
        ('title: "On teams"', 'title: "Ferries in a hard winter"'),
        ("  proposesReference: reference/2\n", ""),
        ("notes:\n", f"{MORE}notes:\n"),
    )
    (finding,) = said["exchanged-references"].findings
    assert finding.label == "references 1 and 2"
    assert finding.reason == (
        "what is said at marker 1 shares ferries, winter with the title of entry 2;"
        " what is said at marker 2 shares violins, drought with the title of entry 1"
    )


def test_a_paper_is_called_by_any_of_its_names(bundled: LocalStore) -> None:
    names = [
        "bevan-2024",
        "Bevan et al. 2024",
        PAPER,
        "10.1136/BMJINNOV-2024-001251",
        "doi:10.1136/bmjinnov-2024-001251",
    ]
    assert {paper_called(bundled, name) for name in names} == {PAPER}
    with pytest.raises(NotFoundError, match=r"no paper called 'smith-1999' is held here; there are: bevan-2024"):
        paper_called(bundled, "smith-1999")


def test_an_audit_can_be_confined_to_a_paper(bundled: LocalStore) -> None:
    assert audit(bundled, [PAPER]) == audit(bundled)
    assert not any(check.findings for check in audit(bundled, ["https://doi.org/10.1234/other"]))
