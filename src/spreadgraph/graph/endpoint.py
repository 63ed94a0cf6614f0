"""A store behind any SPARQL 1.1 endpoint: asked over HTTP, and written paper by paper with the receipt last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Triple

from spreadgraph.errors import EndpointError
from spreadgraph.graph import endpoint_answers, endpoint_write
from spreadgraph.graph.endpoint_http import TIMEOUT, Client, Reply, Request, address, authorization
from spreadgraph.graph.endpoint_write import Statement
from spreadgraph.graph.store import LocalStore
from spreadgraph.terms import GRAPH, PROVENANCE_GRAPH, SHA256

_EVERYTHING = f"""SELECT DISTINCT ?subject ?predicate ?object ?graph WHERE {{
  GRAPH ?graph {{ ?subject ?predicate ?object }}
  FILTER(STRSTARTS(STR(?graph), "{GRAPH}"))
}} ORDER BY ?graph ?subject ?predicate ?object"""
_FORM_TYPE = "application/x-www-form-urlencoded"
# Servers and proxies take addresses of 8,000 signs at least; what is longer goes into the body.
_LONGEST_ADDRESS = 2000
_FIRST_LINE = 300


@dataclass(frozen=True)
class Addresses:
    """Where an endpoint takes queries, updates and, if it has one, whole graphs (SPARQL 1.1 Graph Store protocol)."""

    query: str
    update: str
    graph_store: str | None = None

    @classmethod
    def of(cls, query: str, update: str | None = None, graph_store: str | None = None) -> Addresses:
        """Return the addresses given; updates go by default where the server of that form of address takes them.

        Raises UsageError for what is no address.

        >>> Addresses.of("http://localhost:7878/query").update
        'http://localhost:7878/update'
        >>> Addresses.of("http://localhost:7200/repositories/papers").update
        'http://localhost:7200/repositories/papers/statements'
        >>> Addresses.of("http://localhost:8890/sparql").update
        'http://localhost:8890/sparql'
        """
        for url in (query, update, graph_store):
            if url is not None:
                address(url)
        habit = re.sub(r"/query$", "/update", re.sub(r"(/repositories/[^/?]+)$", r"\1/statements", query))
        return cls(query, update or habit, graph_store)


class EndpointStore:
    """A graph behind a SPARQL 1.1 endpoint; see :class:`spreadgraph.graph.store.Store`.

    ``query`` is the address for queries. Credentials come from the environment (see :func:`authorization`) and go to
    the servers named here only. ``timeout`` is in seconds, for one request. Nothing is asked before the first query.
    """

    def __init__(
        self, query: str, update: str | None = None, graph_store: str | None = None, timeout: float = TIMEOUT,
        client: Client | None = None,
    ) -> None:  # fmt: skip
        self.addresses = Addresses.of(query, update, graph_store)
        self._client = client or Client(authorization(), timeout)

    # ------ asking

    def query(self, sparql: str, /) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Answer a query with all its rows; see :class:`spreadgraph.graph.store.Store`.

        Raises SyntaxError where the text is no query (an update is none), and EndpointError where there is no whole
        answer: an answer that the endpoint cut is completed page by page or refused, never passed on.
        """
        return endpoint_answers.read(self._fetch, sparql)

    @property
    def folder(self) -> str | None:
        """Return None: an endpoint has no folder here."""
        return None

    @property
    def generation(self) -> int | None:
        """Return None: nothing here was built for one state of an endpoint."""
        return None

    def companion(self, _: str, /) -> str | None:
        """Return None: an endpoint has no files here."""
        return None

    def receipts(self) -> dict[str, str]:
        """Return the SHA-256 of the source of each graph of a paper that was written to its end: graph -> hash."""
        graph = f"GRAPH <{PROVENANCE_GRAPH}> {{ ?graph <{SHA256}> ?sha }}"
        found = self.query(f"SELECT DISTINCT ?graph ?sha WHERE {{ {graph} }} ORDER BY ?graph ?sha")
        if not isinstance(found, QuerySolutions):
            raise TypeError("a SELECT gives rows")
        return {str(row["graph"])[1:-1]: row["sha"].value for row in found}

    def copy(self) -> LocalStore:
        """Return all graphs of spreadgraph as a store in memory, for what needs every triple at once.

        Raises EndpointError where they are more than one answer may hold.
        """
        found = self.query(_EVERYTHING)
        if not isinstance(found, QuerySolutions):
            raise TypeError("a SELECT gives rows")
        native = pyoxigraph.Store()
        native.extend(Quad(*row) for row in found)
        return LocalStore(native)

    def _fetch(self, sparql: str) -> Reply:
        form = endpoint_answers.form_of(sparql).name
        headers = {"Accept": endpoint_answers.ACCEPT[form]}
        asked = urlencode({"query": sparql})
        url = self.addresses.query
        short = f"{url}{'&' if '?' in url else '?'}{asked}"
        if len(short) <= _LONGEST_ADDRESS:
            return self._sent(Request("GET", short, headers))
        return self._sent(Request("POST", url, {**headers, "Content-Type": _FORM_TYPE}, asked.encode("ascii")))

    # ------ writing

    def update(self, sparql: str, /) -> None:
        """Run a SPARQL update. Raises EndpointError where the endpoint does not accept it.

        It is sent once: where the answer is lost, nobody knows whether it was run.
        """
        body = urlencode({"update": sparql}).encode("ascii")
        self._sent(Request("POST", self.addresses.update, {"Content-Type": _FORM_TYPE}, body, safe=False))

    def drop_graph(self, graph: str, /) -> None:
        """Take away the graph with the IRI ``graph`` and all it holds; a graph that is not there is no error."""
        self.update(f"DROP SILENT GRAPH <{NamedNode(graph).value}>")

    def put_graph(self, graph: str, content: Iterable[Statement] | bytes, /) -> None:
        """Replace the graph with the IRI ``graph`` by ``content``: triples, quads (their own graph is ignored), or
        N-Triples.

        With a graph store address it is one request, which servers run as one step. Without, the graph is dropped
        and filled in blocks: whoever reads meanwhile, or after a failure, finds a part. :meth:`replace` makes that
        recognisable.
        """  # noqa: D205  the first sentence needs its list
        graph = NamedNode(graph).value
        if self.addresses.graph_store:
            data = content if isinstance(content, bytes) else _ntriples(content)
            url = self.addresses.graph_store
            target = f"{url}{'&' if '?' in url else '?'}graph={quote(graph, safe='')}"
            self._sent(Request("PUT", target, {"Content-Type": "application/n-triples"}, data, safe=False))
            return
        self.drop_graph(graph)
        self._insert(graph, pyoxigraph.parse(content, RdfFormat.N_TRIPLES) if isinstance(content, bytes) else content)

    def replace(self, graphs: Mapping[str, Iterable[Statement]], /) -> None:
        """Replace graphs, such as those of a paper: IRI -> triples. Triples under the provenance graph are receipts.

        The old receipts of these graphs go first and the new ones come last, in one update. So a graph with a receipt
        is whole, and one without was broken off and has to be written again: that is what :meth:`receipts` is for.
        Only each request by itself is one step; over all of them nothing is, since the protocol has no transactions.
        """
        written = [NamedNode(graph).value for graph in graphs if graph != PROVENANCE_GRAPH]
        if written:
            self.update(endpoint_write.forget(written))
        for graph in written:
            self.put_graph(graph, graphs[graph])
        self._insert(PROVENANCE_GRAPH, graphs.get(PROVENANCE_GRAPH, ()))

    def _insert(self, graph: str, statements: Iterable[Statement]) -> None:
        for update in endpoint_write.inserts(graph, statements):
            self.update(update)

    # ------ refusals

    def _sent(self, request: Request) -> Reply:
        reply = self._client.send(request)
        if reply.status in {200, 201, 202, 204}:
            return reply
        raise _refusal(reply, self._client.authorization is not None)


