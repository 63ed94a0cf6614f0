"""Describes the endpoint in RDF: SPARQL 1.1 Service Description."""

from __future__ import annotations

from pyoxigraph import BlankNode, NamedNode, Triple, serialize
from starlette.requests import Request
from starlette.responses import Response

from spreadgraph.answers.fenced.evaluate import GRAPHS
from spreadgraph.web.negotiate import GRAPH_TYPES, chosen, media_type
from spreadgraph.web.problems import ProblemError
from spreadgraph.web.services import address, services

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
_RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_FORMATS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "JSON-LD", "RDF_XML"),
)


def description(request: Request) -> Response:
    """Return the description of the service that was asked, in the form the client likes best."""
    form = chosen(",".join(request.headers.getlist("accept")), {**GRAPH_TYPES, "html": ("text/html",)})
    if form == "html":
        form = "ttl"
    if form is None:
        raise ProblemError(
            406, "form", f"the description comes as {', '.join(each[0] for each in GRAPH_TYPES.values())}"
        )
    data = serialize(triples(address(request), services(request).settings.writable), format=GRAPHS[form])
    return Response(data or b"", 200, {"Vary": "Accept"}, media_type(form, "graph"))


def triples(endpoint: str, writable: bool) -> list[Triple]:
    """Return the description of the service at ``endpoint``."""
    service, dataset, graph = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    languages = ["SPARQL11Query", *(["SPARQL11Update"] if writable else [])]
    pairs: list[tuple[NamedNode, NamedNode | BlankNode]] = [
        (_RDF_TYPE, NamedNode(SD + "Service")),
        (NamedNode(SD + "endpoint"), NamedNode(endpoint)),
        (NamedNode(SD + "defaultDataset"), dataset),
        *((NamedNode(SD + "supportedLanguage"), NamedNode(SD + language)) for language in languages),
        *((NamedNode(SD + "resultFormat"), NamedNode(FORMATS + name)) for name in _FORMATS),
    ]
    return [
        *(Triple(service, predicate, value) for predicate, value in pairs),
        Triple(dataset, _RDF_TYPE, NamedNode(SD + "Dataset")),
        Triple(dataset, NamedNode(SD + "defaultGraph"), graph),
        Triple(graph, _RDF_TYPE, NamedNode(SD + "Graph")),
    ]
