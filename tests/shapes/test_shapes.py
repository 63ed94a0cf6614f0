"""Every constraint of the shapes accepts the valid twin and refuses the invalid one, which is one edit away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import pyshacl
import pytest
from oxrdflib import OxigraphStore
from rdflib import RDF, SH, Graph, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.term import Node

from spreadgraph.resources import ontology_dir

HERE = Path(__file__).parent
SHAPES = Graph().parse(ontology_dir() / "shapes.ttl")
SURROUNDINGS = (HERE / "surroundings.ttl").read_text(encoding="utf-8")
VALID = sorted(HERE.glob("*/valid.ttl"))
INVALID = sorted(set(HERE.glob("*/*.ttl")) - set(VALID))
# What a constraint is called in a report; these four shape a constraint and are none themselves.
NO_CONSTRAINTS = {"path", "message", "severity", "prefixes"}
SHORT = {"select": "SPARQL"}


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def promised(path: Path) -> set[tuple[str, str]]:
    """Return the constraints and messages that the head of an invalid twin says it breaks."""
    return {
        (constraint, message)
        for constraints, message in re.findall(r"^# (?!Invalid)([\w, ]+): (.+)$", text(path), re.MULTILINE)
        for constraint in constraints.split(", ")
    }


def reported(turtle: str) -> set[tuple[str, str]]:
    """Return the constraints that a twin breaks in its surroundings, with their messages."""
    # In Oxigraph the queries of the shapes are parsed many times as fast as in rdflib.
    data = Graph(store=OxigraphStore(), identifier=DATASET_DEFAULT_GRAPH_ID).parse(data=SURROUNDINGS).parse(data=turtle)
    _, report, _ = pyshacl.validate(data, shacl_graph=SHAPES, inference="none")
    assert isinstance(report, Graph)
    return {
        (_component(report.value(result, SH.sourceConstraintComponent)), str(report.value(result, SH.resultMessage)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


def _component(iri: Node | None) -> str:
    return str(iri).removeprefix(str(SH)).removesuffix("ConstraintComponent")


def stated() -> Iterator[tuple[str, str]]:
    """Yield every constraint of the shapes file with its message."""
    for shape in SHAPES.subjects(RDF.type, SH.NodeShape):
        for part in (*SHAPES.objects(shape, SH.property), *SHAPES.objects(shape, SH.sparql)):
            for predicate in SHAPES.predicates(part):
                word = str(predicate).removeprefix(str(SH))
                if word not in NO_CONSTRAINTS:
                    yield SHORT.get(word, word[0].upper() + word[1:]), str(SHAPES.value(part, SH.message))


@pytest.mark.parametrize("path", VALID, ids=name)
def test_the_valid_twin_conforms_and_says_what_it_is(path: Path) -> None:
    assert re.match(r"# Valid: .+\.\n", text(path))
    assert reported(text(path)) == set()


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_the_invalid_twin_breaks_what_its_head_says(path: Path) -> None:
    assert promised(path)
    assert reported(text(path)) == promised(path)


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_the_invalid_twin_is_one_edit_away_and_says_why(path: Path) -> None:
    assert re.match(r"# Invalid: .+\.\n", text(path))
    valid, invalid = _statements(text(path.parent / "valid.ttl")), _statements(text(path))
    assert len([code for code in SequenceMatcher(None, valid, invalid).get_opcodes() if code[0] != "equal"]) == 1


def test_every_constraint_has_an_invalid_twin() -> None:
    promises = {promise for path in INVALID for promise in promised(path)}
    missing = [each for each in stated() if not any(_fits(each, promise) for promise in promises)]
    assert missing == []


def test_every_shape_has_a_valid_twin() -> None:
    targets = set(SHAPES.objects(None, SH.targetClass))
    focused = {kind for path in VALID for kind in Graph().parse(path).objects(_focus(path), RDF.type)}
    assert focused == targets


def test_no_two_shapes_share_a_message() -> None:
    parts = [*SHAPES.subject_objects(SH.property), *SHAPES.subject_objects(SH.sparql)]
    messages = [str(SHAPES.value(part, SH.message)) for _, part in parts]
    assert len(set(messages)) == len(messages)


def _statements(turtle: str) -> list[str]:
    return [line for line in turtle.splitlines() if not line.startswith(("#", "@"))]


def _focus(path: Path) -> URIRef:
    """Return the first thing that a twin describes."""
    first = next(line for line in _statements(text(path)) if line.startswith("<"))
    return URIRef("https://example.org/" + first[1 : first.index(">")])


def _fits(template: tuple[str, str], promise: tuple[str, str]) -> bool:
    """Whether a promise is that of a constraint whose message may hold a place for a value, such as {?number}."""
    pattern = ".+".join(re.escape(piece) for piece in re.split(r"\{\?\w+\}", template[1]))
    return template[0] == promise[0] and re.fullmatch(pattern, promise[1]) is not None
