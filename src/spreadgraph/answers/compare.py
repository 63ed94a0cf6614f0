"""Sets innovation beside improvement: each factor and characteristic with its claims under either framing."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from spreadgraph.answers.evidence import Result
from spreadgraph.answers.rows import distinct, grouped, rows
from spreadgraph.answers.trace import trace_claims
from spreadgraph.errors import NotFoundError
from spreadgraph.graph.store import Store

INNOVATION, IMPROVEMENT = "innovation", "improvement"


@dataclass(frozen=True)
class Comparison:
    """One element; ``sort`` is factor or characteristic. ``shared`` claims hold for both framings, others for one."""

    element: str
    sort: str
    name: str
    definition: str | None
    shared: tuple[Result, ...]
    innovation: tuple[Result, ...]
    improvement: tuple[Result, ...]


def compare(store: Store, wanted: str | None = None, graph: str | None = None) -> tuple[Comparison, ...]:
    """Return the comparisons, factors first, in the paper's own order.

    With ``wanted``, those in whose name it stands; with the ``graph`` of a paper, those of that paper only.
    Raises NotFoundError that names the nearest elements where ``wanted`` fits none.
    """
    found = rows(store, "trace/elements", **({"paper": [graph]} if graph else {}))
    names = {row["element"]: row["name"] for row in found}
    kept = chosen(names, wanted) if wanted else set(names)
    found = [row for row in found if row["element"] in kept]
    traced = {result.claim.id: result for result in trace_claims(store, distinct(found, "claim")).results}
    return tuple(
        _comparison(group[0], [traced[row["claim"]] for row in group]) for group in grouped(found, "element").values()
    )


def _comparison(row: dict[str, str], results: list[Result]) -> Comparison:
    def framed(*framings: str) -> tuple[Result, ...]:
        return tuple(result for result in results if set(result.claim.framings) == set(framings))

    return Comparison(
        row["element"], row["sort"], row["name"], row["definition"],
        framed(INNOVATION, IMPROVEMENT) + framed(), framed(INNOVATION), framed(IMPROVEMENT),
    )  # fmt: skip


def chosen(names: dict[str, str], wanted: str) -> set[str]:
    """Return the elements (IRI -> name) that ``wanted`` names; raises NotFoundError with the nearest where none is."""
    key = wanted.lower().replace("-", " ").strip()
    kept = {iri for iri, name in names.items() if key in name.lower().replace("-", " ") or iri.endswith(f"/{wanted}")}
    if not kept:
        near = get_close_matches(key, [name.lower() for name in names.values()], n=3, cutoff=0.4)
        advice = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(names.values())}"
        raise NotFoundError(f"no factor or characteristic is called {wanted!r}; {advice}")
    return kept
