"""Names of things: namespaces, the few IRIs that Python needs, graph names, and short ids for readers."""

from __future__ import annotations

import re
from functools import lru_cache

from spreadgraph.errors import UsageError

SG = "https://w3id.org/spreadgraph/ontology#"
SGV = "https://w3id.org/spreadgraph/vocab/"
DATA = "https://w3id.org/spreadgraph/id/"
GRAPH = "https://w3id.org/spreadgraph/graph/"
DOI = "https://doi.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"

# What the receipt of a graph says: the hash of the file it came from, what made it, of which version, and its size.
SHA256 = "https://schema.org/sha256"
MADE_BY = "https://schema.org/softwareVersion"
ONTOLOGY_VERSION = "https://schema.org/version"
TRIPLES = "http://rdfs.org/ns/void#triples"

PREFIXES = {
    "sg": SG,
    "sgv": SGV,
    "doi": DOI,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "cito": "http://purl.org/spar/cito/",
    "c4o": "http://purl.org/spar/c4o/",
    "biro": "http://purl.org/spar/biro/",
    "doco": "http://purl.org/spar/doco/",
}

ONTOLOGY = "https://w3id.org/spreadgraph/ontology"
ONTOLOGY_GRAPH = f"{GRAPH}ontology"
ONTOLOGY_INFERRED_GRAPH = f"{GRAPH}ontology/inferred"
PROVENANCE_GRAPH = f"{GRAPH}provenance"

# What an IRI cannot hold as it is (RFC 3987), and in a DOI what would change the meaning of an address.
_NOT_IN_AN_IRI = (
    r'\x00-\x20\x7f-\x9f<>"{}|\\^`\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff\U000e0000-\U000e0fff\U000f0000-\U0010ffff'
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 15))
)
_NO_IRI = rf"[{_NOT_IN_AN_IRI}]|%(?![0-9A-Fa-f]{{2}})"
_NOT_IN_A_DOI = rf"[{_NOT_IN_AN_IRI}%#?\[\]]"
_NAME_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-")


def paper_graph(slug: str) -> str:
    """Return the graph of a paper as curated.

    >>> paper_graph("bevan-2024")
    'https://w3id.org/spreadgraph/graph/bevan-2024'
    """
    return GRAPH + slug


def inferred_graph(slug: str) -> str:
    """Return the graph of what follows from a paper and the ontology.

    >>> inferred_graph("bevan-2024")
    'https://w3id.org/spreadgraph/graph/bevan-2024/inferred'
    """
    return f"{GRAPH}{slug}/inferred"


def shorten(iri: str) -> str:
    """Return the short id of ``iri``; an IRI in no namespace of ours comes back as it is.

    >>> shorten("https://w3id.org/spreadgraph/id/bevan-2024/citation/12a")
    'bevan-2024/citation/12a'
    >>> shorten("https://w3id.org/spreadgraph/ontology#Claim")
    'sg:Claim'
    """
    name = iri.removeprefix(DATA)
    if name != iri and name[:1].isalnum() and name[-1].isalnum() and _NAME_CHARACTERS.issuperset(name):
        return iri.removeprefix(DATA)
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


@lru_cache(maxsize=4096)
def doi_iri(doi: str) -> str:
    """Return the IRI of a DOI in lower case; what an IRI cannot hold is percent-encoded.

    >>> doi_iri("10.1002/(sici)1<1::aid>3.0.co;2-2")
    'https://doi.org/10.1002/(sici)1%3C1::aid%3E3.0.co;2-2'
    """
    return DOI + re.sub(_NOT_IN_A_DOI, _percent_encoded, doi)


def bare_doi(iri: str) -> str:
    """Return the DOI that an IRI of :func:`doi_iri` was made of.

    >>> bare_doi("https://doi.org/10.1002/(sici)1%3C1::aid%3E3.0.co;2-2")
    '10.1002/(sici)1<1::aid>3.0.co;2-2'
    """
    doi = iri.removeprefix(DOI)
    if "%" not in doi:
        return doi
    from urllib.parse import unquote  # few DOIs need it, and it takes as long as a query to be imported

    return unquote(doi)


def _percent_encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


def expand(text: str) -> str:
    """Return the full IRI of a short id, a DOI or an IRI; the way back from :func:`shorten`.

    Raises UsageError where ``text`` can be no id.

    >>> expand("bevan-2024/citation/12a")
    'https://w3id.org/spreadgraph/id/bevan-2024/citation/12a'
    >>> expand("doi:10.1136/bmjinnov-2024-001251")
    'https://doi.org/10.1136/bmjinnov-2024-001251'
    """
    if doi := re.fullmatch(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/\S+)", text, re.IGNORECASE):
        return doi_iri(bare_doi(doi[1].lower()))
    if not text or re.search(_NO_IRI, text):
        raise UsageError(f"{text!r} is no id; write one such as bevan-2024/reference/13, sg:Claim or a DOI")
    prefix, colon, name = text.partition(":")
    if not colon:
        return DATA + text
    if name.startswith("//"):
        return text
    if prefix not in PREFIXES:
        raise UsageError(f"{text!r} has an unknown prefix; known are {', '.join(PREFIXES)}")
    return PREFIXES[prefix] + name
