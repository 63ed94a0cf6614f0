"""Files nobody would write: each is read or refused in plain words and in time, and a refusal changes nothing."""

from __future__ import annotations

import gzip
import io
import os
import random
import resource
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from jats_articles import article, cite
from small_paper import TEXT
from spreadgraph.answers.advise import advise, paper_with_questions
from spreadgraph.answers.profile import questions, read_profile
from spreadgraph.cli import main
from spreadgraph.errors import SpreadgraphError
from spreadgraph.graph.check import check_file
from spreadgraph.graph.library import held
from spreadgraph.graph.store import LocalStore
from spreadgraph.intake.run import Report, add
from spreadgraph.intake.shelf import DiskShelf
from spreadgraph.resources import ontology_dir
from spreadgraph.sources.archive import members

MUTATIONS = int(os.environ.get("SPREADGRAPH_MUTATIONS", "500"))
MOST_SECONDS = 10.0
MOST_BYTES = 1 << 30
TOKENS = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"\x1b[2J", "\u202e".encode(), "\U0010ffff".encode(), b"\r", b"\t", b"%",
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"&#xFFFE;",
    b"<?xml version='1.1'?>", b"</body>", b"<xref ref-type='bibr' rid='r1 r2 r99'>", b"<ref id='r1'>", b"<sup>", b"-",
    b"<sub-article>", b" rid=''", b" xmlns='urn:x'", b"<article>", b"10.1/<>%\"{}", b"9" * 400, b"a" * 70_000,
    b"<i>" * 300, b"- " * 200, b"[" * 200, b"{" * 200, b"  " * 200, b"!!python/object:os.system", b"&a *a", b"*a",
    b"<<: *a", b"id: passage/introduction/1/1", b"type: Claim", b"type: [", b"|", b">-", b"? ", b": ", b"'", b'"', b"#",
    b"\n---\n", b"\n...\n", b"2024-13-45", b"1e999", b"0x10", b"null", b"~", b".inf", b"@vocab", b'"@id": "file:///"',
)  # fmt: skip
PLACES = "".join(
    f"<sec id='s{number}'><title>Part {number}</title><p>Wards {cite(1)} differ{cite(2)}\u2013{cite(5)}. "
    f"<bold>Bold</bold> teams, see {cite(7)}.</p><table-wrap id='t{number}'><table><tr><td>Cell {cite(3)}</td></tr>"
    "</table></table-wrap></sec>"
    for number in range(3)
)


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, data in files.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return buffer.getvalue()


ARTICLE = article(PLACES).encode()
SEEDS = {
    ".xml": [ARTICLE],
    ".yamlld": [TEXT.encode()],
    ".yaml": [path.read_bytes() for path in sorted((ontology_dir() / "examples").glob("*.yaml"))],
    ".tar.gz": [archive({"a/b.xml": ARTICLE, "c.yamlld": TEXT.encode()})],
    ".xml.gz": [gzip.compress(ARTICLE, mtime=0)],
}


def mutant(chance: random.Random, data: bytes) -> bytes:
    """Return ``data`` with one to six changes of the kinds that bad disks, bad tools and bad people make."""
    for _ in range(chance.choice((1, 1, 1, 1, 2, 3, 6))):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + int(chance.paretovariate(0.6)))
        match chance.randrange(7):
            case 0:
                data = data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]
            case 1:
                data = data[:start] + data[end:]
            case 2:
                data = data[:end] + data[start:end] * chance.randint(1, 50) + data[end:]
            case 3:
                other = chance.randrange(len(data) + 1)
                data = data[:other] + data[start:end] + data[other:]
            case 4 if chance.random() < 0.2:
                data = data[:start]
            case _:
                data = data[:start] + chance.choice(TOKENS) + data[start:]
        data = data[:2_000_000]
    return data


def mutants(number: int) -> Iterator[tuple[str, bytes]]:
    """Yield kinds and contents; of a compressed file the content is changed more often than what holds it."""
    chance = random.Random(20261128)  # noqa: S311  chance that can be repeated
    kinds = list(SEEDS)
    for place in range(number):
        kind = kinds[place % len(kinds)]
        seed = chance.choice(SEEDS[kind])
        if (kind == ".tar.gz" and chance.random() < 0.7) or (kind == ".xml.gz" and chance.random() < 0.5):
            yield kind, gzip.compress(mutant(chance, gzip.decompress(seed)), mtime=0)
        else:
            yield kind, mutant(chance, seed)


