"""Turns what a page found into an answer: rendered in a thread, in the form asked for, mistakes in plain words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec
from urllib.parse import quote

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spreadgraph.answers.fenced.client import QueryError
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import shorten
from spreadgraph.views import pages, traces, wording
from spreadgraph.views.addresses import address, paper_address, with_query
from spreadgraph.web.html import policy
from spreadgraph.web.pages import forms as known_forms
from spreadgraph.web.problems import ProblemError
from spreadgraph.web.services import services

P = ParamSpec("P")
Handler = Callable[[Request], Awaitable[Response]]
Writer = Callable[[], str]
# What a refusal of a query is called on a page; the protocol's own statuses are in sparql.
_STATUS = {"deadline": 504, "memory": 500, "died": 500}

# What templates say things with.
_WORDS = {
    "address": address, "paper_address": paper_address, "with_query": with_query, "traces": traces, "shorten": shorten,
    "amount": wording.amount, "framing": wording.framing, "about_work": wording.about_work,
    "plain": wording.plain_id, "how_firmly": wording.how_firmly,
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """What a page found: a template with its values, and what writes each other form of it.

    ``name`` is its address without a suffix, ``scripts`` are those of the template, ``tags`` what reference managers
    read in its head, ``form`` what a suffix of the address asks for.
    """

    template: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    writers: Mapping[str, Writer] = field(default_factory=dict)
    name: str = ""
    scripts: Sequence[str] = ()
    tags: Sequence[tuple[str, str]] = ()
    status: int = 200
    form: str | None = None


class NotHereError(NotFoundError):
    """Nothing is called so; ``near`` are the addresses of what comes nearest, by what they are called.

    ``lead`` says what these are, where it is not that their names are alike.
    """

    def __init__(self, message: str, near: Mapping[str, str] | None = None, lead: str = "") -> None:
        super().__init__(message)
        self.near = dict(near or {})
        self.lead = lead


@dataclass(frozen=True)
class Elsewhere:
    """The answer is at another address of this server."""

    at: str


Made = Page | Elsewhere


async def answer(
    request: Request,
    make: Callable[Concatenate[LocalStore, P], Made],
    form: str | None = None,
    /,
    *arguments: P.args,
    **named: P.kwargs,
) -> Response:
    """Answer with what ``make(store, ...)`` finds, in ``form`` or, where that is None, in what the client accepts."""

    def made(store: LocalStore) -> Response:
        return _response(request, make(store, *arguments, **named), form)

    return await services(request).read(made)


async def composed(request: Request, make: Callable[[], Page], form: str | None = None) -> Response:
    """Answer with the page that ``make()`` returns, from nothing of the store but what a worker answered."""
    return await services(request).apart(lambda: _response(request, make(), form))


def shown(request: Request, page: Page, form: str | None = None) -> Response:
    """Answer with a short page that needs nothing more from the store."""
    return _response(request, page, form)


def _response(request: Request, found: Made, form: str | None) -> Response:
    if isinstance(found, Elsewhere):
        return RedirectResponse(found.at, 303)
    offers = ("html", *found.writers)
    wanted = form or found.form
    given = wanted or known_forms.accepted(",".join(request.headers.getlist("accept")), offers)
    if given not in offers:
        detail = ", ".join(known_forms.MEDIA[each][0] for each in offers)
        if wanted:
            raise ProblemError(404, "no-such-form", f"this comes as {detail}")
        raise ProblemError(406, "form", f"this comes as {detail}")
    headers = {"Vary": "Accept"}
    if given != "html":
        headers["Content-Disposition"] = f'inline; filename="{_file_name(found.name)}.{given}"'
        return Response(found.writers[given](), found.status, headers, known_forms.content_type(given))
    headers["Content-Security-Policy"] = _policy(tuple(found.scripts))
    # Without any referrer a browser calls the origin of a form "null", and the outer wall refuses that.
    headers["Referrer-Policy"] = "same-origin"
    return Response(rendered(found, request), found.status, headers, "text/html")


def rendered(page: Page, request: Request) -> str:
    """Return the page as HTML, within the frame that all pages share."""
    alternatives = [
        (form, known_forms.NAMES[form], known_forms.MEDIA[form][0], _suffixed(request, page, form))
        for form in page.writers
        # What was posted has no address of its own.
        if page.name.startswith("/")
    ]
    at = page.name or quote(request.url.path)
    frame = {"style": _style(), "title": page.title, "alternatives": alternatives, "tags": page.tags, "at": at,
             "asked": "", "scripts": page.scripts, "apart": False}  # fmt: skip
    return pages.render(f"web/{page.template}", **{**_WORDS, **frame, **page.values})


def _suffixed(request: Request, page: Page, form: str) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{page.name}.{form}{query}"


def _file_name(name: str) -> str:
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.strip("/"))
    return kept.strip("-")[:100] or "spreadgraph"


@cache
def _style() -> Markup:
    return pages.source("web/style.css")


@cache
def _policy(scripts: tuple[str, ...]) -> str:
    return policy(scripts, (_style(),))


def in_plain_words(handler: Handler) -> Handler:
    """Answer mistakes of a browser's request with a page that says what to do, those of programs as a problem."""

    @wraps(handler)
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except (ProblemError, NotFoundError, UsageError) as error:
            problem = as_problem(error)
            if known_forms.accepted(",".join(request.headers.getlist("accept")), ("json", "html")) != "html":
                raise problem from error
            near, lead = (error.near, error.lead) if isinstance(error, NotHereError) else ({}, "")
            return refusal(request, problem, near, lead)

    return answered


def as_problem(error: ProblemError | NotFoundError | UsageError) -> ProblemError:
    """Return the problem that an error comes to."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, NotFoundError):
        near = error.near if isinstance(error, NotHereError) else {}
        return ProblemError(404, "not-found", f"{error}; nearest: {', '.join(near)}" if near else str(error))
    if isinstance(error, QueryError):
        return ProblemError(_STATUS.get(error.code, 400), error.code, str(error))
    return ProblemError(400, "bad-request", str(error))


def refusal(request: Request, problem: ProblemError, near: Mapping[str, str] | None = None, lead: str = "") -> Response:
    """Return the page that says why there is no answer, with links to what comes ``near``, of which ``lead`` speaks."""
    status = problem.status
    values = {
        "status": status, "phrase": HTTPStatus(status).phrase, "near": near or {}, "lead": lead,
        "detail": problem.detail.rpartition("; nearest: ")[0] if near else problem.detail,
    }  # fmt: skip
    title = "Not for this paper" if lead else "Nothing here" if status == 404 else "This did not work"
    response = shown(request, Page("problem.html", title, values, status=status), "html")
    response.headers.update(problem.headers)
    return response


def number(request: Request, name: str = "page") -> int:
    """Return a whole number from 1 on out of the address, 1 where it is missing or none."""
    given = request.query_params.get(name, "1")
    return max(1, int(given)) if given.isdecimal() and len(given) < 7 else 1
