"""The explorer in a real browser without a network: what it shows, how it is used, and that it keeps to itself."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import etree

from browsing import Visit
from spreadgraph.answers.evidence import Trace
from spreadgraph.answers.trace import trace_claims, trace_references
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import expand
from spreadgraph.views.diagrams import as_svg
from spreadgraph.views.explorer import page
from spreadgraph.views.gathering import gather
from spreadgraph.views.material import Further
from spreadgraph.views.traces import fields, use_fields

Open = Callable[..., Visit]
PAPER = "bevan-2024"
PART = f"{PAPER}/characteristic/adopter-community"
CLAIM = f"{PAPER}/claim/adopter-community.improvement.weak-ties"
EXCHANGED = f"{PAPER}/claim/culture-and-leadership.clinical-leadership"
REFERENCE = f"{PAPER}/reference/13"
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
# What is printed is the drawing of the map, in which every text and shape has a measurable box. A pixel is forgiven.
LETTERING = """
() => {
  const drawing = document.querySelector("#printed svg");
  const scale = drawing.getScreenCTM().a;
  const boxes = [...drawing.querySelectorAll("text, circle, polygon")].map((each) => {
    const { left, top, right, bottom } = each.getBoundingClientRect();
    const lean = each.matches("text") ? (bottom - top) / 5 : 0;
    return { left, right, top: top + lean, bottom: bottom - lean, words: each.textContent, each };
  });
  const off = scale * 1;
  const outside = boxes.filter(({ left, right, each }) => {
    const box = each.parentNode.querySelector("rect")?.getBoundingClientRect();
    return each.parentNode !== drawing && box && (left < box.left - off || right > box.right + off);
  });
  const touching = [];
  boxes.forEach((one, at) => {
    for (const other of boxes.slice(at + 1)) {
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (across > off && down > off) touching.push([one.words, other.words]);
    }
  });
  return [boxes.length, outside.map(({ words }) => words), touching];
}
"""
# How many shades a small copy of the map has; an empty one has a single shade.
SHADES = """
(canvas) => {
  const small = document.createElement("canvas");
  small.width = small.height = 300;
  const context = small.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0, 300, 300);
  return new Set(context.getImageData(0, 0, 300, 300).data).size;
}
"""
VIEWS = ("", PART, CLAIM, f"{PAPER}/citation/13", REFERENCE, f"{PAPER}/sources", "list", "about")


def claims(visit: Visit, **wanted: Any) -> set[str]:
    """Return the ids of claims with these properties, from the data of the page."""
    nodes = [node for node in visit.data()["nodes"] if node["kind"] == "claim"]
    return {node["id"] for node in nodes if all(node[name] == value for name, value in wanted.items())}


def listed(visit: Visit) -> set[str]:
    """Return the ids of the claims that the list shows."""
    items = visit.page.locator("#list [data-claim]:not([hidden])")
    return set(items.evaluate_all("items => items.map((item) => item.dataset.claim)"))


# ------ what is there


def test_every_view_draws_a_map_or_a_list(visit: Open) -> None:
    seen = visit()
    for at in VIEWS:
        seen.go(at)
        assert seen.page.locator("#list").is_visible() == (at == "list"), at
        if at != "list":
            assert seen.page.locator("#map canvas").evaluate(SHADES) > 20, at


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
def test_no_word_leaves_its_box_or_runs_into_another(visit: Open, options: dict[str, Any]) -> None:
    seen = visit(**options)
    parts = [node["id"] for node in seen.data()["nodes"] if node["kind"] in {"factor", "characteristic", "section"}]
    assert len(parts) > 20
    for at in ["", f"{PAPER}/sources", *parts]:
        seen.go(at)
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        texts, outside, touching = seen.page.evaluate(LETTERING)
        seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert texts > 5
        assert (outside, touching) == ([], []), at


def test_the_picture_is_the_same_every_time_and_does_not_move(visit: Open) -> None:
    seen = visit()
    first = seen.picture()
    seen.page.wait_for_timeout(600)
    assert seen.picture() == first
    assert visit().picture() == first


def test_the_panel_is_the_trace(visit: Open, bundled: LocalStore) -> None:
    seen = visit()
    results = trace_claims(bundled, [expand(id_) for id_ in sorted(claims(seen))]).results
    assert len(results) > 100
    for result in results[::12]:
        seen.go(result.claim.id.removeprefix("https://w3id.org/spreadgraph/id/"))
        shown = seen.page.locator("#details").text_content() or ""
        missing = [text for _, text, _ in fields(result) if not text.startswith("http") and text not in shown]
        assert missing == []
        links = seen.page.locator("#details a").evaluate_all("all => all.map((each) => each.getAttribute('href'))")
        assert {text for _, text, _ in fields(result) if text.startswith("http")} <= set(links)


def test_a_source_leads_back_to_its_claims(visit: Open, bundled: LocalStore) -> None:
    seen = visit(REFERENCE)
    trace = trace_references(bundled, [expand(REFERENCE)])
    shown = seen.page.locator("#details").text_content() or ""
    assert all(text in shown for _, text, _ in use_fields(trace.references[0]) if not text.startswith("http"))
    assert all(result.claim.text in shown for result in trace.results)


def test_a_marker_tells_what_is_meant_from_what_is_printed(visit: Open) -> None:
    seen = visit(f"{PAPER}/citation/13")
    assert seen.page.locator("#details h3").all_text_contents() == ["Meant, after a curator's note", "Printed", "For"]
    lists = seen.page.locator("#details ul").all_text_contents()
    assert (lists[0][:4], lists[1][:4]) == ("[14]", "[13]")
    seen.go(f"{PAPER}/citation/24b")
    assert seen.page.locator("#details h3").all_text_contents() == ["Leads to", "For"]


def test_a_characteristic_shows_innovation_beside_improvement(visit: Open) -> None:
    seen = visit(PART)
    heads = seen.page.locator("#details h3").all_text_contents()
    assert heads == ["Innovation", "Improvement"]
    place = seen.data()["scenes"]["wide"][PART]["marks"]
    framing = {node["id"]: node.get("framing") for node in seen.data()["nodes"]}
    sides = {(framing[id_], mark[1] > 0) for id_, mark in place.items() if mark[0] == "card"}
    assert sides == {("innovation", False), ("improvement", True)}


def test_a_counted_paper_says_how_to_see_it(visit: Open, bundled: LocalStore, tmp_path: Path) -> None:
    further = Further("smith-2025", "Smith 2025", "A small paper", 1234, 5)
    file = tmp_path / "two.html"
    file.write_text(page(gather(bundled)._replace(further=(further,), note="This page leaves out a paper.")))
    seen = visit(file=file)
    assert seen.page.locator("text=This page leaves out a paper.").is_visible()
    seen.click("smith-2025", "")
    assert seen.at == "smith-2025"
    assert "1,234 claims" in seen.details
    assert "spreadgraph explore smith-2025" in seen.details
    seen.page.keyboard.press("Escape")
    seen.settle()
    seen.click(PAPER, "")
    assert seen.at == PAPER


# ------ how it is used


def test_a_click_opens_what_lies_behind(visit: Open) -> None:
    seen = visit()
    seen.click(PART, PAPER)
    assert seen.at == PART
    seen.page.go_back()
    seen.settle()
    seen.click(CLAIM, PAPER)
    assert seen.at == CLAIM
    assert "weak ties" in seen.details


def test_a_dot_tells_its_claim_when_pointed_at(visit: Open) -> None:
    seen = visit()
    assert not seen.page.locator("#tip").is_visible()
    seen.page.mouse.move(*seen.place(CLAIM, PAPER))
    assert "strategy of weak ties" in seen.page.inner_text("#tip")
    seen.page.mouse.move(*seen.place(PART, PAPER))
    assert not seen.page.locator("#tip").is_visible()


def test_a_selected_claim_lets_the_rest_recede(visit: Open) -> None:
    part = EXCHANGED.replace("/claim/", "/factor/").split(".")[0]
    assert visit(part).picture() != visit(EXCHANGED).picture()


def test_links_lead_deep_and_back_leads_back(visit: Open) -> None:
    seen = visit(CLAIM)
    assert "strategy of weak ties" in seen.details
    seen.page.click("#crumbs a >> nth=1")
    assert seen.at == PART
    seen.page.click("#view-list")
    # The page is told of a new address only after the click.
    seen.page.wait_for_selector("#list")
    seen.page.go_back()
    seen.page.go_back()
    seen.page.wait_for_selector("#list", state="hidden")
    assert seen.at == CLAIM
    assert "strategy of weak ties" in seen.details
    assert not seen.page.locator("#list").is_visible()


def test_an_unknown_address_shows_the_map(visit: Open) -> None:
    seen = visit("no-such/thing")
    assert seen.page.locator("#home").is_visible()


def test_search_finds_and_opens(visit: Open) -> None:
    seen = visit()
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("Weak TIES")
    assert "matches" in seen.details
    assert seen.page.locator("#details li").first.inner_text().startswith("Spreading the improvement")
    seen.page.keyboard.press("Enter")
    seen.settle()
    assert seen.at == CLAIM
    assert seen.page.input_value("#query") == ""


def test_search_without_a_match_says_so_and_escape_ends_it(visit: Open) -> None:
    seen = visit()
    seen.page.fill("#query", "xyzzy")
    assert "0 matches" in seen.details
    assert listed(seen) == set()
    seen.page.keyboard.press("Escape")
    assert seen.page.input_value("#query") == ""
    assert listed(seen) == claims(seen)


@pytest.mark.parametrize(
    ("group", "value", "name"),
    [("support", "none given", "support"), ("framing", "innovation", "framing"), ("sort", "tendency", "sort")],
)
def test_filters_take_away_what_they_say(visit: Open, group: str, value: str, name: str) -> None:
    seen = visit("list")
    every = claims(seen)
    before = seen.picture()
    if group == "sort":
        seen.page.click("#kinds summary")
    seen.page.uncheck(f'[data-filter="{group}"][value="{value}"]', force=True)
    away = claims(seen, **{name: value})
    assert away
    assert listed(seen) == every - away
    seen.page.click("#view-map")
    assert seen.picture() != before


def test_the_audit_points_out_disputed_references(visit: Open) -> None:
    seen = visit()
    before = seen.picture()
    seen.page.select_option("#audit", "disputed")
    nodes = [node for node in seen.data()["nodes"] if node["kind"] == "claim"]
    disputed = {node["id"] for node in nodes if "disputed reference" in node["flags"]}
    assert EXCHANGED in disputed
    assert listed(seen) == disputed
    assert seen.picture() != before
    seen.page.select_option("#audit", "uncited")
    assert listed(seen) == claims(seen, support="none given")


def test_what_is_open_stays_in_sight_beside_what_is_pointed_out(visit: Open) -> None:
    seen = visit(EXCHANGED)
    seen.page.select_option("#audit", "uncited")
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    pale = seen.page.locator("#printed svg text").evaluate_all(
        "(all) => all.filter((each) => Number(each.getAttribute('opacity')) < 1).map((each) => each.textContent)"
    )
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not any("clinical settings" in words or "Leadership that enables" in words for words in pale)
    assert any("more receptive" in words for words in pale)
    seen.page.select_option("#audit", "")


def test_the_buttons_hide_no_part_of_the_map(visit: Open) -> None:
    page = visit(height=720, width=1280).page
    clip = page.locator(".zoom").bounding_box()
    assert clip
    page.evaluate("document.querySelector('.zoom').style.visibility = 'hidden'")
    behind = page.screenshot(clip=clip)
    page.evaluate("document.getElementById('map').style.visibility = 'hidden'")
    assert behind == page.screenshot(clip=clip)


def test_a_search_that_finds_nothing_says_what_to_try(visit: Open) -> None:
    seen = visit()
    seen.page.fill("#query", "xyzzyplugh")
    assert "0 matches" in seen.details
    assert "Try fewer words" in seen.details


def test_the_keyboard_alone_is_enough(visit: Open) -> None:
    seen = visit()
    for _ in range(40):
        seen.page.keyboard.press("Tab")
        if seen.page.evaluate("document.activeElement.matches('#map .vis-network')"):
            break
    seen.page.keyboard.press("ArrowDown")
    said = seen.page.inner_text("#live")
    seen.page.keyboard.press("ArrowDown")
    assert seen.page.inner_text("#live") != said
    seen.page.keyboard.press("Enter")
    seen.settle()
    assert "/" in seen.at
    assert seen.details
    seen.page.keyboard.press("Escape")
    seen.settle()
    assert seen.at == PAPER


def test_what_is_copied(visit: Open, bundled: LocalStore) -> None:
    seen = visit(CLAIM, permissions=["clipboard-read", "clipboard-write"])
    copied = {}
    for label in ("Copy link", "Copy citation", "Copy as SPARQL"):
        seen.page.click(f"text={label}")
        seen.page.wait_for_timeout(100)
        copied[label] = str(seen.page.evaluate("navigator.clipboard.readText()"))
    assert copied["Copy link"].endswith(f"#{CLAIM}")
    assert "10.1136/bmjinnov-2024-001251 (Table 1, row Adopter community" in copied["Copy citation"]
    assert "[24] Granovetter" in copied["Copy citation"]
    rows = list(bundled.query(copied["Copy as SPARQL"]))  # type: ignore[arg-type]  # a SELECT gives rows
    assert {str(row["claim"].value) for row in rows} == {expand(CLAIM)}


def test_the_drawing_can_be_saved(visit: Open, tmp_path: Path) -> None:
    seen = visit(PART, accept_downloads=True)
    for button, ending in (("#save-svg", "svg"), ("#save-png", "png")):
        seen.page.click("#save summary")
        with seen.page.expect_download() as waiting:
            seen.page.click(button)
        waiting.value.save_as(tmp_path / f"map.{ending}")
        seen.page.click("#save summary")
    drawing = etree.parse(tmp_path / "map.svg")
    texts = " ".join(str(text) for text in drawing.getroot().itertext())
    assert "strategy of weak ties" in " ".join(texts.split())
    assert drawing.xpath("//*[local-name()='script' or local-name()='foreignObject' or local-name()='image']") == []
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_every_word_stays_on_the_sheet_of_a_static_trace(visit: Open, bundled: LocalStore, tmp_path: Path) -> None:
    results = tuple(result for part in gather(bundled).papers[0].parts for result in part.results)
    (tmp_path / "trace.svg").write_text(as_svg(Trace("forward", results), len(results)), encoding="utf-8")
    seen = visit(file=tmp_path / "trace.svg")
    right = "all => all.map((each) => each.getBoundingClientRect().right)"
    rights = seen.page.locator("text").evaluate_all(right)
    assert len(rights) > 500
    assert max(rights) <= seen.page.locator("svg").evaluate_all(right)[0]


# ------ for everyone


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Open, scheme: str) -> None:
    seen = visit(color_scheme=scheme)
    for at in ("", PART, EXCHANGED, REFERENCE, "list"):
        seen.go(at)
        found = Axe().run(seen.page).response
        assert len(found["passes"]) > 10
        serious = [each for each in found["violations"] if each["impact"] in {"serious", "critical"}]
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in serious] == [], at


def test_night_is_dark(visit: Open) -> None:
    light, dark = visit(color_scheme="light"), visit(color_scheme="dark")
    assert light.picture() != dark.picture()
    colour = "getComputedStyle(document.body).backgroundColor"
    assert light.page.evaluate(colour) != dark.page.evaluate(colour)


def test_nothing_sticks_out_on_a_phone(visit: Open) -> None:
    seen = visit(**PHONE)
    for at in VIEWS:
        seen.go(at)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390, at
    seen.page.click("#filters > summary")
    heights = seen.page.locator("#filters fieldset span").evaluate_all("all => all.map((each) => each.offsetHeight)")
    assert max(heights) < 40


def test_a_phone_shows_first_what_sort_of_source_this_is(visit: Open) -> None:
    seen = visit(**PHONE)
    assert seen.page.locator("text=Read this first").is_visible()
    seen.page.click("#close")
    assert not seen.page.locator("#panel").is_visible()
    assert seen.page.locator("#map canvas").is_visible()


def test_paper_gets_the_list_and_no_buttons(visit: Open) -> None:
    seen = visit()
    seen.page.emulate_media(media="print")
    assert seen.page.locator("#list").is_visible()
    assert not seen.page.locator("#search").is_visible()
    assert not seen.page.locator(".zoom").is_visible()


def test_a_printed_claim_is_its_chain_and_its_trace(visit: Open) -> None:
    seen = visit(CLAIM)
    seen.page.emulate_media(media="print")
    seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert "strategy of weak ties" in " ".join(seen.page.locator("#printed").inner_text().split())
    assert "strategy of weak ties" in seen.details
    assert not seen.page.locator("#list").is_visible()
    seen.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen.page.locator("#printed svg").count() == 0


def test_nothing_moves_where_motion_is_not_wanted(visit: Open) -> None:
    seen = visit(reduced_motion="reduce")
    moving = "() => document.getAnimations().length"
    seen.click(PART, PAPER)
    assert seen.page.evaluate(moving) == 0
    first = seen.picture()
    seen.page.wait_for_timeout(200)
    assert seen.picture() == first


def test_without_scripts_the_list_is_there(chromium: Any, explorer_file: Path) -> None:
    page = chromium.new_context(java_script_enabled=False, offline=True).new_page()
    page.goto(explorer_file.as_uri())
    assert page.locator("#list").is_visible()
    assert page.locator("#list [data-claim]").count() > 100
    page.context.close()


def test_it_works_in_a_sandboxed_frame(visit: Open, explorer_file: Path, tmp_path: Path) -> None:
    page = html.escape(explorer_file.read_text(encoding="utf-8"))
    outer = tmp_path / "outer.html"
    outer.write_text(f'<iframe sandbox="allow-scripts" width="1200" height="800" srcdoc="{page}"></iframe>')
    seen = visit(file=outer)
    frame = seen.page.frame_locator("iframe")
    frame.locator("#view-list").click()
    frame.locator(f'#list [data-claim="{CLAIM}"] a').click()
    assert "strategy of weak ties" in frame.locator("#details").inner_text()
