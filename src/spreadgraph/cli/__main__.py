"""Runs the command line as ``python -m spreadgraph.cli``."""

from spreadgraph.cli import entry

entry()
