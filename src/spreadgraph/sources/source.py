"""What every reader hands over: one paper as one JSON-LD document, and where its nodes stand in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SLUG = re.compile(r"[a-z0-9.-]+")
"""What a short name of a paper is made of."""


@dataclass(frozen=True)
class Source:
    """One paper, read. ``document`` is JSON-LD with its context inlined, so that nothing is fetched to parse it.

    ``name`` is the file name without folders, ``slug`` the short name of the paper (``bevan-2024``), ``paper`` the
    IRI of the paper itself, ``sha256`` that of the file as read, ``lines`` maps the IRI of a node to its line,
    ``reader`` names what read it, with the version and options that decide what comes out, ``beside`` are the
    short names of the other papers in the file.
    """

    name: str
    slug: str
    paper: str
    document: dict[str, Any]
    sha256: str
    lines: Mapping[str, int] = field(default_factory=dict)
    reader: str = "curated"
    beside: tuple[str, ...] = ()
