"""The pages of the library: its papers, what it relies on, and each paper with its sections, sentences and entries."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers import contents, things
from spreadgraph.answers.evidence import Result, Trace
from spreadgraph.answers.holdings import holdings
from spreadgraph.answers.lookups import notes_on
from spreadgraph.answers.rows import grouped, rows
from spreadgraph.answers.things import Thing
from spreadgraph.answers.trace import DISPUTES, trace_claims, trace_sentences
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import paper_graph
from spreadgraph.views import bibliography, metadata, statements, traces, wording
from spreadgraph.views.addresses import address, paper_address
from spreadgraph.views.holdings import holdings_as, papers_as
from spreadgraph.views.terminal import Terminal
from spreadgraph.views.wording import Pager
from spreadgraph.web.pages.answering import Made, NotHereError, Page, Writer, answer, in_plain_words, number
from spreadgraph.web.pages.forms import parted
from spreadgraph.web.pages.locating import papers_like
from spreadgraph.web.pages.shelf import kept

_PLAIN = Terminal()
_MOST_IN_A_FILE = 100_000
# Each of them may print many entries in full.
_SENTENCES = 25


def routes() -> list[BaseRoute]:
    """Return the routes of the library and its papers."""
    return [
        *(Route(f"/papers{suffix}", the_papers) for suffix in ("", ".json", ".csv")),
        *(Route(f"/stats{suffix}", the_stats) for suffix in ("", ".json")),
        *(Route(f"/paper/{{slug}}/sentences{suffix}", citing) for suffix in ("", ".json")),
        *(Route(f"/paper/{{slug}}/references{suffix}", reference_list) for suffix in ("", ".json")),
        Route("/paper/{slug}", a_paper),
    ]


@in_plain_words
@kept
async def the_papers(request: Request) -> Response:
    """List the papers held."""
    order = request.query_params.get("order", "name")
    return await answer(request, _papers, parted(request.url.path)[1], order, number(request))


def _papers(store: LocalStore, order: str, at: int) -> Made:
    order = order if order in contents.ORDERS else "name"
    held = holdings(store, 1)
    pager = Pager(held.counts["papers"], at)
    values = {"papers": contents.papers(store, order, pager.start, pager.size), "pager": pager, "order": order,
              "orders": list(contents.ORDERS)}  # fmt: skip

    def written(form: str) -> str:
        return papers_as(form, contents.papers(store, order, 0, _MOST_IN_A_FILE), _PLAIN)

    writers = {form: partial(written, form) for form in ("json", "csv")}
    return Page("papers.html", "Papers", values, writers, name="/papers")


@in_plain_words
@kept
async def the_stats(request: Request) -> Response:
    """Show what the library holds, and the works that most of its papers rely on."""
    return await answer(request, _stats, parted(request.url.path)[1], number(request))


def _stats(store: LocalStore, at: int) -> Made:
    held = holdings(store, wording.PAGE)
    pager = Pager(held.counts["works"], at)
    values = {"counts": held.counts, "works": contents.works(store, pager.start, pager.size), "pager": pager}
    writers = {"json": partial(holdings_as, "json", held, _PLAIN)}
    return Page("stats.html", "The library", values, writers, name="/stats")


@in_plain_words
@kept
async def a_paper(request: Request) -> Response:
    """Show one paper: what it is, what it rests on, and the ways into it."""
    return await answer(request, _paper, None, request.path_params["slug"])


def _paper(store: LocalStore, text: str) -> Made:
    slug, form, details = _details(store, text)
    work, found = contents.as_work(details), contents.paper(store, slug)
    listed = contents.reference_list(store, slug)
    values = {
        **_frame(store, slug, details), "held": found, "sections": contents.sections(store, slug), "work": work,
        "listed": len(listed), "uncited": sum(not entry.citations for entry in listed),
        "elements": grouped(rows(store, "pages/elements", paper=[paper_graph(slug)]), "sort"),
        "use": things.use_of(store, details["document"]),
    }  # fmt: skip
    document = {**details, "counts": found._asdict() if found else {}, "sections": values["sections"]}
    graphs = things.graphs_of(slug)
    writers: dict[str, Writer] = {
        "json": lambda: json.dumps(document, ensure_ascii=False, indent=2) + "\n",
        **{form: partial(_rdf, store, details["document"], graphs, form) for form in ("ttl", "nt", "jsonld")},
        "bib": lambda: bibliography.bibtex([work]),
        "ris": lambda: bibliography.ris([work]),
        "csl": lambda: bibliography.csl_json([work]),
    }
    name, title = paper_address(slug), wording.clipped(work.title)
    page = Page("paper.html", title, values, writers, name=name, tags=metadata.highwire(work))
    return replace(page, form=form)


def _rdf(store: LocalStore, document: str, graphs: tuple[str, ...], form: str) -> str:
    return statements.described(things.recorded(store, [document], graphs), form)


def _details(store: LocalStore, text: str) -> tuple[str, str | None, dict[str, Any]]:
    """Return the short name that an address holds, the form it asks for, and what is known of the paper."""
    for slug, form in dict.fromkeys([(text, None), parted(text)]):
        if details := things.paper_details(store, slug):
            return slug, form, details
    raise NotHereError(f"no paper called {text[:100]} is held here", papers_like(store, text))


def _frame(store: LocalStore, slug: str, details: dict[str, Any]) -> dict[str, Any]:
    return {"slug": slug, "paper": details, "name": details["name"] or details["title"] or slug}


@in_plain_words
@kept
async def citing(request: Request) -> Response:
    """Show the sentences of a paper that cite, a page at a time."""
    return await answer(request, _citing, parted(request.url.path)[1], request.path_params["slug"], number(request))


def _citing(store: LocalStore, text: str, at: int) -> Made:
    slug, _, details = _details(store, text)
    found = [row for row in contents.sentences(store, slug) if row["citations"]]
    pager = Pager(len(found), at, _SENTENCES)
    trace = trace_sentences(store, [row["passage"] for row in found[pager.start : pager.end]])
    values = {**_frame(store, slug, details), "sentences": trace.sentences, "pager": pager}
    writers = {"json": partial(traces.as_json, trace)}
    return Page("sentences.html", f"Sentences that cite: {values['name']}", values, writers,
                name=paper_address(slug, "sentences"))  # fmt: skip


@in_plain_words
@kept
async def reference_list(request: Request) -> Response:
    """Show the reference list of a paper, or its entries that no marker points to."""
    only = request.query_params.get("show") == "uncited"
    return await answer(
        request, _references, parted(request.url.path)[1], request.path_params["slug"], only, number(request)
    )


def _references(store: LocalStore, text: str, only: bool, at: int) -> Made:
    slug, _, details = _details(store, text)
    every = contents.reference_list(store, slug)
    found = [entry for entry in every if not only or not entry.citations]
    pager = Pager(len(found), at)
    shown = found[pager.start : pager.end]
    values = {
        **_frame(store, slug, details), "entries": shown, "pager": pager, "only": only,
        "notes": notes_on(store, [entry.id for entry in shown]), "disputes": DISPUTES,
        "linked": any(entry.citations for entry in every), "total": len(every),
        "uncited": sum(not entry.citations for entry in every),
    }  # fmt: skip
    document = [entry._asdict() for entry in found]
    writers: dict[str, Writer] = {"json": lambda: json.dumps(document, ensure_ascii=False, indent=2) + "\n"}
    return Page("references.html", f"Reference list: {values['name']}", values, writers,
                name=paper_address(slug, "references"))  # fmt: skip


def section(store: LocalStore, found: Thing, at: int) -> Page:
    """Show a section of a paper, sentence by sentence, with the claims or the markers of each."""
    slug = found.paper or ""
    details = things.paper_details(store, slug) or {"name": slug, "title": slug}
    listed = contents.sentences(store, slug, found.iri)
    pager = Pager(len(listed), at, _SENTENCES)
    trace = section_trace(store, [row["passage"] for row in listed[pager.start : pager.end]])
    claims: dict[str, list[Result]] = {}
    for result in trace.results:
        for passage in result.passages:
            claims.setdefault(passage.id, []).append(result)
    name = things.called(store, [found.iri], found.graphs).get(found.iri, (None, None))[0]
    values = {**_frame(store, slug, details), "section": name, "sentences": trace.sentences, "claims": claims,
              "pager": pager}  # fmt: skip
    writers: dict[str, Writer] = {
        "json": partial(traces.as_json, trace),
        **{form: partial(_rdf, store, found.iri, found.graphs, form) for form in ("ttl", "nt", "jsonld")},
    }
    return Page("section.html", f"{name or 'Section'}: {values['name']}", values, writers,
                name=address(found.iri) or "")  # fmt: skip


def section_trace(store: LocalStore, passages: list[str]) -> Trace:
    """Return the trace of some sentences: their claims, and the sentences themselves."""
    if not passages:
        return Trace("forward", ())
    claims = list(dict.fromkeys(row["claim"] for row in rows(store, "pages/stated-in", passage=passages)))
    return Trace("forward", trace_claims(store, claims).results, (), trace_sentences(store, passages).sentences)
