"""A store behind Oxigraph and Virtuoso: written and read back, replaced whole, and a half-written paper recognised."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolution,
    QuerySolutions,
    QueryTriples,
    Triple,
)

from endpoint_servers import QUERY_PATH, running_oxigraph, running_virtuoso
from odd_server import odd_server, says
from spreadgraph.errors import EndpointError
from spreadgraph.graph.endpoint import EndpointStore
from spreadgraph.graph.endpoint_write import BLOCK, inserts
from spreadgraph.graph.store import LocalStore, Store
from spreadgraph.terms import GRAPH, PROVENANCE_GRAPH, RDF, SG, XSD

SHA = NamedNode("https://schema.org/sha256")
P = NamedNode(f"{SG}p")
fresh = count(1)


@pytest.fixture(params=["oxigraph", "virtuoso"])
def empty(request: pytest.FixtureRequest) -> EndpointStore:
    """Give a server to write to; graphs of other tests may be in it."""
    return EndpointStore(request.getfixturevalue(request.param) + QUERY_PATH[request.param])


@pytest.fixture
def graph(empty: EndpointStore) -> Iterator[str]:
    """Give a new graph, and take it away in the end."""
    name = f"{GRAPH}test/{next(fresh)}"
    yield name
    empty.replace({name: []})
    empty.drop_graph(name)


def node(name: str) -> NamedNode:
    return NamedNode(f"https://w3id.org/spreadgraph/id/test/{name}")


def held(store: Store, graph: str) -> set[str]:
    """Return the triples of a graph as text, blank nodes all alike."""
    found = store.query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    assert isinstance(found, QueryTriples)
    return {" ".join("_:" if isinstance(term, BlankNode) else str(term) for term in triple) for triple in found}


def rows(store: Store, sparql: str) -> list[QuerySolution]:
    found = store.query(sparql)
    assert isinstance(found, QuerySolutions)
    return list(found)


def number(term: object) -> int:
    assert isinstance(term, Literal)
    return int(term.value)


VALUES: list[Literal | NamedNode] = [
    Literal('a "quoted" \\ text\nin two lines\twith \u2013 dashes, é, 漢字 and 🙂'),
    Literal("gefärbt", language="de-at"),
    Literal("7", datatype=NamedNode(f"{XSD}integer")),
    Literal("true", datatype=NamedNode(f"{XSD}boolean")),
    Literal("2026-11-28", datatype=NamedNode(f"{XSD}date")),
    Literal("x" * 20_000),
    Literal("} } ; DROP ALL # '"),
    NamedNode("https://doi.org/10.1002/(SICI)1097%3C1661::x%3E2.0.CO;2-é"),
]


def test_values_come_back_as_they_were(empty: EndpointStore, graph: str) -> None:
    triples = [Triple(node("a"), P, value) for value in VALUES]
    empty.put_graph(graph, triples)
    assert held(empty, graph) == {f"{node('a')} {P} {value}" for value in VALUES}
    found = rows(empty, f"SELECT ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} ORDER BY ?o")
    assert {str(row["o"]) for row in found} == {str(value) for value in VALUES}


def test_a_yes_or_no_comes_as_one(empty: EndpointStore, graph: str) -> None:
    empty.put_graph(graph, [Triple(node("a"), P, node("b"))])
    for start, expected in (("a", True), ("b", False)):
        found = empty.query(f"ASK {{ GRAPH <{graph}> {{ {node(start)} {P} ?o }} }}")
        assert isinstance(found, QueryBoolean)
        assert bool(found) is expected


def test_a_graph_is_replaced_as_a_whole_and_dropped(empty: EndpointStore, graph: str) -> None:
    empty.put_graph(graph, [Triple(node("old"), P, node("b"))])
    empty.put_graph(graph, [Quad(node("new"), P, node("b"), NamedNode("https://example.org/ignored"))])
    assert held(empty, graph) == {f"{node('new')} {P} {node('b')}"}
    empty.put_graph(graph, f"{node('bytes')} {P} {node('b')} .\n".encode())
    assert held(empty, graph) == {f"{node('bytes')} {P} {node('b')}"}
    for _ in range(2):
        empty.drop_graph(graph)
    assert held(empty, graph) == set()


def test_blank_nodes_hang_together_over_blocks(empty: EndpointStore, graph: str) -> None:
    pairs = [(BlankNode(f"a{n}"), BlankNode(f"b{n}"), n) for n in range(BLOCK)]
    triples = [triple for a, b, n in pairs for triple in (Triple(a, P, b), Triple(b, P, Literal(n)))]
    lone = [Triple(node(str(n)), P, Literal(n)) for n in range(BLOCK + 1)]
    empty.put_graph(graph, [*triples, *lone])
    query = f"SELECT (COUNT(DISTINCT ?n) AS ?number) WHERE {{ GRAPH <{graph}> {{ ?a {P} ?b . ?b {P} ?n }} }}"
    (row,) = rows(empty, query)
    assert number(row["number"]) == BLOCK
    # Blank nodes look alike here: one line for all that lead to another, one for each number, one for each lone one.
    assert len(held(empty, graph)) == 1 + BLOCK + len(lone)


def test_more_rows_than_a_server_gives_come_in_pages(empty: EndpointStore, graph: str) -> None:
    total = 12_000
    empty.put_graph(graph, [Triple(node(f"{n:05}"), P, Literal(n)) for n in range(total)])
    found = rows(empty, f"SELECT ?s ?o WHERE {{ GRAPH <{graph}> {{ ?s {P} ?o }} }} ORDER BY ?s # all")
    assert [number(row["o"]) for row in found] == list(range(total))


def test_a_limit_of_the_readers_own_is_no_cut(empty: EndpointStore, graph: str) -> None:
    empty.put_graph(graph, [Triple(node(str(n)), P, Literal(n)) for n in range(150)])
    found = rows(empty, f"SELECT ?o WHERE {{ GRAPH <{graph}> {{ ?s {P} ?o }} }} ORDER BY ?o LIMIT 100")
    assert len(found) == 100


def test_a_mistake_is_told_before_anything_is_sent(empty: EndpointStore) -> None:
    for text in ("SELECT nonsense", "DROP ALL"):
        with pytest.raises(SyntaxError):
            empty.query(text)


def test_a_refused_update_says_why(empty: EndpointStore) -> None:
    with pytest.raises(EndpointError, match=r"does not accept the request \(400\): \S"):
        empty.update("INSERT NONSENSE")


# ------ a paper and its receipt


def paper(graph: str, sha: str) -> dict[str, list[Quad]]:
    """Return a paper of one triple with its receipt."""
    receipt = Quad(NamedNode(graph), SHA, Literal(sha), NamedNode(PROVENANCE_GRAPH))
    return {PROVENANCE_GRAPH: [receipt], graph: [Quad(node("claim"), P, Literal(sha), NamedNode(graph))]}


def test_replace_keeps_other_receipts(empty: EndpointStore, graph: str) -> None:
    other = f"{graph}/other"
    empty.replace(paper(graph, "1"))
    empty.replace(paper(other, "2"))
    empty.replace(paper(graph, "3"))
    receipts = empty.receipts()
    assert (receipts[graph], receipts[other]) == ("3", "2")
    assert held(empty, graph) == {f'{node("claim")} {P} "3"'}
    for name in (graph, other):
        empty.replace({name: []})
        assert name not in empty.receipts()


def test_what_broke_off_has_no_receipt_and_is_done_again(empty: EndpointStore, graph: str) -> None:
    def half() -> Iterator[Triple]:
        yield Triple(node("a"), P, node("b"))
        raise KeyboardInterrupt

    empty.replace(paper(graph, "1"))
    with pytest.raises(KeyboardInterrupt):
        empty.replace({**paper(graph, "2"), graph: half()})
    assert graph not in empty.receipts()
    empty.replace(paper(graph, "2"))
    assert empty.receipts()[graph] == "2"


def test_the_receipt_is_written_last_and_the_old_one_goes_first() -> None:
    with odd_server(says(204)) as server:
        EndpointStore(server.url).replace(paper(f"{GRAPH}x", "1"))
        first, *_, last = [each.body.decode() for each in server.seen]
    assert first.startswith("update=DELETE")
    assert "schema.org%2Fsha256" in last


def test_a_failed_write_is_not_followed_by_a_receipt() -> None:
    with odd_server(says(200), says(200), says(507), says(200)) as server:
        with pytest.raises(EndpointError, match="answers with 507"):
            EndpointStore(server.url).replace(paper(f"{GRAPH}x", "1"))
        assert len(server.seen) == 3


def test_a_copy_holds_what_the_endpoint_holds(far: EndpointStore, bundled: LocalStore) -> None:
    copy = far.copy()
    for name in bundled.native.named_graphs():
        assert held(copy, str(name)[1:-1]) == held(bundled, str(name)[1:-1])


# ------ the graph store protocol


def test_whole_graphs_go_through_the_graph_store(oxigraph: str) -> None:
    graph = f"{GRAPH}test/store?a&b"
    store = EndpointStore(f"{oxigraph}/query", graph_store=f"{oxigraph}/store")
    tied = [Triple(node("a"), P, BlankNode("x")), Triple(BlankNode("x"), NamedNode(f"{RDF}type"), node("b"))]
    store.put_graph(graph, [Triple(node("old"), P, node("b"))])
    store.put_graph(graph, tied)
    assert held(store, graph) == {f"{node('a')} {P} _:", f"_: <{RDF}type> {node('b')}"}
    store.drop_graph(graph)
    assert held(store, graph) == set()


def test_a_graph_store_gets_one_request() -> None:
    with odd_server(says(201)) as server:
        EndpointStore(server.url, graph_store=f"{server.url}/data?x=1").put_graph(f"{GRAPH}a b".replace(" ", "&"), b"")
        (seen,) = server.seen
    assert (seen.method, seen.target) == (
        "PUT",
        "/sparql/data?x=1&graph=https%3A%2F%2Fw3id.org%2Fspreadgraph%2Fgraph%2Fa%26b",
    )
    assert seen.headers["content-type"] == "application/n-triples"


def test_a_graph_name_cannot_carry_an_update() -> None:
    with odd_server(says(204)) as server:
        with pytest.raises(ValueError, match="IRI"):
            EndpointStore(server.url).drop_graph("a:> ; DROP ALL #")
        with pytest.raises(ValueError, match="IRI"):
            EndpointStore(server.url).replace({"a:> { } } ; DROP ALL #": []})
        assert server.seen == []


# ------ blocks


def test_blocks_are_of_bounded_size_and_repeat_nothing() -> None:
    triple = Triple(node("a"), P, node("b"))
    assert len(list(inserts("a:g", [triple] * 5000))) == 1
    assert list(inserts("a:g", [])) == []
    many = [Triple(node(str(n)), P, node("b")) for n in range(2 * BLOCK + 1)]
    assert [update.count("\n") for update in inserts("a:g", many)] == [BLOCK + 1, BLOCK + 1, 2]


# ------ the servers of these tests


def test_a_missing_server_fails_where_everything_is_to_be_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="needs virtuoso-t"), running_virtuoso(Path()):
        pass
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="needs virtuoso-t"), running_virtuoso(Path()):
        pass


def test_a_server_ends_with_its_test() -> None:
    def fails() -> None:
        with running_oxigraph() as url:
            assert rows(EndpointStore(f"{url}/query"), "SELECT ?s WHERE { GRAPH ?g { ?s ?p ?o } }") == []
            raise LookupError(url)

    with pytest.raises(LookupError) as error:
        fails()
    url = error.value.args[0]
    with pytest.raises(EndpointError, match="no connection"):
        EndpointStore(f"{url}/query").query("ASK { ?s ?p ?o }")
