"""Follows from paper to paper what a reader named: a paper itself, or what the words are found to mean."""

# Without postponed annotations: typing would compile those of a NamedTuple as strings, at every start.

from typing import NamedTuple

from spreadgraph.answers import chains
from spreadgraph.answers.chains import WIDTH
from spreadgraph.answers.papers import paper_known
from spreadgraph.answers.resolve import MOST, picked, resolve, traced
from spreadgraph.errors import UsageError
from spreadgraph.graph.store import Store


class Reach(NamedTuple):
    """How far to follow: over ``depth`` steps, with at most ``width`` works of each paper."""

    depth: int
    width: int = WIDTH


class Followed(NamedTuple):
    """The chains, how many matches there were of which one was followed, and a remark where one is due."""

    chains: chains.Chains
    matches: int
    remark: str | None = None


def follow(store: Store, words: str, reach: Reach, pick: int = 1, most: int = MOST) -> Followed:
    """Follow what ``words`` stand for: a paper that is held is followed itself, and not its sentences.

    Of several matches number ``pick`` is followed, each of them where that is 0; of the references to one work,
    ``most`` at most. Raises NotFoundError where nothing fits, UsageError where a number is out of range.
    """
    depth, width = reach
    if not 1 <= depth <= chains.DEEPEST or not 1 <= width <= chains.WIDEST:
        raise UsageError(f"--follow takes 1 to {chains.DEEPEST} steps, and --width with it up to {chains.WIDEST} works")
    if paper := paper_known(store, words):
        return Followed(chains.chains_from(store, [paper], depth, width), 1)
    meant = resolve(store, words, most)
    trace = traced(store, meant)
    matches = 1 if trace.references else len(trace.results) + len(trace.sentences)
    if trace.references or not pick or not matches:
        return Followed(chains.chains_of(store, trace, depth, width), 1, meant.remark)
    return Followed(chains.chains_of(store, picked(trace, pick), depth, width), matches)
