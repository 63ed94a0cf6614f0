"""Readers: one file in, one JSON-LD document out."""

from __future__ import annotations

from spreadgraph.sources.source import Source

__all__ = ["Source"]
