"""What docs/endpoints.md says is so: its commands can be given, its addresses and numbers are those of the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import spreadgraph
from spreadgraph.answers import far
from spreadgraph.cli import _parser
from spreadgraph.graph import endpoint_http, endpoint_write
from spreadgraph.graph.endpoint import Addresses, EndpointStore
from spreadgraph.resources import queries_dir
from spreadgraph.terms import GRAPH, PROVENANCE_GRAPH

TEXT = (Path(__file__).parents[1] / "docs" / "endpoints.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^spreadgraph (.+)$", TEXT, re.M)
ROWS = [re.findall(r"`(https?://[^`]+)`", line) for line in TEXT.splitlines() if line.count("| `http") >= 2]


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_shown_can_be_given(line: str) -> None:
    words = shlex.split(line)
    args = _parser(words).parse_args(words)
    assert args.endpoint == "http://localhost:7878/query"


def test_updates_go_where_the_table_says() -> None:
    assert len(ROWS) == 6
    for query, update, *_ in ROWS:
        assert Addresses.of(query).update == update


def test_names_and_numbers_are_those_of_the_code() -> None:
    for words in (
        GRAPH, PROVENANCE_GRAPH, f"{far.MOST_TEXTS:,}", f"{endpoint_write.BLOCK:,}", f"{endpoint_http.TIMEOUT:g} s",
        f"{endpoint_http.MOST_BYTES // 1024**2} MB",
    ):  # fmt: skip
        assert words in TEXT
    for name in re.findall(r"`(SPREADGRAPH_\w+)`", TEXT):
        environment = {"SPREADGRAPH_ENDPOINT_USER": "u", name: "x"}
        assert endpoint_http.authorization(environment) != endpoint_http.authorization({}), name


def test_no_query_walks_a_path_of_any_length() -> None:
    for path in queries_dir().rglob("*.rq"):
        pattern = re.sub(r"<[^>]*>|\"[^\"]*\"|#.*", "", path.read_text(encoding="utf-8"))
        assert not re.search(r"[\w)][+*](?=[\s/|)^])", pattern.replace("COUNT(*)", "")), path.name


def test_a_notebook_opens_an_endpoint_by_its_address() -> None:
    opened = spreadgraph.open_graph("http://localhost:7878/query")
    assert isinstance(opened, EndpointStore)
    assert opened.addresses.query == "http://localhost:7878/query"
