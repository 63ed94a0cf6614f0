"""Curated files: what is right becomes JSON-LD, and every mistake is named with its line and what to write."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store

from small_paper import BASE, SLUG, TEXT, changed, line_of
from spreadgraph.errors import SourceError
from spreadgraph.resources import evidence_files
from spreadgraph.sources.schema import bundled_schema
from spreadgraph.sources.yamlld import MAX_ERRORS, as_yaml, parse, read
from spreadgraph.sources.yamltree import MAX_BYTES, Fault
from spreadgraph.sources.yamltree import parse as parse_tree
from spreadgraph.terms import SG


def refused(text: str) -> list[str]:
    with pytest.raises(SourceError) as refusal:
        parse(text, "paper.yamlld")
    return list(refusal.value.errors)


def mistakes(text: str) -> tuple[str, ...]:
    try:
        parse(text, "p")
    except SourceError as refusal:
        return refusal.errors
    return ()


def graph(text: str) -> Store:
    store = Store()
    store.load(json.dumps(parse(text).document), format=RdfFormat.JSON_LD)
    return store


# ------ what is right


def test_a_paper_is_read() -> None:
    source = parse(TEXT, "folder/paper.yamlld")
    assert (source.name, source.slug, source.paper) == ("paper.yamlld", SLUG, "https://doi.org/10.1234/small.1")
    assert source.lines[f"{BASE}claim/culture.teams-learn"] == line_of(TEXT, "id: claim/culture.teams-learn")


def test_the_document_parses_to_one_node_for_each_id_and_loses_no_key() -> None:
    store = graph(TEXT)
    subjects = {quad.subject for quad in store}
    assert {node.value for node in subjects if isinstance(node, NamedNode)} == parse(TEXT).lines.keys()
    assert not [node for node in subjects if isinstance(node, BlankNode)]
    assert not [quad for quad in store if "UNKNOWN-KEY" in str(quad)]


def test_nesting_and_linking_give_the_relations_they_stand_for() -> None:
    triples = {(quad.subject, quad.predicate, quad.object) for quad in graph(TEXT)}

    def stands(subject: str, predicate: str, value: str) -> bool:
        return (NamedNode(BASE + subject), NamedNode(SG + predicate), NamedNode(value)) in triples

    assert stands("claim/culture.teams-learn", "statedIn", f"{BASE}passage/introduction/1/1")
    assert stands("claim/culture.teams-learn", "hasHedge", "https://w3id.org/spreadgraph/vocab/hedge-may")
    assert stands("citation/1", "occursIn", f"{BASE}passage/introduction/1/1")
    assert stands("passage/introduction/1/1", "inDocument", "https://doi.org/10.1234/small.1")


def test_the_context_is_inlined_so_that_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    context = parse(TEXT).document["@context"]
    assert [type(part) for part in context] == [dict, dict]
    assert len(graph(TEXT)) > 100


def test_a_node_may_have_two_types() -> None:
    text = changed(
        "work:\n    id: work/on-teams\n    type: Document", "work:\n    id: work/on-teams\n    type: [Document]"
    )
    assert len(graph(text)) == len(graph(TEXT))


def test_null_says_that_there_is_nothing() -> None:
    text = changed("    via: citation/1\n", "    via: null\n")
    assert len(graph(text)) == len(graph(TEXT)) - 1


def test_another_papers_element_may_be_named() -> None:
    text = changed("element: factor/culture", 'element: "https://w3id.org/spreadgraph/id/bevan-2024/factor/x"')
    assert len(graph(text)) == len(graph(TEXT))


def test_a_licence_may_point_anywhere() -> None:
    text = changed("year: 2025\n", 'year: 2025\nlicence: "https://example.org/licence"\n')
    assert len(graph(text)) == len(graph(TEXT)) + 1


def test_the_bundled_papers_are_right() -> None:
    for file in evidence_files():
        assert read(file).slug == file.stem


def test_a_byte_order_mark_makes_no_difference(tmp_path: Path) -> None:
    (tmp_path / "paper.yamlld").write_text(TEXT, encoding="utf-8-sig")
    assert read(tmp_path / "paper.yamlld") == parse(TEXT, "paper.yamlld")


# ------ what is refused


@pytest.mark.parametrize(
    ("old", "new", "at", "advice"),
    [
        # keys
        ("    kind: tendency", "    knd: tendency", "knd:", "Claim has no key knd; did you mean kind?"),
        ("    kind: tendency", "    colour: red", "colour:", "Claim has no key colour; write one of"),
        ("    kind: tendency", '    "@graph": tendency', '"@graph"', "Claim has no key @graph"),
        ('    marker: "1"', '    paraphrase: "1"', 'paraphrase: "1"', "InTextCitation has no key paraphrase"),
        # types
        ("    type: InTextCitation\n", "", "id: citation/1", "this node has no type; write type: and one of"),
        (
            "    type: InTextCitation",
            "    type: InTextCite",
            "InTextCite",
            "no type InTextCite; did you mean InTextCitation?",
        ),
        ("    type: InTextCitation", "    type: 5", "type: 5", "there is no type 5"),
        (
            "    type: InTextCitation",
            "    type: Claim",
            "id: citation/1",
            "citations takes InTextCitation, but what stands here is Claim",
        ),
        # ids
        (
            "  - id: citation/1\n    type",
            "  - type",
            "- type: InTextCitation",
            "this node has no id; write one, such as id: intextcitation/…",
        ),
        ("- id: section/introduction", "- id: Section/Introduction", "id: Section", "write a-z, 0-9, . - and / only"),
        ("- id: section/introduction", '- id: "section:1"', '"section:1"', "the id section:1 cannot be used"),
        ("- id: section/introduction", "- id: section/../x", "section/../x", "cannot be used"),
        ("- id: section/introduction", "- id: section/x.", "section/x.", "cannot be used"),
        ("- id: section/introduction", "- id: 5", "- id: 5", "an id has to be text"),
        (
            "- id: note/marker-1-means-2",
            "- id: claim/culture.teams-learn",
            "id: claim/culture.teams-learn\n  type: CurationNote",
            "given twice, first in line",
        ),
        (
            "https://doi.org/10.1234/leaders",
            "https://doi.org/10.1234/Leaders",
            "10.1234/Leaders",
            "write https://doi.org/10.1234/leaders",
        ),
        # links
        (
            "    via: citation/1",
            "    via: citation/11",
            "via: citation/11",
            "defined nowhere in this file; did you mean citation/1",
        ),
        (
            "    via: citation/1",
            "    via: reference/1",
            "via: reference/1",
            "via takes InTextCitation, but reference/1",
        ),
        ("    via: citation/1", "    via: xyzzy/plugh", "via: xyzzy", "check the spelling, or define it"),
        ("    via: citation/1", "    via: 1", "via: 1", "an id has to be text"),
        (
            '  by:\n    id: agent/curator\n    type: Agent\n    label: "A curator"',
            '  by: "https://example.org/me"',
            "by:",
            "defined nowhere in this file",
        ),
        ("    via: citation/1", f'    via: "{BASE}citation/7"', "citation/7", "defined nowhere in this file"),
        # vocabulary
        ("    hedge: may", "    hedge: mya", "hedge: mya", "hedge cannot be mya; did you mean may"),
        ("    hedge: may", "    hedge: [may, 5]", "hedge: [may, 5]", "hedge cannot be 5; write one of"),
        ("    hedge: may", "    hedge: true", "hedge: true", "hedge cannot be true"),
        ("    hedge: may", "    hedge: family-possibility", "hedge: family", "hedge cannot be family-possibility"),
        ("    hedge: may", "    hedge: {id: x, type: Claim}", "hedge: {", "hedge takes one of"),
        # scalars
        (
            "year: 2025",
            'year: "2025"',
            'year: "2025"',
            "year takes a whole number, not 2025; write a whole number without quotes",
        ),
        ("year: 2025", "year: true", "year: true", "year takes a whole number, not true"),
        ('    marker: "1"', "    marker: 1", "marker: 1", 'marker takes text, not 1; write "1"'),
        ('    marker: "1"', "    marker: false", "marker: false", 'marker takes text, not false; write "false"'),
        ('    marker: "1"', '    marker: " "', 'marker: " "', "marker is empty; fill it"),
        ('    marker: "1"', "    marker: {a: b}", "marker: {", "marker takes text, no further keys"),
        ('    marker: "1"', "    marker: [[a]]", "marker: [[", "marker has a list inside a list; write one list"),
        ('    marker: "1"', "    marker: []", "marker: []", "marker is an empty list; fill it or delete the line"),
        (
            '  date: "2026-11-23T00:00:00Z"',
            '  date: "2026-11-23"',
            "date:",
            'date cannot be 2026-11-23; write "2026-11-23T00:00:00Z"',
        ),
        ('  date: "2026-11-23T00:00:00Z"', '  date: "2026-13-23T00:00:00Z"', "date:", "date cannot be 2026-13-23"),
        (
            'page: "https://example.org/small"',
            "page: example.org",
            "page:",
            "write an address that begins with https://",
        ),
        (
            "sections:\n",
            "interventions: word\nsections:\n",
            "interventions:",
            "takes whole entries, not word; write a list of them",
        ),
        # required keys, as the shapes have them
        (
            "documentType: journal-article\n",
            "",
            'id: "https://doi.org/10.1234/small.1"',
            "lacks documentType; say what sort of publication",
        ),
        ("    hedge: may\n", "", "- id: claim/culture.teams-learn", "this Claim lacks hedge; give the hedge"),
        ("    hedge: may\n", "    hedge: null\n", "- id: claim/culture.teams-learn", "this Claim lacks hedge"),
        ("  number: 1\n", "", "- id: reference/1", "this BibliographicReference lacks number"),
        # the head
        ("- context.jsonld", "- other.jsonld", '"@context"', "the head of the file names no paper"),
        (
            "- context.jsonld",
            '- "https://example.org/context.jsonld"',
            '"@context"',
            "the head of the file names no paper",
        ),
        ("id/smith-2025/", "id/Smith 2025/", '"@context"', "the head of the file names no paper"),
        ("id/smith-2025/", "id/smith-2025", '"@context"', "the head of the file names no paper"),
        ("id/smith-2025/", "id/ontology/", '"@context"', "the head of the file names no paper"),
        (
            '"@context":\n- context.jsonld\n- "@base": "https://w3id.org/spreadgraph/id/smith-2025/"\n',
            "",
            "id:",
            "the head of the file names no paper",
        ),
        # the YAML beneath
        ("year: 2025", "year: 2025\nyear: 2024", "year: 2024", "the key year stands twice"),
        ("    kind: tendency", "    kind: no", "kind: no", 'write "no"'),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_write(old: str, new: str, at: str, advice: str) -> None:
    text = changed(old, new)
    errors = refused(text)
    line = f"paper.yamlld:{line_of(text, at)}: "
    assert [error for error in errors if error.startswith(line) and advice in error], "\n".join(errors)
    assert all("; " in error for error in errors), "each error says what to write"


SPOILT = (
    "",
    "{indent}{key}:",
    "{indent}{key}: 5",
    "{indent}{key}: [x, [y]]",
    "{indent}{key}: {{a: b}}",
    "{indent}{key}: null",
)


@pytest.mark.parametrize("spoilt", [*SPOILT, "{line}\n{line}", "{line} #", "  {line}", "{line}: x", "- {line}"])
def test_whatever_is_done_to_a_line_the_file_is_read_or_refused_with_advice(spoilt: str) -> None:
    lines = TEXT.splitlines()
    for number, line in enumerate(lines):
        indent, key = re.match(r"([ -]*)([^:]*)", line).groups()  # type: ignore[union-attr]  # it matches anything
        text = "\n".join([*lines[:number], spoilt.format(line=line, indent=indent, key=key), *lines[number + 1 :]])
        assert [error for error in mistakes(text) if not re.match(r"p:[0-9]+: .+; .+", error)] == []


def test_all_mistakes_are_told_in_the_order_of_the_file_up_to_twenty() -> None:
    two = refused(changed("year: 2025", 'year: "2025"').replace("hedge: may", "hedge: mya"))
    assert [error.split(":")[1] for error in two] == [
        str(line_of(TEXT, "year:")),
        str(line_of(TEXT, "hedge: may")),
    ]
    many = refused(TEXT + "".join(f"bad{n}: x\n" for n in range(MAX_ERRORS + 5)))
    assert len(many) == MAX_ERRORS


def test_a_claim_outside_a_passage_has_to_say_where_it_stands() -> None:
    intervention = """\
