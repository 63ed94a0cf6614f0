"""The query page: an editor for SPARQL of one's own, which works without scripts too, and is shared by its address."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers.catalog import catalogue, named
from spreadgraph.answers.fenced.client import Answer, QueryError
from spreadgraph.answers.guard import MOST_BYTES
from spreadgraph.answers.rows import rows
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import DATA, DOI, ONTOLOGY_GRAPH, PREFIXES, SG, SGV, shorten
from spreadgraph.views import pages, results
from spreadgraph.web.pages.answering import Page, Writer, as_problem, in_plain_words, shown
from spreadgraph.web.pages.forms import parted
from spreadgraph.web.pages.outside import inside, outside
from spreadgraph.web.services import services

# More rows than this make a page slow; the downloads hold them all.
MOST_SHOWN = 1000
EXAMPLE = """\
# Which claims cite something, and which work do they rest on?
PREFIX sg: <https://w3id.org/spreadgraph/ontology#>
SELECT ?claim ?text ?work
WHERE {
  GRAPH ?paper { ?claim sg:paraphrase ?text }
  GRAPH ?inferred { ?claim sg:supportedBy ?work }
}
ORDER BY ?claim
LIMIT 20
"""
_SCRIPTS = ("sparql.js", "table.js", "editor.js")
# Where the pages of ids are, for links in a table that the browser makes.
_PAGES = [[DATA, "/id/"], [DOI, "/work/"], [SG, "/id/sg:"], [SGV, "/id/sgv:"]]


def routes() -> list[BaseRoute]:
    """Return the routes of the query page."""
    return [Route(f"/query{suffix}", the_editor) for suffix in ("", ".csv", ".json")]


@in_plain_words
async def the_editor(request: Request) -> Response:
    """Show the editor; with a query in the address, its answer too, or only that as CSV or JSON."""
    given = request.query_params
    form = parted(request.url.path)[1]
    text = given.get("query", "")
    if form:
        return await _file(request, text, form)
    answer: Answer | None = None
    fault, status = "", 200
    if text.strip():
        try:
            answer = await services(request).ask(text, services(request).job())
        except QueryError as error:
            fault, status = str(error), as_problem(error).status
    elif name := given.get("name"):
        text = named(name).text
    data = await services(request).read(_data)
    values = {
        "text": _plain(text) or EXAMPLE, "query": text, "fault": fault, "queries": catalogue(),
        "data": pages.as_data({**data, "most": MOST_SHOWN, "bytes": MOST_BYTES}), **_shown(answer),
        "outside": answer is not None and outside(text), "inside": inside(text),
    }  # fmt: skip
    script = pages.source(*(f"web/{name}" for name in _SCRIPTS))
    page = Page("query.html", "Query", values, name="/query", scripts=(script,), status=status)
    return shown(request, page, "html")


async def _file(request: Request, text: str, form: str) -> Response:
    """Return the rows of a query as a file for people; ``/sparql`` gives those of the standard."""
    job = services(request).job({"rows": "json", "graph": "jsonld"}, cut=True)
    answer = await services(request).ask(text, job)
    writers: dict[str, Writer] = {"json": answer.data.decode}
    if answer.kind != "graph":
        writers["csv"] = lambda: results.csv(answer.data)
    response = shown(request, Page("", "", {}, writers, "query"), form)
    if answer.truncated:
        response.headers["Spreadgraph-Truncated"] = "true"
    return response


def _shown(answer: Answer | None) -> dict[str, Any]:
    """Return the answer as the template needs it: a table, or triples as text."""
    if answer is None:
        return {"table": None, "graph": None, "total": 0, "truncated": False, "most": MOST_SHOWN}
    graph = _plain(answer.data.decode()) if answer.kind == "graph" else None
    table = None if graph is not None else results.table(answer.data, MOST_SHOWN)
    total = results.count(answer.data) if table else 0
    return {"table": table, "graph": graph, "total": total, "truncated": answer.truncated, "most": MOST_SHOWN}


def _plain(text: str) -> str:
    """Return a text of lines for a page, which shows no control characters, tabs and returns among them."""
    return text.replace("\r\n", "\n").expandtabs(4)


def _data(store: LocalStore) -> dict[str, Any]:
    """Return what the editor completes: prefixes, and the terms of the vocabulary with their names."""
    found = rows(store, "pages/terms", graph=[ONTOLOGY_GRAPH])
    terms = {shorten(row["term"]): row["name"] or row["label"] or "" for row in found if ":" in shorten(row["term"])}
    kept = {name: label for name, label in terms.items() if not name.startswith("http")}
    return {"prefixes": PREFIXES, "terms": sorted(kept.items()), "pages": _PAGES}
