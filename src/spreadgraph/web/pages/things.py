"""The pages of claims, sentences, markers, references, works, elements and notes; each shows one trace."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers import things
from spreadgraph.answers.evidence import Trace, Work
from spreadgraph.answers.holdings import uses_of
from spreadgraph.answers.rows import distinct, rows
from spreadgraph.answers.things import Thing
from spreadgraph.answers.trace import trace_claims, trace_references, trace_sentences
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH, SGV, shorten
from spreadgraph.views import bibliography, metadata, statements, traces, wording
from spreadgraph.views.addresses import address, paper_address
from spreadgraph.web.pages import papers
from spreadgraph.web.pages.answering import Elsewhere, Made, Page, Writer, answer, in_plain_words, number
from spreadgraph.web.pages.locating import by_id, located
from spreadgraph.web.pages.shelf import kept

# For the editor: what a term of the vocabulary is said of.
_SO_RECORDED = """\
PREFIX sg: <https://w3id.org/spreadgraph/ontology#>
SELECT DISTINCT ?claim ?text
WHERE { GRAPH ?paper { ?claim ?how <%s> ; a sg:Claim ; sg:paraphrase ?text } }
ORDER BY ?claim
LIMIT 1000
"""


def routes() -> list[BaseRoute]:
    """Return the routes of everything that has an id."""
    return [Route("/id/{id:path}", an_id), Route("/work/{doi:path}", a_work)]


@in_plain_words
@kept
async def an_id(request: Request) -> Response:
    """Show what an id stands for."""
    return await answer(request, _found, None, request.path_params["id"], by_id, number(request))


@in_plain_words
@kept
async def a_work(request: Request) -> Response:
    """Show the work with a DOI, and who cites it."""
    return await answer(request, _found, None, request.path_params["doi"], things.iri_of_doi, number(request))


def _found(store: LocalStore, text: str, iri: Callable[[str], str], at: int) -> Made:
    if text and "/" not in text and things.paper_details(store, text):
        return Elsewhere(paper_address(text))
    found, form = located(store, text, iri)
    name = address(found.iri) or ""
    if found.sort == things.PAPER:
        return Elsewhere(paper_address(found.paper or "") + (f".{form}" if form else ""))
    if iri(text if form is None else text[: -len(form) - 1]) != found.iri or not name.startswith(_root(iri)):
        return Elsewhere(name + (f".{form}" if form else ""))
    page = _PAGES.get(found.sort, _record)(store, found, at)
    return replace(page, name=name, form=form)


def _root(iri: Callable[[str], str]) -> str:
    return "/id/" if iri is by_id else "/work/"


def _claim(store: LocalStore, found: Thing, at: int) -> Page:
    trace = trace_claims(store, [found.iri])
    (result,) = trace.results
    same = distinct(rows(store, "pages/stated-in", passage=[each.id for each in result.passages]), "claim")
    others = trace_claims(store, [claim for claim in same if claim != found.iri]).results
    about = [(row["element"], row["name"]) for row in rows(store, "pages/about", claim=[found.iri])]
    values = {"result": result, "others": others, "used": _used(store, trace), "about": about}
    return _traced(store, found, trace, ("claim.html", wording.clipped(result.claim.text)), values)


def _passage(store: LocalStore, found: Thing, at: int) -> Page:
    claims = distinct(rows(store, "pages/stated-in", passage=[found.iri]), "claim")
    trace = Trace("forward", trace_claims(store, claims).results, (), trace_sentences(store, [found.iri]).sentences)
    if not trace.sentences:
        return _record(store, found, at)
    (sentence,) = trace.sentences
    told = rows(store, "trace/at", id=[found.iri])
    values = {"sentence": sentence, "results": trace.results, "empty": told[0]["discourse"] if told else None}
    return _traced(store, found, trace, ("passage.html", sentence.passage.place), values)


def _citation(store: LocalStore, found: Thing, at: int) -> Page:
    claims = distinct(rows(store, "trace/claims-of", thing=[found.iri]), "claim")
    passages = distinct(rows(store, "trace/sentences-of", thing=[found.iri]), "passage")
    trace = Trace("forward", trace_claims(store, claims).results, (), trace_sentences(store, passages).sentences)
    markers = [each for sentence in trace.sentences for each in sentence.citations if each.id == found.iri]
    if not markers:
        return _record(store, found, at)
    values = {"citation": markers[0], "sentence": trace.sentences[0], "results": trace.results}
    return _traced(store, found, trace, ("citation.html", f"Marker {markers[0].marker}"), values)


def _reference(store: LocalStore, found: Thing, at: int) -> Page:
    trace = trace_references(store, [found.iri])
    if not trace.references:
        return _record(store, found, at)
    (use,) = trace.references
    values = {"use": use, "results": trace.results, "used": _used(store, trace)}
    return _traced(store, found, trace, ("reference.html", traces.use_subject(use)), values)


def _work(store: LocalStore, found: Thing, at: int) -> Page:
    count, citations = things.use_of(store, found.iri) or (0, 0)
    pager = wording.Pager(count, at)
    listing = things.papers_listing(store, found.iri, pager.start, pager.size)
    trace = trace_references(store, things.references_in(store, found.iri, listing))
    described = trace if trace.references else _first_use(store, found.iri)
    works = [work for use in described.references for work in use.works if work.iri == found.iri]
    if not works:
        raise NotFoundError("no page of this list has so high a number")
    values = {
        "work": works[0], "uses": trace.references, "results": {each.claim.id: each for each in trace.results},
        "pager": pager, "citations": citations, "held": things.paper_with(store, found.iri),
    }  # fmt: skip
    page = _traced(store, found, trace, ("work.html", wording.clipped(works[0].title)), values)
    return replace(page, writers={**page.writers, **cited([works[0]])}, tags=metadata.highwire(works[0]))


def _first_use(store: LocalStore, work: str) -> Trace:
    return trace_references(store, things.references_in(store, work, things.papers_listing(store, work, 0, 1)))


def _element(store: LocalStore, found: Thing, at: int) -> Page:
    claims = distinct(rows(store, "trace/claims-of", thing=[found.iri]), "claim")
    trace = trace_claims(store, claims)
    name, definition = things.called(store, [found.iri], found.graphs).get(found.iri, (None, None))
    values = {"name": name or shorten(found.iri), "definition": definition, "parts": wording.split(trace.results)}
    return _traced(store, found, trace, ("element.html", str(values["name"])), values)


def _note(store: LocalStore, found: Thing, at: int) -> Page:
    targets = rows(store, "pages/note", note=[found.iri])
    notes = rows(store, "trace/notes", target=distinct(targets, "target"))
    told = next((row for row in notes if row["note"] == found.iri), None)
    if told is None:
        return _record(store, found, at)
    values = {"note": told, "targets": distinct(targets, "target"), "proposed": distinct(targets, "proposed")}
    page = _record(store, found, at)
    return replace(page, template="note.html", title=told["label"], values={**page.values, **values})


def _record(store: LocalStore, found: Thing, at: int) -> Page:
    """Show what is recorded of something that has no trace, as a table."""
    graphs = found.graphs if found.paper else (ONTOLOGY_GRAPH, ONTOLOGY_INFERRED_GRAPH)
    triples = things.recorded(store, [found.iri], graphs)
    told = things.texts(triples)
    linked = dict.fromkeys([found.iri, *(value for *_, value, is_iri in told if is_iri)])
    names = things.called(store, list(linked), graphs) | things.called(
        store, [*linked, *(each[1] for each in told)], (ONTOLOGY_GRAPH,)
    )
    pointing = rows(store, "pages/pointing", wording.PAGE, thing=[found.iri], graph=graphs)
    name, definition = names.get(found.iri, (None, None))
    values = {
        "thing": found, "name": name or shorten(found.iri), "definition": definition, "told": told, "names": names,
        "paper": things.paper_details(store, found.paper) if found.paper else None,
        "pointing": distinct(pointing, "other"),
        "claims": _SO_RECORDED % found.iri if found.iri.startswith(SGV) else "",
    }  # fmt: skip
    document = {"id": shorten(found.iri), "iri": found.iri, "statements": [each[1:3] for each in told]}
    writers: dict[str, Writer] = {
        "json": lambda: json.dumps(document, ensure_ascii=False, indent=2) + "\n",
        **{form: partial(statements.described, triples, form) for form in ("ttl", "nt", "jsonld")},
    }
    return Page("record.html", str(values["name"]), values, writers)


def _traced(
    store: LocalStore, found: Thing, trace: Trace, shown: tuple[str, str], values: Mapping[str, object]
) -> Page:
    """Return the page of one trace, which is also its JSON, its RDF and the list of works it leads to.

    ``shown`` are its template and its title.
    """

    def rdf(form: str) -> str:
        return statements.described(things.recorded(store, [found.iri, *wording.ids_in(trace)]), form)

    works = wording.works_in(trace)
    writers: dict[str, Writer] = {
        "json": partial(traces.as_json, trace),
        **{form: partial(rdf, form) for form in ("ttl", "nt", "jsonld")},
        **cited(works),
    }
    paper = things.paper_details(store, found.paper) if found.paper else None
    every = {"thing": found, "paper": paper, "coins": metadata.coins(works), **values}
    return Page(*shown, every, writers)


def cited(works: Sequence[Work]) -> dict[str, Writer]:
    """Return what writes a list of works for reference managers; nothing where there are none."""
    forms: dict[str, Callable[[Sequence[Work]], str]] = {
        "bib": bibliography.bibtex,
        "ris": bibliography.ris,
        "csl": bibliography.csl_json,
    }
    return {form: partial(write, works) for form, write in forms.items()} if works else {}


def _used(store: LocalStore, trace: Trace) -> dict[str, int]:
    """Return for each work of a trace how many papers list it."""
    return {work.iri: uses_of(store, work.iri)[0] for work in wording.works_in(trace)}


_PAGES: dict[str, Callable[[LocalStore, Thing, int], Page]] = {
    "claim": _claim, "passage": _passage, "citation": _citation, "reference": _reference, things.WORK: _work,
    "element": _element, "intervention": _element, "note": _note, "section": papers.section,
}  # fmt: skip
