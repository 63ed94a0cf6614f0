"""Where the page of a thing is: addresses that stay, are short, and can be read."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from spreadgraph.terms import DATA, DOI, SG, SGV

# What may stand in a path as it is (RFC 3986); an id of a work is escaped already, as its DOI is in an address.
_IN_PATH = "/:@!$&'()*+,;=~"
_VOCABULARIES = (("sg:", SG), ("sgv:", SGV))


def address(iri: str) -> str | None:
    """Return the address of the page of ``iri`` on this server; None for what has none here.

    >>> address("https://w3id.org/spreadgraph/id/bevan-2024/reference/13")
    '/id/bevan-2024/reference/13'
    >>> address("https://doi.org/10.1002/(sici)1%3C1::aid%3E3.0")
    '/work/10.1002/(sici)1%3C1::aid%3E3.0'
    >>> address("https://w3id.org/spreadgraph/vocab/hedge-may"), address("http://example.org/")
    ('/id/sgv:hedge-may', None)
    """
    if iri.startswith(DATA):
        return f"/id/{quote(iri.removeprefix(DATA), safe=_IN_PATH)}"
    if iri.startswith(DOI):
        return f"/work/{quote(iri.removeprefix(DOI), safe=_IN_PATH + '%')}"
    for prefix, namespace in _VOCABULARIES:
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"/id/{quote(prefix + iri.removeprefix(namespace), safe=_IN_PATH)}"
    return None


def paper_address(slug: str, part: str = "", **query: object) -> str:
    """Return the address of a paper's page, or of a ``part`` of it.

    >>> paper_address("bevan-2024", "references", page=2)
    '/paper/bevan-2024/references?page=2'
    """
    return with_query(f"/paper/{quote(slug, safe=_IN_PATH)}{f'/{part}' if part else ''}", query)


def with_query(path: str, query: Mapping[str, object]) -> str:
    """Return an address with the parts of ``query`` that are not None or empty.

    >>> with_query("/search", {"q": "weak ties", "kind": "", "page": None})
    '/search?q=weak+ties'
    """
    given = {name: value for name, value in query.items() if value is not None and value != ""}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path
