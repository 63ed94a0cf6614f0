"""Curated papers are set side by side by what curators stated, found by name, and told apart from imported ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from across_papers import (
    ADAMS,
    FACTOR,
    IRIS,
    JONES,
    LEADERS,
    LEARN,
    LISTEN,
    SMITH,
    adams,
    article,
    held,
    jones,
    smith,
    three_papers,
)
from spreadgraph.answers.across import Across, across
from spreadgraph.answers.audit import NO_CLAIMS, NO_LINKS, audit
from spreadgraph.answers.papers import paper_called, paper_known
from spreadgraph.answers.rows import rows
from spreadgraph.answers.trace import trace_claims
from spreadgraph.answers.whatif import cited, pick, sources, standings, what_if
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.check import check, check_file
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import DATA
from spreadgraph.views import across as view
from spreadgraph.views import whatif as losses
from spreadgraph.views.terminal import Terminal
from spreadgraph.views.traces import fields, result_json
from spreadgraph.views.whatif import Answer

OTHER = "10.1234/elsewhere"


@pytest.fixture(scope="module")
def papers() -> LocalStore:
    return three_papers()


def stands(found: tuple[Across, ...]) -> list[tuple[str, str, int]]:
    return [(stand.paper, stand.stand, len(stand.pairs)) for each in found for stand in each.stands]


def test_each_paper_stands_where_its_curators_said(papers: LocalStore) -> None:
    found = across(papers, "culture")
    assert stands(found[:1]) == [("Jones 2026", "agrees", 1), ("Adams 2027", "differs", 1)]
    (pair,) = found[0].stands[0].pairs
    assert (pair.relation, pair.other) == ("agrees with", LEARN)
    assert pair.claim.endswith(f"{JONES}/claim/culture.teams-learn")
    with pytest.raises(NotFoundError, match="no factor or characteristic is called 'money'"):
        across(papers, "money")


def test_agreement_is_never_read_off_wording() -> None:
    silent = jones().replace("    agreesWith:", "    # agreesWith:")
    assert stands(across(held(smith(), silent), "culture"))[0] == ("Jones 2026", "no relation stated", 0)
    unrelated = silent.replace(f', "{FACTOR}"]', "]")
    assert stands(across(held(smith(), unrelated), "culture"))[0] == ("Jones 2026", "silent", 0)


def test_a_paper_can_agree_on_one_claim_and_differ_on_another() -> None:
    both = jones().replace("    basis: uncited\n", f'    basis: uncited\n    differsFrom: "{LEARN}"\n')
    assert stands(across(held(smith(), both), "culture"))[0] == ("Jones 2026", "both", 2)


def test_one_curated_paper_cannot_be_set_beside_another() -> None:
    with pytest.raises(NotFoundError, match="fewer than two curated papers"):
        across(held(smith(), article(1, OTHER)))


def test_the_views_name_both_claims_and_how_it_is_known(papers: LocalStore) -> None:
    found = across(papers, "culture")
    for text in (view.as_text(found, Terminal()), view.as_markdown(found)):
        words = " ".join(text.replace("\\", "").split())
        assert f"[{JONES}/claim/culture.teams-learn] agrees with: Teams may learn from one another." in words
        assert "nothing is read off wording" in words
    document = json.loads(view.as_json(found))
    assert [paper["stand"] for paper in document[0]["papers"]] == ["agrees", "differs"]


def test_a_trace_says_which_other_papers_agree_or_differ_whichever_side_stated_it(papers: LocalStore) -> None:
    agreeing, differing = f"{DATA}{JONES}/claim/culture.teams-learn", f"{DATA}{ADAMS}/claim/culture.leaders-listen"
    pairs = {LEARN: (agreeing, ""), agreeing: (LEARN, ""), LISTEN: ("", differing), differing: ("", LISTEN)}
    for claim, (agrees, differs) in pairs.items():
        (result,) = trace_claims(papers, [claim]).results
        assert (result.claim.agrees, result.claim.differs) == ((agrees,) * bool(agrees), (differs,) * bool(differs))
    (result,) = trace_claims(papers, [LISTEN]).results
    assert ("Differs", f"from {ADAMS}/claim/culture.leaders-listen, a curator holds", ("warn",)) in fields(result)
    assert result_json(result)["claim"]["differs"] == [differing]


def test_the_three_papers_have_no_defect(papers: LocalStore) -> None:
    assert [finding for finding in check(papers) if finding.severity == "violation"] == []


def test_a_file_that_links_to_a_bundled_paper_is_checked_beside_it(tmp_path: Path) -> None:
    claim = "https://w3id.org/spreadgraph/id/bevan-2024/claim/sustainability.how-it-is-spread"
    path = tmp_path / "smith.yamlld"
    linked = smith().replace("    basis: uncited\n", f'    basis: uncited\n    agreesWith: "{claim}"\n')
    path.write_text(linked, encoding="utf-8")
    assert [finding.message for finding in check_file(path) if finding.severity == "violation"] == []
    path.write_text(linked.replace("how-it-is-spread", "nobody-says-so"), encoding="utf-8")
    found = {finding.check for finding in check_file(path) if finding.severity == "violation"}
    assert found == {"shape sg:agreesWith", "thing-undescribed"}


# ------ papers by their names


@pytest.mark.parametrize(
    "name",
    [SMITH, "Smith 2025", IRIS[SMITH], "10.1234/SMALL.1", "doi:10.1234/small.1", "https://doi.org/10.1234/Small.1"],
)
def test_a_paper_is_found_by_any_name(papers: LocalStore, name: str) -> None:
    assert paper_called(papers, name) == IRIS[SMITH]


def test_what_is_no_name_of_a_paper_is_refused_with_a_way_on(papers: LocalStore) -> None:
    assert paper_known(papers, "weak ties <") is None
    assert paper_known(papers, LEADERS) is None
    with pytest.raises(NotFoundError, match=f"there are: {ADAMS}, {JONES}, {SMITH}"):
        paper_called(papers, "clark-2028")
    twin = adams().replace(ADAMS, "adams-2027a").replace("small.3", "small.4")
    with pytest.raises(UsageError, match="2 papers are called 'Adams 2027'; name one by its DOI or short name"):
        paper_called(three_papers(twin), "Adams 2027")


# ------ imported papers


def test_works_that_people_described_have_keys_like_those_of_a_reader(papers: LocalStore) -> None:
    found = {row["key"] for row in rows(three_papers(article(1, OTHER)), "works-that-may-be-the-same")}
    assert found == {"brown 2021 onteamsandhowtheylearn"}
    described = (
        smith()
        .replace("    year: 2021\n", "    year: 2020\n")
        .replace("On teams and how they learn", f"Work at {OTHER}")
    )
    pairs = rows(held(described, article(1, OTHER)), "works-that-may-be-the-same")
    assert {row["work"] for row in pairs} == {
        f"https://doi.org/{OTHER}",
        f"https://w3id.org/spreadgraph/id/{SMITH}/work/on-teams",
    }


def test_an_audit_of_an_imported_paper_says_what_cannot_be_asked() -> None:
    store = held(article(1, OTHER, "10.1234/other"), article(2, OTHER, linked=False))
    linked = {check.name: check for check in audit(store, ["https://doi.org/10.1234/article.1"])}
    assert linked["claims-without-a-citation"].unasked == NO_CLAIMS
    assert linked["references-never-cited"].unasked == ""
    loose = {check.name: check for check in audit(store, ["https://doi.org/10.1234/article.2"])}
    assert (loose["references-never-cited"].unasked, loose["references-never-cited"].findings) == (NO_LINKS, ())
    assert loose["markers-out-of-order"].unasked == NO_LINKS
    assert loose["references-listed-twice"].unasked == ""


def test_what_if_tells_where_imported_papers_cite_a_source() -> None:
    store = held(smith(), article(1, "10.1234/leaders", OTHER), article(2, OTHER))
    known = sources(store)
    assert {source.title for source in known.values()} == {"On leaders", "On teams and how they learn"}
    taken = pick(store, known, OTHER)
    assert [source.title for source in taken.values()] == [f"Work at {OTHER}"]
    found = what_if(store, {**known, **taken}, list(taken))
    (citing,) = found.citing
    assert (citing.papers, citing.markers, len(citing.sentences), found.claims) == (2, 2, 2, ())
    assert pick(store, known, "brown work at 10 1234 elsewhere") == taken
    words = " ".join(losses.as_text(Answer(found), Terminal()).split())
    assert "Cited in imported papers (2 markers in 2 papers)" in words
    assert "Nobody has read what these sentences claim" in words
    assert json.loads(losses.as_json(Answer(found)))["imported"][0]["markers"] == 2
    both = what_if(store, known, ["https://doi.org/10.1234/leaders"])
    assert [(each.papers, each.markers) for each in both.citing] == [(1, 1)]


def test_a_retracted_work_that_only_imported_papers_cite_is_found(tmp_path: Path) -> None:
    store = held(smith(), article(1, OTHER))
    known = sources(store)
    path = tmp_path / "notices.csv"
    path.write_text(
        f"OriginalPaperDOI,RetractionNature,RetractionDate\n{OTHER},Retraction,1/2/2020\n", encoding="utf-8"
    )
    listed = {each.work: each.status for each in standings(store, known, path)}
    work = f"https://doi.org/{OTHER}"
    assert listed.pop(work) == "retracted"
    assert "retracted" not in listed.values()
    assert [source.title for source in cited(store, known, [work]).values()] == [f"Work at {OTHER}"]
