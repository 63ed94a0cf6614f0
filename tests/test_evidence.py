"""Checks the curated Bevan et al. 2024: by itself, and word by word against a reader's own copy where there is one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bevan_copy import SUPERSCRIPTS, sentences
from spreadgraph.text import letters, numbers, sentence_sha256, without_markers

Node = dict[str, Any]

ROOT = Path(__file__).resolve().parents[1]
COPY = ROOT.parent / "shared" / "paper" / "bevan-2024.txt"
PAPER: Node = yaml.safe_load((ROOT / "ontology" / "evidence" / "bevan-2024.yamlld").read_text(encoding="utf-8"))
PASSAGES: list[Node] = PAPER["passages"]
CLAIMS: list[Node] = [claim for passage in PASSAGES for claim in passage.get("claims", [])]
CITATIONS: list[Node] = [citation for passage in PASSAGES for citation in passage.get("citations", [])]
ELEMENTS: list[Node] = PAPER["framework"][0]["elements"]

LINKS = (
    *("section", "element", "intervention", "framedBy", "pointsTo", "via", "basisStatedIn"),
    *("contrastsWith", "sharesWith", "target", "proposesReference"),
)
# How a paraphrase says each hedge: one of these words stands in it.
SAID = {
    "may": "may",
    "might": "might",
    "can": "can",
    "could": "could",
    "potential": "potential",
    "more-likely": "more likely",
    "likely": "likely",
    "often": "often",
    "typically": "typically",
    "usually": "usually",
    "sometimes": "sometimes",
    "not-always": "not always",
    "most": "most",
    "some": "some",
    "not-every": "not every",
    "view": "authors' view|authors believe|hope",
    "seen-as": "see|seen",
    "should": "should",
    "important": "important|key|critical|crucial",
    "requires": r"requir\w*|needs?",
}
HEDGE_WORDS = re.compile(
    r"\b(may|might|could|likely|often|typically|usually|sometimes|should|requir\w*|need\w*|key|importan\w*"
    r"|crucial|critical|most|not every|not always|can)\b",
    re.IGNORECASE,
)
# Hedge words that limit no claim of their sentence, each with the reason.
NO_HEDGE = {
    ("introduction/1/1", "need"): "people in need, no demand",
    ("commonality/culture-and-leadership/3", "can"): "the ability of those who help",
    ("commonality/system-cohesion/2", "should"): "part of the question that is decided, not of the advice",
    ("divergence/2/1", "requirements"): "a noun: what has to be known to give the drug",
    ("divergence/2/4", "can"): "the ability of the clinical leader",
    ("divergence/3/1", "needing"): "people in need of care",
    ("table1/complexity/innovation/1", "can"): "what being simple or complicated means",
    ("table1/the-innovator/improvement/4", "most"): "a superlative",
    ("table1/real-world-evaluation/innovation/2", "Requirements"): "a noun: what regulators ask for",
    ("conclusions/2/4", "need"): "a noun: the need of practitioners",
}
PLAIN_DIGITS = str.maketrans(SUPERSCRIPTS, "1230456789")
LONGEST_RUN = 5
ANCHORS = ("start", "end", "prefix")  # verbatim on purpose, and bounded by the shapes
OFFICIAL_NAMES = ("Bevan H, Ketley D, Cawthorne R",)  # the paper's own author list, printed in its box on citing


@pytest.fixture(scope="module")
def copy() -> str:
    """Return the text of the paper, which is not part of the project."""
    if not COPY.exists():
        pytest.skip(f"no reader's copy of the paper at ../{COPY.relative_to(ROOT.parent)}")
    return COPY.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def printed(copy: str) -> dict[str, str]:
    """Return every sentence of the body by its locator."""
    return sentences(copy)


def test_manifest_counts_what_the_file_holds() -> None:
    manifest = {key: value for key, value in PAPER["manifest"].items() if key not in ("id", "type")}
    types = Counter(element["type"] for element in ELEMENTS)
    assert manifest == {
        "passages": len(PASSAGES),
        "citations": len(CITATIONS),
        "references": len(PAPER["references"]),
        "claims": len(CLAIMS),
        "factors": types["Factor"],
        "characteristics": types["Characteristic"],
    }


def test_ids_are_unique() -> None:
    ids = Counter(node["id"] for node in _nodes(PAPER) if "type" in node)
    assert [id_ for id_, count in ids.items() if count > 1] == []


def test_everything_is_numbered_in_reading_order() -> None:
    assert [passage["order"] for passage in PASSAGES] == list(range(1, len(PASSAGES) + 1))
    assert [citation["order"] for citation in CITATIONS] == list(range(1, len(CITATIONS) + 1))
    assert [reference["number"] for reference in PAPER["references"]] == list(range(1, len(PAPER["references"]) + 1))
    for passage in PASSAGES:
        claims = passage.get("claims", [])
        assert [claim["order"] for claim in claims] == list(range(1, len(claims) + 1)), passage["id"]


def test_every_passage_states_something_or_says_why_not() -> None:
    assert [passage["id"] for passage in PASSAGES if ("claims" in passage) == ("discourse" in passage)] == []


def test_a_claim_has_a_cue_exactly_when_it_is_hedged() -> None:
    plain = {claim["id"] for claim in CLAIMS if _list(claim["hedge"]) == ["plain"]}
    assert [claim["id"] for claim in CLAIMS if "plain" in _list(claim["hedge"]) and claim["id"] not in plain] == []
    assert [claim["id"] for claim in CLAIMS if (claim["id"] in plain) == bool(claim.get("cue"))] == []


def test_a_paraphrase_says_every_hedge_of_its_claim() -> None:
    unsaid = [
        f"{claim['id']}: say {hedge}"
        for claim in CLAIMS
        for hedge in _list(claim["hedge"])
        if hedge != "plain" and not re.search(rf"\b(?:{SAID[hedge]})\b", claim["paraphrase"], re.IGNORECASE)
    ]
    assert unsaid == []


def test_paraphrases_are_short_distinct_and_never_say_must() -> None:
    texts = [claim["paraphrase"] for claim in CLAIMS]
    assert [text for text in texts if not 15 <= len(text) <= 300] == []
    assert [text for text, count in Counter(texts).items() if count > 1] == []
    assert [text for text in texts if re.search(r"\bmust\b", text)] == []


def test_a_claim_rests_on_markers_of_its_own_sentence_only() -> None:
    for passage in PASSAGES:
        here = {citation["id"] for citation in passage.get("citations", [])}
        for claim in passage.get("claims", []):
            via = set(_list(claim.get("via", [])))
            assert via <= here, f"{claim['id']}: {via - here} is printed elsewhere"
            assert bool(via) == (claim["basis"] == "cited-work"), f"{claim['id']}: basis and via disagree"


def test_links_inside_the_file_lead_somewhere() -> None:
    ids = {node["id"] for node in _nodes(PAPER) if "type" in node}
    links = [link for node in _nodes(PAPER) for key in LINKS for link in _list(node.get(key, []))]
    assert [link for link in links if link not in ids] == []


def test_passages_are_the_sentences_of_the_body(printed: dict[str, str]) -> None:
    assert len(printed) == 111
    assert sorted(passage["locator"] for passage in PASSAGES) == sorted(printed)


def test_hashes_and_counts_are_those_of_the_sentences(printed: dict[str, str]) -> None:
    wrong = []
    for passage in PASSAGES:
        sentence = printed[passage["locator"]]
        expected = {
            "sha256": sentence_sha256(sentence),
            "letters": len(letters(sentence)),
            "words": len(re.findall(r"[^\W_]+", without_markers(sentence))),
            "numbers": numbers(sentence),
        }
        wrong += [f"{passage['id']}: write {k}: {v}" for k, v in expected.items() if passage.get(k, "") != v]
    assert wrong == []


def test_anchors_are_verbatim_and_clear_of_markers(printed: dict[str, str]) -> None:
    before = dict(zip(list(printed)[1:], printed.values(), strict=False))
    for passage in PASSAGES:
        locator, start, end = passage["locator"], passage["start"], passage.get("end")
        sentence = printed[locator]
        assert re.match(rf"{re.escape(start)}\b(?! ?[{SUPERSCRIPTS}])", sentence), f"{locator}: start"
        if end:
            rest = sentence[len(start) :]
            assert re.search(rf"\b{re.escape(end)}\b(?! ?[{SUPERSCRIPTS}])", rest), f"{locator}: end"
        if "prefix" in passage:
            assert before[locator].rstrip(" .:").endswith(passage["prefix"]), f"{locator}: prefix"


def test_citations_are_the_markers_of_their_sentence(printed: dict[str, str]) -> None:
    for passage in PASSAGES:
        sentence = printed[passage["locator"]]
        citations = passage.get("citations", [])
        markers = [str(_number(marker)) for marker in re.findall(f"[{SUPERSCRIPTS}]+", sentence)]
        assert [citation["marker"] for citation in citations] == markers, passage["locator"]
        for citation in citations:
            term = citation.get("attachedTo", "")
            followed = [_number(m) for m in re.findall(rf"{re.escape(term)}\W*?([{SUPERSCRIPTS}]+)", sentence)]
            assert int(citation["marker"]) in followed, f"{citation['id']} does not follow {term!r}"


def test_cues_are_words_of_their_sentence(printed: dict[str, str]) -> None:
    foreign = [
        f"{claim['id']}: {cue!r} is not in the sentence"
        for passage in PASSAGES
        for claim in passage.get("claims", [])
        for cue in claim.get("cue", [])
        if not _spans(cue, printed[passage["locator"]])
    ]
    assert foreign == []


def test_no_hedge_word_of_a_sentence_is_lost(printed: dict[str, str]) -> None:
    uncovered = {found for passage in PASSAGES for found in _uncovered(passage, printed[passage["locator"]])}
    assert uncovered - set(NO_HEDGE) == set(), "give these words as hedge and cue of the claim they limit"
    assert set(NO_HEDGE) - uncovered == set(), "these exceptions are needed no more"


def test_nothing_is_copied_from_the_paper(copy: str, printed: dict[str, str]) -> None:
    body = copy[copy.index("ABSTRACT") : copy.index("X Helen Bevan")]
    runs = set(_runs(body)) | set(_runs(" ".join(printed.values())))
    runs -= {run for name in OFFICIAL_NAMES for run in _runs(name)}
    copied = [f"{where}: {' '.join(run)}" for where, text in _texts(PAPER) for run in _runs(text) if run in runs]
    assert copied == []


def test_references_stand_as_printed(copy: str) -> None:
    assert [reference["printed"] for reference in PAPER["references"]] == _reference_list(copy)


def test_a_corrected_detail_is_printed_where_the_note_says(printed: dict[str, str]) -> None:
    text = {reference["id"]: reference["printed"] for reference in PAPER["references"]}
    text |= {passage["id"]: printed[passage["locator"]] for passage in PASSAGES}
    for note in PAPER["notes"]:
        here = " ".join(text.get(target, "") for target in _list(note["target"]))
        assert [value for value in note.get("printedValue", []) if value not in here] == [], note["id"]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _nodes(child)


def _texts(paper: Node) -> Iterator[tuple[str, str]]:
    for node in _nodes(paper):
        for key, value in node.items():
            texts = [text for text in _list(value) if isinstance(text, str) and key not in ANCHORS]
            yield from ((f"{node.get('id')} {key}", text) for text in texts)


def _runs(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.casefold())
    return [tuple(words[at : at + LONGEST_RUN + 1]) for at in range(len(words) - LONGEST_RUN)]


def _spans(words: str, sentence: str) -> list[tuple[int, int]]:
    return [found.span() for found in re.finditer(rf"\b{re.escape(words)}\b", sentence)]


def _uncovered(passage: Node, sentence: str) -> list[tuple[str, str]]:
    """Return (locator, word) for the hedge words of ``sentence`` that no cue of a claim there covers."""
    claims = passage.get("claims", [])
    cued = [span for claim in claims for cue in claim.get("cue", []) for span in _spans(cue, sentence)]
    found = HEDGE_WORDS.finditer(sentence) if claims else ()
    return [
        (passage["locator"], word[0])
        for word in found
        if not any(start <= word.start() and word.end() <= end for start, end in cued)
    ]


def _number(marker: str) -> int:
    return int(marker.translate(PLAIN_DIGITS))


def _reference_list(copy: str) -> list[str]:
    """Return the printed entries, with a line break inside an address healed and bullets and numbers taken off."""
    text = copy.split("\nREFERENCES\n")[1].replace("*", "")
    healed = re.sub(r"(?<=[a-z]-)>?\s+- (?=[a-z])", "", text)
    lines = [re.sub(r"^ *- (?:\d+ )?|[<>]", "", line).strip() for line in healed.splitlines()]
    return [line for line in lines if line]
