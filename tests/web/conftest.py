"""One server for all tests that do not harm it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from web.client import Server, serving

if sys.platform != "linux":
    pytest.skip("these tests look at processes the way Linux shows them", allow_module_level=True)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Serve the bundled graph; queries may take a minute, since others use this machine, and 1 GiB."""
    with serving("--timeout", "60", "--memory", "1024") as running:
        yield running
