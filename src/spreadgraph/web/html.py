"""Answers with a page: only the scripts and styles named run, and nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from spreadgraph.views import pages

# For what is no page: a browser that shows it all the same runs and loads nothing.
SEALED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
_SERVED = {
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def html(text: str, status: int = 200, *, scripts: Sequence[str] = (), styles: Sequence[str] = ()) -> Response:
    """Return a page whose inline ``scripts`` and ``styles``, exactly as they stand between the tags, may run.

    Name the sources that the template was given, never what is found in the finished page: what someone smuggled in
    would be allowed with it. The page may send forms and requests to this server, and load pictures from it.
    """
    return Response(text, status, {"Content-Security-Policy": policy(scripts, styles)}, "text/html")


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return the Content-Security-Policy of a served page: that of one that stands alone, and what it may do here."""
    alone = dict(rule.split(" ", 1) for rule in pages.policy(scripts, styles).split("; "))
    return "; ".join(f"{name} {allowed}" for name, allowed in {**alone, **_SERVED}.items())
