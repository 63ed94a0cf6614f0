"""The graph: built from sources, closed under the ontology, kept in a store and checked."""

from __future__ import annotations

from spreadgraph.graph.store import LocalStore, Store, as_dataset, open_bundled, open_store

__all__ = ["LocalStore", "Store", "as_dataset", "open_bundled", "open_store"]
