"""The explorer page as text: whole, the same every time, and closed to the outside. Browsers look at it elsewhere."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from hostile import Poison
from jats_articles import FRONT, article
from small_paper import TEXT
from spreadgraph.answers.rows import rows
from spreadgraph.answers.trace import trace_claims
from spreadgraph.cli import main
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.store import LocalStore
from spreadgraph.resources import evidence_files
from spreadgraph.sources import jats
from spreadgraph.sources.yamlld import parse
from spreadgraph.views.explorer import contents, drawing_library, explorer, facts, network, page
from spreadgraph.views.gathering import CAP, gather
from spreadgraph.views.material import cited, nodes

SMALL = "https://w3id.org/spreadgraph/id/smith-2025/claim/culture.teams-learn"


class Tags(HTMLParser):
    """Collects the elements, ids and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember one element."""
        self.tags.append(tag)
        self.ids += [str(value) for name, value in attrs if name == "id"]


@pytest.fixture(scope="module")
def text(bundled: LocalStore) -> str:
    """Make the page once."""
    return explorer(bundled)


@pytest.fixture(scope="module")
def two() -> LocalStore:
    """Return a store with the bundled paper and a small one."""
    store = pyoxigraph.Store()
    ontology = load_ontology(store)
    for source in (evidence_files()[0].read_text(encoding="utf-8"), TEXT):
        load_paper(store, parse(source), ontology)
    return LocalStore(store)


@pytest.fixture(scope="module")
def many() -> LocalStore:
    """Return a store with twenty small papers."""
    store = pyoxigraph.Store()
    ontology = load_ontology(store)
    for number in range(20):
        text = TEXT.replace("smith-2025", f"smith-{number:02}").replace("10.1234/small.1", f"10.1234/small.{number}")
        load_paper(store, parse(text), ontology)
    return LocalStore(store)


# ------ the page


def test_the_same_picture_every_time(bundled: LocalStore, text: str) -> None:
    assert explorer(bundled) == text


def test_the_policy_allows_its_own_scripts_by_hash_and_no_connection(text: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    rules = dict(rule.split(" ", 1) for rule in policy[1].replace("&#39;", "'").split("; "))
    assert rules["default-src"] == rules["connect-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert re.fullmatch(r"('sha256-[\w+/=]{44}' ?){2}", rules["script-src"])
    assert re.fullmatch(r"'sha256-[\w+/=]{44}'", rules["style-src"])


def test_nothing_is_loaded_from_elsewhere(text: str) -> None:
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//", text)
    assert not re.search(r"url\(|@import", text.split("</style>", maxsplit=1)[0])


def test_no_id_is_given_twice(text: str) -> None:
    ids = Tags(text).ids
    assert len(ids) == len(set(ids)) > 20


def test_hostile_texts_add_no_element(bundled: LocalStore) -> None:
    material = gather(bundled)
    clean, poisoned = (Tags(page(each)) for each in (material, Poison()(material)))
    assert set(poisoned.tags) <= {*clean.tags}
    assert poisoned.tags.count("script") == 3


def test_the_drawing_library_comes_with_its_licence() -> None:
    library = drawing_library().read_text(encoding="utf-8")
    assert "The MIT License" in library[:1000]
    assert "vis.DataSet" not in library[:1000]


# ------ what it holds


def test_every_claim_and_reference_is_there(bundled: LocalStore) -> None:
    held = contents(gather(bundled))
    claims = [row["claim"].split("/id/")[1] for row in rows(bundled, "views/every-claim")]
    assert len(claims) > 100
    assert list(dict.fromkeys(claims)) == sorted(held["traces"], key=claims.index)
    assert {f"bevan-2024/reference/{number}" for number in range(1, 29)} == held["entries"].keys()


def test_every_mark_and_link_is_of_a_known_node(bundled: LocalStore) -> None:
    held = contents(gather(bundled))
    known = {node["id"] for node in held["nodes"]}
    marks = {id_ for frame in held["scenes"].values() for scene in frame.values() for id_ in scene["marks"]}
    assert marks <= known
    assert {edge[end] for edge in held["edges"] for end in ("from", "to")} <= known
    assert all(node["part"] in known for node in held["nodes"] if "part" in node)


def test_the_model_is_a_pyvis_network_that_does_not_move(bundled: LocalStore) -> None:
    graph = network(gather(bundled))
    assert len(graph.nodes) > 200
    assert not any(node["physics"] for node in graph.nodes)


def test_the_exchanged_references_are_both_linked(bundled: LocalStore) -> None:
    edges = contents(gather(bundled))["edges"]
    found = {(edge["kind"], edge["to"][-2:]) for edge in edges if edge["from"] == "bevan-2024/citation/13"}
    assert found == {("prints", "13"), ("means", "14")}


# ------ much, little, several


@pytest.mark.parametrize("cap", [48, 60, 100, 200])
def test_a_cap_is_kept_and_said(bundled: LocalStore, cap: int) -> None:
    material = gather(bundled, cap=cap)
    assert sum(len(nodes(paper)) for paper in material.papers) <= cap
    shown = sum(len(part.results) for paper in material.papers for part in paper.parts)
    total = len(rows(bundled, "views/every-claim"))
    assert 0 < shown < total
    assert material.note
    assert f"{shown} of {total} claims" in material.note
    assert material.note in page(material)


def test_a_part_says_how_many_of_its_claims_are_left_out(bundled: LocalStore) -> None:
    whole = {part.id: len(part.results) for part in gather(bundled).papers[0].parts}
    for part in gather(bundled, cap=100).papers[0].parts:
        if part.sort != "section":
            assert len(part.results) + part.left_out == whole[part.id]


def test_the_page_says_how_many_papers_have_no_claims(text: str) -> None:
    store = pyoxigraph.Store()
    ontology = load_ontology(store)
    load_paper(store, parse(evidence_files()[0].read_text(encoding="utf-8")), ontology)
    for number, words in ((1, "1 more paper is held"), (2, "2 more papers are held")):
        front = FRONT.replace("WARD.1", f"ward.{number}")
        load_paper(store, jats.read(article("", front=front).encode(), f"{number}.xml")[0], ontology)
        made = explorer(LocalStore(store))
        assert made.count(f">{words} without claims, and so without a map.<") == 1
    assert facts(gather(LocalStore(store)).papers[0]) in made
    assert "without claims" not in text
    few = [row["claim"] for row in rows(LocalStore(store), "views/every-claim")][:3]
    assert "without claims" not in explorer(LocalStore(store), few)


def test_the_whole_paper_is_below_the_cap(bundled: LocalStore) -> None:
    material = gather(bundled)
    assert material.note is None
    assert len(nodes(material.papers[0])) < CAP


def test_some_claims_alone(bundled: LocalStore) -> None:
    wanted = [row["claim"] for row in rows(bundled, "views/every-claim")][:3]
    material = gather(bundled, wanted)
    held = contents(material)
    assert len(held["traces"]) == 3
    assert material.note
    assert "3 of 132 claims" in material.note
    behind = {reference for edge in held["edges"] if edge["kind"] == "means" for reference in [edge["to"]]}
    assert held["entries"].keys() == behind


def test_what_a_paper_rests_on_is_said_of_few_and_of_none(bundled: LocalStore) -> None:
    (paper,) = gather(bundled).papers
    one = paper._replace(parts=(), uses=paper.uses[:1])
    assert (
        facts(one, False)
        == "None of its claims is shown here. The one entry of their list shown here: 1 not known to be peer reviewed."
    )
    assert facts(paper._replace(uses=()), False) == "The authors cite a source for 35 of 132 claims shown here."


def test_papers_are_counted_as_they_are_traced(two: LocalStore) -> None:
    counted = {row["name"]: (row["claims"], row["cited"]) for row in rows(two, "views/papers")}
    for paper in gather(two).papers:
        results = [result for part in paper.parts for result in part.results]
        assert counted[paper.name] == (len(results), cited(results))


def test_two_papers_get_a_map_of_papers(two: LocalStore) -> None:
    held = contents(gather(two))
    assert [paper[0] for paper in held["papers"]] == ["bevan-2024", "smith-2025"]
    assert held["scenes"]["wide"][""]["marks"].keys() == {"bevan-2024", "smith-2025"}
    assert "smith-2025/factor/culture" in held["scenes"]["narrow"]


def test_a_paper_for_which_there_is_no_room_is_counted_and_said(two: LocalStore) -> None:
    material = gather(two, cap=220)
    assert sum(len(nodes(paper)) for paper in material.papers) <= 220
    assert material.note
    assert "of 135 claims, from 1 of 2 papers" in material.note
    assert "The other papers have a card each" in material.note
    assert [(paper.id, paper.claims, paper.cited) for paper in material.further] == [("smith-2025", 3, 2)]
    held = contents(material)
    assert "smith-2025" in held["scenes"]["wide"][""]["marks"]
    assert "smith-2025" not in held["scenes"]["wide"]
    assert "A small paper" in page(material)


@pytest.mark.parametrize("cap", [16, 24, 48])
def test_a_library_of_any_size_stays_below_the_cap(many: LocalStore, cap: int) -> None:
    material = gather(many, cap=cap)
    assert 0 < len(material.papers) < 20
    assert sum(len(nodes(paper)) for paper in material.papers) + len(material.further) <= cap
    assert len(material.further) == cap // 4
    assert material.note
    assert f"{20 - len(material.papers) - len(material.further)} have none" in material.note


def test_no_more_is_read_of_a_library_than_is_shown(many: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    traced: list[int] = []

    def counting(store: LocalStore, claims: list[str]) -> Any:
        traced.append(len(claims))
        return trace_claims(store, claims)

    monkeypatch.setattr("spreadgraph.views.gathering.trace_claims", counting)
    gather(many, cap=24)
    assert 0 < sum(traced) <= 24


def test_chosen_claims_of_several_papers_are_those_shown(many: LocalStore) -> None:
    wanted = [row["claim"] for row in rows(many, "views/every-claim")][:4]
    material = gather(many, wanted)
    assert [sum(len(part.results) for part in paper.parts) for paper in material.papers] == [3, 1]
    assert material.note == "This page shows 4 of 60 claims, from 2 of 20 papers: those asked for."


def test_without_claims_there_is_nothing_to_explore() -> None:
    with pytest.raises(NotFoundError, match="no claim"):
        gather(LocalStore())


# ------ the command


def test_the_command_writes_a_page_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["explore"]) == 0
    assert "explorer.html" in capsys.readouterr().err
    assert (tmp_path / "explorer.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_command_takes_the_name_of_a_paper(tmp_path: Path) -> None:
    path = tmp_path / "paper.html"
    assert main(["explore", "bevan-2024", "-o", str(path)]) == 0
    assert "This page shows" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("words", "claim"), [("weak ties", "weak-ties"), ("ref:13", "clinical-leadership")])
def test_the_command_narrows_to_what_words_lead_to(tmp_path: Path, words: str, claim: str) -> None:
    path = tmp_path / "some.html"
    assert main(["explore", words, "-o", str(path)]) == 0
    data = re.search(r'id="data">(.+?)</script>', path.read_text(encoding="utf-8"))
    assert data
    traces = json.loads(data[1])["traces"]
    assert any(id_.endswith(claim) for id_ in traces)
    assert len(traces) < 60
