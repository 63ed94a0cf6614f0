"""From one file to papers that are ready to be stored; runs in processes of its own, several at once."""

from __future__ import annotations

import codecs
import gc
import hashlib
import multiprocessing
from functools import cache
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import RdfFormat

from spreadgraph.answers.fenced import limits
from spreadgraph.answers.index import entries
from spreadgraph.errors import SpreadgraphError
from spreadgraph.graph.build import Builder, load_ontology
from spreadgraph.graph.store import LocalStore
from spreadgraph.intake.shelf import Prepared
from spreadgraph.sources.source import Source

MOST_BYTES = 3 * 1024 * 1024 * 1024
"""What one reading process may claim of memory, most of which it never uses."""


class Outcome(NamedTuple):
    """What came of one file: its papers, or the one line that says why there are none."""

    name: str
    papers: tuple[Prepared, ...] = ()
    fault: str | None = None


def read(name: str, kind: str, data: bytes, keep_text: bool) -> Outcome:
    """Read one file into papers; faults are part of the outcome, since one broken file must not stop the others."""
    try:
        return Outcome(name, tuple(prepared(source) for source in sources(name, kind, data, keep_text)))
    except SpreadgraphError as error:
        return Outcome(name, fault=str(error))
    except (RecursionError, MemoryError) as error:
        return Outcome(name, fault=f"{name}: too large or too deeply nested to be read ({type(error).__name__})")
    except Exception as error:
        # A mistake of ours that one odd file brings to light: thousands of others must not wait for its repair.
        words = f"{name}: spreadgraph failed on this file ({type(error).__name__}: {error}); please report it"
        return Outcome(name, fault=" ".join(words.split()))


def sources(name: str, kind: str, data: bytes, keep_text: bool) -> list[Source]:
    """Return the papers that a file holds. Raises SourceError."""
    if kind == "yamlld":
        from spreadgraph.sources import yamlld

        return [yamlld.decoded(data, name)]
    from spreadgraph.sources import jats

    return jats.read(data, name, keep_text=keep_text)


def reader(kind: str, keep_text: bool) -> str:
    """Return what :attr:`Source.reader` would be, without reading."""
    if kind == "yamlld":
        return "curated"
    from spreadgraph.sources import jats

    return jats.reader(keep_text)


def sha256(kind: str, data: bytes) -> str:
    """Return what :attr:`Source.sha256` would be, without reading; a curated file is hashed without its mark."""
    return hashlib.sha256(data.removeprefix(codecs.BOM_UTF8) if kind == "yamlld" else data).hexdigest()


def prepared(source: Source) -> Prepared:
    """Return a paper with its quads and what the index is to hold of it."""
    compiled = _builder().compiled(source)
    draft = LocalStore()
    draft.native.load(compiled.quads, format=RdfFormat.TRIG)
    found = entries(draft, source.slug)
    if found is None:
        raise SpreadgraphError(f"{source.name}: the paper has no manifest, so that nothing would find it")
    return Prepared(compiled, found)


def start() -> None:
    """Make a process ready to read: bounded in memory, and ending with the one that started it."""
    if parent := multiprocessing.parent_process():
        limits.die_with(int(parent.pid or 0))
    _builder()
    # Papers are many small objects that live and die together; looking for circles among them took a tenth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    limits.limit(MOST_BYTES, writes=True)


@cache
def _builder() -> Builder:
    return load_ontology(pyoxigraph.Store())
