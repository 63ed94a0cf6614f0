"""Asks a reasoner whether the graph contradicts itself, and the OWL API whether it stays within OWL 2 DL.

Both are the Java programs that owlready2 ships. They are run directly: owlready2 itself would classify every property
too, four times as slow, and would execute code that an ontology names.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from spreadgraph.graph.finding import Finding
from spreadgraph.terms import shorten

SECONDS = 600
_PROFILE = Path(__file__).with_name("Profile.java")
_HERMIT = "org.semanticweb.HermiT.cli.CommandLine"
_NEEDS = "consistency was not checked: it needs Java (a JDK, version 11 or later) and the Python package owlready2"


def reason(store: Store, graphs: Sequence[str], seconds: int = SECONDS) -> list[Finding]:
    """Return what HermiT and the OWL API find in the named ``graphs`` of ``store`` taken together.

    Where Java or the reasoner is missing, or the time runs out, a notice says so.
    """
    java, jar = shutil.which("java"), _jar()
    if not java or not jar:
        return [Finding("notice", "consistency", "", _NEEDS)]
    with tempfile.TemporaryDirectory(prefix="spreadgraph-") as folder:
        file = Path(folder) / "graph.nt"
        with file.open("wb") as out:
            for graph in graphs:
                store.dump(out, RdfFormat.N_TRIPLES, from_graph=NamedNode(graph))
        start = [java, "-Xmx2g", "-cp", str(jar)]
        return [
            *_consistency([*start, _HERMIT, "-k", "-U", file.as_uri()], seconds),
            *_profile([*start, str(_PROFILE), str(file)], seconds),
        ]


def _jar() -> Path | None:
    # The package is only looked for, not imported.
    package = find_spec("owlready2")
    folders = package.submodule_search_locations if package else None
    found = [Path(folder) / "hermit" / "HermiT.jar" for folder in folders or ()]
    return next((path for path in found if path.is_file()), None)


def _consistency(command: Sequence[str], seconds: int) -> Iterator[Finding]:
    name = "consistency"
    answer = _run(command, seconds)
    if answer is None:
        yield Finding(
            "notice", name, "", f"consistency is undecided: the reasoner did not end within {seconds} seconds"
        )
    elif "InconsistentOntologyException" in answer.stderr:
        message = (
            "the graph contradicts itself: something is two things that exclude each other, or has two values where "
            "only one is possible; undo the last changes one by one to find it"
        )
        yield Finding("violation", name, "", message)
    elif "owl#Thing is satisfiable" not in answer.stdout:
        yield Finding("violation", name, "", f"the reasoner cannot read the graph: {_first_line(answer)}")
    else:
        for iri in re.findall(r"^\t<(.+)>$", answer.stdout, re.MULTILINE):
            yield Finding(
                "violation", name, shorten(iri), "nothing can ever be of this class: its definition contradicts itself"
            )


def _profile(command: Sequence[str], seconds: int) -> Iterator[Finding]:
    name = "owl-2-dl"
    answer = _run(command, seconds)
    if answer is None:
        yield Finding("notice", name, "", f"the OWL 2 DL profile was not checked: no answer within {seconds} seconds")
    elif answer.returncode and "org.semanticweb" not in answer.stderr:
        yield Finding("notice", name, "", "the OWL 2 DL profile was not checked: it needs a JDK, version 11 or later")
    elif answer.returncode:
        yield Finding("violation", name, "", f"the OWL API cannot read the graph: {_first_line(answer)}")
    else:
        for line in sorted(answer.stdout.splitlines()):
            yield Finding("violation", name, "", f"not OWL 2 DL: {line.partition(' in OntologyID')[0]}")


def _run(command: Sequence[str], seconds: int) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return None


def _first_line(answer: subprocess.CompletedProcess[str]) -> str:
    text = (answer.stderr or answer.stdout).strip() or "no answer"
    return " ".join(text.splitlines()[0].split())[:300]
