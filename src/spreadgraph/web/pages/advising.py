"""Advice as a page: the questions as a form, the steps as cards; what is answered is sent once and stored nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from spreadgraph.answers import things
from spreadgraph.answers.advise import advise
from spreadgraph.answers.profile import (
    NOT_APPLICABLE,
    UNSURE,
    Answer,
    Profile,
    Question,
    as_yaml,
    parse_profile,
    questions,
)
from spreadgraph.answers.rows import distinct, rows
from spreadgraph.errors import NotFoundError, SourceError
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import DATA
from spreadgraph.views import advice as views
from spreadgraph.web.pages.answering import Made, NotHereError, Page, answer, in_plain_words
from spreadgraph.web.pages.choosing import Choice, by_name, choice
from spreadgraph.web.problems import ProblemError
from spreadgraph.web.services import services

_MOST_FIELDS = 2000
_LONGEST = 2000
_NEAR = 20
_UNNAMED = "What you want to spread"
Fields = dict[str, list[str]]


def routes() -> list[BaseRoute]:
    """Return the routes of advice."""
    return [Route("/advise", the_advice, methods=["GET", "POST"])]


@in_plain_words
async def the_advice(request: Request) -> Response:
    """Ask about an intervention, or give the advice for what was answered."""
    if request.method != "POST":
        return await answer(request, _form, "html", request.query_params.get("paper", "").strip())
    fields = await _fields(request)
    paper = _one(fields, "paper")
    form = _one(fields, "format") or "html"
    if "again" in fields or "load" in fields:
        response = await answer(request, _filled, "html", paper, fields)
    else:
        response = await answer(request, _advice, None, paper, fields, form)
    # Neither the browser nor anything between keeps what somebody told about their own service.
    response.headers["Cache-Control"] = "no-store"
    if form != "html" and "Content-Disposition" in response.headers:
        suffix = "html" if form == "page" else form
        response.headers["Content-Disposition"] = f'attachment; filename="plan-cards.{suffix}"'
    return response


async def _fields(request: Request) -> Fields:
    """Return the fields of the form; raises ProblemError where the body is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise ProblemError(415, "content-type", "send the answers as a form does")
    body = await request.body()
    return await services(request).apart(lambda: _parted(body))


def _parted(body: bytes) -> Fields:
    fields: Fields = {}
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except (UnicodeDecodeError, ValueError):
        raise ProblemError(400, "bad-form", "the form is not well-formed") from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return fields


