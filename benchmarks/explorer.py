"""Times the explorer in headless Chromium against the stock pyvis page of the same graph.

    python benchmarks/explorer.py [ROUNDS]

first draw  from the start of navigation until something stands on the canvas; given up after 60 s
frame       median time between frames while the map is dragged about for two seconds
moves       whether anything moves by itself between one and two seconds after the first draw

Both pages of a graph are visited in turn in every round; the last column is the median of the ratios of first draws.

The libraries are copies of the bundled paper under other names: 1, 4 and 21 papers of about 240 nodes. The
explorer keeps to its cap and says so, "full" is one map with as many marks as the cap allows.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import cycle, pairwise
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright
from pyvis.network import Network

from spreadgraph.answers.evidence import Result
from spreadgraph.graph.store import LocalStore, open_bundled
from spreadgraph.terms import GRAPH
from spreadgraph.views.explorer import network, page
from spreadgraph.views.gathering import CAP, gather
from spreadgraph.views.material import Material

PAPERS = (1, 4, 21)
BEYOND = (2000, 5000)
LIMIT = 60_000
QUADS = pyoxigraph.RdfFormat.N_QUADS
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
# Looks at a small copy of the canvas before every frame and says when it is no longer empty.
WATCH = """
const small = document.createElement("canvas");
small.width = small.height = 60;
const look = () => {
  const canvas = document.querySelector("canvas");
  if (canvas && canvas.width) {
    const context = small.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0, 60, 60);
    if (context.getImageData(0, 0, 60, 60).data.some((value) => value)) {
      console.log(`drawn ${performance.now()}`);
      return;
    }
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
# Drags the map a little before every frame for two seconds, so that every frame has to be drawn anew.
DRAG = """
() => new Promise((done) => {
  const canvas = document.querySelector("canvas");
  const { left, top } = canvas.getBoundingClientRect();
  const times = [];
  const act = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
    bubbles: true, pointerId: 1, pointerType: "mouse", button: 0, buttons: 1, clientX: left + x, clientY: top + y,
  }));
  const step = (now) => {
    times.push(now);
    act("pointermove", 310 + 2 * (times.length % 60), 310 + (times.length % 40));
    if (now - times[0] < 2000) return requestAnimationFrame(step);
    const there = canvas.toDataURL();
    act("pointerup", 300, 300);
    done([times, there]);
  };
  act("pointerdown", 300, 300);
  requestAnimationFrame(step);
})
"""
PICTURE = "document.querySelector('canvas').toDataURL()"


def main(rounds: int) -> None:
    """Print one line a page: nodes in the graph and in view, size, first draw, frame time, motion, comparison."""
    print(
        "| nodes | page | in view | KiB | first draw s | frame ms | moves by itself | pyvis : explorer |\n"
        "|--:|---|--:|--:|--:|--:|---|--:|"
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        for ours, theirs in pairs():
            runs = compared(browser, Path(folder), [ours.text, theirs.text], rounds)
            for each, found in zip((ours, theirs), runs, strict=True):
                ratio = compare(runs) if each is theirs else ""
                show(each, found, ratio)
        for each in beyond():
            show(each, compared(browser, Path(folder), [each.text], rounds)[0], "")
        browser.close()


class Case(NamedTuple):
    """A page to visit: how many nodes its graph has and how many of them it shows at first."""

    nodes: int
    name: str
    in_view: int
    text: str


def show(case: Case, runs: Sequence[Run], ratio: str) -> None:
    """Print one line of the table."""
    size = f"{case.in_view:,} | {len(case.text) // 1024:,}"
    print(f"| {case.nodes:,} | {case.name} | {size} | {' | '.join(summed(runs))} | {ratio} |", flush=True)


def beyond() -> Iterator[Case]:
    """Return maps of more marks than the cap allows, to see where it has to be."""
    material = gather(library(1))
    for number in BEYOND:
        full = filled(material, number)
        yield Case(len(network(full).nodes), "explorer without its cap", marks(full), page(full))


def pairs() -> Iterator[tuple[Case, Case]]:
    """Return, one after the other, the explorer and the stock page of the same graph."""
    for papers in PAPERS:
        store = library(papers)
        whole = network(gather(store, cap=sys.maxsize))
        material = gather(store)
        # One paper opens on its own map; of several, each is one card.
        first = marks(material) if papers == 1 else len(material.papers) + len(material.further)
        nodes = len(whole.nodes)
        yield Case(nodes, "explorer", first, page(material)), Case(nodes, "pyvis as it comes", nodes, stock(whole))
    full = filled(gather(library(1)))
    graph = network(full)
    nodes = len(graph.nodes)
    yield Case(nodes, "explorer, full", marks(full), page(full)), Case(nodes, "pyvis as it comes", nodes, stock(graph))


def compared(browser: Browser, folder: Path, texts: Sequence[str], rounds: int) -> list[list[Run]]:
    """Visit the pages in turn, so that what else the machine does meets them alike; what never draws is tried once."""
    runs: list[list[Run]] = [[] for _ in texts]
    for _ in range(rounds):
        for text, found in zip(texts, runs, strict=True):
            if not found or found[-1].draw is not None:
                path = folder / "page.html"
                path.write_text(text, encoding="utf-8")
                found.append(measured(browser, path))
    return runs


def compare(runs: Sequence[Sequence[Run]]) -> str:
    """Return the median of the ratios of first draws within a round; where one page never drew, what it is at least."""
    ours, theirs = ([run.draw for run in found] for found in runs)
    if None in theirs:
        return f"over {LIMIT / 1000 / statistics.median(draw for draw in ours if draw is not None):.0f}"
    ratios = [other / own for own, other in zip(ours, theirs, strict=True) if own is not None and other is not None]
    return f"{statistics.median(ratios):.1f}"


def library(papers: int) -> LocalStore:
    """Return a store with copies of the bundled paper, each under a name and DOI of its own."""
    bundled = open_bundled().native
    copies = pyoxigraph.Store()
    for quad in bundled.quads_for_pattern(None, None, None, None):
        if not str(quad.graph_name).startswith(f"<{GRAPH}bevan-2024"):
            copies.add(quad)
    parts = [dumped(bundled, name) for name in ("bevan-2024", "bevan-2024/inferred")]
    for number in range(papers):
        name = f"copy-{number:02}"
        for part in parts:
            renamed = part.replace("bevan-2024", name).replace("bmjinnov-2024", name)
            copies.load(renamed, format=QUADS)
    return LocalStore(copies)


def dumped(store: pyoxigraph.Store, name: str) -> str:
    """Return one named graph as N-Quads."""
    quads = store.quads_for_pattern(None, None, None, pyoxigraph.NamedNode(GRAPH + name))
    return (pyoxigraph.serialize(quads, format=QUADS) or b"").decode()


def filled(material: Material, number: int = CAP) -> Material:
    """Return the first paper with its claims repeated until its map holds ``number`` marks, by default the cap."""
    paper = material.papers[0]
    claims = [(part.id, result) for part in paper.parts for result in part.results]
    bare = marks(material) - len(claims)
    more: dict[str, list[Result]] = {}
    for at, (part_id, result) in zip(range(number - bare), cycle(claims), strict=False):
        claim = result.claim._replace(id=f"{result.claim.id}{'-again' * (at // len(claims))}")
        more.setdefault(part_id, []).append(result._replace(claim=claim))
    parts = tuple(part._replace(results=tuple(more.get(part.id, ()))) for part in paper.parts)
    return material._replace(papers=(paper._replace(parts=parts),))


def marks(material: Material) -> int:
    """Count what stands on the first map of the first paper."""
    parts = material.papers[0].parts
    return sum(len(part.results) + (3 if part.sort == "characteristic" else 1) for part in parts)


def stock(graph: Network) -> str:
    """Return the page that pyvis makes of the same nodes and links, with its own settings."""
    plain = Network(directed=True, cdn_resources="in_line")
    plain.add_nodes([node["id"] for node in graph.nodes], label=[node["label"] for node in graph.nodes])
    plain.edges = [{"from": edge["from"], "to": edge["to"], "arrows": "to"} for edge in graph.edges]
    return str(plain.generate_html())


class Run(NamedTuple):
    """One visit: seconds to the first draw, milliseconds a frame, whether anything moved; None if nothing was drawn."""

    draw: float | None
    frame: float | None
    moves: bool | None


def measured(browser: Browser, path: Path) -> Run:
    """Open a page once and measure."""
    tab = browser.new_context(viewport={"width": 1400, "height": 900}, offline=True).new_page()
    tab.add_init_script(WATCH)
    try:
        with tab.expect_console_message(lambda said: said.text.startswith("drawn "), timeout=LIMIT) as message:
            tab.goto(path.as_uri(), wait_until="commit", timeout=LIMIT)
        draw = float(message.value.text.split()[1]) / 1000
        # The fade of a page's own loading bar is no motion of the map.
        tab.wait_for_timeout(1000)
        before = tab.evaluate(PICTURE)
        tab.wait_for_timeout(1000)
        moves = tab.evaluate(PICTURE) != before
        return Run(draw, dragged(tab), moves)
    except TimeoutError:
        return Run(None, None, None)
    finally:
        tab.context.close()


def dragged(tab: Page) -> float:
    """Drag the map about for two seconds and return the median time between frames in milliseconds."""
    before = tab.evaluate(PICTURE)
    times, after = tab.evaluate(DRAG)
    if before == after:
        raise RuntimeError("the map did not follow the pointer, so that no frame was measured")
    return statistics.median(later - earlier for earlier, later in pairwise(times))


def summed(runs: Sequence[Run]) -> tuple[str, str, str]:
    """Return the medians of several runs as cells of the table."""
    draws = [run.draw for run in runs if run.draw is not None]
    frames = [run.frame for run in runs if run.frame is not None]
    if not draws:
        return f"none in {LIMIT // 1000}", "-", "-"
    moves = "yes" if any(run.moves for run in runs) else "no"
    return f"{statistics.median(draws):.2f}", f"{statistics.median(frames):.0f}", moves


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