class Doors:
    """Where files come in, each opened once."""

    def __init__(self, folder: Path, bundled: LocalStore) -> None:
        self.folder = folder
        self.shelf = DiskShelf(folder / "library")
        add(self.shelf, members(ontology_dir() / "evidence"), processes=1)
        self._bundled = bundled
        self._paper = paper_with_questions(bundled, None)
        self._questions = questions(bundled, self._paper)

    def add(self, path: Path) -> str:
        """Add a file, check that a refusal changed nothing, and take out what came in."""
        state, papers = self.shelf.library.number, held(self.shelf.library.store.native)
        report: Report = add(self.shelf, members(path), processes=1)
        assert not [fault for fault in report.faults if "please report" in fault], report.faults
        for fault in report.faults:
            assert "Traceback" not in fault
        new = [slug for slug in report.added + report.replaced if slug not in papers]
        if not report.added + report.replaced:
            assert self.shelf.library.number == state
            assert held(self.shelf.library.store.native) == papers
        self.shelf.remove(new)
        return "refused" if report.faults else "read"

    def advise(self, path: Path) -> str:
        """Give a profile."""
        try:
            advise(self._bundled, self._paper, read_profile(str(path), self._questions), 3)
        except SpreadgraphError:
            return "refused"
        return "read"


@pytest.fixture
def doors(tmp_path: Path, bundled: LocalStore) -> Iterator[Doors]:
    found = Doors(tmp_path, bundled)
    yield found
    found.shelf.close()


def test_whatever_a_file_holds_it_is_read_or_refused(doors: Doors) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for place, (kind, data) in enumerate(mutants(MUTATIONS)):
        path = doors.folder / f"mutant-{place % 10}{kind}"
        path.write_bytes(data)
        began = time.monotonic()
        try:
            outcomes[f"{kind} {doors.advise(path) if kind == '.yaml' else doors.add(path)}"] += 1
        except Exception as error:
            error.add_note(f"mutant {place} of {kind}: {data[:2000]!r}")
            raise
        slowest = max(slowest, time.monotonic() - began)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    print(f"{MUTATIONS} mutants, slowest {slowest:.2f} s, memory grown {grown / 1e6:.0f} MB: {dict(outcomes)}")
    assert slowest < MOST_SECONDS
    assert grown < MOST_BYTES
    assert {name.split()[1] for name in outcomes} == {"read", "refused"}


def test_a_sample_goes_through_the_commands(doors: Doors, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    doors.shelf.close()
    store = str(doors.folder / "library")
    for place, (kind, data) in enumerate(mutants(20)):
        path = tmp_path / f"sample-{place}{kind}"
        path.write_bytes(data)
        command = ["advise", "--profile", str(path)] if kind == ".yaml" else ["--store", store, "add", str(path)]
        code = main(command)
        said = capsys.readouterr()
        assert code in {0, 1, 2}
        assert "Traceback" not in said.out + said.err
        assert all(line.startswith("spreadgraph: ") for line in said.err.splitlines()), said.err


def test_a_curated_file_of_any_content_can_be_checked(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311  chance that can be repeated
    for place in range(10):
        path = tmp_path / f"{place}.yamlld"
        path.write_bytes(mutant(chance, TEXT.encode()))
        with suppress(SpreadgraphError):
            check_file(path)


@pytest.mark.parametrize("kind", [".xml", ".yamlld", ".tar.gz"])
def test_a_process_of_its_own_needs_little_memory(tmp_path: Path, kind: str) -> None:
    chance = random.Random(11)  # noqa: S311  chance that can be repeated
    folder = tmp_path / "files"
    folder.mkdir()
    for place in range(10):
        (folder / f"{place}{kind}").write_bytes(mutant(chance, SEEDS[kind][0]))
    script = (
        "import resource, sys; from spreadgraph.cli import main; code = main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
    )
    command = [sys.executable, "-c", script, "--store", f"{tmp_path}/library", "add", "--processes", "1", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode in {0, 1}, ended.stderr
    assert "Traceback" not in ended.stderr
    assert int(ended.stdout.split()[-1]) * 1024 < MOST_BYTES
