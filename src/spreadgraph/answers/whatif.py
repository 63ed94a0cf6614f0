"""Takes sources away and says which claims, topics and advice lose all their support, some, or none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from spreadgraph.answers.evidence import UNTITLED, Result
from spreadgraph.answers.holdings import imported_uses_of, works_with_a_doi
from spreadgraph.answers.lookups import labels_of
from spreadgraph.answers.resolve import MOST, resolve
from spreadgraph.answers.retractions import Standing, read_notices
from spreadgraph.answers.rows import Row, distinct, grouped, rows
from spreadgraph.answers.search import search
from spreadgraph.answers.trace import trace_claims
from spreadgraph.errors import NotFoundError, UsageError
from spreadgraph.graph.store import Store
from spreadgraph.sources.doi import normal_doi
from spreadgraph.terms import bare_doi

NOT_REVIEWED, REVIEW_UNKNOWN = "not peer reviewed", "peer review unknown"
_POINTER = re.compile(r"\d+|10\.\d{4,9}/\S+|\S*[:/]\S*")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Source:
    """A cited work, with the entries that lead to it as (paper, number)."""

    work: str
    title: str
    authors: str
    organisations: tuple[str, ...]
    type: str | None
    review: str | None
    doi: str | None
    references: tuple[tuple[str, int], ...]

    @property
    def bonds(self) -> frozenset[str]:
        """What it may share with another source: its authors, one by one, and its organisations."""
        names = [name for name in self.authors.split(",") if name.strip().lower() not in {"et al.", "et al"}]
        return frozenset(" ".join(name.split()).casefold() for name in (*names, *self.organisations))


@dataclass(frozen=True)
class Loss:
    """What one claim, topic or side of a topic loses: sources ``gone`` and ``kept``, and how many are independent."""

    name: str
    gone: tuple[Source, ...]
    kept: tuple[Source, ...]

    @property
    def extent(self) -> str:
        """How much is lost: ``all``, ``some`` or ``none``."""
        return "none" if not self.gone else "some" if self.kept else "all"

    @property
    def independent(self) -> tuple[int, int]:
        """How many independent sources there were, and how many are left."""
        return independent((*self.gone, *self.kept)), independent(self.kept)


@dataclass(frozen=True)
class ClaimLoss:
    """A claim that loses support, with its trace, and the action that it gives to advice, if any."""

    result: Result
    action: str | None
    loss: Loss


@dataclass(frozen=True)
class TopicLoss:
    """A factor or characteristic (``sort``) that loses support, as a whole and on each side that loses some."""

    element: str
    sort: str
    loss: Loss
    sides: tuple[Loss, ...]


@dataclass(frozen=True)
class Citing:
    """Where imported papers cite a source: in ``papers`` of them with ``markers``; the first sentences as id and place.

    Nobody has read what these sentences claim, so that they lose nothing that could be named.
    """

    source: Source
    papers: int
    markers: int
    sentences: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WhatIf:
    """What happens without the sources ``taken``; ``untouched`` counts the cited claims that lose nothing."""

    taken: tuple[Source, ...]
    claims: tuple[ClaimLoss, ...]
    topics: tuple[TopicLoss, ...]
    untouched: tuple[str, ...]
    citing: tuple[Citing, ...] = ()


@dataclass(frozen=True)
class Load:
    """What rests on one source: the claims that cite it, and the claims and topics that have nothing else."""

    source: Source
    claims: tuple[str, ...]
    alone: tuple[str, ...]
    topics: tuple[str, ...]


def sources(store: Store, graph: str | None = None) -> dict[str, Source]:
    """Return the works cited by papers with claims, by IRI, in the order of the reference lists.

    What papers cite that were imported is left out: there may be hundreds of thousands, and no claim rests on them.
    With the ``graph`` of a paper, what that paper cites.
    """
    if graph:
        return _sources(store, **_within(graph))
    papers = distinct(rows(store, "what-if/with-claims"), "document")
    return _sources(store, document=papers) if papers else {}


def _within(graph: str | None) -> dict[str, list[str]]:
    return {"paper": [graph]} if graph else {}


def _sources(store: Store, **parameters: Sequence[str]) -> dict[str, Source]:
    found = rows(store, "what-if/sources", **parameters)
    # The query leaves the labels out: with them, it would read the types of all works of the library.
    labels = labels_of(store, [*distinct(found, "typeIri"), *distinct(found, "reviewIri")])
    return {work: _source(work, group, labels) for work, group in grouped(found, "work").items()}


def _source(work: str, group: list[Row], labels: Mapping[str, str]) -> Source:
    first = group[0]
    return Source(
        work, first["title"], first["authors"], distinct(group, "organisation"),
        labels.get(first["typeIri"]), labels.get(first["reviewIri"]), first["doi"],
        tuple(dict.fromkeys((row["name"] or "", row["number"]) for row in group)),
    )  # fmt: skip


def pick(store: Store, known: Mapping[str, Source], text: str) -> dict[str, Source]:
    """Return the works that ``text`` names: ``ref:20``, a number, a DOI, an id, or words of authors, title or body.

    Works that only imported papers cite are found too; of ``known`` those that papers with claims cite go first.
    Raises NotFoundError where no work fits, UsageError where the text names something that is no source.
    """
    if not _POINTER.fullmatch(text):
        return _by_words(store, known, text)
    meant = resolve(store, f"ref:{text}" if text.isdigit() else text)
    if not meant.references:
        raise UsageError(f"{text} is no source; name a reference such as ref:20, a DOI, or an author")
    return _of_references(store, known, meant.references)


def _of_references(store: Store, known: Mapping[str, Source], references: Sequence[str]) -> dict[str, Source]:
    found = _sources(store, reference=references)
    return {work: known.get(work, source) for work, source in found.items()}


def _by_words(store: Store, known: Mapping[str, Source], text: str) -> dict[str, Source]:
    wanted = {word.casefold() for word in _WORD.findall(text)}
    found = {work: source for work, source in known.items() if wanted and wanted <= _words(source)}
    if not found:
        hits = search(store, text, ["reference"])
        if not hits.hits or not hits.every_word:
            raise NotFoundError(f"no source has the words {text!r}; see them all with: spreadgraph what-if --ranking")
        found = _of_references(store, known, [hit.id for hit in hits.hits])
    return found


def _words(source: Source) -> set[str]:
    return {word.casefold() for word in _WORD.findall(" ".join([source.title, source.authors, *source.organisations]))}


def pick_by(known: Mapping[str, Source], key: str, wanted: str) -> tuple[str, ...]:
    """Return the works whose ``key`` (organisation, type or review) is ``wanted``.

    Raises NotFoundError that names what there is.
    """
    values = {work: _values(source, key) for work, source in known.items()}
    found = tuple(work for work, each in values.items() if wanted.casefold() in {value.casefold() for value in each})
    if not found:
        there = sorted({value for each in values.values() for value in each}, key=str.casefold)
        raise NotFoundError(f"no source has the {key} {wanted!r}; there are: {', '.join(there)}")
    return found


def _values(source: Source, key: str) -> tuple[str, ...]:
    if key == "organisation":
        return source.organisations
    value = source.type if key == "type" else source.review
    return (value,) if value else ()


def what_if(store: Store, known: Mapping[str, Source], taken: Collection[str], graph: str | None = None) -> WhatIf:
    """Return what is lost without the works ``taken`` (IRIs); ``known`` is what :func:`sources` returns.

    With the ``graph`` of a paper, what that paper loses; ``known`` then has to be that of the same paper.
    """
    found = rows(store, "what-if/support", **_within(graph))
    claims = grouped(found, "claim")
    hit = [claim for claim, group in claims.items() if set(distinct(group, "work")) & set(taken)]
    results = trace_claims(store, hit).results
    return WhatIf(
        tuple(source for work, source in known.items() if work in taken),
        tuple(_claim_loss(result, claims[result.claim.id], known, taken) for result in results),
        tuple(topic for topic in _topics(found, known, taken) if topic.loss.gone),
        tuple(claim for claim in claims if claim not in set(hit)),
        _citing(store, [known[work] for work in known if work in taken]),
    )  # fmt: skip


def _citing(store: Store, taken: Sequence[Source]) -> tuple[Citing, ...]:
    """Return where imported papers cite the sources taken away, with the first sentences in all."""
    uses = imported_uses_of(store, [source.work for source in taken])
    if not uses:
        return ()
    found = grouped(rows(store, "what-if/citing", MOST, work=list(uses)), "work")
    return tuple(
        Citing(
            source, *uses[source.work],
            tuple((row["passage"], f"{row['name'] or ''} {row['locator']}: {row['start']} \u2026".strip())
                  for row in found.get(source.work, ())),
        )
        for source in taken if source.work in uses
    )  # fmt: skip


def _claim_loss(result: Result, group: list[Row], known: Mapping[str, Source], taken: Collection[str]) -> ClaimLoss:
    return ClaimLoss(result, group[0]["action"], _loss(result.claim.text, group, known, taken))


def _topics(found: Sequence[Row], known: Mapping[str, Source], taken: Collection[str]) -> list[TopicLoss]:
    groups = grouped([row for row in found if row["element"]], "element").values()
    ordered = sorted(groups, key=lambda group: (group[0]["sort"] != "factor", group[0]["elementOrder"]))
    return [_topic(group, known, taken) for group in ordered]


def _topic(group: list[Row], known: Mapping[str, Source], taken: Collection[str]) -> TopicLoss:
    first = group[0]
    claims = grouped(group, "claim").values()
    one_sided = [row for same in claims if len(distinct(same, "framing")) == 1 for row in same]
    sides = [_loss(framing, same, known, taken) for framing, same in grouped(one_sided, "framing").items() if framing]
    whole = _loss(first["elementName"], group, known, taken)
    return TopicLoss(first["element"], first["sort"], whole, tuple(side for side in sides if side.gone))


def _loss(name: str, group: Iterable[Row], known: Mapping[str, Source], taken: Collection[str]) -> Loss:
    works = dict.fromkeys(row["work"] for row in group)
    gone = tuple(known[work] for work in works if work in taken)
    return Loss(name, gone, tuple(known[work] for work in works if work not in taken))


def standings(store: Store, known: Mapping[str, Source], path: Path | str) -> tuple[Standing, ...]:
    """Return what a list of retractions says of the papers held, first, of every source, and of all other works cited.

    Of works that only imported papers cite, those in the list are returned and no others: there may be very many.
    Raises what :func:`spreadgraph.answers.retractions.read_notices` raises.
    """
    papers = [(row["work"], row["title"], row["doi"]) for row in rows(store, "what-if/papers")]
    works = [*papers, *((source.work, source.title, source.doi) for source in known.values())]
    seen = {work for work, _, _ in works}
    others = [
        (work, title or UNTITLED, bare_doi(work))
        for work, title in works_with_a_doi(store) if work not in seen
    ]  # fmt: skip
    notices = read_notices(path, [doi for _, _, doi in (*works, *others) if doi])
    listed = [each for each in others if notices.get(normal_doi(each[2]))]
    return tuple(
        Standing(work, title, doi, notices.get(normal_doi(doi or ""), ())) for work, title, doi in (*works, *listed)
    )


def cited(store: Store, known: Mapping[str, Source], works: Sequence[str]) -> dict[str, Source]:
    """Return these works (IRIs) as sources; those not ``known`` as one paper that cites them describes them."""
    new = [work for work in dict.fromkeys(works) if work not in known]
    references = [row["reference"] for work in new for row in rows(store, "trace/references-to", 1, work=[work])]
    described = _of_references(store, known, references) if references else {}
    return {work: known.get(work) or described[work] for work in works if work in known or work in described}


def ranking(store: Store, known: Mapping[str, Source], graph: str | None = None) -> tuple[Load, ...]:
    """Return what rests on each source, those first without which most topics, then most claims, have nothing left.

    With the ``graph`` of a paper, what of that paper does.
    """
    found = rows(store, "what-if/support", **_within(graph))
    by_claim = {claim: distinct(group, "work") for claim, group in grouped(found, "claim").items()}
    about = grouped([row for row in found if row["element"]], "element").values()
    topics = [(group[0]["elementName"], distinct(group, "work")) for group in about]
    loads = [
        Load(
            source,
            tuple(claim for claim, works in by_claim.items() if work in works),
            tuple(claim for claim, works in by_claim.items() if works == (work,)),
            tuple(name for name, works in topics if works == (work,)),
        )
        for work, source in known.items()
    ]
    return tuple(sorted(loads, key=lambda load: (-len(load.topics), -len(load.alone), -len(load.claims))))


def independent(works: Sequence[Source]) -> int:
    """Count sources that have nothing to do with one another: no author and no organisation in common.

    Two that are linked by a third count as one with it.
    """
    groups: list[frozenset[str]] = []
    # Two people of one name count as one: that errs towards fewer independent sources, never towards more.
    for source in works:
        linked = [group for group in groups if group & source.bonds]
        groups = [group for group in groups if group not in linked]
        groups.append(frozenset().union(source.bonds, *linked))
    return len(groups)
