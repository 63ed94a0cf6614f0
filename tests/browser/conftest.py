"""A real browser for the tests: Debian's Chromium, without a network, whose every request and complaint is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from browsing import Visit
from spreadgraph.graph.store import LocalStore
from spreadgraph.views.explorer import explorer

_QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium; where it is missing the tests fail in continuous integration and are skipped elsewhere."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        reason = "no Chromium is installed; on Debian: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def explorer_file(bundled: LocalStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the explorer of the bundled paper."""
    path = tmp_path_factory.mktemp("explorer") / "explorer.html"
    path.write_text(explorer(bundled), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def tabs(chromium: Browser) -> Callable[..., Visit]:
    """Return a function that gives a tab of these options: the same one each time, since a new one is slow."""
    opened: dict[str, Visit] = {}

    def tab(width: int = 1400, height: int = 900, **options: Any) -> Visit:
        key = repr((width, height, sorted(options.items())))
        if key not in opened:
            context = chromium.new_context(viewport={"width": width, "height": height}, offline=True, **options)
            opened[key] = Visit(context.new_page())
        return opened[key]

    return tab


@pytest.fixture
def visit(tabs: Callable[..., Visit], explorer_file: Path) -> Iterator[Open]:
    """Return a function that loads the explorer, or another file, and afterwards look at what it tried to do."""
    visits: list[Visit] = []

    def loaded(at: str = "", file: Path = explorer_file, **options: Any) -> Visit:
        visits.append(tabs(**options))
        visits[-1].load(file, at)
        return visits[-1]

    yield loaded
    assert [request for each in visits for request in each.requests] == []
    assert [complaint for each in visits for complaint in each.complaints] == []
