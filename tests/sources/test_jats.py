"""The reader of JATS: what becomes of each way in which articles mark up references and citations."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jats_articles import FRONT, article, cite, cited, document, passages, read, ref
from spreadgraph.errors import SourceError
from spreadgraph.graph.build import load_ontology, load_paper
from spreadgraph.graph.check import check
from spreadgraph.graph.store import LocalStore
from spreadgraph.sources import jats

DASHES = ["-", "\u2013", "\u2212", "</sup><sup>\u2013</sup><sup>", "]\u2013["]


# ------ markers


@pytest.mark.parametrize("dash", DASHES)
def test_a_range_of_which_the_ends_are_linked_cites_all_its_members(dash: str) -> None:
    sup = f"<p>It works.<sup>{cite(3)}{dash}{cite(7)}</sup> So they say.</p>"
    assert cited(sup) == ["3 (4) (5) (6) 7"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<p>It works [{cite(1)}, {cite(2)}].</p>", ["1 2"]),
        (f"<p>It works {cite(1)} and {cite(3)}.</p>", ["1 3"]),
        ('<p>It works <xref ref-type="bibr" rid="r1 r2">[1,2]</xref>.</p>', ["1 2"]),
        ('<p>It works <xref ref-type="bibr" rid="r2">2\u20134</xref>.</p>', ["2 (3) (4)"]),
        ('<p>It works <xref ref-type="bibr" rid="r2 r5">[2-5]</xref>.</p>', ["2 (3) (4) 5"]),
        ('<p>It works <xref ref-type="bibr" rid="r1">1,3-4</xref>.</p>', ["1 (3) (4)"]),
        ('<p>It works <xref rid="r4">4</xref>.</p>', ["4"]),
        ('<p>It works <xref ref-type="bibr" rid="r4"/>.</p>', ["4"]),
        ('<p>It works <xref ref-type="bibr" rid="r4"><sup>4</sup></xref>.</p>', ["4"]),
        ('<p>See <xref ref-type="fig" rid="f1">Fig. 1</xref> and <xref ref-type="bibr" rid="nix">9</xref>.</p>', []),
        (f"<p>From {cite(1, '2001')}\u2013{cite(5, '2005')} it works.</p>", ["1 5"]),
        (f"<p>It works {cite(7)}\u2013{cite(3)}.</p>", ["7 3"]),
    ],
)  # fmt: skip
def test_a_marker_points_to_what_it_links_and_prints(body: str, expected: list[str]) -> None:
    assert cited(body) == expected


def test_a_range_follows_the_printed_labels_where_lists_begin_anew() -> None:
    listed = "".join(
        f'<ref id="r{n}"><label>{n if n < 4 else n - 3}</label><note><p>Note</p></note></ref>' for n in range(1, 8)
    )
    assert cited(f"<p>It works {cite(4, '1')}\u2013{cite(7, '4')}.</p>", listed) == ["4 (5) (6) 7"]


def test_the_marker_is_kept_as_printed() -> None:
    (passage,) = passages(
        f"<p>It works {cite(1, '[1]')} {cite(2, 'Lee, 2002')}<sup>{cite(3)}\u2013{cite(5)}</sup>.</p>"
    )
    assert [each["marker"] for each in passage["citations"]] == ["[1]", "Lee, 2002", "3", "3\u20135", "5"]
    assert [each["order"] for each in passage["citations"]] == [1, 2, 3, 4, 5]


def test_an_empty_marker_shows_the_label_of_its_entry() -> None:
    (passage,) = passages('<p>It works <xref ref-type="bibr" rid="r4"/>.</p>')
    assert passage["citations"][0]["marker"] == "4"


# ------ places


def test_a_citation_belongs_to_the_sentence_before_its_stop_and_all_sentences_count() -> None:
    text = f"One. Two.<sup>{cite(1)}</sup> Three et al. [{cite(2)}]."
    body = f"<sec id='S1'><title>Results</title><p>None.</p><p>{text}</p></sec>"
    assert [each["locator"] for each in passages(body)] == ["s1/2/2", "s1/2/3"]


def test_sections_without_an_id_are_called_by_their_titles() -> None:
    section = f"<sec><title>Results &amp; views</title><p>One {cite(1)}.</p></sec>"
    found = document(section + section)
    assert [each["locator"] for each in found["passages"]] == ["results-views/1/1", "results-views-2/1/1"]
    assert [each["label"] for each in found["sections"]] == ["Results & views", "Results & views"]


def test_a_cell_has_row_column_and_headings_with_spans_counted() -> None:
    table = f"""<table-wrap id="T1"><label>Table 1.</label><caption><p>Teams [{cite(1)}].</p></caption><table>
      <thead><tr><th rowspan="2">Ward</th><th colspan="2">Size</th></tr><tr><th>Beds</th><th>Staff</th></tr></thead>
      <tbody><tr><td rowspan="2">North</td><td>3</td><td>Few. Ill. [{cite(2)}]</td></tr>
      <tr><td>{cite(3)}</td><td><p>One</p><p>Many [{cite(4)}]</p></td></tr></tbody></table>
      <table-wrap-foot><fn id="x"><p>Own count {cite(5)}.</p></fn></table-wrap-foot></table-wrap>"""
    found = {each["locator"]: each for each in passages(table)}
    assert list(found) == ["t1/caption/1", "t1/r3c3/2", "t1/r4c2/1", "t1/r4c3/2", "t1/fn1/1/1"]
    cell = found["t1/r4c3/2"]
    assert (cell["rowHeading"], cell["columnHeading"], cell["container"]) == ("North", "Size > Staff", "table")
    assert (found["t1/r4c2/1"]["letters"], found["t1/r4c2/1"]["start"]) == (0, "3")
    assert found["t1/fn1/1/1"]["container"] == "footnote"


@pytest.mark.parametrize(
    ("body", "locator", "container"),
    [
        ("<fig id='F1'><caption><title>A.</title><p>B {}.</p></caption></fig>", "f1/caption/2", "figure"),
        ("<p>Text<fn id='fn3'><p>Note {}.</p></fn> goes on.</p>", "fn3/1/1", "footnote"),
        ("<boxed-text id='B'><sec><title>Box</title><p>In it {}.</p></sec></boxed-text>", "box/1/1", "box"),
        ("<p>List: <list><list-item><p>One.</p><p>Two {}.</p></list-item></list></p>", "body/3/1", "running-text"),
        ("<sec id='s'><title>After Lee {}</title><p>x</p></sec>", "s/title/1", "running-text"),
        ("<p>A <italic>b <bold>c {}</bold></italic>. D.</p>", "body/1/1", "running-text"),
    ],
)  # fmt: skip
def test_every_context_that_cites_gives_a_passage(body: str, locator: str, container: str) -> None:
    (passage,) = passages(body.replace("{}", cite(1)))
    assert (passage["locator"], passage["container"]) == (locator, container)


def test_ids_given_twice_do_not_make_one_place_of_two() -> None:
    section = f"<sec id='s1'><p>One {cite(1)}.</p></sec>"
    assert [each["locator"] for each in passages(section + section)] == ["s1/1/1", "s1-2/1/1"]


# ------ passages


def test_the_sentence_is_stored_only_if_asked_for() -> None:
    body = f"<p>Ward teams learn from one another.<sup>{cite(1)}</sup></p>"
    assert "Ward teams learn from one another" not in json.dumps(read(article(body)).document)
    kept = read(article(body), keep_text=True).document
    assert kept["passages"][0]["text"] == "Ward teams learn from one another.1"
    assert kept["import"]["keptText"] is True


def test_markers_are_no_numbers_and_no_words_of_the_sentence() -> None:
    (passage,) = passages(f"<p>Of 20 wards 3.5 learn<sup>{cite(1)},{cite(2)}</sup> [{cite(3)}].</p>")
    assert (passage["numbers"], passage["words"]) == ("20 3.5", 6)


def test_an_anchor_that_stands_twice_is_made_longer() -> None:
    same = "Ward teams learn from their patients and from"
    body = f"<p>{same} other wards every day of the year. {same} each other all the time as well [{cite(1)}].</p>"
    (passage,) = passages(body)
    assert passage["start"] == "Ward teams learn from their patients"
    assert passage["prefix"] == "day of the year"


def test_a_formula_in_tex_is_no_text() -> None:
    formula = "<inline-formula><alternatives><tex-math>\\frac{a}{b}</tex-math></alternatives></inline-formula>"
    (passage,) = passages(f"<p>So {formula} holds [{cite(1)}].</p>")
    assert passage["letters"] == len("soholds")


# ------ references


def entry(inside: str) -> dict[str, object]:
    found: dict[str, object] = document("", ref(1, inside))["references"][0]
    return found


def work(inside: str) -> dict[str, object]:
    found = entry(inside)["work"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("inside", "doi"),
    [
        ('<mixed-citation>X. <pub-id pub-id-type="doi">10.5555/ABC</pub-id></mixed-citation>', "10.5555/abc"),
        ('<citation><pub-id pub-id-type="doi">https://doi.org/10.5555/abc.</pub-id></citation>', "10.5555/abc"),
        ('<citation><ext-link xlink:href="http://dx.doi.org/10.5555%2Fabc">link</ext-link></citation>', "10.5555/abc"),
        ("<mixed-citation>X, doi: 10.5555/a(b)c.</mixed-citation>", "10.5555/a(b)c"),
        ("<element-citation><comment>doi:<ext-link>10.5555/abc</ext-link></comment></element-citation>", "10.5555/abc"),
        ('<mixed-citation>X. <pub-id pub-id-type="doi">10.5555/a b</pub-id></mixed-citation>', "10.5555/a"),
        ("<mixed-citation>X. 10.55/short</mixed-citation>", None),
    ],
)  # fmt: skip
def test_a_doi_is_found_wherever_it_stands(inside: str, doi: str | None) -> None:
    found = work(inside)
    assert found.get("doi") == doi
    assert found["id"] == (f"https://doi.org/{doi}" if doi else "work/1")


def test_a_doi_that_no_iri_can_hold_is_encoded_in_the_address_only() -> None:
    sici = "10.1002/(SICI)1&lt;2::AID&gt;3.0.CO;2-2"
    found = work(f'<mixed-citation>X <pub-id pub-id-type="doi">{sici}</pub-id></mixed-citation>')
    assert found["doi"] == "10.1002/(sici)1<2::aid>3.0.co;2-2"
    assert found["id"] == "https://doi.org/10.1002/(sici)1%3C2::aid%3E3.0.co;2-2"


def test_an_entry_may_hold_several_works_or_one_work_twice() -> None:
    several = entry("<mixed-citation>One work.</mixed-citation><mixed-citation>Another.</mixed-citation>")
    assert [each["id"] for each in several["work"]] == ["work/1.1", "work/1.2"]  # type: ignore[attr-defined] # a list here
    assert several["printed"] == "One work. Another."
    twice = "<mixed-citation>1 Lee B. On.</mixed-citation><element-citation><source>On</source></element-citation>"
    for inside in (twice, f"<citation-alternatives>{twice}</citation-alternatives>"):
        assert (entry(inside)["printed"], work(inside)["title"]) == ("1 Lee B. On.", "On")


@pytest.mark.parametrize("tag", ["element-citation", "citation", "nlm-citation", "mixed-citation"])
def test_every_kind_of_citation_element_is_read(tag: str) -> None:
    names = "<person-group><name><surname>Lee</surname><given-names>B.-C.</given-names></name><etal/></person-group>"
    found = work(
        f"<{tag}>{names}<article-title>A <italic>fine</italic> title</article-title><year>2001a</year></{tag}>"
    )
    assert (found["title"], found["authors"], found["year"]) == ("A fine title", "Lee BC, et al.", 2001)


@pytest.mark.parametrize(
    ("name", "authors"),
    [
        ("<collab>The <italic>PLOS ONE</italic> Staff</collab>", "The PLOS ONE Staff"),
        ("<collab><institution>World <bold>Health</bold> Organization</institution></collab>",
         "World Health Organization"),
        ("<institution>Health <italic>ONE</italic> Trust</institution>", "Health ONE Trust"),
        ("<name><surname>O<sup>\u2019</sup>Lee</surname><given-names>B <italic>C</italic></given-names></name>",
         "O\u2019Lee BC"),
        ("<string-name>B. <italic>van</italic> Lee</string-name>", "B. van Lee"),
    ],
)  # fmt: skip
def test_names_are_whole_whatever_is_marked_up_in_them(name: str, authors: str) -> None:
    assert work(f"<element-citation>{name}<source>On wards</source></element-citation>")["authors"] == authors


def test_notes_and_empty_entries_are_references_too() -> None:
    listed = ref(1, "<note><p>See above.</p></note>") + ref(2, " ") + "<ref/>"
    found = document("", listed)["references"]
    assert [each["printed"] for each in found] == ["See above.", "2", "[no text]"]
    assert [each["work"]["documentType"] for each in found] == ["note"] * 3


def test_a_work_listed_twice_is_described_once() -> None:
    inside = '<mixed-citation>X. <pub-id pub-id-type="doi">10.5555/abc</pub-id></mixed-citation>'
    first, second = document("", ref(1, inside) + ref(2, inside))["references"]
    assert second["work"] == {"id": first["work"]["id"]}


def test_the_number_goes_on_over_several_lists() -> None:
    found = document("", f"{ref(1)}</ref-list><ref-list>{ref(2)}")["references"]
    assert [each["number"] for each in found] == [1, 2]


# ------ articles


def test_the_front_becomes_the_document() -> None:
    source = read(article(""))
    expected = {
        "id": "https://doi.org/10.5555/ward.1", "title": "Teams that learn", "shortName": "Smith 2020",
        "authors": "Smith AM", "journal": "Ward Studies", "year": 2020, "pages": "7-9", "doi": "10.5555/ward.1",
        "page": "https://doi.org/10.5555/ward.1", "peerReview": "unknown",
    }  # fmt: skip
    assert {key: source.document[key] for key in expected} == expected
    assert source.slug == "10.5555-ward.1"


_MEMBERS = "<contrib-group><contrib><name><surname>Lee</surname></name></contrib></contrib-group>"


@pytest.mark.parametrize(
    ("name", "authors"),
    [
        ("<collab>The <italic>PLOS ONE</italic> Staff</collab>", "The PLOS ONE Staff"),
        (f"<collab>The <italic>ONE</italic> Group<xref>*</xref>{_MEMBERS}</collab>", "The ONE Group"),
        (f"<collab><institution>ONE Group</institution>{_MEMBERS}</collab>", "ONE Group"),
        ('<collab-alternatives><collab>Group</collab><collab xml:lang="fr">Groupe</collab></collab-alternatives>',
         "Group"),
    ],
)  # fmt: skip
def test_a_body_is_an_author_by_its_whole_name_without_its_members(name: str, authors: str) -> None:
    person = "<name><surname>Smith</surname><given-names>Ann Mary</given-names></name>"
    assert person in FRONT
    found = read(article("", front=FRONT.replace(person, name))).document
    assert (found["authors"], found["shortName"]) == (authors, f"{authors} 2020")


@pytest.mark.parametrize(
    ("ids", "slug"),
    [
        ('<article-id pub-id-type="pmc">PMC77</article-id><article-id pub-id-type="pmid">8</article-id>', "pmc-77"),
        ('<article-id pub-id-type="pmid">8</article-id>', "pmid-8"),
        ('<article-id pub-id-type="pii">S0-1</article-id>', "pii-s0-1"),
    ],
)
def test_without_a_doi_another_number_names_the_article(ids: str, slug: str) -> None:
    front = FRONT.replace('<article-id pub-id-type="doi">10.5555/WARD.1</article-id>', ids)
    source = read(article("", front=front))
    assert (source.slug, source.paper) == (slug, f"https://w3id.org/spreadgraph/id/{slug}/article")


def test_without_any_number_the_content_names_the_article() -> None:
    source = read(article("", front="<front/>"))
    assert source.slug == f"sha-{source.sha256[:16]}"


def test_related_articles_are_typed() -> None:
    related = "".join(
        f'<related-article related-article-type="{kind}" xlink:href="info:doi/10.5555/{kind}"/>'
        for kind in ("retracted-article", "corrected-article", "companion", "other")
    )
    found = read(article("", front=FRONT.replace("<volume>", f"{related}<volume>"))).document
    assert found["retracts"] == ["https://doi.org/10.5555/retracted-article"]
    assert found["corrects"] == ["https://doi.org/10.5555/corrected-article"]
    assert found["companionOf"] == ["https://doi.org/10.5555/companion"]
    assert found["relatedTo"] == ["https://doi.org/10.5555/other"]


def test_an_article_without_linked_markers_says_so() -> None:
    assert document("<p>It works [1].</p>")["import"]["linkedCitations"] is False
    assert document(f"<p>It works {cite(1)}.</p>")["import"]["linkedCitations"] is True


def test_parts_with_a_front_of_their_own_are_left_out_by_name() -> None:
    part = f"""<sub-article article-type="reply" id="sa1"><front-stub><title-group><article-title>Answer</article-title>
      </title-group></front-stub><body><p>We agree {cite(2)}.</p></body></sub-article>
      <sub-article article-type="reviewer-report" id="sa2"/>"""
    found = read(article(f"<p>It works {cite(1)}.</p>", after=part)).document
    assert found["import"]["leftOut"] == ["reply sa1: Answer", "reviewer-report sa2"]
    assert found["manifest"]["citations"] == 1
    assert found["peerReview"] == "reviewed"


def test_a_set_of_articles_gives_one_source_each() -> None:
    other = article(f"<p>Two {cite(1)}.</p>", front="<front/>")
    sources = jats.read(f"<pmc-articleset>{article('')}{other}</pmc-articleset>".encode(), "set.xml")
    assert [source.slug[:4] for source in sources] == ["10.5", "sha-"]
    assert sources[0].sha256 == sources[1].sha256


def test_a_namespace_of_the_root_makes_no_difference() -> None:
    plain = article(f"<p>Two {cite(1)}.</p>")
    spaced = plain.replace("<article ", "<article xmlns='http://jats.nlm.nih.gov' ", 1)
    assert read(spaced).document == read(plain).document


def test_markers_and_ids_of_one_article_of_a_set_do_not_reach_another() -> None:
    one, two = (article(f"<p>It works {cite(n)}.</p>", front=f"<front><!--{n}--></front>") for n in (1, 2))
    sources = jats.read(f"<articles>{one}{two}</articles>".encode(), "set.xml")
    assert [source.document["passages"][0]["citations"][0]["pointsTo"] for source in sources] == [
        "reference/1",
        "reference/2",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<book><body/></book>", r"^a\.xml:1: this is a book"),
        ("<collection><book/></collection>", r"^a\.xml:1: this is a book"),
        ("<html/>", r"^a\.xml:1: <html> is no JATS article"),
        (f"<set>{article('')}\n{article('')}</set>", r"^a\.xml:\d+: a second article is called 10\.5555-ward\.1"),
    ],
)
def test_what_is_no_article_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as refused:
        jats.read(text.encode(), "a.xml")
    assert "\n" not in str(refused.value)


def test_what_is_imported_passes_the_checks_of_the_store() -> None:
    body = f"<sec id='s'><title>T</title><p>One. Two teams learn [{cite(1)}\u2013{cite(3)}].</p></sec>"
    store = LocalStore()
    load_paper(store.native, read(article(body), keep_text=True), load_ontology(store.native))
    assert [each for each in check(store) if each.severity == "violation"] == []


def test_reading_needs_neither_the_store_nor_anything_else_that_is_heavy() -> None:
    heavy = ["rdflib", "yaml", "pyshacl", "networkx", "jinja2", "rich", "pyoxigraph"]
    code = f"import sys, spreadgraph.sources.jats; print(*sorted({heavy!r} & sys.modules.keys()))".replace(
        "['", "{'"
    ).replace("']", "'}")
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []


def test_only_one_module_parses_markup() -> None:
    home = Path(str(jats.__file__)).parents[1]
    calls = (
        "etree.fromstring",
        "etree.parse",
        "etree.XML(",
        "etree.HTML(",
        "XMLParser",
        "HTMLParser",
        "iterparse",
        "minidom",
        "ElementTree",
        "expat",
    )
    found = {
        path.name for path in home.rglob("*.py") if any(call in path.read_text(encoding="utf-8") for call in calls)
    } - {"jatsnames.py"}
    assert found == {"xml.py"}
