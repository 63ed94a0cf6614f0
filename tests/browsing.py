"""A visit to a page in a browser: what it shows, what it asked for, and what it complained about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page


class Visit:
    """One open tab. ``requests`` are those that would leave the machine, ``complaints`` errors and refused scripts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.file = Path()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self._asked(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))

    def load(self, file: Path, at: str) -> None:
        """Open a file afresh, with nothing left of an earlier one."""
        self.page.goto("about:blank")
        self.page.emulate_media(media="screen")
        self.requests.clear()
        self.complaints.clear()
        self.file = file
        self.go(at)

    def go(self, at: str) -> None:
        """Open the file at an address within it and wait until the map is drawn."""
        self.page.goto(f"{self.file.as_uri()}{'#' if at else ''}{at}")
        self.settle()

    def settle(self) -> None:
        """Wait until everything due has been painted."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    @property
    def at(self) -> str:
        """The address within the page."""
        return str(self.page.evaluate("location.hash")).removeprefix("#")

    @property
    def details(self) -> str:
        """What the panel says."""
        return self.page.inner_text("#details")

    def data(self) -> dict[str, Any]:
        """Return the data that the page carries."""
        found: dict[str, Any] = json.loads(self.page.inner_text("#data") or self.page.text_content("#data") or "")
        return found

    def picture(self) -> str:
        """Return the drawn map as a data address."""
        self.settle()
        return str(self.page.evaluate("document.querySelector('#map canvas').toDataURL()"))

    def click(self, id_: str, scene: str) -> None:
        """Click a mark of a map that is shown whole, as a reader would: where it is drawn."""
        self.page.mouse.click(*self.place(id_, scene))
        self.settle()

    def place(self, id_: str, scene: str) -> tuple[float, float]:
        """Return where a mark of a map that is shown whole stands on the screen."""
        place = self.data()["scenes"]["wide"][scene]
        left, top, right, bottom = place["box"]
        frame = self.page.locator("#map").bounding_box()
        assert frame
        # Room is left below for the buttons that change the size.
        foot = 30
        scale = min(1.25, (frame["width"] - 56) / (right - left), (frame["height"] - 56 - foot) / (bottom - top))
        _, x, y, *_ = place["marks"][id_]
        return (
            frame["x"] + frame["width"] / 2 + (x - (left + right) / 2) * scale,
            frame["y"] + (frame["height"] - foot) / 2 + (y - (top + bottom) / 2) * scale,
        )

    def _asked(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:", "about:")):
            self.requests.append(url)

    def _said(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)
