"""Names: short ids and IRIs are two forms of one thing."""

from __future__ import annotations

import pytest

from spreadgraph.errors import UsageError
from spreadgraph.terms import DATA, PREFIXES, SG, expand, inferred_graph, paper_graph, shorten


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        (f"{DATA}bevan-2024/claim/complexity.1", "bevan-2024/claim/complexity.1"),
        (f"{SG}Claim", "sg:Claim"),
        ("https://doi.org/10.1136/bmjinnov-2024-001251", "doi:10.1136/bmjinnov-2024-001251"),
        ("https://example.org/page", "https://example.org/page"),
        (DATA, DATA),
        (f"{DATA}a:b", f"{DATA}a:b"),
        (SG, SG),
    ],
)
def test_shorten_and_expand_undo_each_other(iri: str, short: str) -> None:
    assert shorten(iri) == short
    assert expand(short) == iri


@pytest.mark.parametrize("text", ["10.1136/ABC", "doi:10.1136/ABC", "DOI:10.1136/abc"])
def test_a_doi_is_one_thing_in_any_spelling(text: str) -> None:
    assert expand(text) == "https://doi.org/10.1136/abc"


@pytest.mark.parametrize("text", ["", "two words", "<x>", "nix:Claim"])
def test_what_can_be_no_id_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"no id|unknown prefix"):
        expand(text)


def test_every_paper_has_two_graphs() -> None:
    assert inferred_graph("x-2024") == f"{paper_graph('x-2024')}/inferred"


def test_no_namespace_lies_inside_another_under_a_later_prefix() -> None:
    namespaces = list(PREFIXES.values())
    assert not [(a, b) for n, a in enumerate(namespaces) for b in namespaces[n + 1 :] if b.startswith(a)]
