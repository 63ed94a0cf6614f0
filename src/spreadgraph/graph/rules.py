"""Turns the axioms of the ontology into SPARQL updates and applies them until nothing new follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from spreadgraph.errors import SpreadgraphError
from spreadgraph.terms import ONTOLOGY_GRAPH, OWL, RDF, RDFS, shorten

MAX_ROUNDS = 100
Term = NamedNode | BlankNode | Literal | Triple


Pattern = tuple[str, str, str]


@dataclass(frozen=True)
class Rule:
    """One axiom: where the patterns of ``body`` hold, ``head`` does. ``origin`` is the axiom in words.

    A pattern is subject, predicate and object, each a variable such as ``?x0`` or a term written as in N-Triples; the
    predicate is never a variable.
    """

    origin: str
    head: Pattern
    body: tuple[Pattern, ...]

    @property
    def update(self) -> str:
        """The rule as a SPARQL INSERT over the default graph."""
        return f"INSERT {{ {_text(self.head)} }} WHERE {{ {' '.join(map(_text, self.body))} }}"


def closure_updates(ontology: Store, graph: str = ONTOLOGY_GRAPH) -> list[Rule]:
    """Return one rule or more for each axiom in ``graph`` of the store ``ontology``, in a fixed order.

    Read are property chains of any length, inverse, equivalent, sub-, transitive and symmetric properties, and
    sub- and equivalent classes with named classes, intersections, unions, hasValue and someValuesFrom as condition,
    and named classes, intersections, hasValue and allValuesFrom as consequence.

    Domain and range are left out on purpose: as rules they would make a misplaced thing into what the property
    expects and so hide the mistake, where the shapes and the reasoner are to show it. So are keys and functional
    properties, which would merge things without asking.
    """
    axioms = _Axioms(ontology, NamedNode(graph))
    rules = {rule.update: rule for rule in axioms.rules()}
    return sorted(rules.values(), key=lambda rule: (rule.origin, rule.update))


def materialise(
    store: Store, sources: Sequence[str], target: str, rules: Sequence[Rule] | None = None
) -> dict[str, int]:
    """Write what follows from the graphs ``sources`` into the graph ``target``; return new triples by rule origin.

    What stands in a source already is not written again. ``rules`` are by default those of the ontology graph.
    The work is done in memory beside the store, since the rules then need not know graphs.
    """
    rules = closure_updates(store) if rules is None else rules
    scratch = Store()
    for name in (*sources, target):
        quads = store.quads_for_pattern(None, None, None, NamedNode(name))
        scratch.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    asserted = set(scratch)
    counts = _fixpoint(scratch, rules)
    new = (quad for quad in scratch if quad not in asserted)
    store.extend(Quad(quad.subject, quad.predicate, quad.object, NamedNode(target)) for quad in new)
    return counts


def _fixpoint(scratch: Store, rules: Sequence[Rule]) -> dict[str, int]:
    counts = dict.fromkeys((rule.origin for rule in rules), 0)
    size = len(scratch)
    for _ in range(MAX_ROUNDS):
        begin = size
        for rule in rules:
            scratch.update(rule.update)
            counts[rule.origin] += len(scratch) - size
            size = len(scratch)
        if size == begin:
            return counts
    raise SpreadgraphError(f"the rules do not come to an end in {MAX_ROUNDS} rounds; look for a loop in the ontology")


class _Axioms:
    """Reads axioms from one graph; a pattern is SPARQL text over variables such as ``?x0``."""

    def __init__(self, store: Store, graph: NamedNode | DefaultGraph) -> None:
        self._store = store
        self._graph = graph
        self._fresh = count(1)

    def rules(self) -> Iterator[Rule]:
        yield from self._chains()
        yield from self._inverses()
        yield from self._hierarchy()
        yield from self._kinds()
        yield from self._classes()

    # ------ properties

    def _chains(self) -> Iterator[Rule]:
        for whole, head in self._pairs(f"{OWL}propertyChainAxiom"):
            steps = self._list(head)
            body = [self._edge(step, f"?x{n}", f"?x{n + 1}") for n, step in enumerate(steps)]
            name = f"{self._name(whole)} from the chain {', '.join(map(self._name, steps))}"
            yield _rule(name, self._edge(whole, "?x0", f"?x{len(steps)}"), body)

    def _inverses(self) -> Iterator[Rule]:
        for left, right in self._pairs(f"{OWL}inverseOf"):
            if isinstance(left, NamedNode):
                yield from self._implied(left, right, "is the inverse of", "?y", "?x")
                yield from self._implied(right, left, "is the inverse of", "?y", "?x")

    def _hierarchy(self) -> Iterator[Rule]:
        for lower, upper in self._pairs(f"{RDFS}subPropertyOf"):
            yield from self._implied(lower, upper, "is a sub-property of")
        for left, right in self._pairs(f"{OWL}equivalentProperty"):
            yield from self._implied(left, right, "is the same property as")
            yield from self._implied(right, left, "is the same property as")
        for name in ("subClassOf", "subPropertyOf"):
            edge = NamedNode(RDFS + name)
            body = [_triple("?x", edge, "?y"), _triple("?y", edge, "?z")]
            yield _rule(f"rdfs:{name} is transitive", _triple("?x", edge, "?z"), body)

    def _kinds(self) -> Iterator[Rule]:
        for each in self._members(f"{OWL}SymmetricProperty"):
            yield from self._implied(each, each, "is symmetric with", "?y", "?x")
        for each in self._members(f"{OWL}TransitiveProperty"):
            body = [self._edge(each, "?x", "?y"), self._edge(each, "?y", "?z")]
            yield _rule(f"{self._name(each)} is transitive", self._edge(each, "?x", "?z"), body)

    def _implied(self, lower: Term, upper: Term, words: str, start: str = "?x", end: str = "?y") -> Iterator[Rule]:
        name = f"{self._name(lower)} {words} {self._name(upper)}"
        yield _rule(name, self._edge(upper, start, end), [self._edge(lower, "?x", "?y")])

    def _edge(self, step: Term, start: str, end: str) -> Pattern:
        inverse = self._value(step, f"{OWL}inverseOf") if isinstance(step, BlankNode) else None
        return _triple(end, inverse, start) if inverse else _triple(start, step, end)

    # ------ classes

    def _classes(self) -> Iterator[Rule]:
        for lower, upper in self._pairs(f"{RDFS}subClassOf"):
            yield from self._membership(lower, upper, "is a sub-class of")
        for left, right in self._pairs(f"{OWL}equivalentClass"):
            yield from self._membership(left, right, "is defined as")
            yield from self._membership(right, left, "defines")

    def _membership(self, lower: Term, upper: Term, words: str) -> Iterator[Rule]:
        name = f"{self._name(lower)} {words} {self._name(upper)}"
        for body in self._conditions(lower, "?x"):
            for head, more in self._consequences(upper, "?x"):
                yield _rule(name, head, [*body, *more])

    def _conditions(self, expression: Term, member: str) -> list[list[Pattern]]:
        """Return the alternative patterns that make ``member`` one of the class; none where OWL gives no rule."""
        if isinstance(expression, NamedNode):
            return [] if expression.value == f"{OWL}Thing" else [[_triple(member, NamedNode(f"{RDF}type"), expression)]]
        if parts := self._value(expression, f"{OWL}intersectionOf"):
            joined: list[list[Pattern]] = [[]]
            for part in self._list(parts):
                joined = [before + after for before in joined for after in self._conditions(part, member)]
            return joined
        if parts := self._value(expression, f"{OWL}unionOf"):
            return [pattern for part in self._list(parts) for pattern in self._conditions(part, member)]
        return self._restricted(expression, member)

    def _restricted(self, expression: Term, member: str) -> list[list[Pattern]]:
        step = self._value(expression, f"{OWL}onProperty")
        value = self._value(expression, f"{OWL}hasValue")
        filler = self._value(expression, f"{OWL}someValuesFrom")
        if step and value:
            return [[self._edge(step, member, str(value))]]
        if step and filler:
            other = f"?y{next(self._fresh)}"
            edge = self._edge(step, member, other)
            if filler == NamedNode(f"{OWL}Thing"):
                return [[edge]]
            return [[edge, *pattern] for pattern in self._conditions(filler, other)]
        return []

    def _consequences(self, expression: Term, member: str) -> Iterator[tuple[Pattern, list[Pattern]]]:
        """Yield what membership implies: the triple that follows, and any further condition it needs."""
        if isinstance(expression, NamedNode):
            yield _triple(member, NamedNode(f"{RDF}type"), expression), []
            return
        if parts := self._value(expression, f"{OWL}intersectionOf"):
            for part in self._list(parts):
                yield from self._consequences(part, member)
        step = self._value(expression, f"{OWL}onProperty")
        if step and (value := self._value(expression, f"{OWL}hasValue")):
            yield self._edge(step, member, str(value)), []
        if step and (filler := self._value(expression, f"{OWL}allValuesFrom")):
            other = f"?y{next(self._fresh)}"
            for head, more in self._consequences(filler, other):
                yield head, [self._edge(step, member, other), *more]

    # ------ reading the graph

    def _pairs(self, predicate: str) -> list[tuple[Term, Term]]:
        quads = self._store.quads_for_pattern(None, NamedNode(predicate), None, self._graph)
        return [(quad.subject, quad.object) for quad in quads]

    def _members(self, kind: str) -> list[Term]:
        quads = self._store.quads_for_pattern(None, NamedNode(f"{RDF}type"), NamedNode(kind), self._graph)
        return [quad.subject for quad in quads]

    def _value(self, subject: Term, predicate: str) -> Term | None:
        if isinstance(subject, Literal | Triple):
            return None
        quads = self._store.quads_for_pattern(subject, NamedNode(predicate), None, self._graph)
        return next((quad.object for quad in quads), None)

    def _list(self, head: Term | None) -> list[Term]:
        items = []
        while head and head != NamedNode(f"{RDF}nil"):
            if first := self._value(head, f"{RDF}first"):
                items.append(first)
            head = self._value(head, f"{RDF}rest")
        return items

    def _name(self, term: Term) -> str:
        """Return a class or property in words that do not change from run to run."""
        if isinstance(term, NamedNode):
            return shorten(term.value)
        if inverse := self._value(term, f"{OWL}inverseOf"):
            return f"the inverse of {self._name(inverse)}"
        for predicate, joint in ((f"{OWL}intersectionOf", " and "), (f"{OWL}unionOf", " or ")):
            if parts := self._value(term, predicate):
                return joint.join(self._name(part) for part in self._list(parts))
        step = self._value(term, f"{OWL}onProperty")
        for kind in ("hasValue", "someValuesFrom", "allValuesFrom"):
            if step and (filler := self._value(term, OWL + kind)):
                return f"({self._name(step)} {kind} {self._name(filler)})"
        return str(term) if isinstance(term, Literal) else "a class expression"


def _triple(subject: str, predicate: Term, value: Term | str) -> Pattern:
    return subject, str(predicate), str(value)


def _rule(origin: str, head: Pattern, body: Sequence[Pattern]) -> Rule:
    return Rule(origin, head, tuple(body))


def _text(pattern: Pattern) -> str:
    return f"{' '.join(pattern)} ."
