"""The forms in which a page comes, and how a client says which it wants: by suffix, else by what it accepts."""

from __future__ import annotations

from collections.abc import Iterable

from spreadgraph.web.negotiate import CHARSET, chosen

MEDIA = {
    "html": ("text/html", "application/xhtml+xml"),
    "json": ("application/json",),
    "ttl": ("text/turtle", "application/x-turtle"),
    "nt": ("application/n-triples",),
    "jsonld": ("application/ld+json",),
    "csv": ("text/csv",),
    "md": ("text/markdown",),
    "bib": ("application/x-bibtex", "text/x-bibtex"),
    "ris": ("application/x-research-info-systems",),
    "csl": ("application/vnd.citationstyles.csl+json",),
    "rq": ("application/sparql-query",),
    "yaml": ("application/yaml",),
    # A page that stands alone, to be kept and printed.
    "page": ("text/html",),
}
NAMES = {
    "json": "JSON", "ttl": "Turtle", "nt": "N-Triples", "jsonld": "JSON-LD", "csv": "CSV", "md": "Markdown",
    "bib": "BibTeX", "ris": "RIS", "csl": "CSL-JSON", "rq": "SPARQL", "yaml": "YAML",
}  # fmt: skip


def content_type(form: str) -> str:
    """Return the Content-Type of a form."""
    name = MEDIA[form][0]
    return name + CHARSET if name.startswith("text/") or form in {"bib", "ris", "yaml"} else name


def parted(text: str, forms: Iterable[str] = MEDIA) -> tuple[str, str | None]:
    """Part an address into what it names and the form that its suffix asks for, None without one.

    >>> parted("claims-by-basis.csv"), parted("adopter-community.improvement")
    (('claims-by-basis', 'csv'), ('adopter-community.improvement', None))
    """
    name, dot, suffix = text.rpartition(".")
    return (name, suffix) if dot and name and suffix in set(forms) else (text, None)


def accepted(accept: str, forms: Iterable[str]) -> str | None:
    """Return which of ``forms`` a client likes best, the first of equals; None where it takes none of them."""
    return chosen(accept, {form: MEDIA[form] for form in forms})
