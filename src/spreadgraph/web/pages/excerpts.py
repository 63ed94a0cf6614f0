"""The rows of an answer that a page shows: all are read once, only those shown are made into cells."""

from __future__ import annotations

import json
from typing import NamedTuple

from spreadgraph.views import results


class Excerpt(NamedTuple):
    """Some rows of an answer that has ``total`` of them."""

    table: results.Table
    total: int


def excerpt(data: bytes, start: int, most: int) -> Excerpt:
    """Return up to ``most`` rows of SPARQL results JSON, from the place ``start`` on; a yes or no is one row.

    Takes a good while for a long answer, so it is for a thread.
    """
    document = json.loads(data)
    if "boolean" in document:
        return Excerpt(results.table(data), 1)
    found = document["results"]["bindings"]
    document["results"]["bindings"] = found[start : start + most]
    return Excerpt(results.table(json.dumps(document).encode()), len(found))
