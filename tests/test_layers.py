"""A module imports only from its left, in no circle, and nothing heavy on the way to a trace."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import spreadgraph

PACKAGE = Path(str(spreadgraph.__file__)).parent
LAYERS = ("ground", "sources", "graph", "answers", "intake", "views", "doors")
GROUND = {"spreadgraph", "terms", "errors", "resources", "text"}
DOORS = {"cli", "web", "__main__"}
HEAVY = {"rdflib", "oxrdflib", "networkx", "pyvis", "owlready2", "pyshacl", "rich", "yaml", "lxml", "jinja2"}
MODULES = {
    ".".join(("spreadgraph", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def layer(module: str) -> int:
    """Return the place of a module's layer, counted from the left."""
    name = module.split(".")[1] if "." in module else module
    return LAYERS.index("ground" if name in GROUND else "doors" if name in DOORS else name)


def imports(module: str) -> set[str]:
    """Return the modules of the package that ``module`` imports anywhere, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write the full name instead of a relative import"
            origin = str(node.module)
            found |= {full if (full := f"{origin}.{alias.name}") in MODULES else origin for alias in node.names}
    return {name for name in found if name in MODULES} - {module}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_its_left(module: str) -> None:
    wrong = {name for name in imports(module) if layer(name) > layer(module)}
    assert not wrong, f"{module} imports {', '.join(sorted(wrong))}; move the code or the import"


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {module: imports(module) for module in MODULES}
    while leaves := {module for module, needed in graph.items() if not needed & graph.keys()}:
        graph = {module: needed for module, needed in graph.items() if module not in leaves}
    assert not graph, f"these import each other in a circle: {', '.join(sorted(graph))}"


def test_the_layers_are_all_there() -> None:
    assert {LAYERS[layer(module)] for module in MODULES} >= {"ground", "sources", "graph"}


@pytest.mark.parametrize("module", ["spreadgraph.graph.store", "spreadgraph.answers.trace", "spreadgraph.cli"])
def test_nothing_heavy_loads_before_a_trace(module: str) -> None:
    if module not in MODULES:
        pytest.skip(f"{module} does not exist yet")
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []
