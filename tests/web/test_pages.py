"""Every page in process: what it says, in which forms it comes, how it is found, and what there is when it is not."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from lxml import html
from pyoxigraph import RdfFormat, parse

from across_papers import ADAMS, DOIS, IRIS, JONES, SMITH, three_papers
from spreadgraph.answers.catalog import catalogue
from spreadgraph.answers.fenced.client import QueryError
from spreadgraph.answers.trace import trace_claims, trace_references, trace_sentences
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import expand
from spreadgraph.views.traces import as_json, fields, sentence_fields, use_fields
from spreadgraph.web.services import Services
from spreadgraph.web.settings import Settings
from web import served
from web.served import HTML, PATIENT, Client

PAPER = "bevan-2024"
CLAIM = f"{PAPER}/claim/culture-and-leadership.clinical-leadership"
UNCITED = f"{PAPER}/claim/complexity.improvement.itself"
WORK = "10.1186/s12913-021-07387-z"
IMPORTED = "10.5555-imported.1"
SHARED = "10.1234/leaders"
# One page of every kind, with words that it has to show.
PAGES = {
    "/": "Where does that claim come from?",
    "/search?q=weak+ties": "strategy of weak ties",
    "/papers": "Spreading and scaling innovation",
    "/stats": "Most relied on",
    f"/paper/{PAPER}": "People read this paper",
    f"/paper/{IMPORTED}": "read automatically",
    f"/paper/{PAPER}/sentences": "cite a source",
    f"/paper/{PAPER}/references": "Reference list",
    f"/id/{CLAIM}": "Support",
    f"/id/{PAPER}/passage/introduction/2/2": "What it claims",
    f"/id/{IMPORTED}/passage/s1/1/1": "not judged",
    f"/id/{PAPER}/citation/13": "Leads to",
    f"/id/{PAPER}/reference/13": "As printed",
    f"/id/{PAPER}/characteristic/complexity": "Improvement",
    f"/id/{PAPER}/factor/sustainability": "What is said of it",
    f"/id/{PAPER}/intervention/nhs-app": "Example",
    f"/id/{PAPER}/section/introduction": "in reading order",
    f"/id/{PAPER}/note/marker-13-means-14": "Held to be meant",
    f"/id/{PAPER}/work/nice-evidence-standards-framework": "Who cites it",
    f"/id/{PAPER}/manifest": "What is recorded",
    "/id/sgv:hedge-may": "Term of the vocabulary",
    f"/work/{WORK}": "Who cites it",
    "/queries": "For a practitioner",
    "/queries/claims-by-basis": "row",
    "/queries/claims-of-a-section": "may be left empty",
    "/query": "Begin with a named query",
    f"/compare?paper={PAPER}": "Where innovations and improvements differ",
    f"/audit?paper={PAPER}": "What may be wrong",
    f"/what-if?paper={PAPER}": "What rests on each source",
    f"/advise?paper={PAPER}": "they are stored nowhere",
    f"/explorer?paper={PAPER}": "What the advice rests on",
    "/follow": "Begin with",
    f"/follow?from={PAPER}&steps=1": "not held",
    "/compare/across": "Papers side by side",
}
# What practitioners read: nothing of how the evidence is stored.
PLAIN = ("/", "/search?q=weak+ties", f"/id/{CLAIM}", f"/compare?paper={PAPER}", f"/advise?paper={PAPER}",
         f"/id/{PAPER}/characteristic/complexity", f"/what-if?paper={PAPER}", f"/paper/{PAPER}")  # fmt: skip


@pytest.fixture(scope="module")
def opener(tmp_path_factory: pytest.TempPathFactory) -> served.Opener:
    """Make a library of 55 papers."""
    return served.library(tmp_path_factory.mktemp("served") / "library")


@pytest.fixture(scope="module")
def store(opener: served.Opener) -> LocalStore:
    """Open that library."""
    return opener()


@pytest.fixture(scope="module")
def client(opener: served.Opener) -> Iterator[Client]:
    """Ask an application that serves that library."""
    with served.asking(opener) as asking:
        yield asking


@pytest.fixture(scope="module")
def brief(opener: served.Opener) -> Iterator[Client]:
    """Ask an application that gives an answer few rows."""
    with served.asking(opener, replace(PATIENT, rows=10)) as asking:
        yield asking


def tree(page: str) -> Any:
    """Return a page as a tree of elements."""
    return html.document_fromstring(page)


def fault(page: str) -> str:
    """Return what a page says went wrong."""
    return str(tree(page).xpath("string(//p[@class='fault'])"))


def words(page: str) -> str:
    """Return what a page says, without its style and scripts, blanks made single."""
    whole = tree(page)
    for each in whole.xpath("//style | //script | //head"):
        each.getparent().remove(each)
    return " ".join(whole.text_content().split())


# ------ every page


@pytest.mark.parametrize("url", PAGES)
def test_a_page_shows_what_it_is_for(client: Client, url: str) -> None:
    assert PAGES[url] in words(client.page(url))


@pytest.mark.parametrize("url", PAGES)
def test_a_page_is_sealed_named_and_searchable(client: Client, url: str) -> None:
    answer = client.get(url, headers=HTML)
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src ")
    whole = tree(answer.text)
    assert whole.findtext(".//title")
    assert len(whole.findall(".//h1")) == 1
    if not url.startswith("/explorer"):  # a page of its own, which searches within itself
        assert whole.xpath("//header//form[@action='/search']//input[@name='q']")
    assert whole.xpath("//*[@style] | //@onclick | //link[@rel='stylesheet'] | //script[@src] | //img | //iframe") == []


@pytest.mark.parametrize("url", PAGES)
def test_every_link_to_a_page_leads_to_one(client: Client, url: str) -> None:
    whole = tree(client.page(url))
    found = [str(href).partition("#")[0] for href in whole.xpath("//a/@href | //link[@rel='alternate']/@href")]
    links = sorted({href for href in found if href.startswith("/") and not href.startswith(("/query.", "/sparql"))})
    # A page of many links of one kind needs no more than some of them.
    for link in links[:: max(1, len(links) // 12)]:
        answer = client.get(link)
        assert answer.status_code in {200, 303}, f"{url} leads to {link}: {answer.status_code}"


@pytest.mark.parametrize("url", PAGES)
def test_head_is_answered_as_get_is(client: Client, url: str) -> None:
    asked = client.ask("HEAD", url, headers=HTML)
    assert (asked.status_code, asked.headers["content-type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("url", PLAIN)
def test_pages_for_practitioners_use_plain_words(client: Client, url: str) -> None:
    said = words(client.page(url).split("<h2>For programs</h2>")[0].split("<footer>")[0])
    assert re.findall(r"\b(?:IRIs?|URIs?|nodes?|triples?|RDF|graphs?)\b|w3id\.org|sgv?:", said) == []


@pytest.mark.parametrize("url", [f"/id/{CLAIM}", "/papers", "/queries/claims-by-basis", "/query"])
def test_what_changes_something_is_refused(client: Client, url: str) -> None:
    assert [client.ask(method, url).status_code for method in ("POST", "PUT", "DELETE")] == [405, 405, 405]


# ------ one trace in every form


def test_the_page_of_a_claim_is_its_trace(client: Client, store: LocalStore) -> None:
    said, page = words(client.page(f"/id/{CLAIM}")), client.page(f"/id/{CLAIM}")
    (result,) = trace_claims(store, [expand(CLAIM)]).results
    told = [text for label, text, _ in fields(result) if label not in {"Id", "Work"} and not text.startswith("http")]
    assert [text for text in told if text.partition(", ")[2] not in said and text not in said] == []
    work = result.citations[0].works[0]
    assert work.title in said
    assert f'href="{work.url}"' in page
    assert 'href="/id/bevan-2024/reference/14"' in page


def test_the_page_of_a_reference_is_its_trace_back(client: Client, store: LocalStore) -> None:
    said = words(client.page(f"/id/{PAPER}/reference/13"))
    trace = trace_references(store, [expand(f"{PAPER}/reference/13")])
    told = [text for label, text, _ in use_fields(trace.references[0]) if label not in {"Work", ""}]
    assert [text for text in told if text not in said] == []
    assert all(result.claim.text in said for result in trace.results)


def test_the_page_of_a_sentence_without_claims_is_its_trace(client: Client, store: LocalStore) -> None:
    said = words(client.page(f"/id/{IMPORTED}/passage/s1/1/1"))
    (sentence,) = trace_sentences(store, [expand(f"{IMPORTED}/passage/s1/1/1")]).sentences
    told = [text for label, text, _ in sentence_fields(sentence) if label in {"Reference", "Support", "Basis"}]
    assert [text for text in told if text not in said] == []
    assert said.count("one between the ends of a range") == 2


@pytest.mark.parametrize("suffix", [True, False])
def test_a_claim_comes_as_json_and_rdf(client: Client, store: LocalStore, suffix: bool) -> None:
    def form(name: str, media: str) -> str:
        url, headers = (f"/id/{CLAIM}.{name}", {}) if suffix else (f"/id/{CLAIM}", {"Accept": media})
        answer = client.get(url, headers=headers)
        assert answer.headers["content-type"].partition(";")[0] == media
        assert answer.status_code == 200
        return answer.text

    assert form("json", "application/json") == as_json(trace_claims(store, [expand(CLAIM)]))
    formats = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES}
    found = [set(parse(form(name, media), formats[name])) for name, media in
             (("ttl", "text/turtle"), ("nt", "application/n-triples"))]  # fmt: skip
    assert found[0] == found[1]
    text = " ".join(str(quad) for quad in found[0])
    chain = (CLAIM, f"{PAPER}/citation/13", f"{PAPER}/reference/14", f"{PAPER}/note/marker-13-means-14")
    assert [name for name in (*chain, f"https://doi.org/{WORK}") if name not in text] == []
    graph = json.loads(form("jsonld", "application/ld+json"))["@graph"]
    assert {node["@id"] for node in graph} == {str(quad.subject.value) for quad in found[0]}


def test_reference_managers_get_their_forms(client: Client) -> None:
    forms = {name: client.get(f"/work/{WORK}.{name}") for name in ("bib", "ris", "csl")}
    assert forms["bib"].text.startswith("@article{boutcher2022,")
    assert "\nDO  - 10.1186/s12913-021-07387-z\n" in forms["ris"].text
    assert json.loads(forms["csl"].text)[0]["DOI"] == WORK
    name = f"work-{WORK}".replace("/", "-").replace(".", "-")
    assert forms["ris"].headers["content-disposition"] == f'inline; filename="{name}.ris"'


def test_zotero_finds_the_work_of_a_page_and_the_works_of_a_claim(client: Client) -> None:
    whole = tree(client.page(f"/work/{WORK}"))
    tags = {(meta.get("name"), meta.get("content")) for meta in whole.xpath("//meta[@name]")}
    assert {
        ("citation_author", "Boutcher, F"),
        ("citation_doi", WORK),
        ("citation_journal_title", "BMC Health Services Research"),
        ("citation_publication_date", "2022"),
    } <= tags
    report = client.page(f"/id/{PAPER}/work/nice-evidence-standards-framework")
    assert '<meta name="z:itemType" content="report">' in report
    (span,) = tree(client.page(f"/id/{CLAIM}")).xpath("//span[@class='Z3988']")
    assert f"rft_id=info%3Adoi%2F{WORK.replace('/', '%2F')}" in span.get("title")


def test_what_a_client_cannot_take_is_told(client: Client) -> None:
    assert client.get(f"/id/{CLAIM}", headers={"Accept": "image/png"}).status_code == 406
    assert client.get(f"/id/{CLAIM}.csv").status_code == 404
    assert client.get(f"/id/{PAPER}/manifest.bib").status_code == 404


# ------ addresses


@pytest.mark.parametrize(
    ("url", "to"),
    [
        (f"/id/{PAPER}", f"/paper/{PAPER}"),
        (f"/id/{WORK}", f"/work/{WORK}"),
        (f"/work/{WORK.upper()}", None),
        ("/work/10.1136/bmjinnov-2024-001251", f"/paper/{PAPER}"),
        ("/work/10.1136/bmjinnov-2024-001251.bib", f"/paper/{PAPER}.bib"),
        (f"/search?q={CLAIM}", f"/id/{CLAIM}"),
        (f"/search?q=https://w3id.org/spreadgraph/id/{CLAIM}", f"/id/{CLAIM}"),
        (f"/search?q=https://doi.org/{WORK}", f"/work/{WORK}"),
        (f"/search?q={PAPER}/ref:13", f"/id/{PAPER}/reference/13"),
    ],
)
def test_other_names_lead_to_the_one_address(client: Client, url: str, to: str | None) -> None:
    answer = client.get(url, headers=HTML)
    assert (answer.status_code, answer.headers.get("location")) == ((303, to) if to else (200, None))


def test_a_doi_with_brackets_has_an_address(client: Client) -> None:
    assert "Title 2" in client.page("/work/10.5555/w2(x)%3C1::y%3E")
    assert 'href="/work/10.5555/w2(x)%3C1::y%3E"' in client.page(f"/id/{IMPORTED}/reference/2")


@pytest.mark.parametrize(
    ("url", "near"),
    [
        (f"/id/{CLAIM}s", CLAIM),
        ("/id/bevan-2023/claim/x", PAPER),
        ("/paper/bevan", PAPER),
        ("/work/10.1/none", "10.1/none"),
        ("/queries/claims-by-bases", "claims-by-basis"),
        ("/queries/trace/claims", "nothing at this address"),
        ("/compare?paper=none", "none"),
        ("/id/", "nothing"),
        ("/id/%3Cscript%3E", "no id"),
        ("/paper/..%2f..%2fetc", "nothing"),
        ("/no/such/page", "There is nothing at this address"),
        ("/id/" + "x" * 3000, "too long"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(client: Client, url: str, near: str) -> None:
    page = client.page(url, 404)
    assert near.lower() in words(page).lower()
    if near == CLAIM:
        assert f'<a href="/id/{CLAIM}"' in page
    assert client.get(url, headers={"Accept": "application/json"}).headers["content-type"] == "application/problem+json"


# ------ large lists


def test_a_work_that_many_cite_is_shown_fifty_papers_at_a_time(client: Client) -> None:
    first, second = client.page(f"/work/{SHARED}"), client.page(f"/work/{SHARED}?page=2")
    assert "53 papers held here list this work" in words(first)
    heads = [tree(page).xpath("//article[@class='use']//h3") for page in (first, second)]
    assert [len(each) for each in heads] == [50, 3]
    assert f'rel="next" href="/work/{SHARED}?page=2"' in first
    assert client.get(f"/work/{SHARED}?page=9", headers=HTML).status_code == 200
    for no_number in ("x", "²", "-1", ""):
        assert client.get(f"/work/{SHARED}?page={no_number}", headers=HTML).status_code == 200


def test_papers_are_sorted_and_paged(client: Client) -> None:
    first = client.page("/papers?order=claims")
    assert first.index("Bevan et al. 2024") < first.index("Smith 2025")
    assert 'rel="next" href="/papers?order=claims&amp;page=2"' in first
    assert "51 to 55 of 55 papers" in words(client.page("/papers?order=claims&page=2"))
    listed = list(csv.reader(io.StringIO(client.get("/papers.csv").text)))
    assert len(listed) == 56


def test_an_imported_paper_shows_its_sentences_and_its_uncited_entries(client: Client) -> None:
    assert "1 to 25 of 61 sentences" in words(client.page(f"/paper/{IMPORTED}/sentences"))
    page = words(client.page(f"/paper/{IMPORTED}/references?show=uncited"))
    assert "10 entries" in page
    assert "Title 61" in page
    assert "Title 60" not in page
    assert "nobody has curated" in words(client.page(f"/explorer?paper={IMPORTED}", 404)).lower()
    assert "Not asked, since no claims are curated here" in words(client.page(f"/audit?paper={IMPORTED}"))


@pytest.mark.parametrize("tool", ["explorer", "advise"])
def test_a_tool_that_cannot_answer_for_a_paper_names_those_for_which_it_can(client: Client, tool: str) -> None:
    page = tree(client.page(f"/{tool}?paper={IMPORTED}", 404))
    assert page.findtext(".//h1") == "Not for this paper"
    assert "Reader 2021" in page.text_content()
    assert "Papers held here that" in page.text_content()
    assert f"/{tool}?paper={PAPER}" in page.xpath("//ul/li/a/@href")


def test_what_if_says_when_nothing_is_curated(client: Client) -> None:
    page = tree(client.page(f"/what-if?paper={IMPORTED}"))
    assert page.xpath("//input[@name='without']") == []
    assert "No claims of it are curated here" in page.text_content()
    assert f"/what-if?paper={PAPER}" in page.xpath("//main//a/@href")


def test_an_imported_paper_says_which_of_its_sentences_are_held(client: Client) -> None:
    said = words(client.page(f"/paper/{IMPORTED}"))
    assert "its sentences that cite, with their markers" in said
    assert "its other sentences are not" in said
    heads = tree(client.page(f"/paper/{IMPORTED}")).xpath("//th[@scope='col']/text()")
    assert heads == ["Section", "Sentences that cite"]
    assert "those that cite, where a paper was read automatically" in words(client.page("/"))
    assert "only the sentences that cite are held" in words(client.page("/stats"))


def test_disputed_entries_are_marked_in_the_reference_list(client: Client) -> None:
    whole = tree(client.page(f"/paper/{PAPER}/references"))
    marked = {
        each.xpath("string(./a)")[:4]: each.xpath("string(./span[contains(., 'Disputed')]/a/@href)")
        for each in whole.xpath("//ol[@class='entries']/li[span[contains(., 'Disputed')]]")
    }
    assert set(marked) == {"[13]", "[14]", "[25]", "[26]"}
    assert marked["[13]"] == f"/id/{PAPER}/note/marker-13-means-14"


def test_a_trail_that_is_cut_leads_to_the_rest(client: Client) -> None:
    cut = tree(client.page(f"/follow?from={PAPER}&steps=1")).xpath("//li[contains(., 'only 10 are shown')]/a/@href")
    assert cut == [f"/paper/{PAPER}/references"]


def test_a_term_leads_to_the_claims_recorded_with_it(client: Client) -> None:
    (href,) = tree(client.page("/id/sgv:hedge-may")).xpath("//a[.='Claims recorded with this term']/@href")
    found = tree(client.page(str(href))).xpath("//table[@class='rows']//a/@href")
    assert len(found) > 5
    assert {link.split("/")[3] for link in found} == {"claim"}


def test_one_of_a_kind_is_no_plural() -> None:
    with served.asking(served.bundled) as alone:
        assert "1 paper held" in words(alone.page("/stats"))


# ------ search and queries


def test_search_says_when_nothing_or_only_some_words_are_found(client: Client) -> None:
    assert "Nothing has these words" in client.page("/search?q=xyzzyplugh")
    assert "have some of them" in client.page("/search?q=weak+xyzzyplugh")
    assert "2 matches" not in words(client.page("/search?q=teams&kind=claim"))
    assert json.loads(client.get("/search.json?q=weak+ties").text)["every_word"]


@pytest.mark.parametrize("query", catalogue(), ids=lambda query: query.name)
def test_every_named_query_is_a_page(client: Client, query: object) -> None:
    name = getattr(query, "name", "")
    page = client.page(f"/queries/{name}")
    assert str(getattr(query, "question", "")) in words(page)
    assert client.get(f"/queries/{name}.rq").text == getattr(query, "text", "")


def test_a_named_query_comes_as_csv_and_json_at_the_same_address(client: Client) -> None:
    url = "/queries/claims-of-a-section"
    asked = {"section": f"{PAPER}/section/introduction"}
    assert "rows" in words(client.page(f"{url}?section={asked['section']}"))
    rows = json.loads(client.get(f"{url}.json", params=asked).text)["results"]["bindings"]
    assert rows
    table = list(csv.DictReader(io.StringIO(client.get(url, params=asked, headers={"Accept": "text/csv"}).text)))
    assert [row["claim"] for row in table] == [row["claim"]["value"] for row in rows]


def test_a_parameter_that_does_not_fit_is_told(client: Client) -> None:
    url = "/queries/claims-of-a-section?section=nothing/such"
    assert "nothing is called nothing/such" in words(client.page(url, 404)).lower()
    assert client.get("/queries/claims-of-a-section.json?section=no%20id").status_code == 400


def test_a_query_that_still_needs_a_value_offers_no_rows(client: Client) -> None:
    page = client.page("/queries/who-cites-a-work")
    assert set(tree(page).xpath("//link[@rel='alternate']/@href")) == {"/queries/who-cites-a-work.rq"}
    for refused in (client.get("/queries/who-cites-a-work.json"), client.get("/queries/who-cites-a-work.csv")):
        assert (refused.status_code, "add it to the address, such as ?work=" in refused.json()["detail"]) == (400, True)
        assert "--param" not in refused.text


@pytest.mark.parametrize(
    ("url", "status", "told"),
    [
        (
            "both-framings-side-by-side?element=complexity",
            404,
            "write one such as bevan-2024/characteristic/complexity.",
        ),
        ("claims-of-a-section?section=no%20id", 400, "Nothing has the id 'no id'; write one such as"),
    ],
)
def test_a_value_that_does_not_fit_is_told_beside_its_field(client: Client, url: str, status: int, told: str) -> None:
    page = tree(client.page(f"/queries/{url}", status))
    (field,) = page.xpath("//input[@aria-invalid='true']")
    assert field.get("name") in url
    fault = page.xpath("string(//*[@id=$id])", id=field.get("aria-describedby"))
    assert told in fault
    assert "spreadgraph" not in fault
    assert field.get("value") in {"complexity", "no id"}
    assert page.xpath("//p[@id='fault']/a[starts-with(@href, '/search?q=')]")
    told_to_programs = client.get(f"/queries/{url}", headers={"Accept": "application/json"})
    assert (told_to_programs.status_code, "spreadgraph" in told_to_programs.text) == (status, False)


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("SELECT ?c { ?c a <https://w3id.org/spreadgraph/ontology#Claim> } LIMIT 3", True),
        ("SELECT (COUNT(?c) AS ?n) WHERE { ?c a <https://w3id.org/spreadgraph/ontology#Claim> }", True),
        ("ASK { ?c a <https://w3id.org/spreadgraph/ontology#Claim> }", True),
        ("SELECT ?c { GRAPH ?g { ?c a <https://w3id.org/spreadgraph/ontology#None> } }", False),
    ],
)
def test_nothing_found_outside_the_graphs_is_explained(client: Client, text: str, better: bool) -> None:
    page = client.get("/query", params={"query": text}, headers=HTML).text
    assert ("The data stand in named graphs" in words(page)) is better
    for href in tree(page).xpath("//p[@class='note']/a/@href"):
        found = words(client.page(str(href)))
        assert "named graphs" not in found
        assert "0 rows" not in found
    assert bool(tree(page).xpath("//p[@class='note']/a")) is better


def test_the_first_page_says_which_pages_have_other_forms(client: Client) -> None:
    assert "Every page also comes" not in words(client.page("/"))
    assert "The foot of each page links the forms it comes in" in words(client.page("/"))


def test_cells_that_a_spreadsheet_would_run_are_made_harmless(client: Client) -> None:
    text = 'SELECT ?x { VALUES ?x { "=1+1" "@SUM(A1)" "plain, with \\"quotes\\"" } }'
    assert client.get("/query.csv", params={"query": text}).text == 'x\n\'=1+1\n\'@SUM(A1)\n"plain, with ""quotes"""\n'


