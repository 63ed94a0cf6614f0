"""Makes self-contained pages: markup from our own templates only, text escaped, scripts allowed by their hash."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from spreadgraph.views.terminal import safe

TEMPLATES = Path(__file__).parent / "templates"
_LINK = re.compile(r"https?://[^\s<>\"'\\]+", re.IGNORECASE)
_IN_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)  # fmt: skip


def render(template: str, **values: Any) -> str:
    """Return a template filled in; every string among ``values`` is escaped and freed of control characters."""
    return _environment().get_template(template).render(**values)


def is_link(text: str | None) -> bool:
    """Whether ``text`` is a whole address that a page may link to: http or https, nothing else.

    >>> is_link("https://example.org/a"), is_link("javascript:alert(1)"), is_link(None)
    (True, False, False)
    """
    return bool(text and _LINK.fullmatch(text))


def as_data(value: Any) -> Markup:
    r"""Return ``value`` as JSON for a ``<script type="application/json">``; nothing in it can end the element.

    >>> as_data({"title": "</script>"})
    Markup('{"title":"\\u003c/script\\u003e"}')
    """
    text = json.dumps(_cleaned(value), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_IN_SCRIPT))  # noqa: S704  escaped in the line itself


def source(*names: str) -> Markup:
    """Return our own style sheets or scripts, one after the other, to stand in a page as they are."""
    return inline("\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names))


def inline(text: str) -> Markup:
    """Return a script or style sheet to stand in a page; raises ValueError where it could end its own element."""
    if re.search(r"</(script|style)|<!--", text, re.IGNORECASE):
        raise ValueError("a script or style that holds the end of its element cannot stand inside a page")
    return Markup(f"\n{text.strip()}\n")  # noqa: S704  files of this package and of the drawing library only


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return the Content-Security-Policy of a page with just these scripts and styles: nothing else runs or loads."""
    allowed = {"script-src": scripts, "style-src": styles}
    hashes = [" ".join([name, *(map(_hash, texts) if texts else ["'none'"])]) for name, texts in allowed.items()]
    rest = ["img-src data: blob:", "connect-src 'none'", "base-uri 'none'", "form-action 'none'"]
    return "; ".join(["default-src 'none'", *hashes, *rest])


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.tests["link"] = is_link
    return environment


def _shown(value: Any) -> Any:
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, list | tuple) else value
