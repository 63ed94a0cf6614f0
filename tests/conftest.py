"""What tests share: a cache of their own, and the bundled graph, built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from endpoint_servers import far, oxigraph, virtuoso  # noqa: F401  fixtures
from spreadgraph.graph.store import LocalStore, open_bundled


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("SPREADGRAPH_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session")
def bundled(_own_cache: Path) -> LocalStore:
    """Open the bundled graph, read-only."""
    return open_bundled()
