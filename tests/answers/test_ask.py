"""Running a reader's SPARQL: files, parameters, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from spreadgraph.answers.ask import MOST_BYTES, prepared, prepared_named, run
from spreadgraph.errors import NotFoundError, SpreadgraphError, UsageError
from spreadgraph.graph.store import LocalStore

SERVICE = "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"


def file(folder: Path, text: str) -> str:
    path = folder / "own.rq"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_file_is_run_as_it_is(bundled: LocalStore, tmp_path: Path) -> None:
    text = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?c a <https://w3id.org/spreadgraph/ontology#Factor> } }"
    (row,) = run(bundled, prepared(bundled, file(tmp_path, text), []))
    assert row["n"].value == "7"


def test_a_named_query_takes_ids_with_or_without_the_paper(bundled: LocalStore) -> None:
    texts = {
        prepared(bundled, "trace/claims-of", [f"thing={value}"])
        for value in ("factor/sustainability", "bevan-2024/factor/sustainability")
    }
    assert len(texts) == 1
    assert list(run(bundled, texts.pop()))


@pytest.mark.parametrize(
    "text",
    [
        SERVICE,
        "SELECT * WHERE { { SELECT * { OPTIONAL { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } } } } }",
        "select * where { FILTER EXISTS { sErViCe <http://127.0.0.1:9/> { ?s ?p ?o } } }",
        "ASK { ?x ?y ?z MINUS { SERVICE ?where { ?s ?p ?o } } }",
    ],
)
def test_service_is_refused_however_it_is_written(bundled: LocalStore, tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="add --allow-service"):
        prepared(bundled, file(tmp_path, text), [])
    assert prepared(bundled, file(tmp_path, text), [], allow_service=True) == text


def test_the_word_service_alone_is_harmless(bundled: LocalStore, tmp_path: Path) -> None:
    text = 'SELECT * WHERE { ?s ?p "SERVICE <x>" } # SERVICE <http://example.org/>'
    assert prepared(bundled, file(tmp_path, text), []) == text


@pytest.mark.parametrize("text", ["DROP ALL", "INSERT DATA { <a:b> <a:b> <a:b> }", "LOAD <file:///etc/passwd>"])
def test_updates_are_refused(bundled: LocalStore, tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="this is an update"):
        prepared(bundled, file(tmp_path, text), [])


def test_a_mistake_is_told_with_its_place(bundled: LocalStore, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not SPARQL: error at 2:"):
        run(bundled, prepared(bundled, file(tmp_path, "SELECT * WHERE {\n  ?s ?p }"), []))


def test_deep_nesting_is_refused_before_it_reaches_the_engine(bundled: LocalStore, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nested too deeply"):
        prepared(bundled, file(tmp_path, "SELECT * WHERE " + "{" * 3000 + "}" * 3000), [])


def test_files_that_cannot_be_read_are_said(bundled: LocalStore, tmp_path: Path) -> None:
    with pytest.raises(SpreadgraphError, match=r"missing\.rq cannot be read"):
        prepared(bundled, str(tmp_path / "missing.rq"), [])
    (tmp_path / "latin.rq").write_bytes(b"SELECT * WHERE { ?s ?p '\xe9' }")
    with pytest.raises(UsageError, match="not UTF-8"):
        prepared(bundled, str(tmp_path / "latin.rq"), [])
    (tmp_path / "long.rq").write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(UsageError, match="more than 256 KB"):
        prepared(bundled, str(tmp_path / "long.rq"), [])


@pytest.mark.parametrize("name", ["bevan-2024", "Bevan et al. 2024", "10.1136/bmjinnov-2024-001251"])
def test_a_paper_is_named_as_anywhere(bundled: LocalStore, name: str) -> None:
    graph = "https://w3id.org/spreadgraph/graph/bevan-2024"
    query = "references-cited-more-than-once"
    assert prepared_named(bundled, query, [f"paper={name}"]) == prepared_named(bundled, query, [f"paper={graph}"])
    with pytest.raises(NotFoundError, match="no paper called 'bevan-2023' is held here"):
        prepared_named(bundled, query, ["paper=bevan-2023"])


def test_parameters_need_a_named_query_and_a_value(bundled: LocalStore, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--param is for named queries"):
        prepared(bundled, file(tmp_path, "ASK {}"), ["a=b"])
    with pytest.raises(UsageError, match="write --param NAME=VALUE"):
        prepared(bundled, "trace/claims-of", ["thing"])


@pytest.mark.parametrize(
    ("query", "given", "meant"),
    [
        ("both-framings-side-by-side", "element=complexity", "did you mean bevan-2024/characteristic/complexity?"),
        ("both-framings-side-by-side", "element=Adopter community",
         "did you mean bevan-2024/characteristic/adopter-community?"),
        ("what-holds-whatever-you-spread", "factor=sustainability", "did you mean bevan-2024/factor/sustainability?"),
        ("signs-of-a-framing", "framing=innovation", "write one such as sgv:framing-improvement"),
        ("both-framings-side-by-side", "element=characteristic/complexty", "did you mean characteristic/complexity"),
    ],
)  # fmt: skip
def test_a_name_for_an_id_is_answered_with_the_id(bundled: LocalStore, query: str, given: str, meant: str) -> None:
    # What can be no id is wrong use, and stays so.
    with pytest.raises(UsageError if " " in given else NotFoundError) as refusal:
        prepared_named(bundled, query, [given])
    assert meant in str(refusal.value)