# ------ the query page


def test_a_query_in_the_address_is_answered_without_scripts(client: Client) -> None:
    claim = f"<{expand(CLAIM)}>"
    text = f"SELECT ?c ?w {{ VALUES (?c ?w) {{ ({claim} 'words') }} }}"
    page = client.get("/query", params={"query": text}, headers=HTML).text
    assert f'<a href="/id/{CLAIM}" dir="auto">{CLAIM}</a>' in page
    assert "1 row." in words(page)


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("SELECT * { ?s ", 400, "expected"),
        ("INSERT DATA { <a:a> <a:b> 1 }", 400, "update"),
        ("SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }", 400, "SERVICE"),
    ],
)
def test_what_is_wrong_with_a_query_is_told_in_words(client: Client, text: str, status: int, told: str) -> None:
    answer = client.get("/query", params={"query": text}, headers=HTML)
    assert told in fault(answer.text)
    assert answer.status_code == status


def test_a_query_that_takes_too_long_is_told_in_words(opener: served.Opener) -> None:
    text = (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l GRAPH ?y { ?m ?n ?o . ?u ?v ?w } "
        "GRAPH ?z { ?p ?q ?r . ?aa ?ab ?ac } }"
    )
    with served.asking(opener, Settings(deadline=0.5)) as hurried:
        answer = hurried.get("/query", params={"query": text}, headers=HTML)
    assert "longer than 0.5 seconds" in fault(answer.text)
    assert answer.status_code == 504


