"""The query page: an editor for SPARQL of one's own, which works without scripts too, and is shared by its address."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers import ask
from spreadgraph.answers.catalog import catalogue, named
from spreadgraph.answers.fenced.client import Answer, QueryError
from spreadgraph.answers.guard import MOST_BYTES
from spreadgraph.answers.rows import rows
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import DATA, DOI, ONTOLOGY_GRAPH, PREFIXES, SG, SGV, shorten
from spreadgraph.views import pages, results
from spreadgraph.web.pages.answering import Made, Page, Writer, answer, as_problem, composed, in_plain_words
from spreadgraph.web.pages.forms import parted
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
    found: Answer | None = None
    fault, status = "", 200
    if text.strip():
        try:
            found = await services(request).ask(text, services(request).job())
        except QueryError as error:
            fault, status = str(error), as_problem(error).status
    elif name := given.get("name"):
        text = named(name).text
    return await answer(request, _page, "html", text, found, fault, status)


def _page(store: LocalStore, text: str, found: Answer | None, fault: str, status: int) -> Made:
    values = {
        "text": _plain(text) or EXAMPLE, "query": text, "fault": fault, "queries": catalogue(),
        "data": pages.as_data({**_data(store), "most": MOST_SHOWN, "bytes": MOST_BYTES}), **_shown(found),
        "outside": found is not None and ask.names_no_graph(text), "inside": ask.within_graphs(text),
    }  # fmt: skip
    script = pages.source(*(f"web/{name}" for name in _SCRIPTS))
    return Page("query.html", "Query", values, name="/query", scripts=(script,), status=status)


async def _file(request: Request, text: str, form: str) -> Response:
    """Return the rows of a query as a file for people; ``/sparql`` gives those of the standard."""
    job = services(request).job({"rows": "json", "graph": "jsonld"}, cut=True)
    found = await services(request).ask(text, job)
    writers: dict[str, Writer] = {"json": found.data.decode}
    if found.kind != "graph":
        writers["csv"] = partial(results.csv, found.data)
    response = await composed(request, lambda: Page("", "", {}, writers, "query"), form)
    if found.truncated:
        response.headers["Spreadgraph-Truncated"] = "true"
    return response


def _shown(found: Answer | None) -> dict[str, Any]:
    """Return the answer as the template needs it: a table, or triples as text."""
    told = {"table": None, "graph": None, "total": 0, "truncated": False, "most": MOST_SHOWN}
    if found is None:
        return told
    if found.kind == "graph":
        return {**told, "graph": _plain(found.data.decode()), "truncated": found.truncated}
    table = results.table(found.data, 0, MOST_SHOWN)
    return {**told, "table": table, "total": table.total, "truncated": found.truncated}


def _plain(text: str) -> str:
    """Return a text of lines for a page, which shows no control characters, tabs and returns among them."""
    return text.replace("\r\n", "\n").expandtabs(4)


def _data(store: LocalStore) -> dict[str, Any]:
    """Return what the editor completes: prefixes, and the terms of the vocabulary with their names."""
    found = rows(store, "pages/terms", graph=[ONTOLOGY_GRAPH])
    terms = {shorten(row["term"]): row["name"] or row["label"] or "" for row in found if ":" in shorten(row["term"])}
    kept = {name: label for name, label in terms.items() if not name.startswith("http")}
    return {"prefixes": PREFIXES, "terms": sorted(kept.items()), "pages": _PAGES}
