"""Answers with a page: only the scripts and styles named run, and nothing is loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from starlette.responses import Response

# For what is no page: a browser that shows it all the same runs and loads nothing.
SEALED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def html(text: str, status: int = 200, *, scripts: Sequence[str] = (), styles: Sequence[str] = ()) -> Response:
    """Return a page whose inline ``scripts`` and ``styles``, exactly as they stand between the tags, may run.

    Name the sources that the template was given, never what is found in the finished page: what someone smuggled in
    would be allowed with it. The page may send forms and requests to this server, and load pictures from it.
    """
    return Response(text, status, {"Content-Security-Policy": policy(scripts, styles)}, "text/html")


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return the Content-Security-Policy of a served page."""
    hashes = {
        name: " ".join(map(_hash, texts)) or "'none'"
        for name, texts in (("script-src", scripts), ("style-src", styles))
    }
    rules = [
        "default-src 'none'",
        *(f"{name} {allowed}" for name, allowed in hashes.items()),
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    return "; ".join(rules)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
