"""A library behaves as a dictionary of papers would, in whatever order it is changed, looked at and opened again."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pyoxigraph
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pyoxigraph import RdfFormat

from small_paper import SLUG, TEXT
from spreadgraph.answers import holdings
from spreadgraph.answers.search import search
from spreadgraph.cli import main
from spreadgraph.graph.library import held, whole
from spreadgraph.graph.store import open_store
from spreadgraph.intake.doctor import diagnose
from spreadgraph.intake.repair import repair
from spreadgraph.intake.run import Report, add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.sources.archive import Member

EXAMPLES = int(os.environ.get("SPREADGRAPH_EXAMPLES", "6"))
NUMBERS = st.integers(0, 3)
TITLES = st.sampled_from(["Wards and teams", "Teams and wards"])


def member(number: int, title: str) -> Member:
    text = TEXT.replace(SLUG, f"paper-{number}").replace("small.1", f"small.{number}")
    return Member(f"paper-{number}.yamlld", "yamlld", text.replace("A small paper", title).encode())


class Shelved(RuleBasedStateMachine):
    """A library beside a dictionary of numbers and titles."""

    def __init__(self) -> None:
        super().__init__()
        self._home = tempfile.TemporaryDirectory()
        self.folder = Path(self._home.name) / "library"
        self.shelf = DiskShelf(self.folder)
        self.model: dict[int, str] = {}

    @rule(papers=st.dictionaries(NUMBERS, TITLES, min_size=1))
    def add(self, papers: dict[int, str]) -> None:
        """Add papers: new ones, changed ones, and some that are held as they are."""
        report = add(self.shelf, [member(*paper) for paper in papers.items()], processes=1)
        new = [f"paper-{number}" for number in papers if number not in self.model]
        same = sum(self.model.get(number) == title for number, title in papers.items())
        changed = [f"paper-{n}" for n, title in papers.items() if n in self.model and self.model[n] != title]
        assert report == Report(added=new, replaced=changed, unchanged=same)
        self.model |= papers

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Take some papers out."""
        numbers = data.draw(st.lists(st.sampled_from(sorted(self.model)), unique=True))
        self.shelf.remove([f"paper-{number}" for number in numbers])
        self.model = {number: title for number, title in self.model.items() if number not in numbers}

    @rule(broken=st.binary(max_size=30))
    def add_what_is_no_paper(self, broken: bytes) -> None:
        """Add a file that is refused."""
        state = self.shelf.library.number
        assert len(add(self.shelf, [Member("broken.xml", "jats", b"<" + broken)], processes=1).faults) == 1
        assert self.shelf.library.number == state

    @rule()
    def open_again(self) -> None:
        """Close the library and open it again."""
        self.shelf.close()
        self.shelf = DiskShelf(self.folder)

    @rule()
    def export(self) -> None:
        """Write all of it to a file, from which the same papers can be read."""
        out = Path(self._home.name) / "export.nq"
        assert main(["--store", str(self.folder), "export", "--format", "nq", "-o", str(out)]) == 0
        copy = pyoxigraph.Store()
        copy.load(path=str(out), format=RdfFormat.N_QUADS)
        assert held(copy) == [f"paper-{number}" for number in sorted(self.model)]
        assert all(whole(copy, slug) for slug in held(copy))
        assert len(copy) == len(open_store(self.folder).native)

    @rule(harm=st.sampled_from(["", "library.json", "index.sqlite", "graph/CURRENT"]))
    def see_the_doctor(self, harm: str) -> None:
        """Have the library looked at, and put in order where something is missing."""
        self.shelf.close()
        if harm:
            (self.folder / harm).unlink()
        found = diagnose(self.folder)
        assert bool(found.findings) == bool(harm)
        if harm:
            assert repair(found).lost == ()
            assert diagnose(self.folder).findings == ()
        self.shelf = DiskShelf(self.folder)

    @invariant()
    def the_same_papers_are_seen(self) -> None:
        """Compare what a reader sees with the dictionary."""
        store = open_store(self.folder)
        slugs = [f"paper-{number}" for number in sorted(self.model)]
        assert held(store.native) == slugs
        assert all(whole(store.native, slug) for slug in slugs)
        papers = holdings.papers(store)
        assert {paper.slug: paper.title for paper in papers} == {f"paper-{n}": self.model[n] for n in self.model}
        assert holdings.holdings(store).counts["papers"] == len(self.model)
        assert {hit.id.split("/id/")[1].split("/")[0] for hit in search(store, "teams learn").hits} == set(slugs)

    def teardown(self) -> None:
        """Clear up."""
        self.shelf.close()
        self._home.cleanup()


TestShelved = Shelved.TestCase
TestShelved.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
