"""The SPARQL 1.1 Protocol at ``/sparql``: what is asked, in which form, over which graphs; workers do the rest."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from spreadgraph.answers.fenced.client import Answer, Job, QueryError
from spreadgraph.web.description import description
from spreadgraph.web.negotiate import GRAPH_TYPES, RESULT_TYPES, chosen, media_type
from spreadgraph.web.problems import ProblemError
from spreadgraph.web.services import Services, address, services
from spreadgraph.web.using import with_using

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
STATUS = {"deadline": 504, "memory": 500, "died": 500, "form": 406, "too-long": 406, "update": 403}
CHUNK = 256 * 1024
LONG_FORM = 64 * 1024
GONE = 499  # nobody reads it; so is a client that went away noted elsewhere


@dataclass(frozen=True)
class Asked:
    """One operation of the protocol: the ``text`` of a query or update, and its dataset."""

    text: str
    update: bool
    fields: dict[str, list[str]]

    def graphs(self, kind: str) -> list[str] | None:
        """Return the graphs named by a field such as ``default-graph-uri``, None where there are none."""
        return self.fields.get(kind)


def routes() -> list[BaseRoute]:
    """Return the routes of the endpoint."""
    return [Route(path, endpoint, methods=["GET", "HEAD", "POST"]) for path in ("/sparql", "/sparql/")]


async def endpoint(request: Request) -> Response:
    """Answer a query, do an update, or describe the service."""
    asked = await _asked(request)
    if asked is None:
        return description(request)
    shared = services(request)
    if asked.update:
        _authorise(request, shared)
        work = _updated(request, shared, asked)
    else:
        job = _job(request, shared, asked)
        if found := shared.recalled(asked.text, job):
            return _sent(shared, found)
        work = _answered(shared, asked, job)
    try:
        return await _while_connected(request, work)
    except QueryError as error:
        raise ProblemError(STATUS.get(error.code, 400), error.code, str(error)) from error


async def _updated(request: Request, shared: Services, asked: Asked) -> Response:
    text = with_using(asked.text, asked.graphs("using-graph-uri"), asked.graphs("using-named-graph-uri"))
    await shared.ask(text, shared.job(base=address(request), update=True))
    return Response(None, 204)


async def _answered(shared: Services, asked: Asked, job: Job) -> Response:
    return _sent(shared, await shared.ask(asked.text, job))


def _job(request: Request, shared: Services, asked: Asked) -> Job:
    return shared.job(
        _forms(request, asked),
        base=address(request),
        default_graphs=asked.graphs("default-graph-uri"),
        named_graphs=asked.graphs("named-graph-uri"),
        cut=asked.fields.get("cut") == ["yes"],
    )


async def _asked(request: Request) -> Asked | None:
    """Return what is asked, None for the service description; raises ProblemError for what the protocol excludes."""
    fields = _fields(request.scope["query_string"])
    if request.method in {"GET", "HEAD"}:
        if "update" in fields:
            raise ProblemError(400, "protocol", "an update has to be sent with POST")
        return _one(fields) if fields else None
    kind = _content_type(request)
    body = await request.body()
    if kind == FORM:
        for name, values in (await _fields_of_a_form(request, body)).items():
            fields.setdefault(name, []).extend(values)
        return _one(fields)
    if "query" in fields or "update" in fields:
        raise ProblemError(400, "protocol", "send the query in the body or in the address, not in both")
    return Asked(_decoded(body), kind == UPDATE, fields)


def _one(fields: dict[str, list[str]]) -> Asked:
    texts = [(name, text) for name in ("query", "update") for text in fields.get(name, ())]
    if len(texts) != 1:
        raise ProblemError(400, "protocol", "send exactly one query or one update")
    ((name, text),) = texts
    return Asked(text, name == "update", fields)


async def _fields_of_a_form(request: Request, body: bytes) -> dict[str, list[str]]:
    # A long one takes a tenth of a second; a short one should not wait for a thread behind long pages.
    return _fields(body) if len(body) <= LONG_FORM else await services(request).apart(lambda: _fields(body))


def _fields(data: bytes) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except (UnicodeDecodeError, ValueError):
        raise ProblemError(400, "protocol", "the form is not well-formed, or not UTF-8") from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _content_type(request: Request) -> str:
    name, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    if name not in {FORM, QUERY, UPDATE}:
        raise ProblemError(415, "content-type", f"POST a body of type {FORM}, {QUERY} or {UPDATE}")
    if any(each.startswith("charset=") and each[8:].strip('"') not in {"utf-8", "utf8"} for each in parameters):
        raise ProblemError(415, "content-type", "SPARQL is sent as UTF-8")
    return name


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError(400, "protocol", "the body is not UTF-8") from None


def _authorise(request: Request, shared: Services) -> None:
    token = shared.settings.token
    if token is None:
        raise ProblemError(403, "read-only", "this server is read-only")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
        detail = "an update needs the token of this server"
        raise ProblemError(401, "no-token", detail, {"WWW-Authenticate": 'Bearer realm="spreadgraph"'})


def _forms(request: Request, asked: Asked) -> dict[str, str | None]:
    """Return the form for rows and for graphs: that of the field ``format``, or what the client accepts."""
    if wanted := asked.fields.get("format"):
        name = wanted[-1]
        forms = {"rows": name if name in RESULT_TYPES else None, "graph": name if name in GRAPH_TYPES else None}
    else:
        accept = ",".join(request.headers.getlist("accept"))
        forms = dict(_liked(accept))
    if not any(forms.values()):
        offered = ", ".join(types[0] for types in (*RESULT_TYPES.values(), *GRAPH_TYPES.values()))
        raise ProblemError(406, "form", f"answers come as {offered}")
    return forms


@lru_cache(maxsize=256)
def _liked(accept: str) -> tuple[tuple[str, str | None], ...]:
    """Return the forms a client likes best; the same few headers come all the time."""
    return (("rows", chosen(accept, RESULT_TYPES)), ("graph", chosen(accept, GRAPH_TYPES)))


def _sent(shared: Services, answer: Answer) -> Response:
    headers = {"Vary": "Accept"}
    if answer.truncated:
        headers["Spreadgraph-Truncated"] = "true"
    kind, length = media_type(answer.form, answer.kind), len(answer.data)
    if length <= CHUNK:
        return Response(answer.data, 200, headers, kind)
    if shared.outgoing + length > shared.settings.outgoing:
        raise ProblemError(503, "busy", "too many long answers are on their way", {"Retry-After": "2"})
    headers["Content-Length"] = str(length)
    return StreamingResponse(_pieces(shared, answer.data), 200, headers, kind)


async def _pieces(shared: Services, data: bytes) -> AsyncIterator[bytes]:
    """Yield an answer in pieces, so that a slow client holds its memory only as long as it is counted."""
    shared.outgoing += len(data)
    try:
        for start in range(0, len(data), CHUNK):
            yield data[start : start + CHUNK]
    finally:
        shared.outgoing -= len(data)


async def _while_connected(request: Request, work: Coroutine[Any, Any, Response]) -> Response:
    """Return the result of ``work``, which is cancelled when the client goes away.

    Raises ProblemError where the client sends a body that is too long or too slow, although nobody asked for one.
    """
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            gone.result()
            return Response(None, GONE)
        return task.result()
    finally:
        for each in (task, gone):
            each.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await each


async def _gone(request: Request) -> None:
    with suppress(ClientDisconnect):
        await request.body()
    while (await request.receive())["type"] != "http.disconnect":
        pass
