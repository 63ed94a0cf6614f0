"""The served pages in a real browser: they can be read and used by anybody, and nothing hostile runs or leaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from hostile import CALL
from hostile_store import EVERY, PAYLOADS, poisoned
from spreadgraph.answers.catalog import catalogue
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import expand, paper_graph
from spreadgraph.views.addresses import address
from web import served

PAPER, IMPORTED = "bevan-2024", "10.5555-imported.1"
CLAIM = f"{PAPER}/claim/culture-and-leadership.clinical-leadership"
KINDS = (
    "/", "/search?q=weak+ties", "/papers", "/stats", f"/paper/{PAPER}", f"/paper/{PAPER}/sentences",
    f"/paper/{PAPER}/references", f"/id/{CLAIM}", f"/id/{PAPER}/passage/introduction/2/2", f"/id/{PAPER}/citation/13",
    f"/id/{PAPER}/reference/13", f"/id/{PAPER}/characteristic/complexity", f"/id/{PAPER}/section/introduction",
    f"/id/{PAPER}/note/marker-13-means-14", "/id/sgv:hedge-may", "/work/10.1186/s12913-021-07387-z", "/queries",
    "/queries/claims-by-basis", "/query", "/compare", "/audit", "/what-if", "/advise", "/no-such-page",
    f"/follow?from={PAPER}", "/compare/across",
)  # fmt: skip
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
# What would show that a text became more than a text.
HARM = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const address = (each) => each.getAttribute('href') ?? each.getAttribute('action') ?? each.getAttribute('formaction');
  const loading = 'img, iframe, object, embed, base, video, audio, math, link[rel=stylesheet], script[src], ' +
    'meta[http-equiv=refresh]';
  return {
    ran: window.hacked ?? null,
    events: all('*').flatMap((each) => each.getAttributeNames().filter((name) => name.startsWith('on'))),
    foreign: all(loading).map((each) => each.outerHTML),
    links: all('a[href], form[action], button[formaction]').map(address)
      .filter((link) => !/^(https?:\\/\\/|\\/(?!\\/)|#|\\?|blob:)/.test(link)),
  };
}"""
HARMLESS: dict[str, Any] = {"ran": None, "events": [], "foreign": [], "links": []}


