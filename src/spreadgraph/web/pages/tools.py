"""The explorer, the comparison, the audit and what would be lost, each for one paper at a time."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers import whatif
from spreadgraph.answers.audit import audit
from spreadgraph.answers.compare import compare
from spreadgraph.answers.rows import distinct, rows
from spreadgraph.graph.store import LocalStore
from spreadgraph.views import audit as audit_views
from spreadgraph.views import comparisons, explorer
from spreadgraph.views import whatif as whatif_views
from spreadgraph.web.html import html
from spreadgraph.web.pages.answering import Made, NotHereError, Page, answer, in_plain_words
from spreadgraph.web.pages.choosing import Choice, choice, with_claims
from spreadgraph.web.pages.forms import parted
from spreadgraph.web.pages.shelf import kept_alone
from spreadgraph.web.services import services

_MOST_TAKEN = 200
_READ = "Papers held here that people have read"


def routes() -> list[BaseRoute]:
    """Return the routes of the tools."""
    pages = {"compare": the_comparison, "audit": the_audit, "what-if": the_loss}
    return [
        Route("/explorer", in_plain_words(kept_alone(the_explorer))),
        *(
            Route(f"/{name}{suffix}", in_plain_words(kept_alone(page)))
            for name, page in pages.items()
            for suffix in ("", ".json", ".md")
        ),
    ]


def _called(chosen: Choice) -> str:
    return str(chosen.details["name"] or chosen.details["title"] or chosen.slug)


def _paper(request: Request) -> str:
    return request.query_params.get("paper", "").strip()


async def the_explorer(request: Request) -> Response:
    """Show the map of a paper's claims and sources."""
    style, *scripts = explorer.runnable()
    text = await services(request).read(_map, _paper(request))
    return html(text, scripts=scripts, styles=(style,))


def _map(store: LocalStore, paper: str) -> str:
    chosen = choice(store, paper)
    claims = distinct(rows(store, "pages/claims", paper=[chosen.graph]), "claim")
    if not claims:
        others = with_claims(chosen, "/explorer")
        raise NotHereError(
            f"nobody has curated claims of {_called(chosen)} yet, so that there is no map of them", others, _READ
        )
    return explorer.explorer(store, claims, home="/")


async def the_comparison(request: Request) -> Response:
    """Set innovation beside improvement."""
    wanted = request.query_params.get("element", "").strip()
    return await answer(request, _comparison, parted(request.url.path)[1], _paper(request), wanted)


def _comparison(store: LocalStore, paper: str, wanted: str) -> Made:
    chosen = choice(store, paper)
    found = compare(store, None, chosen.graph)
    shown = compare(store, wanted, chosen.graph) if wanted else found
    values = {"chosen": chosen, "found": found, "shown": shown, "wanted": wanted, "titles": comparisons.TITLES,
              "several": sum(each.claims > 0 for each in chosen.offered) > 1}  # fmt: skip
    writers = {"json": partial(comparisons.as_json, shown), "md": partial(comparisons.as_markdown, shown)}
    return Page("compare.html", "Innovation beside improvement", values, writers, name="/compare")


async def the_audit(request: Request) -> Response:
    """Show what a critical reader would ask about a paper."""
    return await answer(request, _audit, parted(request.url.path)[1], _paper(request))


def _audit(store: LocalStore, paper: str) -> Made:
    chosen = choice(store, paper)
    checks = audit(store, [chosen.document])
    values = {"chosen": chosen, "checks": checks, "sorts": audit_views.SORTS, "most": _MOST_TAKEN}
    writers = {"json": partial(audit_views.as_json, checks), "md": partial(audit_views.as_markdown, checks)}
    return Page("audit.html", "Audit", values, writers, name="/audit")


async def the_loss(request: Request) -> Response:
    """Show what would lose its support without some sources, and what rests on each."""
    taken = request.query_params.getlist("without")[:_MOST_TAKEN]
    return await answer(request, _loss, parted(request.url.path)[1], _paper(request), taken)


def _loss(store: LocalStore, paper: str, taken: list[str]) -> Made:
    chosen = choice(store, paper)
    known = whatif.sources(store, chosen.graph)
    gone = [work for work in dict.fromkeys(taken) if work in known]
    found = whatif.what_if(store, known, gone, chosen.graph) if gone else None
    loads = whatif.ranking(store, known, chosen.graph)
    told = whatif_views.Answer(what_if=found, loads=() if found else loads)
    values = {"chosen": chosen, "loads": loads, "gone": gone, "found": found, "views": whatif_views,
              "unknown": len(taken) - len(gone), "read": any(load.claims for load in loads),
              "others": with_claims(chosen, "/what-if")}  # fmt: skip
    writers = {"json": partial(whatif_views.as_json, told), "md": partial(whatif_views.as_markdown, told)}
    return Page("what-if.html", "What if a source falls?", values, writers, name="/what-if")
