"""What follows from one paper: the rules of the ontology applied to its triples alone, in memory and at once.

The same rules as SPARQL updates (``rules.materialise``) say what they mean and close the ontology; on a paper they cost
a query each and round, so that a library of thousands would take hours. Here each new triple meets only the rules that
ask for it. A test holds the two to the same answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from spreadgraph.graph.rules import Pattern, Rule

Triple = tuple[str, str, str]


class Facts:
    """Triples of terms written as in N-Triples, found by predicate with subject, with object, or alone.

    ``under`` are facts to look up as well, such as those of the ontology; they are shared and not changed.
    """

    def __init__(self, triples: Iterable[Triple] = (), under: Facts | None = None) -> None:
        self._all: dict[Triple, None] = {}
        self._objects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._under = under
        for triple in triples:
            self.add(triple)

    def __contains__(self, triple: Triple) -> bool:
        return triple in self._all or (self._under is not None and triple in self._under)

    def __iter__(self) -> Iterator[Triple]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def add(self, triple: Triple) -> bool:
        """Add a triple; return whether it is new, here and underneath."""
        if triple in self:
            return False
        subject, predicate, value = triple
        self._all[triple] = None
        self._objects[subject, predicate].append(value)
        self._subjects[predicate, value].append(subject)
        self._pairs[predicate].append((subject, value))
        return True

    def objects(self, subject: str, predicate: str) -> list[str]:
        """Return what stands behind a subject and predicate."""
        found = self._objects.get((subject, predicate), [])
        return found + self._under.objects(subject, predicate) if self._under else found

    def subjects(self, predicate: str, value: str) -> list[str]:
        """Return what stands before a predicate and object."""
        found = self._subjects.get((predicate, value), [])
        return found + self._under.subjects(predicate, value) if self._under else found

    def some(self, predicate: str, value: str | None) -> bool:
        """Whether there is any triple with a predicate and, where it is given, an object."""
        found = predicate in self._pairs if value is None else (predicate, value) in self._subjects
        return found or (self._under is not None and self._under.some(predicate, value))

    def pairs(self, predicate: str) -> list[tuple[str, str]]:
        """Return subject and object of each triple with a predicate."""
        found = self._pairs.get(predicate, [])
        return found + self._under.pairs(predicate) if self._under else found


class _Plan(NamedTuple):
    """A rule entered through one of its patterns: the patterns still to be met, in an order that keeps them bound.

    ``needs`` are predicate and object, if that is fixed, of the patterns still to be met. Where none are left and the
    entry has two variables, or one before a fixed object, ``copied`` says what the new triple is made of: a place (0 or
    2) of the one that was met, or a term.
    """

    head: Pattern
    entry: Pattern
    rest: tuple[Pattern, ...]
    needs: tuple[tuple[str, str | None], ...]
    copied: tuple[int | str, str, int | str] | None


class Closure:
    """Rules made ready to be applied to many papers over one ontology."""

    def __init__(self, rules: Sequence[Rule], ontology: Iterable[Triple] = ()) -> None:
        self.ontology = Facts(ontology)
        self._plans: dict[tuple[str, str | None], list[_Plan]] = defaultdict(list)
        for rule in rules:
            for place, entry in enumerate(rule.body):
                rest = _ordered(entry, [*rule.body[:place], *rule.body[place + 1 :]])
                needs = tuple(dict.fromkeys(map(_key, rest)))
                plan = _Plan(rule.head, entry, rest, needs, None if rest else _copied(rule.head, entry))
                self._plans[_key(entry)].append(plan)

    def facts(self, paper: Iterable[Triple]) -> Facts:
        """Return the triples of a paper over those of the ontology."""
        return Facts(paper, self.ontology)

    def follow(self, facts: Facts, given: Iterable[Triple] = ()) -> list[Triple]:
        """Add to ``facts`` what is given (by the builder) and all that follows, and return what was added.

        What is given comes first, then what follows, in an order that depends on the input alone.
        """
        size = len(facts)
        for triple in given:
            facts.add(triple)
        everything = list(facts)
        for triple in everything:  # grows while it is read
            _, predicate, value = triple
            for key in ((predicate, None), (predicate, value)):
                for plan in self._plans.get(key, ()):
                    for new in _conclusions(plan, triple, facts):
                        if facts.add(new):
                            everything.append(new)
        return everything[size:]


def _conclusions(plan: _Plan, triple: Triple, facts: Facts) -> Iterable[Triple]:
    """Return the heads of a rule for all that goes with the triple it was entered through."""
    if plan.copied:
        subject, predicate, value = plan.copied
        return (
            (
                triple[subject] if isinstance(subject, int) else subject,
                predicate,
                triple[value] if isinstance(value, int) else value,
            ),
        )
    # What is still missing will enter the rule itself when it comes, and meet this triple then.
    for predicate, fixed in plan.needs:
        if not facts.some(predicate, fixed):
            return ()
    # The list is made before anything is added, since what is looked up would change on the way.
    return [_filled(plan.head, found) for found in _solutions(plan.rest, _bound(plan.entry, triple), facts)]


def _copied(head: Pattern, entry: Pattern) -> tuple[int | str, str, int | str] | None:
    """Say what a rule of one pattern copies from the triple it meets; None where it has to be compared in full."""
    if entry[0] == entry[2] or not _is_variable(entry[0]):
        return None
    places = {entry[0]: 0} | ({entry[2]: 2} if _is_variable(entry[2]) else {})
    return places.get(head[0], head[0]), head[1], places.get(head[2], head[2])


def _key(pattern: Pattern) -> tuple[str, str | None]:
    return pattern[1], None if _is_variable(pattern[2]) else pattern[2]


def _is_variable(term: str) -> bool:
    return term.startswith("?")


def _ordered(entry: Pattern, patterns: list[Pattern]) -> tuple[Pattern, ...]:
    """Return the patterns so that each has, where possible, a variable met before."""
    known, left, order = set(entry), list(patterns), []
    while left:
        following = next((each for each in left if known & {each[0], each[2]}), left[0])
        left.remove(following)
        order.append(following)
        known |= set(following)
    return tuple(order)


def _bound(pattern: Pattern, triple: Triple) -> dict[str, str] | None:
    """Return the variables of ``pattern`` as ``triple`` sets them; None where it cannot."""
    binding: dict[str, str] = {}
    for asked, found in zip(pattern, triple, strict=True):
        if _is_variable(asked):
            if binding.setdefault(asked, found) != found:
                return None
        elif asked != found:
            return None
    return binding


def _solutions(patterns: tuple[Pattern, ...], binding: dict[str, str] | None, facts: Facts) -> Iterator[dict[str, str]]:
    if binding is None:
        return
    if not patterns:
        yield binding
        return
    first, *rest = patterns
    for triple in _matches(_filled(first, binding), facts):
        found = _bound(first, triple)
        if found is not None:
            yield from _solutions(tuple(rest), {**binding, **found}, facts)


def _matches(pattern: Pattern, facts: Facts) -> Iterator[Triple]:
    subject, predicate, value = pattern
    if not _is_variable(subject):
        values = facts.objects(subject, predicate) if _is_variable(value) else [value] * (pattern in facts)
        yield from ((subject, predicate, each) for each in values)
    elif not _is_variable(value):
        yield from ((each, predicate, value) for each in facts.subjects(predicate, value))
    else:
        yield from ((one, predicate, other) for one, other in facts.pairs(predicate))


def _filled(pattern: Pattern, binding: dict[str, str]) -> Triple:
    subject, predicate, value = pattern
    return binding.get(subject, subject), predicate, binding.get(value, value)