def test_an_answer_that_was_cut_says_so(brief: Client) -> None:
    text = "SELECT ?s { GRAPH ?g { ?s ?p ?o } }"
    assert "cut short" in brief.get("/query", params={"query": text}, headers=HTML).text
    assert brief.get("/query.csv", params={"query": text}).headers["spreadgraph-truncated"] == "true"
    assert "cut short" in brief.page("/queries/everything-one-row-a-path")


def test_yes_no_and_triples_are_shown_too(client: Client) -> None:
    shown = [client.get("/query", params={"query": text}, headers=HTML).text for text in
             ("ASK {}", "CONSTRUCT { <http://e.org/s> <http://e.org/p> 'o' } WHERE {}")]  # fmt: skip
    assert "yes" in words(shown[0])
    assert '<http://e.org/s> <http://e.org/p> "o"' in words(shown[1])


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            "/queries/passages-without-a-claim",
            "too long; ask it of one paper: paper=bevan-2024",
        ),
        (f"/queries/passages-without-a-claim?paper={PAPER}", "too long."),
        ("/queries/claims-by-basis", "too long."),
    ],
)
def test_a_query_over_a_whole_library_that_takes_too_long_can_be_narrowed(
    client: Client, monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    async def late(*_: Any) -> None:
        raise QueryError("deadline", "it took too long")

    monkeypatch.setattr(Services, "ask_named", late)
    assert told in words(client.page(url, 504))


def test_a_paper_is_found_by_its_title(client: Client) -> None:
    page = client.page("/search?q=an+imported+article")
    assert f'<a href="/paper/{IMPORTED}" dir="auto">An imported article</a>' in page
    assert [hit["kind"] for hit in client.get("/search.json?q=imported+article&kind=paper").json()["hits"]] == ["paper"]


# ------ between papers


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Ask an application that serves three papers that cite one another."""
    folder = tmp_path_factory.mktemp("three")
    with served.asking(served.rewritten(three_papers(), folder, lambda quad: quad)) as asking:
        yield asking


def test_trails_go_from_paper_to_paper(three: Client) -> None:
    whole = tree(three.page(f"/follow?from={ADAMS}&steps=3"))
    (trail,) = whole.xpath("//section/ul[@class='trail']")
    links = [str(href) for href in trail.xpath("./li/a/@href")]
    assert links == [f"/work/{DOIS[JONES]}", f"/work/{DOIS[SMITH]}"]
    ends = [" ".join(each.text_content().split()) for each in trail.xpath(".//span[@class='about']")]
    assert any(end.endswith("ends here: followed at another place of this answer") for end in ends)
    found = three.get(f"/follow.json?from={ADAMS}&steps=3").json()
    assert [(found["depth"], step["work"]) for step in found["chains"][0]["steps"]] == [
        (3, IRIS[JONES]),
        (3, IRIS[SMITH]),
    ]
    assert "no paper, claim or sentence is called xyzzy" in words(three.page("/follow?from=xyzzy", 404)).lower()
    # A number too large is the largest there is: no answer takes long.
    assert three.get(f"/follow.json?from={ADAMS}&steps=500").json()["depth"] == 3


def test_a_claim_leads_to_what_differs_from_it_in_another_paper(three: Client) -> None:
    page = tree(three.page(f"/id/{SMITH}/claim/culture.leaders-listen"))
    assert page.xpath("//p[starts-with(., 'Differs from')]/a/@href") == [f"/id/{ADAMS}/claim/culture.leaders-listen"]


def test_papers_stand_side_by_side(three: Client, client: Client) -> None:
    said = words(three.page("/compare/across"))
    assert "Jones 2026: agrees" in said
    assert "Adams 2027: differs" in said
    assert "Silent: Adams 2027" in said
    assert "agrees" not in words(three.page("/compare/across?element=nothing", 404))
    assert {stand["stand"] for each in three.get("/compare/across.json").json() for stand in each["papers"]} == {
        "agrees", "differs", "silent"
    }  # fmt: skip
    assert 'href="/compare/across"' in three.page("/compare")
    with served.asking(served.bundled) as alone:
        assert "Fewer than two curated papers" in words(alone.page("/compare/across"))
        assert "/compare/across" not in alone.page("/compare")


# ------ the tools


def test_taking_a_source_away_shows_what_is_lost(client: Client) -> None:
    said = words(
        client.get("/what-if", params={"paper": PAPER, "without": f"https://doi.org/{WORK}"}, headers=HTML).text
    )
    assert "Claims that lose all their support" in said
    assert "In clinical settings, change requires strong clinical leadership" in said
    unknown = client.get("/what-if", params={"paper": PAPER, "without": "https://doi.org/10.1/x"}, headers=HTML).text
    assert "1 source in the address is none of this paper" in words(unknown)


def test_the_comparison_keeps_to_one_paper_and_to_one_element(client: Client) -> None:
    assert "Adopter community" not in words(client.page("/compare?paper=small-01"))
    one = words(client.page(f"/compare?paper={PAPER}&element=complexity"))
    assert "Complexity" in one
    assert "Adopter community" not in one
    assert "did you mean" in words(client.page(f"/compare?paper={PAPER}&element=complexitie", 404)).lower()


def test_a_kept_answer_is_the_one_that_was_made(client: Client) -> None:
    first, second = (client.get(f"/audit?paper={PAPER}", headers=HTML) for _ in range(2))
    assert first.text == second.text
    assert dict(first.headers) == dict(second.headers)
    assert client.get(f"/audit?paper={PAPER}", headers={"Accept": "application/json"}).json()


def form(page: str) -> dict[str, str]:
    """Tick the first sign of each question, and return the fields to send."""
    whole = tree(page)
    first: dict[str, str] = {}
    for box in whole.xpath("//input[starts-with(@name, 'sign.')]"):
        first.setdefault(box.get("name"), box.get("value"))
    return {"paper": PAPER, "intervention": "A clinic for heart failure", **first}


def test_advice_says_first_what_its_source_is_and_stores_nothing(client: Client) -> None:
    answered = {**form(client.page(f"/advise?paper={PAPER}")), "note.complexity": "mine alone"}
    answer = client.ask("POST", "/advise", data=answered, headers=HTML)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    said = words(answer.text)
    first = said.index("How firmly")
    assert said.index("from one paper") < said.index("Nothing here shows that a step works") < first
    assert first < said.index("What your answers point to", first) < said.index("17", said.index("All steps come from"))
    assert "Your note: mine alone" in said
    assert "mine alone" not in client.page(f"/advise?paper={PAPER}")
    assert re.findall(r"\b(?:IRI|node|triple)s?\b", said) == []


def advised(client: Client, **answered: str) -> Any:
    """Return the page of advice for some answers as a tree."""
    answer = client.ask("POST", "/advise", data={"paper": PAPER, "intervention": "A clinic", **answered}, headers=HTML)
    assert answer.status_code == 200
    return tree(answer.text)


def test_the_contents_of_the_advice_lead_to_every_step(client: Client) -> None:
    whole = advised(client)
    (contents,) = whole.xpath("//nav[@aria-label='Contents']")
    ids = set(whole.xpath("//@id"))
    assert {str(href)[1:] for href in contents.xpath(".//a/@href")} <= ids
    cards = len(whole.xpath("//article[@class='card']"))
    counts = [
        int(found[1]) for each in contents.xpath("./ul/li") if (found := re.search(r"(\d+) steps", each.text_content()))
    ]
    assert (sum(counts), f"{cards} steps from one paper" in words(html.tostring(whole, encoding="unicode"))) == (
        cards, True
    )  # fmt: skip
    # Nothing is left out: what goes beyond a handful is folded, and so is what nothing was ticked for.
    assert "left out" not in whole.text_content()
    assert whole.xpath("//details[@class='further']/article")
    assert all(card.xpath("./p[starts-with(., 'From')]//a/@href") for card in whole.xpath("//article[@class='card']"))
    assert whole.xpath("count(//details[@class='fold' and not(@open)])") > 5


def test_nothing_that_was_posted_is_left_behind_by_a_link(client: Client) -> None:
    pages = [advised(client), advised(client, again="yes")]
    for page in pages:
        links = [each for each in page.xpath("//a[@href]") if not each.get("href").startswith("#")]
        assert len(links) > 8
        assert {each.get("target") for each in links} == {"_blank"}
        assert {page.xpath("string(//*[@id=$id])", id=each.get("aria-describedby")) for each in links} == {
            "opens in a new tab"
        }  # fmt: skip
    assert pages[0].xpath("//button[@name='again']/@formtarget") == ["_blank"]
    assert {form.get("target") for form in pages[1].xpath("//form")} == {"_blank", None}
    asked = client.ask("POST", "/advise", data={"paper": PAPER, "again": "yes"}, headers=HTML)
    assert asked.headers["cache-control"] == "no-store"
    # The form that was not posted is one that a browser comes back to, with what was written into it.
    assert "autocomplete" not in client.page(f"/advise?paper={PAPER}").split("<main")[1]
    assert "_blank" not in client.page(f"/advise?paper={PAPER}")


def test_no_bearing_beside_a_statement_is_refused_and_nothing_is_lost(client: Client) -> None:
    answered = {**form(client.page(f"/advise?paper={PAPER}")), "none.complexity": "yes", "note.impact": "mine"}
    for more in ({}, {"format": "yaml"}):
        answer = client.ask("POST", "/advise", data={**answered, **more}, headers=HTML)
        assert (answer.status_code, answer.headers.get("content-disposition")) == (400, None)
        whole = tree(answer.text)
        assert "that it has no bearing, for Complexity" in words(answer.text)
        assert whole.xpath("//a[@href='#ask-complexity']")
        ticked = {box.get("name"): box.get("value") for box in whole.xpath("//input[@checked]")}
        assert ticked == {name: value for name, value in answered.items() if name.startswith(("sign.", "none."))}
        assert whole.xpath("string(//textarea[@name='note.impact'])") == "mine"
    unnamed = client.ask("POST", "/advise", data={"paper": PAPER, "again": "yes"}, headers=HTML).text
    assert tree(unnamed).xpath("string(//input[@id='intervention']/@value)") == ""
    assert advised(client, **{"none.complexity": "yes"}).xpath("count(//h3[.='Complexity']/..//article)") == 0


def test_answers_can_be_kept_by_the_reader_and_taken_up_again(client: Client) -> None:
    answered = form(client.page(f"/advise?paper={PAPER}"))
    kept = client.ask("POST", "/advise", data={**answered, "format": "yaml"})
    assert kept.headers["content-disposition"] == 'attachment; filename="plan-cards.yaml"'
    for sent in ({"load": "yes", "profile": kept.text}, {**answered, "again": "yes"}):
        whole = tree(client.ask("POST", "/advise", data={"paper": PAPER, **sent}, headers=HTML).text)
        ticked = {box.get("name"): box.get("value") for box in whole.xpath("//input[@checked]")}
        assert ticked == {name: value for name, value in answered.items() if name.startswith("sign.")}
    wrong = client.ask("POST", "/advise", data={"load": "yes", "profile": "colour: red"}, headers=HTML)
    assert "a profile has no key colour" in words(wrong.text)
    assert client.ask("POST", "/advise", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415


def test_a_path_with_a_question_mark_is_no_other_page_with_a_query(client: Client) -> None:
    # An escaped question mark belongs to the path, whichever of the two was asked first.
    assert client.get("/papers%3Forder=year", headers=HTML).status_code == 404
    assert client.get("/papers?order=year", headers=HTML).status_code == 200
    assert client.get("/papers%3Forder=year", headers=HTML).status_code == 404


def test_a_query_that_is_not_there_leads_to_the_nearest(client: Client) -> None:
    near = tree(client.page("/queries/claims-by-bases", 404))
    assert "/queries/claims-by-basis" in near.xpath("//main//a/@href")
    assert "/queries" in tree(client.page("/queries/xyzzy", 404)).xpath("//main//a/@href")
    assert "spreadgraph queries" not in words(client.page("/queries/xyzzy", 404))


def test_a_profile_that_does_not_fit_is_told_at_the_top(client: Client) -> None:
    fields = {"paper": PAPER, "load": "yes", "profile": "intervention: x\nanswers:\n  foo: 1\n"}
    answer = client.ask("POST", "/advise", data=fields, headers=HTML)
    assert answer.status_code == 400
    (alert,) = tree(answer.text).xpath("//*[@role='alert']")
    assert "foo" in alert.text_content()
    assert "foo: 1" in tree(answer.text).xpath("string(//textarea[@id='profile'])")
