"""Traces claims about spreading and scaling health-care interventions to sentence, citation, reference and work.

Begin with :func:`spreadgraph.graph.open_bundled`, which gives the graph of the bundled papers, and
:mod:`spreadgraph.answers`, which asks it. Nothing is imported here, so that the command line starts quickly.
"""