def _ntriples(statements: Iterable[Statement]) -> bytes:
    triples = dict.fromkeys(Triple(each.subject, each.predicate, each.object) for each in statements)
    return pyoxigraph.serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _refusal(reply: Reply, known: bool) -> EndpointError:
    """Say in one line what a status means and what to do; the server's own first line where it may help."""
    url = reply.url.partition("?")[0]
    said = _first_line(reply)
    if reply.status == 401:
        variables = "SPREADGRAPH_ENDPOINT_USER and SPREADGRAPH_ENDPOINT_PASSWORD, or SPREADGRAPH_ENDPOINT_TOKEN"
        wrong = "does not accept the user and password, or the token, that it was given"
        return EndpointError(f"{url} {wrong if known else 'wants to know who asks'} (401); set {variables}")
    words = {
        400: f"{url} does not accept the request (400){said}",
        403: f"{url} does not allow that (403){said}",
        404: f"there is nothing at {url} (404); look at the address",
        405: f"{url} does not take this kind of request (405); look at the address",
        414: f"{url} finds the query too long (414)",
        429: f"{url} is asked too often (429); try again later",
        503: f"{url} is busy or down (503); try again later{said}",
    }
    return EndpointError(words.get(reply.status, f"{url} answers with {reply.status}{said}"))


def _first_line(reply: Reply) -> str:
    kind = reply.headers.get("content-type", "")
    text = reply.body[:10_000].decode("utf-8", "replace").strip()
    if "html" in kind or text[:1] == "<" or not text:
        return ""
    line = text.splitlines()[0][:_FIRST_LINE]
    return ": " + "".join(sign if sign.isprintable() else " " for sign in line)
