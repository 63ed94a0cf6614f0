"""The values that the headers of queries give as examples."""

from __future__ import annotations

from spreadgraph.answers.catalog import Parameter, serialised
from spreadgraph.terms import expand, paper_graph


def example(parameter: Parameter) -> str:
    """Return the example of a parameter as a SPARQL term; a paper's short name stands for its graph."""
    text = parameter.example
    if parameter.type == "iri":
        text = paper_graph(text) if parameter.name == "paper" and ":" not in text else expand(text)
    return serialised(parameter, text)
