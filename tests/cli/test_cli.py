"""The command line as a person meets it: answers, exit codes, files, pipes and mistakes."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from spreadgraph.cli import COMMANDS, main

CLAIM = "claim/culture-and-leadership.clinical-leadership"


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        code = main(words)
    except SystemExit as leave:
        code = int(leave.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_a_trace_shows_the_whole_chain(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "trace", "middle", "managers")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    labels = [match[1] for line in lines if (match := re.match(r"  (\w+(?: in)?) {2,}", line))]
    assert labels == ["Hedge", "Stands in", "Marker", "Printed", "Meant", "Note", "Work", "Basis", "Support", "Id"]
    assert "[13] Hardie" in out
    assert "[14] Boutcher" in out
    assert "https://doi.org/10.1186/s12913-021-07387-z" in out
    assert max(map(len, (line for line in lines if "http" not in line))) <= 80


def test_a_trace_in_json_keeps_its_shape(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "trace", CLAIM, "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert document["direction"] == "forward"
    (result,) = document["results"]
    assert set(result) >= {"claim", "passages", "citations", "basis", "support"}
    assert set(result["claim"]) >= {"id", "text", "kind", "role", "hedges", "framings", "element"}
    assert set(result["passages"][0]) >= {"locator", "paper", "link"}
    (citation,) = result["citations"]
    assert set(citation) >= {"marker", "printed", "effective", "function", "work", "notes"}
    assert set(citation["work"]) >= {"iri", "title", "year", "doi", "url", "type", "peer_reviewed"}
    assert (citation["printed"]["number"], citation["effective"]["number"]) == (13, 14)


def test_several_matches_are_numbered_and_can_be_picked(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "trace", "adopter", "community")
    assert out.startswith("1 of ")
    assert re.search(r"^   2  ", out, re.M)
    _, full, _ = run(capsys, "trace", "--all", "adopter", "community")
    assert full.count("  Support ") > 5
    _, second, _ = run(capsys, "trace", "--pick", "2", "adopter", "community")
    assert second.count("  Support ") == 1
    code, _, err = run(capsys, "trace", "--pick", "99", "adopter", "community")
    assert code == 2
    assert "--pick takes 1 to" in err


def test_the_list_of_further_matches_says_as_much_of_support_as_the_full_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, full, _ = run(capsys, "trace", "--pick", "2", "strong", "ties")
    support = " ".join(full.split(" Support ")[1].split(" Id ")[0].split())
    assert support == "one source; secondary source; disputed reference; not peer reviewed"
    _, out, _ = run(capsys, "trace", "strong", "ties")
    assert f"innovation; {support}]" in " ".join(out.split())


def test_a_narrow_terminal_gets_labels_on_their_own_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    _, out, _ = run(capsys, "trace", CLAIM)
    assert "  Hedge\n    requires\n" in out
    assert max(len(line) for line in out.splitlines() if " " in line.strip() and "http" not in line) <= 40


def test_markdown_has_every_line_of_the_chain(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "trace", CLAIM, "--format", "md")
    assert out.startswith("## Culture and leadership")
    assert "- **Meant:** \\[14\\] Boutcher" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["trace", "zebra"], 1, "nothing has the words 'zebra'"),
        (["trace", "claim/nope.nope"], 1, "nothing is called claim/nope.nope"),
        (["trace", "ref:99"], 1, "there is no reference 99"),
        (["search", "zebra"], 1, "nothing has the words 'zebra'"),
        (["search", "--limit", "0", "x"], 2, "a whole number from 1 to 999999999 is needed"),
        (["compare", "leadershipp"], 1, "did you mean"),
        (["query", "nope"], 1, "no query is called 'nope'"),
        (["query", "trace/claims"], 2, "needs claim"),
        (["query", "missing.rq"], 2, "missing.rq cannot be read"),
        (["query", "claims-by-basis", "--param", "x=1"], 2, "has no parameter 'x'"),
        (["passages", "missing.tsv"], 2, "missing.tsv: No such file or directory"),
        (["--store", "nowhere", "trace", "x"], 2, "there is no library in nowhere"),
        (["--store", "nowhere", "remove", "x"], 2, "there is no library in nowhere"),
        (["add", "x.xml"], 2, "name the library, before the command"),
        (["--store", "new", "add"], 2, "name the files or folders to add"),
        (["tarce", "x"], 2, "invalid choice: 'tarce'"),
        (["compar"], 2, "invalid choice: 'compar'; did you mean compare?"),
        (["compar", "search"], 2, "invalid choice: 'compar'; did you mean compare?"),
        (["zzzz"], 2, "invalid choice: 'zzzz' (choose from"),
        (["--store", "", "stats"], 2, "the name of a folder is needed, not an empty one"),
        (["--store", "", "doctor"], 2, "the name of a folder is needed, not an empty one"),
        (["search", "--limit", "\u00b2", "x"], 2, "a whole number from 1 to 999999999 is needed"),
        ([], 2, "required: COMMAND"),
        (["trace"], 2, "required: WORDS|ID"),
    ],
)
def test_mistakes_get_one_clear_line(
    capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    got, out, err = run(capsys, *words)
    assert got == code
    assert said in err
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_debug_shows_where_an_error_arose() -> None:
    with pytest.raises(Exception, match="nothing has the words"):
        main(["--debug", "trace", "zebra"])


UNFORESEEN = [
    RuntimeError("Corruption: bad block\nin 000012.sst"),
    ValueError("no scheme found in an absolute IRI"),
    SyntaxError("error at 1:1"),
    sqlite3.DatabaseError("database disk image is malformed"),
    OverflowError("cannot convert float infinity to integer"),
    RecursionError("maximum recursion depth exceeded"),
]


@pytest.mark.parametrize("error", UNFORESEEN, ids=lambda error: type(error).__name__)
def test_an_error_nobody_thought_of_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(_: object) -> int:
        raise error

    monkeypatch.setattr("spreadgraph.cli.stats.run", broken)
    code, out, err = run(capsys, "stats")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"an error of spreadgraph itself ({type(error).__name__}: " in err
    assert "send what --debug before the command shows" in err
    with pytest.raises(type(error)):
        main(["--debug", "stats"])


def test_an_error_beside_a_library_says_who_looks_for_damage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spreadgraph.cli.stats.store", lambda _: 1 // 0)
    code, _, err = run(capsys, "--store", "papers", "stats")
    assert code == 2
    assert "spreadgraph --store papers doctor" in err


def test_an_interrupt_while_a_command_is_fetched_is_quiet(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("spreadgraph.cli.import_module", interrupted)
    assert run(capsys, "stats") == (130, "", "")


@pytest.mark.parametrize("columns", ["\u00b2", "9" * 5000, "0", "-1", "wide"])
def test_a_width_that_is_none_is_passed_over(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    code, out, err = run(capsys, "stats")
    assert (code, err) == (0, "")
    assert "paper held" in out


def test_an_answer_goes_to_a_file_whole_or_not_at_all(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "trace.json"
    code, out, _ = run(capsys, "trace", CLAIM, "--format", "json", "-o", str(target))
    assert (code, out) == (0, "")
    assert json.loads(target.read_text(encoding="utf-8"))["direction"] == "forward"
    code, _, err = run(capsys, "trace", CLAIM, "-o", str(tmp_path / "no" / "where.txt"))
    assert code == 2
    assert "No such file or directory" in err
    assert [path.name for path in tmp_path.iterdir()] == ["trace.json"]


def test_query_results_are_those_of_the_w3c(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "query", "claims-by-basis", "--format", "json")
    document = json.loads(out)
    assert set(document) == {"head", "results"}
    _, out, _ = run(capsys, "query", "claims-by-basis", "--format", "csv")
    assert out.splitlines()[0] == ",".join(document["head"]["vars"])
    _, out, _ = run(capsys, "query", "claims-by-basis", "--format", "md")
    assert out.startswith("| ")
    _, out, _ = run(capsys, "query", "claims-by-basis")
    assert document["head"]["vars"][0] in out


def test_ask_and_construct(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_text("ASK { GRAPH ?g { ?s ?p ?o } }", encoding="utf-8")
    assert run(capsys, "query", str(file))[:2] == (0, "yes\n")
    file.write_text("CONSTRUCT { ?c a ?t } WHERE { GRAPH ?g { ?c a ?t FILTER(?t = <urn:none>) } }", encoding="utf-8")
    code, out, err = run(capsys, "query", str(file), "--format", "ttl")
    assert (code, out.strip(), err) == (1, "", "spreadgraph: no rows\n")
    assert run(capsys, "query", str(file), "--format", "csv")[0] == 2


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--help")
    for name, purpose in COMMANDS.items():
        assert f"    {name}" in out
        code, page, _ = run(capsys, name, "--help")
        assert code == 0
        assert page.startswith(f"usage: spreadgraph {name}")
        assert " ".join(purpose.split()[1:4]) in " ".join(page.split())


def spawn(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "spreadgraph.cli", *words]
    return subprocess.run(command, env={**os.environ, **environment}, capture_output=True, check=False, timeout=120)


def test_output_is_utf8_under_any_locale() -> None:
    done = spawn("trace", "ref:15", LC_ALL="POSIX", PYTHONUTF8="0", PYTHONIOENCODING="latin-1")
    assert done.returncode == 0
    assert "Hébert" in done.stdout.decode("utf-8")


def test_a_closed_pipe_is_no_error() -> None:
    command = f'"{sys.executable}" -m spreadgraph.cli trace --all leadership | head -1; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("stats >&-", 0, ""),
        ("--help >&-", 0, ""),
        ("stats >&- 2>&- <&-", 0, ""),
        ("trace zebra 2>&-", 1, ""),
        ("query - <&-", 2, "the query is empty"),
        ("stats >/dev/full", 2, "No space left on device"),
    ],
)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such file there")
def test_closed_and_full_streams_are_no_traceback(words: str, code: int, said: str) -> None:
    command = ["/bin/bash", "-c", f'"{sys.executable}" -m spreadgraph.cli {words}']
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1 if said else 0)
    assert said in done.stderr


def test_no_colour_where_nobody_sees_it() -> None:
    assert b"\x1b" not in spawn("trace", CLAIM).stdout


def test_a_start_imports_nothing_heavy() -> None:
    script = (
        "import sys; from spreadgraph.cli import main; main(['trace', 'middle', 'managers']); "
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    heavy = {"rdflib", "networkx", "pyvis", "owlready2", "pyshacl", "rich", "yaml", "lxml", "jinja2"}
    slow = {"dataclasses", "difflib", "hashlib", "pathlib", "shutil", "textwrap", "urllib"}
    assert not (heavy | slow) & set(json.loads(done.stderr.replace("'", '"')))


@pytest.mark.parametrize("command", ["audit", "what-if"])
def test_an_argument_that_a_command_does_not_take_leads_to_its_help(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--no-such"])
    assert left.value.code == 2
    assert capsys.readouterr().err == (
        f"spreadgraph: unrecognized arguments: --no-such; for help: spreadgraph {command} --help\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["advise", "--new-profile", "--save", "x.yaml"], "--save keeps answers given on the screen"),
        (["advise", "--profile", "x.yaml", "--save", "y.yaml"], "--save keeps answers given on the screen"),
        (["what-if", "--ranking", "ref:20"], "--ranking shows what rests on each source"),
        (["what-if", "--as-of", "2024-01-01", "ref:20"], "--as-of is the day of a list"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err


def test_the_version_is_printed_where_a_script_looks_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    told = capsys.readouterr()
    assert told.out.startswith("spreadgraph ")
    assert told.err == ""
