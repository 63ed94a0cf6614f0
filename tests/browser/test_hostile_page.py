"""A page of nothing but hostile texts: nothing executes, nothing leaves, nothing becomes a link that should not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from browsing import Visit
from hostile import TEXTS, Poison
from spreadgraph.answers.evidence import Trace
from spreadgraph.graph.store import LocalStore
from spreadgraph.views.diagrams import as_html, as_svg
from spreadgraph.views.explorer import page
from spreadgraph.views.gathering import gather
from spreadgraph.views.material import Further, Material

Open = Callable[..., Visit]
PAPER = "bevan-2024"
PART = f"{PAPER}/characteristic/adopter-community"
VIEWS = ("", "paper-3", PAPER, PART, f"{PAPER}/sources", f"{PAPER}/reference/13", "list")
LINKS = "links => links.map((link) => link.getAttribute('href') ?? link.getAttribute('xlink:href'))"


@pytest.fixture(scope="session")
def poisoned(bundled: LocalStore) -> Material:
    """Make material in which every text is hostile."""
    further = tuple(Further(f"paper-{number}", "name", "title", 12, None) for number in range(len(TEXTS)))
    material: Material = Poison()(gather(bundled)._replace(further=further))
    return material


@pytest.fixture(scope="session")
def hostile_file(poisoned: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a page in which every text is hostile."""
    path = tmp_path_factory.mktemp("hostile") / "explorer.html"
    path.write_text(page(poisoned), encoding="utf-8")
    return path


def is_harmless(seen: Visit) -> None:
    """Check that no script of the texts ran and that every link stays in the page or is http."""
    assert seen.page.evaluate("window.hacked") is None
    links = [link for link in seen.page.locator("a").evaluate_all(LINKS) if link is not None]
    assert [link for link in links if not link.startswith(("#", "http://", "https://"))] == []
    assert seen.page.locator("img, iframe, object, embed, #list script, #panel script").count() == 0


def test_no_view_executes_anything(visit: Open, hostile_file: Path) -> None:
    seen = visit(file=hostile_file)
    for at in VIEWS:
        seen.go(at)
        is_harmless(seen)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 1400, at


def test_no_panel_executes_anything(visit: Open, hostile_file: Path) -> None:
    seen = visit(file=hostile_file)
    ids = [node["id"] for node in seen.data()["nodes"]]
    assert len(ids) > 200
    for id_ in ids[::3]:
        seen.page.evaluate("(id) => (location.hash = id)", id_)
        seen.settle()
        assert seen.page.locator("#details").text_content() or seen.page.locator("#home").is_visible()
    is_harmless(seen)


def test_no_search_executes_anything(visit: Open, hostile_file: Path) -> None:
    seen = visit(file=hostile_file)
    seen.page.fill("#query", "<script>")
    assert seen.page.locator("#details li").count() > 3
    is_harmless(seen)


def test_a_saved_drawing_executes_nothing(visit: Open, hostile_file: Path, tmp_path: Path) -> None:
    seen = visit(PART, file=hostile_file, accept_downloads=True)
    with seen.page.expect_download() as waiting:
        seen.page.evaluate("document.getElementById('save-svg').click()")
    waiting.value.save_as(tmp_path / "map.svg")
    is_harmless(visit(file=tmp_path / "map.svg"))


def test_a_static_trace_executes_nothing(visit: Open, poisoned: Material, tmp_path: Path) -> None:
    paper = poisoned.papers[0]
    results = tuple(result for part in paper.parts for result in part.results)[:40]
    trace = Trace("reverse", results, paper.uses)
    for name, text in (("trace.html", as_html(trace)), ("trace.svg", as_svg(trace, len(results)))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        is_harmless(visit(file=tmp_path / name))
