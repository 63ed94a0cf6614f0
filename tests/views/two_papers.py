"""Two made-up papers that share a work, with all that makes a network awkward, as an in-memory store."""

from __future__ import annotations

import pyoxigraph

from spreadgraph.graph.store import LocalStore
from spreadgraph.resources import ontology_dir

DATA = """
PREFIX sg: <https://w3id.org/spreadgraph/ontology#>
PREFIX sgv: <https://w3id.org/spreadgraph/vocab/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX one: <https://w3id.org/spreadgraph/id/one/>
PREFIX two: <https://w3id.org/spreadgraph/id/two/>
BASE <https://w3id.org/spreadgraph/graph/>
GRAPH <one> {
  one:paper a sg:Document ; dcterms:title "Paper one" ; sg:hasManifest one:manifest ; sg:year 2020 .
  one:team a sg:Factor ; skos:prefLabel "Team" .
  one:alone a sg:Factor ; skos:prefLabel "Never cited for" .
  one:c1 a sg:Claim ; sg:orderNumber 1 ; sg:paraphrase "Teams; may & <b>do</b> \\u0007learn" ;
    sg:claimKind sgv:kind-observation ; sg:claimRole sgv:role-both ; sg:hasBasis sgv:basis-cited-work ;
    sg:hasHedge sgv:hedge-may , sgv:hedge-often ;
    sg:underFraming sgv:framing-innovation , sgv:framing-improvement ; sg:aboutElement one:team ;
    sg:viaCitation one:k1 , one:k2 ; sg:statedIn one:p1 .
  one:c2 a sg:Claim ; sg:orderNumber 2 ; sg:paraphrase "Nobody is cited for this" ; sg:claimKind sgv:kind-observation ;
    sg:claimRole sgv:role-both ; sg:hasBasis sgv:basis-uncited ; sg:hasHedge sgv:hedge-plain ;
    sg:aboutElement one:alone ; sg:statedIn one:p1 .
  one:p1 a sg:Passage ; sg:locator "body/1/1" ; sg:orderNumber 1 .
  one:body a sg:Section ; skos:prefLabel "Body" .
  one:k1 a sg:InTextCitation ; sg:markerText "1" ; sg:pointsTo one:r1 ; sg:occursIn one:p1 ;
    sg:citationFunction sgv:function-evidence .
  one:k2 a sg:InTextCitation ; sg:markerText "2" ; sg:pointsTo one:r2 ; sg:occursIn one:p1 .
  one:r1 a sg:BibliographicReference ; sg:referenceNumber 1 ; sg:inReferenceListOf one:paper ;
    sg:references one:w1 ; dcterms:bibliographicCitation "First" .
  one:r2 a sg:BibliographicReference ; sg:referenceNumber 2 ; sg:inReferenceListOf one:paper ;
    sg:references one:shared ; dcterms:bibliographicCitation "Second" .
  one:r3 a sg:BibliographicReference ; sg:referenceNumber 3 ; sg:inReferenceListOf one:paper ;
    sg:references one:w3 ; dcterms:bibliographicCitation "Third, which no marker cites" .
  one:w1 a sg:Document ; dcterms:title "Work one" .
  one:w3 a sg:Document ; dcterms:title "Work three" ; sg:year 1999 .
  one:shared a sg:Document ; dcterms:title "Shared" .
}
GRAPH <one/inferred> {
  one:k1 sg:effectiveReference one:r2 . one:k2 sg:effectiveReference one:r2 .
  one:team sg:hasClaim one:c1 .
}
GRAPH <two> {
  two:paper a sg:Document ; dcterms:title "Paper two" ; sg:hasManifest two:manifest .
  two:r1 a sg:BibliographicReference ; sg:referenceNumber 1 ; sg:inReferenceListOf two:paper ;
    sg:references one:shared ; dcterms:bibliographicCitation "Shared" .
  two:r2 a sg:BibliographicReference ; sg:referenceNumber 2 ; sg:inReferenceListOf two:paper ;
    sg:references one:paper ; dcterms:bibliographicCitation "Paper one" .
  two:k1 a sg:InTextCitation ; sg:markerText "1" ; sg:pointsTo two:r1 ; sg:occursIn two:p1 .
  two:k2 a sg:InTextCitation ; sg:markerText "2" ; sg:pointsTo two:r2 ; sg:occursIn two:p1 .
  two:p1 a sg:Passage ; sg:locator "body/1/1" ; sg:startWords "Others found" .
  one:shared a sg:Document ; dcterms:title "A shared work" .
}
GRAPH <two/inferred> { two:k1 sg:effectiveReference two:r1 . two:k2 sg:effectiveReference two:r2 }
"""


def two_papers() -> LocalStore:
    """Return the store, with the ontology in its own graph."""
    store = pyoxigraph.Store()
    turtle = (ontology_dir() / "spreadgraph.ttl").read_text(encoding="utf-8")
    graph = pyoxigraph.NamedNode("https://w3id.org/spreadgraph/graph/ontology")
    store.load(turtle, format=pyoxigraph.RdfFormat.TURTLE, to_graph=graph)
    store.load(DATA, format=pyoxigraph.RdfFormat.TRIG)
    return LocalStore(store)