interventions:
- id: intervention/app
  type: Intervention
  label: "App"
  framedAs: innovation
  framedBy:
    id: claim/the-app
    type: Claim
    order: 1
    paraphrase: "The app is an innovation."
    kind: example
    role: background
    hedge: plain
    basis: uncited
"""
    text = changed("references:\n", f"{intervention}references:\n")
    line = line_of(text, "id: claim/the-app")
    assert refused(text) == [
        f"paper.yamlld:{line}: this Claim lacks alsoStatedIn; list the claim under the passage in which it stands"
    ]
    said = text.replace("    kind: example\n", "    kind: example\n    alsoStatedIn: passage/introduction/1/2\n")
    assert parse(said).slug == SLUG


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "paper.yamlld"
    path.write_bytes(TEXT.replace("Culture", "Cultur\u00e9").encode("latin-1"))
    with pytest.raises(SourceError, match=rf":{line_of(TEXT, 'Culture')}: not UTF-8; save the file"):
        read(path)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "paper.yamlld"
    path.write_text("é" * MAX_BYTES, encoding="utf-8")
    with pytest.raises(SourceError, match=r":1: the file is larger than 1 MB; check"):
        read(path)


@pytest.mark.parametrize("text", ["- a", "word", '"@context": x'])
def test_what_is_no_paper_at_all_is_refused(text: str) -> None:
    assert refused(text)[0].startswith("paper.yamlld:1: ")


# ------ the schema


def test_the_values_of_a_key_are_those_of_the_ontology() -> None:
    claim = bundled_schema().types["Claim"].keys
    assert {"plain", "may", "requires"} <= claim["hedge"].values
    assert not {value for value in claim["hedge"].values if value.startswith("family-")}
    assert claim["framing"].values == {"innovation", "improvement"}


def test_every_vocabulary_key_has_values_and_every_link_of_ours_knows_its_types() -> None:
    keys = [key for each in bundled_schema().types.values() for key in each.keys.values()]
    assert not [key.name for key in keys if key.kind == "vocabulary" and not key.values]
    assert not [key.name for key in keys if key.kind == "nested" and not key.types]


# ------ writing


def test_what_as_yaml_writes_is_read_as_it_was() -> None:
    entries: list[dict[str, str | int]] = [
        {
            "id": "passage/a/1",
            "start": 'Say "no": never',
            "end": "no",
            "letters": 12,
            "numbers": "1 2",
            "sha256": "0" * 64,
        },
        {"id": "passage/a/2", "start": "été # 1", "end": "2024-06-07", "prefix": "true", "letters": 0},
        {"id": "passage/a/3", "type": "Passage", "start": "On", "end": "Null", "prefix": "NO", "numbers": "1e3"},
    ]
    assert_read_as_they_were(entries)
    assert "type: Passage\n" in as_yaml(entries)


@given(st.lists(st.text(), min_size=1, max_size=5))
@example(["\x7f\x85\u2028\ufeff\ufffe", "true", "y"])
def test_whatever_the_words_are_as_yaml_keeps_them(words: list[str]) -> None:
    assert_read_as_they_were([{"id": "passage/a/1", **{f"key{n}": word for n, word in enumerate(words)}}])


def assert_read_as_they_were(entries: list[dict[str, str | int]]) -> None:
    faults: list[Fault] = []
    tree = parse_tree(as_yaml(entries), faults)
    assert isinstance(tree.value, list)
    assert [{key: node.value for key, node in dict(item.value).items()} for item in tree.value] == entries  # type: ignore[arg-type]
    assert not faults
