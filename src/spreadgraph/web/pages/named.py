"""The named queries as pages: a form for the parameters, the rows as a table, CSV or JSON at the same address."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers.catalog import Query, catalogue, named
from spreadgraph.answers.fenced.client import Answer, QueryError
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.views import results
from spreadgraph.views.addresses import with_query
from spreadgraph.views.catalogues import AUDIENCES
from spreadgraph.views.wording import Pager
from spreadgraph.web.pages.answering import NotHereError, Page, Writer, composed, in_plain_words, number, shown
from spreadgraph.web.pages.forms import accepted, parted
from spreadgraph.web.problems import ProblemError
from spreadgraph.web.services import services

_SIZE = 100
Values = dict[str, list[str]]
_NAMES = {query.name for query in catalogue()}


def routes() -> list[BaseRoute]:
    """Return the routes of the catalogue and of each query."""
    return [Route("/queries", the_catalogue), Route("/queries/{name}", a_query)]


@in_plain_words
async def the_catalogue(request: Request) -> Response:
    """List the named queries by whom they are for."""
    order = sorted(catalogue(), key=lambda query: AUDIENCES.index(query.audience))
    groups = [(who, list(group)) for who, group in groupby(order, key=lambda query: query.audience)]
    return shown(request, Page("queries.html", "Named queries", {"groups": groups}, name="/queries"), "html")


@in_plain_words
async def a_query(request: Request) -> Response:
    """Answer a named query with the parameters of the address."""
    name, form = parted(request.path_params["name"])
    if name not in _NAMES:
        # Nor are the building blocks of pages and commands, which are no questions of their own.
        raise _unknown(name)
    query = named(name)
    given = request.query_params
    values = {
        parameter.name: [value.strip() for value in given.getlist(parameter.name) if value.strip()]
        for parameter in query.parameters
    }
    asked = _given(values)
    wanted = form or accepted(",".join(request.headers.getlist("accept")), ("html", "json", "csv", "rq"))
    page = f"/queries/{query.name}"
    if wanted == "rq":
        return shown(request, Page("", "", {}, {"rq": lambda: query.text}, page), "rq")
    missing = [parameter for parameter in query.parameters if parameter.required and parameter.name not in asked]
    if missing:
        return _unasked(request, query, values, wanted)
    try:
        answer = await services(request).ask_named(query.name, asked)
    except QueryError as error:
        if error.code == "deadline" and (advice := _narrower(query, asked)):
            raise QueryError(error.code, f"{error}; {advice}") from error
        raise
    except (NotFoundError, UsageError) as error:
        return _misfit(request, query, values, wanted, error)
    at = number(request) if wanted == "html" else None
    response = await composed(request, partial(_answered, query, values, answer, at), form)
    if answer.truncated:
        response.headers["Spreadgraph-Truncated"] = "true"
    return response


def _unknown(name: str) -> NotHereError:
    near = get_close_matches(name, _NAMES, n=3, cutoff=0.5)
    return NotHereError(
        f"no query is called {name}", {each: f"/queries/{each}" for each in near} or {"all queries": "/queries"}
    )


def _unasked(request: Request, query: Query, values: Values, wanted: str | None) -> Response:
    """Show the form before anything has been asked; rows there are none yet, so no link leads to them."""
    if wanted != "html":
        need = next(each for each in query.parameters if each.required and not values[each.name])
        example = with_query("", {need.name: need.example})
        raise ProblemError(400, "bad-request", f"this needs {need.meaning}; add it to the address, such as {example}")
    return shown(request, _form(query, _asking(query, values)), "html")


def _misfit(
    request: Request, query: Query, values: Values, wanted: str | None, error: NotFoundError | UsageError
) -> Response:
    """Show the form again with what was given, and beside it why that does not fit."""
    # What the message advises after that is a command.
    told = re.split(r"[;,:][^;,:]*: spreadgraph ", str(error))[0]
    status = 404 if isinstance(error, NotFoundError) else 400
    if wanted != "html":
        raise ProblemError(status, "not-found" if status == 404 else "bad-request", told)
    given = [each.name for each in query.parameters if values[each.name]]
    wrong = next((name for name in given if any(value in told for value in values[name])), given[0] if given else "")
    words = " ".join(values.get(wrong, ()))
    asking = {**_asking(query, values), "fault": told, "wrong": wrong, "words": words}
    return shown(request, replace(_form(query, asking), status=status), "html")


def _form(query: Query, values: dict[str, Any]) -> Page:
    return Page("named.html", query.title, values, {"rq": lambda: query.text}, f"/queries/{query.name}")


def _narrower(query: Query, asked: dict[str, list[str]]) -> str | None:
    """Say how a query over a whole library can be asked of one paper, None where it cannot or is already."""
    papers = (each.example for each in query.parameters if each.name == "paper" and each.name not in asked)
    return next((f"ask it of one paper: paper={example}" for example in papers), None)


def _asking(query: Query, values: Values) -> dict[str, Any]:
    """Return what the form needs before anything has been asked."""
    return {"query": query, "given": values, "table": None, "fault": "", "wrong": "", "words": ""}


def _answered(query: Query, values: Values, answer: Answer, at: int | None) -> Page:
    """Return the page of an answer with the rows of page ``at``; None where no page will be shown, but a file."""
    told = {} if at is None else {**_asking(query, values), **_rows(answer, at), "chosen": _given(values)}
    return Page("named.html", query.title, told, _writers(query, answer), f"/queries/{query.name}")


def _rows(answer: Answer, at: int) -> dict[str, Any]:
    table = results.table(answer.data, (at - 1) * _SIZE, _SIZE)
    return {"table": table, "pager": Pager(table.total, at, _SIZE), "truncated": answer.truncated}


def _given(values: Values) -> Values:
    return {name: value for name, value in values.items() if value}


def _writers(query: Query, answer: Answer) -> dict[str, Writer]:
    return {
        "json": answer.data.decode,
        "csv": lambda: results.csv(answer.data),
        "rq": lambda: query.text,
    }
