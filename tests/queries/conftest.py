"""The bundled graph in rdflib's own memory store, for its own SPARQL engine."""

from __future__ import annotations

import pyoxigraph
import pytest
import rdflib

from spreadgraph.graph.store import LocalStore


@pytest.fixture(scope="session")
def dataset(bundled: LocalStore) -> rdflib.Dataset:
    """Return the bundled graph as a Dataset whose default graph is not the union of the others."""
    data = pyoxigraph.serialize(bundled.native, format=pyoxigraph.RdfFormat.N_QUADS)
    assert data is not None
    return rdflib.Dataset(default_union=False).parse(data=data, format="nquads")
