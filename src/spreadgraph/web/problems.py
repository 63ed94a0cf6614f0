"""Says what went wrong as an RFC 9457 problem document: one clear line, nothing about the machine."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from spreadgraph.errors import NotFoundError, SpreadgraphError, UsageError

if TYPE_CHECKING:
    from starlette.requests import Request


class ProblemError(Exception):
    """A refusal or failure to tell the client: HTTP ``status``, a short stable ``code``, one line of ``detail``."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers = status, code, detail, dict(headers or {})

    def response(self) -> Response:
        """Return the problem as ``application/problem+json``."""
        title = HTTPStatus(self.status).phrase
        body = {"type": "about:blank", "title": title, "status": self.status, "code": self.code, "detail": self.detail}
        return Response(json.dumps(body) + "\n", self.status, self.headers, "application/problem+json")


async def known(request: Request, error: Exception) -> Response:
    """Answer a problem that was raised while a request was handled."""
    if isinstance(error, ProblemError):
        return error.response()
    if isinstance(error, HTTPException):
        code = {404: "no-such-page", 405: "method-not-allowed"}.get(error.status_code, "refused")
        detail = {
            404: "there is nothing at this address",
            405: f"{request.method} is not possible here",
        }.get(error.status_code, error.detail)
        return ProblemError(error.status_code, code, detail, error.headers).response()
    if isinstance(error, NotFoundError):
        return ProblemError(404, "not-found", str(error)).response()
    if isinstance(error, UsageError):
        return ProblemError(400, "bad-request", str(error)).response()
    # Messages about stores and sources name folders of this machine.
    return ProblemError(503, "store-unreadable", "the library cannot be read at the moment").response()


def unknown(error: Exception, debug: bool) -> Response:
    """Answer an error that nobody foresaw; what it was stays on this side, and is shown there with ``debug``."""
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    return ProblemError(500, "internal-error", "the server met an error of its own; nothing was changed").response()


HANDLERS = {
    ProblemError: known,
    HTTPException: known,
    NotFoundError: known,
    SpreadgraphError: known,
}
