"""Times one `spreadgraph trace` as a whole process against the floor and against rdflib, pair by pair in one run.

    python benchmarks/trace_start.py [ROUNDS]

floor   start Python, import pyoxigraph, open the built graph read-only, ask one query
trace   spreadgraph trace middle managers, with a warm cache
rdflib  start Python, parse the same graph as N-Quads into rdflib's memory store, ask the same query
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUERY = """PREFIX sg: <https://w3id.org/spreadgraph/ontology#>
SELECT ?text ?number ?work WHERE {
  VALUES ?claim { <https://w3id.org/spreadgraph/id/bevan-2024/claim/culture-and-leadership.clinical-leadership> }
  GRAPH ?paper { ?claim sg:paraphrase ?text ; sg:viaCitation ?citation }
  GRAPH ?inferred { ?citation sg:effectiveReference ?reference }
  GRAPH ?paper { ?reference sg:referenceNumber ?number ; sg:references ?work } }"""
FLOOR = "import sys, pyoxigraph; assert list(pyoxigraph.Store.read_only(sys.argv[1]).query(sys.argv[2]))"
RDFLIB = (
    "import sys, rdflib; d = rdflib.Dataset(); d.parse(sys.argv[1], format='nquads'); assert list(d.query(sys.argv[2]))"
)


def main(rounds: int) -> None:
    """Print medians in milliseconds and ratios to the floor."""
    with tempfile.TemporaryDirectory() as folder:
        # Installed packages have compiled bytecode; a setting against it would time the compiler.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = {**kept, "SPREADGRAPH_CACHE": folder}
        command = [str(Path(sys.executable).with_name("spreadgraph")), "trace", "middle", "managers"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        store = next(path.parent for path in Path(folder).rglob("CURRENT"))
        quads = Path(folder) / "graph.nq"
        subprocess.run([command[0], "export", "--format", "nq", "-o", str(quads)], env=environment, check=True)
        cases = {
            "floor": [sys.executable, "-c", FLOOR, str(store), QUERY],
            "trace": command,
            "rdflib": [sys.executable, "-c", RDFLIB, str(quads), QUERY],
        }
        report(measured(cases, rounds, environment))


def measured(cases: dict[str, list[str]], rounds: int, environment: dict[str, str]) -> dict[str, list[float]]:
    """Run the cases in turn, ``rounds`` times, and return their wall times in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, arguments in cases.items():
            start = time.perf_counter()
            subprocess.run(arguments, env=environment, check=True, stdout=subprocess.DEVNULL)
            times[name].append((time.perf_counter() - start) * 1000)
    return times


def report(times: dict[str, list[float]]) -> None:
    """Print one line a case: median, and the median of the ratios to the floor within each round."""
    print(f"{'case':<8}{'median ms':>10}{'ratio to floor':>16}")
    for name, values in times.items():
        ratio = statistics.median(value / floor for value, floor in zip(values, times["floor"], strict=True))
        print(f"{name:<8}{statistics.median(values):>10.1f}{ratio:>16.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 21)
