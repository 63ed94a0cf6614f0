"""Traces claims about spreading and scaling health-care interventions to sentence, citation, reference and work.

What a notebook or script begins with; each answer is shown as text or, in a notebook, as a table, and its ``data``
is for Python:

>>> import spreadgraph
>>> found = spreadgraph.trace("middle managers")
>>> found.data.results[0].claim.hedges
('requires',)

Nothing is imported until it is asked for, so that the command line starts quickly.
"""

from __future__ import annotations

# Type checkers know this name; typing itself would cost the command line some of its start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HOMES = {
    "open_graph": "spreadgraph.views.notebook",
    "trace": "spreadgraph.views.notebook",
    "search": "spreadgraph.views.notebook",
    "query": "spreadgraph.views.notebook",
    "compare": "spreadgraph.views.notebook",
    "network": "spreadgraph.views.notebook",
    "ego": "spreadgraph.views.notebook",
    "explore": "spreadgraph.views.notebook",
    "paths_to_works": "spreadgraph.views.measures",
    "load_bearing": "spreadgraph.views.measures",
    "joints": "spreadgraph.views.measures",
    "communities": "spreadgraph.views.measures",
    "centrality": "spreadgraph.views.measures",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"spreadgraph has no {name!r}; it has {', '.join(_HOMES)}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
