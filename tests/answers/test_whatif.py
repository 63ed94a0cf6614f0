"""What is lost without sources, on the real paper, and how independent sources are counted."""

from __future__ import annotations

import pytest

from spreadgraph.answers.rows import distinct, grouped, rows
from spreadgraph.answers.trace import trace_claims
from spreadgraph.answers.whatif import (
    NOT_REVIEWED,
    Source,
    TopicLoss,
    WhatIf,
    independent,
    pick,
    pick_by,
    ranking,
    sources,
    what_if,
)
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import LocalStore


@pytest.fixture(scope="module")
def known(bundled: LocalStore) -> dict[str, Source]:
    return sources(bundled)


def without(store: LocalStore, known: dict[str, Source], *texts: str) -> WhatIf:
    return what_if(store, known, [work for text in texts for work in pick(store, known, text)])


def topic(found: WhatIf, name: str) -> TopicLoss:
    (loss,) = [each for each in found.topics if each.loss.name == name]
    return loss


def numbers(works: tuple[Source, ...]) -> list[int]:
    return [number for work in works for _, number in work.references]


def test_without_20_sustainability_has_nothing(bundled: LocalStore, known: dict[str, Source]) -> None:
    found = without(bundled, known, "ref:20")
    loss = topic(found, "Sustainability").loss
    assert (loss.extent, loss.kept, loss.independent) == ("all", (), (1, 0))
    (claim,) = found.claims
    assert claim.result.claim.id.endswith("/sustainability.how-it-is-spread")
    assert claim.loss.extent == "all"
    assert claim.action


def test_without_24_both_sides_of_adopter_community_lose_theirs(bundled: LocalStore, known: dict[str, Source]) -> None:
    lost = topic(without(bundled, known, "ref:24"), "Adopter community")
    assert lost.loss.extent == "all"
    assert {side.name: side.extent for side in lost.sides} == {"innovation": "all", "improvement": "all"}


def test_without_16_behaviour_change_keeps_17(bundled: LocalStore, known: dict[str, Source]) -> None:
    lost = topic(without(bundled, known, "16"), "Behaviour change")
    assert lost.loss.extent == "some"
    assert numbers(lost.loss.kept) == [17]
    assert lost.loss.independent == (2, 1)


def test_an_exchanged_reference_counts_where_it_is_meant(bundled: LocalStore, known: dict[str, Source]) -> None:
    found = without(bundled, known, "ref:13")
    assert [each.result.claim.id.rsplit(".", 1)[1] for each in found.claims] == ["learning-system"]


def test_what_supports_a_claim_is_what_its_trace_shows(bundled: LocalStore) -> None:
    support = grouped(rows(bundled, "what-if/support"), "claim")
    traced = trace_claims(bundled, list(support)).results
    assert len(traced) == len(support) > 30
    for result in traced:
        works = {citation.work.iri for citation in result.citations if citation.work}
        assert works == set(distinct(support[result.claim.id], "work")), result.claim.id


def test_lost_and_untouched_claims_are_all_that_cite(bundled: LocalStore, known: dict[str, Source]) -> None:
    support = set(distinct(rows(bundled, "what-if/support"), "claim"))
    found = what_if(bundled, known, pick_by(known, "review", NOT_REVIEWED))
    lost = {each.result.claim.id for each in found.claims}
    assert lost | set(found.untouched) == support
    assert not lost & set(found.untouched)
    assert len(found.taken) == 17
    assert topic(found, "Data and evidence").loss.extent == "all"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ref:20", [20]),
        ("bevan-2024/ref:20", [20]),
        ("reference/20", [20]),
        ("20", [20]),
        ("10.1136/bmj.l2068", [2]),
        ("https://doi.org/10.1136/BMJ.L2068", [2]),
        ("work/spreading-change", [20]),
        ("Greenhalgh", [2, 22]),
        ("greenhalgh wherton", [22]),
        ("health foundation", [3, 13, 20]),
    ],
)
def test_a_source_is_named_in_many_ways(
    bundled: LocalStore, known: dict[str, Source], text: str, expected: list[int]
) -> None:
    assert [number for work in pick(bundled, known, text) for number in numbers((known[work],))] == expected


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("organisation", "nice", [18, 27, 28]),
        ("organisation", "NHS Horizons", [12, 23]),
        ("type", "Report", [3, 13, 20]),
        ("review", "peer review unknown", [1, 25]),
    ],
)
def test_sources_are_picked_by_what_they_are(
    known: dict[str, Source], key: str, value: str, expected: list[int]
) -> None:
    assert [number for work in pick_by(known, key, value) for number in numbers((known[work],))] == expected


def test_what_is_no_source_is_refused_with_a_way_on(bundled: LocalStore, known: dict[str, Source]) -> None:
    with pytest.raises(NotFoundError, match="no reference 99"):
        pick(bundled, known, "ref:99")
    with pytest.raises(NotFoundError, match="--ranking"):
        pick(bundled, known, "nobody at all")
    with pytest.raises(NotFoundError, match="--ranking"):
        pick(bundled, known, "?!")
    with pytest.raises(UsageError, match="is no source; name a reference"):
        pick(bundled, known, "claim/source.innovation.commercial")
    with pytest.raises(NotFoundError, match="there are: guidance or framework, journal article"):
        pick_by(known, "type", "leaflet")


def test_the_ranking_agrees_with_taking_each_source_away(bundled: LocalStore, known: dict[str, Source]) -> None:
    loads = ranking(bundled, known)
    assert {load.source.work for load in loads} == set(known)
    for load in loads:
        found = what_if(bundled, known, [load.source.work])
        assert set(load.claims) == {each.result.claim.id for each in found.claims}
        assert set(load.alone) == {each.result.claim.id for each in found.claims if each.loss.extent == "all"}
        assert set(load.topics) == {each.loss.name for each in found.topics if each.loss.extent == "all"}
    keys = [(len(load.topics), len(load.alone), len(load.claims)) for load in loads]
    assert keys == sorted(keys, reverse=True)


def source(authors: str, *organisations: str) -> Source:
    return Source(f"work/{authors}", "t", authors, organisations, None, None, None, ())


@pytest.mark.parametrize(
    ("works", "count"),
    [
        ([], 0),
        ([source("Smith A")], 1),
        ([source("Smith A, Jones B"), source("Jones  B, et al.")], 1),
        ([source("Smith A, et al."), source("Jones B, et al.")], 2),
        ([source("Smith A", "NICE"), source("Jones B", "nice")], 1),
        ([source("Smith A", "NICE"), source("Jones B", "MHRA")], 2),
        ([source("NICE"), source("Jones B", "NICE")], 1),
        ([source("A, B"), source("C, D"), source("B, C")], 1),
        ([source("A, B"), source("C, D"), source("B, C"), source("E")], 2),
    ],
)
def test_sources_that_are_linked_count_once(works: list[Source], count: int) -> None:
    assert independent(works) == count
    assert independent(works[::-1]) == count