class Reader:
    """A tab on a server: ``left`` are requests to elsewhere, which are stopped; ``complaints`` errors of scripts."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home = page, home
        self.left: list[str] = []
        self.complaints: list[str] = []
        page.route("**/*", self._pass)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        page.on("console", lambda message: self._said(message.type, message.text))

    def go(self, url: str) -> Page:
        """Open an address of the server."""
        self.page.goto(self.home + url)
        return self.page

    def _pass(self, route: Route) -> None:
        if route.request.url.startswith((self.home + "/", "data:", "blob:")):
            route.continue_()
        else:
            self.left.append(route.request.url)
            route.abort()

    def _said(self, kind: str, text: str) -> None:
        # That an address leads nowhere, or a query failed, is an answer.
        if kind in {"error", "warning"} and "the server responded with a status of" not in text:
            self.complaints.append(text)


Open = Callable[..., Reader]


@pytest.fixture(scope="module")
def home() -> Iterator[str]:
    """Serve the bundled paper."""
    with served.listening(served.bundled) as url:
        yield url


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LocalStore, str]]:
    """Serve the bundled paper and an imported one with a script in every text."""
    folder = tmp_path_factory.mktemp("hostile")
    source = served.library(folder / "library", small=0)()
    (folder / "poisoned").mkdir()
    opener = poisoned(source, folder / "poisoned")
    with served.listening(opener) as url:
        yield opener(), url


@pytest.fixture(scope="module")
def tabs(chromium: Browser) -> Iterator[Open]:
    """Return a function that gives a tab on a server, the same one for the same options."""
    found: dict[str, Reader] = {}

    def tab(home: str, **options: Any) -> Reader:
        key = f"{home} {sorted(options.items())}"
        if key not in found:
            context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
            found[key] = Reader(context.new_page(), home)
        return found[key]

    yield tab
    for each in found.values():
        each.page.context.close()


@pytest.fixture
def read(tabs: Open, home: str) -> Iterator[Open]:
    """Return a function that gives a tab on the bundled paper, and afterwards look at what it tried to do."""
    used: list[Reader] = []

    def reading(**options: Any) -> Reader:
        used.append(tabs(home, **options))
        used[-1].left.clear()
        used[-1].complaints.clear()
        return used[-1]

    yield reading
    assert [url for each in used for url in each.left] == []
    assert [text for each in used for text in each.complaints] == []


def beside(page: Page, selector: str) -> Page:
    """Click what opens in a new tab; gives that tab."""
    with page.expect_popup() as opened:
        page.click(selector)
    opened.value.wait_for_load_state()
    return opened.value


# ------ anybody can read them


def test_no_page_has_a_serious_flaw_of_access(read: Open) -> None:
    flaws = []
    for number, url in enumerate(KINDS):
        # By turns in the light and in the dark, on a desk and on a phone.
        reader = read(color_scheme=("light", "dark")[number % 2], **(PHONE if number % 4 > 1 else {}))
        found = Axe().run(reader.go(url)).response["violations"]
        flaws += [(url, each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] != "minor"]
    assert flaws == []


def test_nothing_is_wider_than_a_phone(read: Open) -> None:
    reader = read(**PHONE)
    wide = "() => document.documentElement.scrollWidth > innerWidth"
    assert [url for url in KINDS if reader.go(url).evaluate(wide)] == []


def test_paper_has_no_forms_and_the_whole_address(read: Open) -> None:
    page = read().go(f"/id/{CLAIM}")
    page.emulate_media(media="print")
    assert not page.locator(".top form, .top nav, .forms").first.is_visible()
    assert "doi.org" in page.locator(".out").last.evaluate("(link) => getComputedStyle(link, '::after').content")
    page.emulate_media(media="screen")


def test_what_is_asked_and_found_is_printed_with_its_headings(read: Open) -> None:
    page = read().go("/advise")
    page.emulate_media(media="print")
    seen = page.locator("fieldset.signs").evaluate_all("(all) => all.filter((each) => each.offsetHeight > 40).length")
    assert seen == page.locator("fieldset.signs").count() > 5
    page.goto(page.url.replace("/advise", "/audit"))
    summaries = page.locator("details.check > summary")
    assert [each.is_visible() for each in summaries.all()] == [True] * summaries.count()
    assert page.locator("details.check:not([open]) li").first.evaluate("(each) => each.offsetHeight") > 0
    # What is compared stands side by side on paper too.
    page.goto(page.url.replace("/audit", "/compare"))
    assert page.locator(".sides").first.evaluate("(each) => getComputedStyle(each).display") == "grid"
    page.set_viewport_size({"width": 1000, "height": 700})
    page.goto(page.url.replace("/compare", "/queries/everything-one-row-a-path"))
    assert page.locator(".rows").evaluate("(table) => table.scrollWidth <= table.parentElement.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(media="screen")


def test_rows_break_no_words_and_scroll_in_a_place_of_their_own(read: Open) -> None:
    page = read(**PHONE).go("/queries/everything-one-row-a-path")
    # A word that is broken stands on two lines.
    broken = (
        "(cells) => cells.filter((each) => !/\\s/.test(each.textContent) && each.getClientRects().length > 1).length"
    )
    assert page.locator(".rows td:not(.iri):not(.long) span").evaluate_all(broken) == 0
    region = page.get_by_role("region", name="Rows")
    assert region.evaluate("(each) => each.scrollWidth > each.clientWidth && each.tabIndex === 0")
    assert "gradient" in region.evaluate("(each) => getComputedStyle(each).backgroundImage")


def test_the_keyboard_leads_past_the_head_of_the_page(read: Open) -> None:
    page = read().go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Go to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_a_claim_is_found_and_followed_to_its_work_and_back(read: Open) -> None:
    page = read().go("/")
    page.fill("#words", "clinical leadership middle managers")
    page.keyboard.press("Enter")
    page.click("ol.hits a >> nth=0")
    assert page.url.endswith(f"/id/{CLAIM}")
    page.click(".chain .work a >> nth=0")
    assert page.url.endswith("/work/10.1186/s12913-021-07387-z")
    page.click(".use .claims a >> nth=0")
    assert page.url.endswith(f"/id/{CLAIM}")


def test_the_explorer_is_drawn_under_the_policy_of_the_server(read: Open) -> None:
    page = read().go("/explorer")
    page.wait_for_selector("#map canvas")
    page.click("text=All pages")
    assert page.url.endswith("/")


def test_advice_is_given_without_a_trace_in_the_address(read: Open) -> None:
    page = read().go("/advise")
    page.fill("#intervention", "A clinic")
    page.check("fieldset input >> nth=0")
    page.click("text=Show the steps")
    assert page.url.endswith("/advise")
    assert page.inner_text("h1") == "A clinic"
    again = beside(page, "text=Change the answers")
    assert again.is_checked("fieldset input >> nth=0")
    again.close()


def test_following_the_sources_of_a_plan_loses_nothing(read: Open) -> None:
    page = read().go("/advise")
    page.fill("#intervention", "A clinic")
    page.check("fieldset input >> nth=0")
    page.click("fieldset summary >> nth=0")
    page.fill("fieldset textarea >> nth=0", "mine")
    page.click("text=Show the steps")
    for selector in (".card .about a >> nth=0", "header nav a >> nth=0", "text=About this paper"):
        source = beside(page, selector)
        assert "/advise" not in source.url
        source.close()
        assert page.inner_text("h1") == "A clinic"
    page.go_back()
    assert page.inner_text("h1") == "Advice for what you want to spread"
    assert (page.input_value("#intervention"), page.is_checked("fieldset input >> nth=0")) == ("A clinic", True)
    assert page.input_value("fieldset textarea >> nth=0") == "mine"


# ------ the editor


def test_the_editor_completes_names_and_declares_their_prefix(read: Open) -> None:
    page = read().go("/query")
    page.fill("#query", "")
    page.click("#query")
    page.keyboard.type("SELECT * { GRAPH ?g { ?claim a sg:Cla")
    assert page.locator("#names li b").first.inner_text() == "sg:Claim"
    page.keyboard.press("Enter")
    assert page.input_value("#query") == (
        "PREFIX sg: <https://w3id.org/spreadgraph/ontology#>\nSELECT * { GRAPH ?g { ?claim a sg:Claim"
    )
    assert not page.locator("#names").is_visible()
    page.keyboard.type(" ; sg:hasHedge ?hedge ; sg:paraphrase ?h")
    assert page.locator("#names li b").all_inner_texts() == ["?hedge"]
    page.keyboard.press("Escape")
    page.keyboard.type(' ; sg:x "sg:Cla')
    assert not page.locator("#names").is_visible()


def test_the_editor_runs_a_query_and_links_its_rows(read: Open) -> None:
    page = read().go("/query")
    page.fill("#query", f"SELECT ?c ?t {{ GRAPH ?g {{ VALUES ?c {{ <{expand(CLAIM)}> }} ?c a ?t }} }}")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("table.rows")
    assert page.get_attribute("table.rows a", "href") == f"/id/{CLAIM}"
    assert "row" in page.inner_text("#answer p")
    with page.expect_download() as waiting:
        page.click("text=CSV for a spreadsheet")
    assert waiting.value.suggested_filename == "answer.csv"
    with open(waiting.value.path(), encoding="utf-8") as file:  # noqa: PTH123  a path of the browser's
        assert file.readline() == "c,t\n"


def test_colours_stand_exactly_under_the_letters(read: Open) -> None:
    page = read().go("/query?name=claims-by-basis")
    assert page.text_content("#paint") == page.input_value("#query") + "\n"
    page.fill("#query", f"# {'wide ' * 60}\n" + "ASK {}\n" * 80)
    page.evaluate("document.getElementById('query').scrollTo(99999, 99999)")
    state = (
        "(id) => { const e = document.getElementById(id), s = getComputedStyle(e);"
        " return [s.font, s.lineHeight, s.paddingLeft, s.paddingTop, e.scrollLeft, e.scrollTop]; }"
    )
    page.wait_for_function(f"String(({state})('paint')) === String(({state})('query'))")
    assert page.evaluate(state, "paint")[4] > 0
    page.fill("#query", "PREFIX a: <a:>")
    assert page.locator("#paint .word").first.inner_text() == "PREFIX"


def test_a_long_query_is_cancelled_and_the_next_one_answered(read: Open) -> None:
    page = read().go("/query")
    page.fill("#query", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c . ?d ?e ?f . ?h ?i ?j . ?k ?l ?m } }")
    page.click("#run")
    page.click("#cancel")
    page.wait_for_selector("#state:has-text('cancelled')")
    page.fill("#query", "ASK {}")
    page.click("#run")
    page.wait_for_selector("#answer:has-text('Yes.')")


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (504, '{"code": "deadline", "detail": "it took longer than 10 seconds"}', "10 seconds. Ask for less"),
        (503, '{"code": "busy", "detail": "too many queries are waiting"}', "Try again in a moment"),
        (502, "<html>no</html>", "The server answered with 502."),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_said_in_plain_words(read: Open, status: int, body: str, told: str) -> None:
    page = read().go("/query")
    page.route("**/sparql", lambda route: route.fulfill(status=status, body=body))
    page.click("#run")
    page.wait_for_selector("#answer .fault")
    assert told in page.inner_text("#answer .fault")
    page.unroute("**/sparql")


def test_a_mistake_and_a_cut_answer_are_told(read: Open) -> None:
    page = read().go("/query")
    page.fill("#query", "SELECT * { ?s ")
    page.click("#run")
    assert "expected" in page.locator("#answer .fault").inner_text()
    rows = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}}]}}
    cut = {"Content-Type": "application/sparql-results+json", "Spreadgraph-Truncated": "true"}
    page.route("**/sparql", lambda route: route.fulfill(headers=cut, body=json.dumps(rows)))
    page.click("#run")
    page.wait_for_selector("#answer .hedge")
    assert "cut short" in page.inner_text("#answer .hedge")
    page.unroute("**/sparql")


def test_a_query_is_shared_by_its_address(read: Open) -> None:
    page = read().go("/query")
    for text in ("ASK { GRAPH ?g { ?s ?p 'a b#c&d' } }", f"# {'long ' * 2000}\nASK {{}}"):
        page.fill("#query", text)
        page.click("#share")
        page.wait_for_selector("#state:has-text('link')")
        address = page.url
        page.goto("about:blank")
        page.goto(address)
        assert page.input_value("#query") == text


def test_a_query_that_was_run_is_found_again_after_its_results(read: Open) -> None:
    page = read().go("/query")
    text = f"SELECT ?c {{ VALUES ?c {{ <{expand(CLAIM)}> }} }}"
    page.fill("#query", text)
    page.click("#run")
    page.click("table.rows a")
    assert page.url.endswith(f"/id/{CLAIM}")
    page.go_back()
    page.wait_for_selector("table.rows")
    assert page.input_value("#query") == text
    page.reload()
    assert page.input_value("#query") == text


def test_a_query_that_was_written_is_not_replaced_unasked(read: Open) -> None:
    reader = read()
    page = reader.go("/query")
    page.fill("#query", "ASK { ?mine ?p ?o }")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("form.open button")
    assert page.input_value("#query") == "ASK { ?mine ?p ?o }"
    assert [text for text in reader.complaints if "Replace the query" in text] == reader.complaints != []
    reader.complaints.clear()
    # What was run stands in the address.
    page.click("#run")
    page.wait_for_selector("#answer:has-text('No.')")
    page.click("form.open button")
    page.wait_for_url("**/query?name=*")
    page.go_back()
    assert page.input_value("#query") == "ASK { ?mine ?p ?o }"


def test_a_query_outside_the_graphs_can_be_put_into_them(read: Open) -> None:
    page = read().go("/query")
    page.fill("#query", "# {\nSELECT ?s WHERE { ?s ?p '}{' . ?s ?q ?o } # }\nLIMIT 3")
    page.click("#run")
    page.click("#answer .note a")
    page.wait_for_selector("#answer:has-text('rows')")
    assert page.input_value("#query") == "# {\nSELECT ?s WHERE { GRAPH ?g { ?s ?p '}{' . ?s ?q ?o } } # }\nLIMIT 3"
    page.fill("#query", "SELECT ?s WHERE { ?s ?p ?o }")
    page.click("#run")
    page.wait_for_selector("#answer:has-text('named graphs')")
    page.click("text=Put it in")
    page.wait_for_selector("table.rows")


# ------ nothing hostile gets out


def some(store: LocalStore, pattern: str, most: int) -> list[str]:
    """Return the pages of ``most`` things that fit a pattern, half of them of either paper."""
    found: list[str] = []
    for slug in (PAPER, IMPORTED):
        text = f"SELECT DISTINCT ?x {{ GRAPH <{paper_graph(slug)}> {{ {pattern} }} }} ORDER BY ?x LIMIT {most // 2}"
        found += [address(row["x"].value) or "" for row in store.query(text)]  # type: ignore[union-attr]  # a SELECT gives rows
    return found


def hostile_pages(store: LocalStore) -> list[str]:
    """Return pages of every kind."""
    kinds = {
        "Claim": 16, "Passage": 12, "InTextCitation": 8, "BibliographicReference": 12, "CurationNote": 12, "Factor": 6,
        "Characteristic": 8, "Intervention": 6, "Section": 8, "Manifest": 2,
    }  # fmt: skip
    things = [url for name, most in kinds.items() for url in some(store, f"?x a <{expand(f'sg:{name}')}>", most)]
    works = some(store, f"?r <{expand('sg:references')}> ?x", 8)
    parts = ("", "/sentences", "/references", "/references?show=uncited")
    papers = [f"/paper/{slug}{part}" for slug in (PAPER, IMPORTED) for part in parts]
    tools = [f"/{tool}?paper={PAPER}" for tool in ("compare", "audit", "what-if", "advise", "explorer")]
    lists = ["/", "/papers", "/stats", "/search?q=script", "/search?q=window&kind=passage", "/search?q=onerror&page=2"]
    queries = [f"/queries/{query.name}" for query in catalogue()[::8]]
    trails = [f"/follow?from={slug}" for slug in (PAPER, IMPORTED, f"{PAPER}/passage/introduction/2/2")]
    return [*things, *works, *papers, *tools, f"/audit?paper={IMPORTED}", *lists, *queries, *trails, "/compare/across"]


def asked_with(payload: str) -> list[str]:
    """Return addresses that hold a payload themselves."""
    text = quote(payload, safe="")
    return [
        f"/search?q={text}", f"/id/{text}", f"/work/10.1/{text}", f"/paper/{text}", f"/queries/{text}", f"/{text}",
        f"/compare?element={text}", f"/compare?paper={text}", f"/what-if?without={text}", f"/papers?order={text}",
        f"/queries/claims-of-a-section?section={text}", f"/follow?from={text}", f"/compare/across?element={text}",
        f"/query?query={text}", f"/query?name={text}", f"/query#{text}",
    ]  # fmt: skip


def test_no_page_of_a_hostile_store_runs_anything(tabs: Open, hostile: tuple[LocalStore, str]) -> None:
    store, home = hostile
    reader = tabs(home)
    harm, seen, urls = {}, "", hostile_pages(store)
    assert len(urls) > 90
    for url in urls:
        page = reader.go(url)
        if (found := page.evaluate(HARM)) != HARMLESS:
            harm[url] = found
        elif url.startswith("/id/"):
            seen += page.evaluate("document.body.textContent")
    assert harm == {}
    assert (reader.left, reader.complaints) == ([], [])
    # The payloads do stand on the pages, as texts.
    assert [payload for payload in PAYLOADS if payload.partition("\u2028")[0] not in seen] == []


def test_no_address_runs_what_it_holds(tabs: Open, hostile: tuple[LocalStore, str]) -> None:
    reader = tabs(hostile[1])
    harm = {}
    payloads = (EVERY[:2500], PAYLOADS[6], PAYLOADS[27])
    for url in [url for payload in payloads for url in asked_with(payload)]:
        if (found := reader.go(url).evaluate(HARM)) != HARMLESS:
            harm[url] = found
    assert harm == {}
    assert (reader.left, reader.complaints) == ([], [])


def test_no_answer_to_a_query_runs_anything(tabs: Open, hostile: tuple[LocalStore, str]) -> None:
    reader = tabs(hostile[1])
    page = reader.go("/query")
    page.fill("#query", "SELECT DISTINCT ?s ?t { GRAPH ?g { ?s ?p ?t FILTER(CONTAINS(STR(?t), 'hacked')) } } LIMIT 900")
    page.click("#run")
    page.wait_for_selector("table.rows")
    assert CALL in page.inner_text("table.rows")
    assert page.evaluate(HARM) == HARMLESS
    page.fill("#query", EVERY)
    page.click("#run")
    page.wait_for_selector("#answer .fault")
    assert page.evaluate(HARM) == HARMLESS
    assert (reader.left, reader.complaints) == ([], [])


def test_nothing_that_a_reader_writes_about_their_own_runs(tabs: Open, hostile: tuple[LocalStore, str]) -> None:
    reader = tabs(hostile[1])
    page = reader.go(f"/advise?paper={PAPER}")
    page.fill("#intervention", EVERY[:190])
    for box in page.locator("fieldset input[name^=sign]").all()[:40:3]:
        box.check()
    page.locator("fieldset summary").first.click()
    page.locator("fieldset textarea").first.fill(EVERY[:1900])
    page.click("text=Show the steps")
    page.wait_for_selector(".limits")
    assert page.evaluate(HARM) == HARMLESS
    again = beside(page, "text=Change the answers")
    assert again.evaluate(HARM) == HARMLESS
    again.click("text=Take up a profile")
    again.fill("#profile", EVERY)
    filled = beside(again, "text=Fill in the form")
    assert filled.evaluate(HARM) == HARMLESS
    filled.close()
    again.close()
    assert (reader.left, reader.complaints) == ([], [])
