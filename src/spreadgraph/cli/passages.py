"""``spreadgraph passages``: passage entries for a paper that is being curated."""

from __future__ import annotations

import argparse

from spreadgraph.cli.shared import write
from spreadgraph.sources.anchors import passages, read_sentences
from spreadgraph.sources.yamlld import as_yaml


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("sentences", metavar="FILE", help="one sentence a line: locator, tab, sentence")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to FILE instead of the screen")


def run(args: argparse.Namespace) -> int:
    """Print the entries as YAML."""
    write(args, as_yaml(passages(read_sentences(args.sentences))))
    return 0
