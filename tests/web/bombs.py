"""Queries meant to bring a server down, and valid ones spoilt at random."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from spreadgraph.resources import queries_dir

_ALL = "GRAPH ?g{0} {{ ?s{0} ?p{0} ?o{0} }}"
_EVERY = "(!<a:a>|^!<a:a>)"
_FIVE = " ".join(_ALL.format(n) for n in range(5))
_DOUBLING = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(34))
_GROWING = f"BIND('{'a' * 64}' AS ?v0) {_DOUBLING}"
_CELLS = "VALUES ?x {{ {0} }} VALUES ?y {{ {0} }} VALUES ?z {{ {0} }}".format(" ".join(map(str, range(700))))


def nested(before: str, opening: str, middle: str, closing: str, rest: tuple[str, int]) -> str:
    """Return a query with something nested; ``rest`` is what follows, and how many times."""
    after, times = rest
    return f"{before}{opening * times}{middle}{closing * times}{after}"


BOMBS = {
    # Deep: what ends the engine's process in its parser, or would.
    "parentheses 9 KB": nested("SELECT * { FILTER(", "(", "1", ")", (") }", 4_600)),
    "groups 4 KB": nested("SELECT * ", "{", "", "}", ("", 2_200)),
    "groups to the limit": nested("SELECT * ", "{", "", "}", ("", 63)),
    "groups at 60 KB": nested("SELECT * ", "{", "", "}", ("", 30_000)),
    "nots": nested("SELECT * { FILTER(", "! ", "1", "", (") }", 30_000)),
    "minuses": nested("SELECT * { FILTER(", "- ", "1", "", (") }", 30_000)),
    "sums": "SELECT * { BIND(" + "+".join(["1"] * 30_000) + " AS ?x) }",
    "unions": "SELECT * { " + " UNION ".join(["{}"] * 6_000) + " }",
    "alternative paths": "SELECT * { ?s " + "|".join(["<a:b>"] * 10_000) + " ?o }",
    "sequence paths": "SELECT * { ?s " + "/".join(["<a:b>"] * 10_000) + " ?o }",
    "inverse paths": nested("SELECT * { ?s ", "^", "<a:b>", "", (" ?o }", 30_000)),
    "binds": "SELECT * { " + " ".join(f"BIND(1 AS ?v{n})" for n in range(3_400)) + " }",
    "optionals": "SELECT * { " + " ".join(f"OPTIONAL {{ ?s <a:b> ?v{n} }}" for n in range(2_000)) + " }",
    "filters": "SELECT * { " + "FILTER(1) " * 6_000 + " }",
    "ands": "SELECT * { FILTER(" + "&&".join(["1"] * 20_000) + ") }",
    "ifs": nested("SELECT * { BIND(", "IF(1,", "1", ",1)", (" AS ?x) }", 5_000)),
    "subqueries": nested("", "SELECT * { { ", "", " } }", ("", 3_000)),
    "not exists": nested("SELECT * {", "FILTER NOT EXISTS { ?s ?p ?o ", "", "}", ("}", 2_000)),
    "lists": nested("SELECT * { ?s <a:p> ", "( ", "", ") ", ("}", 5_000)),
    "triple terms": nested("SELECT * { ?s <a:p> ", "<<( <a:a> <a:b> ", "1", " )>> ", ("}", 3_000)),
    # Wide: what never ends, or fills the memory.
    "planner, lists": nested("SELECT * { ?s ?p ", "( ?x ", "", ") ", ("}", 60)),
    "planner, triples": "SELECT * { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(300)) + " }",
    "planner, a chain": "SELECT * { " + " ".join(f"?n{n} ?p{n} ?n{n + 1} ." for n in range(400)) + " }",
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {_FIVE} }}",
    "cross product, sorted": f"SELECT * {{ {_FIVE} }} ORDER BY ?s0 ?s4",
    "cross product, distinct": f"SELECT DISTINCT * {{ {_FIVE} }} OFFSET 999999999",
    "cross product, grouped": f"SELECT (GROUP_CONCAT(STR(?o0)) AS ?x) {{ {_FIVE} }}",
    "cross product, values": f"SELECT (SUM(?x*?y*?z) AS ?n) {{ {_CELLS} {_CELLS.replace('?', '?a')} }}",
    "cross product, built": f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} {{ {_FIVE} FILTER(?s0 = ?o4) }}",
    "doubled strings": f"SELECT ?v34 {{ {_GROWING} }}",
    "doubled strings, hashed": f"SELECT (SHA512(?v34) AS ?x) {{ {_GROWING} }}",
    "replaced strings": f"SELECT ?x {{ {_GROWING} BIND(REPLACE(?v20, 'a', ?v20) AS ?x) }}",
    "patterns": f"SELECT * {{ {_FIVE} FILTER(REGEX(STR(?o0), '(((a{{1,9}}){{1,9}}){{1,9}}){{1,9}}z')) }}",
    "path closure": f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?a {_EVERY}* ?b }} GRAPH ?h {{ ?b {_EVERY}* ?c }} }}",
    "path of paths": f"SELECT * {{ GRAPH ?g {{ ?a (({_EVERY}/{_EVERY})*)+ ?b . ?b (({_EVERY}*)*)* ?c }} }} OFFSET 9999",
    "nested exists": f"ASK {{ {_FIVE} FILTER NOT EXISTS {{ GRAPH ?h {{ ?o0 (!<a:a>)* ?o4 }} }} FILTER(?s0 = <a:no>) }}",
}
NASTY = (
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "<<",
        ">>",
        "<",
        ">",
        "'",
        '"',
        '"""',
        "\\",
        "#",
        "@",
        "^^",
        "*",
        "+",
        "?",
        "|",
        "/",
    ),
    *("!", "a", "SERVICE <http://127.0.0.1:9/>", "FROM <file:///etc/passwd>", "LOAD <http://127.0.0.1:9/>", "DROP ALL"),
    *("VALUES", "UNION", "MINUS", "GROUP BY", "HAVING", "LIMIT -1", "OFFSET 99999999999999999999", "9" * 400, "1e999"),
    *("\0", "\ud7ff", "\ufffe", "é", "\\u0000", "\\uD800", "\\U0010FFFF", "?" * 50, "_:b", "<>", "<a:\\u0020>", "~~"),
)


def mutations(number: int, seed: int) -> Iterator[str]:
    """Yield our own queries, each with a few pieces left out, doubled, exchanged or put in; the same for a seed."""
    chance = random.Random(seed)  # noqa: S311  for tests
    sources = [
        re.findall(r"\s+|\w+|[^\w\s]", path.read_text(encoding="utf-8")) for path in sorted(queries_dir().rglob("*.rq"))
    ]
    for _ in range(number):
        pieces = list(chance.choice(sources))
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(pieces))
            kind = chance.randrange(5)
            if kind == 0:
                del pieces[place : place + chance.randint(1, 5)]
            elif kind == 1:
                pieces[place:place] = [chance.choice(NASTY)]
            elif kind == 2:
                pieces[place:place] = pieces[place : place + chance.randint(1, 20)]
            elif kind == 3:
                other = chance.choice(sources)
                start = chance.randrange(len(other))
                pieces[place : place + 3] = other[start : start + chance.randint(1, 30)]
            else:
                pieces[place] = chance.choice(NASTY)
            pieces = pieces or [" "]
        yield "".join(pieces)
