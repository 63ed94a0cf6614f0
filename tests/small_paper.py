"""A small made-up paper in the curated form, for tests that need a whole one."""

from __future__ import annotations

SLUG = "smith-2025"
BASE = f"https://w3id.org/spreadgraph/id/{SLUG}/"
TEXT = """\
"@context":
- context.jsonld
- "@base": "https://w3id.org/spreadgraph/id/smith-2025/"
id: "https://doi.org/10.1234/small.1"
type: Document
title: "A small paper"
shortName: "Smith 2025"
authors: "Smith A"
year: 2025
doi: "10.1234/small.1"
page: "https://example.org/small"
documentType: journal-article
peerReview: reviewed
manifest:
  id: manifest
  type: Manifest
  passages: 2
  citations: 2
  references: 2
  claims: 3
  factors: 1
  characteristics: 0
sections:
- id: section/introduction
  type: Section
  label: "Introduction"
  order: 1
framework:
- id: framework
  type: Framework
  label: "One factor"
  elements:
  - id: factor/culture
    type: Factor
    label: "Culture"
    order: 1
passages:
- id: passage/introduction/1/1
  type: Passage
  locator: introduction/1/1
  order: 1
  section: section/introduction
  start: "Teams learn"
  letters: 40
  words: 9
  sha256: "0000000000000000000000000000000000000000000000000000000000000001"
  normalisation: sg-norm-1
  citations:
  - id: citation/1
    type: InTextCitation
    marker: "1"
    order: 1
    pointsTo: reference/1
    function: evidence
  claims:
  - id: claim/culture.teams-learn
    type: Claim
    order: 1
    paraphrase: "Teams may learn from one another."
    action: "Give teams room in which they may learn from one another."
    kind: tendency
    role: strategic
    framing: [innovation, improvement]
    element: factor/culture
    hedge: may
    cue: "may"
    basis: cited-work
    via: citation/1
- id: passage/introduction/1/2
  type: Passage
  locator: introduction/1/2
  order: 2
  section: section/introduction
  start: "Leaders listen"
  letters: 30
  words: 8
  sha256: "0000000000000000000000000000000000000000000000000000000000000002"
  normalisation: sg-norm-1
  citations:
  - id: citation/2
    type: InTextCitation
    marker: "2"
    order: 2
    pointsTo: reference/2
    function: evidence
  claims:
  - id: claim/culture.leaders-listen
    type: Claim
    order: 1
    paraphrase: "Leaders listen to the people they lead."
    kind: observation
    role: background
    element: factor/culture
    hedge: plain
    basis: uncited
    sharesWith: claim/culture.teams-learn
  - id: claim/culture.teams-ask
    type: Claim
    order: 2
    paraphrase: "Teams ask their leaders for time."
    kind: observation
    role: background
    element: factor/culture
    hedge: plain
    basis: cited-work
    via: citation/2
references:
- id: reference/1
  type: BibliographicReference
  number: 1
  printed: "Jones B. On leaders. 2020."
  work:
    id: "https://doi.org/10.1234/leaders"
    type: Document
    title: "On leaders"
    authors: "Jones B"
    documentType: report
    peerReview: unknown
- id: reference/2
  type: BibliographicReference
  number: 2
  printed: "Brown C. On teams. 2021."
  work:
    id: work/on-teams
    type: Document
    title: "On teams"
    authors: "Brown C"
    documentType: web-page
    peerReview: not-reviewed
notes:
- id: note/marker-1-means-2
  type: CurationNote
  label: "Marker 1 means reference 2"
  target: [citation/1, reference/1]
  kind: exchanged-reference
  confidence: high
  reasoning: "The sentence is about teams, and so is the second entry."
  proposesReference: reference/2
  date: "2026-11-23T00:00:00Z"
  by:
    id: agent/curator
    type: Agent
    label: "A curator"
"""


def changed(old: str, new: str) -> str:
    """Return the paper with the first ``old`` replaced by ``new``; a change that changes nothing is a mistake."""
    assert old in TEXT, old
    return TEXT.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    """Return the number of the first line of ``text`` that holds ``part``."""
    return text[: text.index(part)].count("\n") + 1
