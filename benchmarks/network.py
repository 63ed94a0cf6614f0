"""Times how a network comes from a library of papers, against rdflib's own conversion, each in a process of its own.

    python benchmarks/network.py [PAPERS ...]      (default: 17 170, about 100,000 and 1,000,000 statements)

The library is the bundled paper over and over, each copy under a name of its own; works with a DOI are shared.

rdflib       parse N-Triples into rdflib's memory store, then rdflib_to_networkx_multidigraph: every literal is a node
every quad   bulk-load into Oxigraph, then one networkx edge a statement
evidence     bulk-load into Oxigraph, then spreadgraph's evidence network: labelled, typed, literals as attributes

Then centralities of works cited by the same papers, of the smallest library, by networkx and by rustworkx. Times are
seconds of processor time, so that other work on the machine matters less.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph

from spreadgraph.graph.store import LocalStore, open_bundled
from spreadgraph.views.measures import CENTRALITIES, centrality
from spreadgraph.views.network import network
from spreadgraph.views.statements import nquads

SLUG, PAPER = "bevan-2024", "bmjinnov-2024-001251"
# rdflib gets no more than this: beyond it only costs time.
MOST_FOR_RDFLIB = 200


def corpus(path: Path, papers: int) -> int:
    """Write ``papers`` copies of the bundled paper, with the ontology, as N-Quads; return the number of statements.

    Beside ``path`` there is the same as N-Triples, since rdflib converts graphs and no datasets.
    """
    lines = nquads(open_bundled()).splitlines()
    paper = "\n".join(line for line in lines if f"/graph/{SLUG}" in line.rsplit("> <", 1)[-1])
    rest = [line for line in lines if f"/graph/{SLUG}" not in line.rsplit("> <", 1)[-1]]
    with path.open("w", encoding="utf-8") as file:
        file.write("\n".join(rest) + "\n")
        for number in range(papers):
            file.write(paper.replace(SLUG, f"copy-{number}").replace(PAPER, f"copy-{number}") + "\n")
    with path.open(encoding="utf-8") as quads, path.with_suffix(".nt").open("w", encoding="utf-8") as triples:
        triples.writelines(f"{line.rsplit(' ', 2)[0]} .\n" for line in quads)
    return len(rest) + papers * (paper.count("\n") + 1)


def by_rdflib(path: str) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """Return how rdflib loads and how it converts."""
    import rdflib
    from rdflib.extras.external_graph_libs import rdflib_to_networkx_multidigraph

    triples = str(Path(path).with_suffix(".nt"))
    return lambda: rdflib.Graph().parse(triples, format="nt"), rdflib_to_networkx_multidigraph


def by_every_quad(path: str) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """Return how Oxigraph loads, and the plain conversion of each statement."""
    import networkx as nx

    def convert(store: LocalStore) -> Any:
        graph = nx.MultiDiGraph()
        for quad in store.native.quads_for_pattern(None, None, None):
            graph.add_edge(quad.subject, quad.object, key=quad.predicate.value)
        return graph

    return lambda: loaded(path), convert


def by_view(path: str) -> tuple[Callable[[], Any], Callable[[Any], Any]]:
    """Return how Oxigraph loads, and how spreadgraph projects."""
    return lambda: loaded(path), network


def loaded(path: str) -> LocalStore:
    """Return the corpus in memory."""
    store = pyoxigraph.Store()
    store.load(path=path, format=pyoxigraph.RdfFormat.N_QUADS)
    return LocalStore(store)


CASES = {"rdflib": by_rdflib, "every quad": by_every_quad, "evidence": by_view}


def measure(case: str, path: str) -> None:
    """Print seconds to load, seconds to convert, nodes, edges and the peak memory of this process in MiB."""
    load, convert = CASES[case](path)
    start = time.process_time()
    store = load()
    middle = time.process_time()
    graph = convert(store)
    end = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{middle - start:8.2f}{end - middle:9.2f}{len(graph):10}{graph.number_of_edges():10}{memory:10.0f}")


def main(sizes: list[int]) -> None:
    """Print a table for each size of library."""
    for papers in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "corpus.nq"
            print(f"\n{papers} papers, {corpus(path, papers):,} statements")
            print(f"{'case':<12}{'load s':>8}{'graph s':>9}{'nodes':>10}{'edges':>10}{'peak MiB':>10}")
            for case in CASES:
                if case == "rdflib" and papers > MOST_FOR_RDFLIB:
                    continue
                command = [sys.executable, __file__, "--case", case, str(path)]
                line = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                print(f"{case:<12}{line}", end="", flush=True)
            if papers == min(sizes):
                centralities(str(path))


def centralities(path: str) -> None:
    """Print seconds for each centrality by either library."""
    graph = network(loaded(path), "co-citation-by-paper")
    print(f"\n{graph}\n{'centrality':<12}{'networkx s':>12}{'rustworkx s':>13}")
    for measure in CENTRALITIES:
        times = []
        for engine in ("networkx", "rustworkx"):
            start = time.process_time()
            centrality(graph, measure, engine)
            times.append(time.process_time() - start)
        print(f"{measure:<12}{times[0]:12.3f}{times[1]:13.3f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        measure(sys.argv[2], sys.argv[3])
    else:
        main([int(size) for size in sys.argv[1:]] or [17, 170])