def _one(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return fields.get(name, [""])[-1].strip()


def _form(store: LocalStore, paper: str) -> Made:
    page = _asking(*_asked(store, paper), Profile(""))
    return replace(page, values={**page.values, "apart": False})


def _filled(store: LocalStore, paper: str, fields: Fields) -> Made:
    """Return the form with what was answered before, or with a profile that was kept in a file."""
    chosen, asked = _asked(store, paper)
    if "load" not in fields:
        return _asking(chosen, asked, _profile(asked, fields))
    text = fields.get("profile", [""])[-1]
    try:
        return _asking(chosen, asked, parse_profile(text, asked, "your profile"))
    except SourceError as error:
        return _asking(chosen, asked, Profile(""), str(error).splitlines(), text)


def _asked(store: LocalStore, paper: str) -> tuple[Choice, tuple[Question, ...]]:
    """Return the paper and its questions: the paper named, or the first with claims that asks anything."""
    chosen = choice(store, paper)
    for slug in dict.fromkeys([chosen.slug] if paper else [chosen.slug, *(each.slug for each in chosen.offered[:20])]):
        candidate = choice(store, slug)
        try:
            return candidate, questions(store, candidate.document)
        except NotFoundError:
            continue
    asking = [row["slug"] for row in rows(store, "advise/paper", document=_with_questions(store))]
    held = ((slug, things.paper_details(store, slug)) for slug in asking[:_NEAR])
    near = by_name(((each["name"] or each["title"], slug) for slug, each in held if each), "/advise")
    if near:
        name = chosen.details["name"] or chosen.details["title"] or slug
        told = f"{name} sets no characteristics side by side, so that it asks and advises nothing"
        raise NotHereError(told, near, "Papers held here that do")
    raise NotFoundError("advice needs a paper whose characteristics people have set side by side; none is held here")


def _with_questions(store: LocalStore) -> list[str]:
    """Return the papers (their IRIs) that ask anything; an id that is none's where there are none."""
    return list(distinct(rows(store, "advise/questions"), "document")) or [DATA]


def _asking(
    chosen: Choice, asked: Sequence[Question], profile: Profile, faults: Sequence[str] = (), loaded: str = ""
) -> Page:
    """Return the page with the form, filled with ``profile``; ``faults`` are those of the text that was ``loaded``.

    It was posted, so that a browser that left it could not come back to it: what leads away opens ``apart``.
    """
    torn = _torn(asked, profile)
    if profile.intervention == _UNNAMED:
        profile = replace(profile, intervention="")
    values = {"chosen": chosen, "asked_about": asked, "profile": profile, "faults": faults, "loaded": loaded,
              "not_applicable": NOT_APPLICABLE, "torn": torn, "apart": True}  # fmt: skip
    title = "Advice for what you want to spread"
    return Page("advise.html", title, values, name="/advise", status=400 if torn or faults else 200, form="html")


def _torn(asked: Sequence[Question], profile: Profile) -> list[Question]:
    """Return the questions of which one thing is ticked, and that nothing bears on it."""
    answers = [(question, profile.answer(question)) for question in asked]
    return [question for question, given in answers if given.ticked and given.word == NOT_APPLICABLE]


def _advice(store: LocalStore, paper: str, fields: Fields, form: str) -> Made:
    chosen, asked = _asked(store, paper)
    profile = _profile(asked, fields)
    if _torn(asked, profile):
        return _asking(chosen, asked, profile)
    found = advise(store, chosen.document, profile)
    kept = [(name, value) for name, given in fields.items() if name != "format" for value in given]
    sections = views.sections(found)
    values: dict[str, Any] = {
        "advice": found, "sections": sections, "standing": views.standing_in_words(found.standing),
        "ours": views.OURS, "no_total": views.NO_TOTAL, "views": views, "kept": kept, "chosen": chosen, "apart": True,
        "steps": _steps, "total": sum(_steps(section.parts) for section in sections), "unsure": UNSURE,
        # A note to what nothing was ticked for is shown too.
        "answered": [each for each in found.characteristics if each.lean != UNSURE or each.answer.note],
        "open": [each for each in found.characteristics if each.lean == UNSURE and not each.answer.note],
    }  # fmt: skip
    writers = {
        "md": partial(views.as_markdown, found), "json": partial(views.as_json, found),
        "page": partial(views.as_html, found), "yaml": partial(as_yaml, profile, asked),
    }  # fmt: skip
    title = f"Plan cards: {found.intervention}"
    return Page("advice.html", title, values, writers, name="plan-cards", form=form)


def _steps(parts: Sequence[views.Part]) -> int:
    """Return how many steps some topics have, those that are folded away included."""
    return sum(len(side.cards) + side.more for part in parts for side in part.sides)


def _profile(asked: Sequence[Question], fields: Fields) -> Profile:
    """Return the profile that a form holds; what fits no question is left out."""
    name = _one(fields, "intervention")[:200] or _UNNAMED
    return Profile(name, {question.key: _answer(question, fields) for question in asked})


def _answer(question: Question, fields: Fields) -> Answer:
    given = set(fields.get(f"sign.{question.key}", ()))
    ticked = tuple(sign for sign in question.signs if sign.claim in given)
    note = " ".join(_one(fields, f"note.{question.key}").split())[:_LONGEST]
    word = NOT_APPLICABLE if _one(fields, f"none.{question.key}") else UNSURE
    return Answer(ticked, word, note)
