"""Times libraries of growing size: reading, loading, asking, adding one paper, and starting cold.

    python benchmarks/library.py FOLDER [PAPERS ...]      (default: 23 230 2300, about 1e5, 1e6 and 1e7 triples)

The articles are those of corpus.py. What is made in FOLDER is kept and used again. Each engine loads in a process of
its own, so that its memory can be told; questions are asked in turn, warm: their medians and 99th percentiles count.
Parts can be named by --only: read, load, ask, one, cold, peers.
"""

from __future__ import annotations

import argparse
import multiprocessing
import pickle
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph
from lxml import etree
from pyoxigraph import RdfFormat

# The servers are started as the tests start them.
sys.path.append(str(Path(__file__).parents[1] / "tests"))
from corpus import COMMON, MID, Corpus, doi
from endpoint_servers import QUERY_PATH, running_virtuoso
from spreadgraph.answers import holdings, whatif
from spreadgraph.answers.resolve import resolve, traced
from spreadgraph.answers.rows import rows
from spreadgraph.answers.search import search
from spreadgraph.graph.endpoint import EndpointStore
from spreadgraph.graph.store import LocalStore, open_store
from spreadgraph.intake import reading
from spreadgraph.intake.far import EndpointShelf
from spreadgraph.intake.run import add
from spreadgraph.intake.shelf import DiskShelf, Prepared
from spreadgraph.sources import jats
from spreadgraph.sources.archive import Member

BATCH, ROUNDS = 40, 60
WORK = "https://doi.org/"


# ------ reading


def read() -> str:
    """Compare reading articles with lxml's parse of the same bytes, in processor time of one process."""
    articles = [Corpus(60).article(number) for number in range(60)]
    reading.prepared(jats.read(articles[0], "first.xml")[0])
    sources = [jats.read(article, "x.xml")[0] for article in articles]
    steps: list[tuple[str, Callable[[], Any]]] = [
        ("lxml alone", lambda: [etree.fromstring(article) for article in articles]),
        ("read into a document", lambda: [jats.read(article, "x.xml") for article in articles]),
        ("document to quads, closed", lambda: [reading._builder().compiled(source) for source in sources]),
        ("all, with what the index holds", lambda: [reading.read("x.xml", "jats", each, False) for each in articles]),
    ]
    times = {name: min(_processor(step) for _ in range(3)) / len(articles) for name, step in steps}
    floor = times["lxml alone"]
    size = statistics.mean(map(len, articles))
    lines = [
        f"| {name} | {t * 1e3:.1f} | {t / floor:.0f} | {1 / t:.0f} | {size / t / 1e6:.1f} |"
        for name, t in times.items()
    ]
    return "| step | ms an article | : lxml | articles/s a core | MB/s |\n|---|--:|--:|--:|--:|\n" + "\n".join(lines)


def _processor(step: Callable[[], Any]) -> float:
    begin = time.process_time()
    step()
    return time.process_time() - begin


# ------ loading


def batches(folder: Path, papers: int) -> list[Path]:
    """Return files of compiled papers, made once."""
    home = folder / f"batches-{papers}"
    if not (home / "done").exists():
        home.mkdir(parents=True, exist_ok=True)
        corpus = Corpus(papers)
        with multiprocessing.get_context("spawn").Pool(initializer=reading.start) as pool:
            numbers = [range(start, min(start + BATCH, papers)) for start in range(0, papers, BATCH)]
            pool.starmap(_compile, [(papers, list(each), home / f"{each[0]:06}.pickle") for each in numbers])
        (home / "done").touch()
        del corpus
    return sorted(home.glob("*.pickle"))


def _compile(papers: int, numbers: list[int], path: Path) -> None:
    corpus = Corpus(papers)
    found = [reading.prepared(jats.read(corpus.article(number), "x.xml")[0]) for number in numbers]
    path.write_bytes(pickle.dumps(found))


def by_spreadgraph(files: list[Path], home: Path) -> float:
    """Load as ``add`` does, without reading: graph, index, and a finished state after each batch; return seconds."""
    shelf, seconds = DiskShelf(home), 0.0
    for path in files:
        papers = _unpickled(path)
        begin = time.perf_counter()
        shelf.put(papers)
        seconds += time.perf_counter() - begin
    shelf.close()
    return seconds


def by_pyoxigraph(files: list[Path], home: Path) -> float:
    """Load all quads by one call of the engine's bulk loader, from a file; return seconds."""
    store, text = pyoxigraph.Store(str(home)), home.parent / "all.trig"
    with text.open("wb") as file:
        for path in files:
            file.writelines(paper.compiled.quads for paper in _unpickled(path))
    begin = time.perf_counter()
    store.bulk_load(path=text, format=RdfFormat.TRIG)
    store.flush()
    seconds = time.perf_counter() - begin
    text.unlink()
    return seconds


def by_rdflib(files: list[Path], home: Path) -> float:
    """Load all quads into rdflib's memory store; return seconds."""
    import rdflib

    data = b"".join(paper.compiled.quads for path in files for paper in _unpickled(path))
    begin = time.perf_counter()
    rdflib.Dataset().parse(data=data, format="trig")
    return time.perf_counter() - begin


def _unpickled(path: Path) -> list[Prepared]:
    found: list[Prepared] = pickle.loads(path.read_bytes())  # noqa: S301  a file of our own making
    return found


LOADERS = {"spreadgraph": by_spreadgraph, "pyoxigraph": by_pyoxigraph, "rdflib": by_rdflib}
MOST_FOR_RDFLIB = 60


def load(folder: Path, papers: int) -> Iterator[str]:
    """Yield a row for each loader: seconds, triples a second, peak memory, size on disk."""
    for name in LOADERS:
        if name == "rdflib" and papers > MOST_FOR_RDFLIB:
            continue
        home = folder / f"{name}-{papers}"
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(exist_ok=True)
        command = [sys.executable, __file__, str(folder), str(papers), "--loader", name]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        seconds, memory, triples = float(said[-3]), float(said[-2]), int(said[-1])
        size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file() and "snapshots" not in path.parts)
        yield f"| {name} | {triples:,} | {seconds:.1f} | {triples / seconds:,.0f} | {memory:.0f} | {size / 2**20:.0f} |"


def _loaded(folder: Path, papers: int, name: str) -> None:
    """Load in this process and print seconds, peak MiB and the number of triples."""
    files = batches(folder, papers)
    seconds = LOADERS[name](files, folder / f"{name}-{papers}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seconds, memory, sum(paper.compiled.triples for path in files for paper in _unpickled(path)))


# ------ asking


def questions(store: LocalStore, papers: int) -> dict[str, Callable[[], Any]]:
    """Return what is asked, by name; the most cited work and a paper in the middle."""
    popular = holdings.holdings(store, 1).most_relied_on[0].iri
    middle = doi(papers // 2).replace("/", "-")
    return {
        "a citing sentence to its works": lambda: traced(store, resolve(store, f"{middle}/citation/5")),
        "one reference, back": lambda: traced(store, resolve(store, f"{middle}/ref:3")),
        "the first 50 references to a popular work": lambda: rows(store, "trace/references-to", 50, work=[popular]),
        "a popular work, first 10 in full": lambda: traced(store, resolve(store, popular, 10)),
        "what if the popular work falls": lambda: whatif.what_if(store, whatif.sources(store), [popular]),
        "works cited together with one": lambda: rows(
            store, "works-cited-together", 50, work=[WORK + doi(papers // 2)]
        ),
        "uncited in one paper": lambda: rows(store, "audit/references-never-cited", document=[WORK + doi(papers // 2)]),
        "a rare word": lambda: search(store, MID),
        "a common word": lambda: search(store, COMMON),
        "most relied on": lambda: holdings.holdings(store, 10),
    }


def ask(store: LocalStore, papers: int) -> dict[str, tuple[float, float]]:
    """Return median and 99th percentile of each question, in milliseconds, warm."""
    found = {}
    for name, question in questions(store, papers).items():
        question()
        times = sorted(_wall(question) * 1e3 for _ in range(ROUNDS))
        found[name] = (statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.99))])
    return found


def _wall(step: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


def one(folder: Path, papers: int) -> str:
    """Return what one more paper costs the library: graph, index and finished state, in milliseconds."""
    shelf = DiskShelf(folder / f"spreadgraph-{papers}")
    corpus, times = Corpus(papers + 40), []
    for number in range(papers, papers + 15):
        paper = reading.prepared(jats.read(corpus.article(number), "x.xml")[0])
        times.append(_wall(lambda paper=paper: shelf.put([paper])) * 1e3)  # type: ignore[misc]  # bound at once
    shelf.remove([doi(number).replace("/", "-") for number in range(papers, papers + 15)])
    shelf.close()
    return f"| {papers:,} papers | {statistics.median(times):.0f} | {max(times):.0f} |"


def cold(folder: Path, papers: int) -> str:
    """Return what a whole process costs that traces one sentence, in milliseconds, beside one that does nothing."""
    program = "import sys; from spreadgraph.cli import entry; sys.argv = ['spreadgraph', *sys.argv[1:]]; entry()"
    trace = [sys.executable, "-c", program, "--store", str(folder / f"spreadgraph-{papers}"), "trace"]
    trace.append(f"{doi(papers // 2).replace('/', '-')}/citation/5")
    commands = {"floor": [sys.executable, "-c", "pass"], "trace": trace}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(11):
        for name, command in commands.items():
            times[name].append(
                _wall(lambda command=command: subprocess.run(command, capture_output=True, check=True)) * 1e3
            )  # type: ignore[misc]
    floor, found = (statistics.median(times[name]) for name in commands)
    return f"| {papers:,} papers | {floor:.0f} | {found:.0f} | {found / floor:.1f} |"


# ------ peers


def peers(folder: Path, papers: int) -> Iterator[str]:
    """Yield a row for each query: ours in memory, rdflib's engine, and Virtuoso over HTTP on the same data, in ms."""
    import rdflib

    from spreadgraph.answers.catalog import bound, iris, named

    data = b"".join(paper.compiled.quads for path in batches(folder, papers) for paper in _unpickled(path))
    dataset, store = rdflib.Dataset(), pyoxigraph.Store()
    dataset.parse(data=data, format="trig")
    store.load(data, format=RdfFormat.TRIG)
    middle = f"https://w3id.org/spreadgraph/id/{doi(papers // 2).replace('/', '-')}"
    (folder / "virtuoso").mkdir(exist_ok=True)
    with running_virtuoso(folder / "virtuoso") as base:
        far = EndpointStore(base + QUERY_PATH["virtuoso"])
        for path in batches(folder, papers):
            EndpointShelf(far).put(_unpickled(path))
        for name, parameter, value in (
            ("trace/markers", "passage", f"{middle}/passage/s1/1/1"),
            ("trace/work-details", "reference", f"{middle}/reference/3"),
            ("trace/cited-by", "reference", f"{middle}/reference/3"),
            ("trace/references-to", "work", WORK + doi(1)),
        ):
            text = bound(named(name), {parameter: iris([value])})
            engines: list[Callable[[str], Any]] = [store.query, dataset.query, far.query]
            ours, theirs, other = (
                statistics.median(_wall(lambda ask=ask, text=text: list(ask(text))) for _ in range(9)) * 1e3  # type: ignore[misc]  # bound at once
                for ask in engines
            )
            yield f"| {name} | {ours:.2f} | {theirs:.1f} | {theirs / ours:.0f} | {other:.1f} |"


def memory_of_add(folder: Path, papers: int) -> str:
    """Return papers a second and the peak memory of all processes of ``add``, by the real reading of articles."""
    home = folder / f"added-{papers}"
    shutil.rmtree(home, ignore_errors=True)
    corpus = Corpus(papers)
    shelf = DiskShelf(home)
    begin = time.perf_counter()
    report = add(shelf, (Member(name, "jats", data) for name, data in corpus.articles()))
    seconds = time.perf_counter() - begin
    shelf.close()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * multiprocessing.cpu_count()
    return f"| {len(report.added):,} | {len(report.added) / seconds:.1f} | {(own + readers) / 1024:.0f} |"


def main() -> None:
    """Run what was asked for and print tables in Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("papers", type=int, nargs="*", default=[23, 230, 2300])
    parser.add_argument("--only", nargs="*", default=["read", "load", "ask", "one", "cold", "peers"])
    parser.add_argument("--loader", choices=LOADERS)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    if args.loader:
        _loaded(args.folder, args.papers[0], args.loader)
        return
    if "read" in args.only:
        print(read() + "\n")
    if "load" in args.only:
        print("| loader | triples | s | triples/s | peak MiB | disk MiB |\n|---|--:|--:|--:|--:|--:|")
        for papers in args.papers:
            batches(args.folder, papers)
            for row in load(args.folder, papers):
                print(row, flush=True)
    if "add" in args.only:
        print("\n| articles | articles/s | peak MiB of all processes |\n|--:|--:|--:|")
        print(memory_of_add(args.folder, max(args.papers)))
    if "ask" in args.only:
        found = {papers: ask(open_store(args.folder / f"spreadgraph-{papers}"), papers) for papers in args.papers}
        print("\n| question, ms: median (99th) | " + " | ".join(f"{papers:,} papers" for papers in args.papers) + " |")
        print("|---" + "|--:" * len(args.papers) + "|")
        for name in found[args.papers[0]]:
            cells = (f"{found[papers][name][0]:.1f} ({found[papers][name][1]:.1f})" for papers in args.papers)
            print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    if "one" in args.only:
        print("\n| one paper more, ms | median | most |\n|---|--:|--:|")
        print("\n".join(one(args.folder, papers) for papers in args.papers), flush=True)
    if "cold" in args.only:
        print("\n| cold trace, ms | python alone | trace | ratio |\n|---|--:|--:|--:|")
        print("\n".join(cold(args.folder, papers) for papers in args.papers), flush=True)
    if "peers" in args.only:
        print("\n| query, ms | in memory | rdflib | ratio | Virtuoso, HTTP |\n|---|--:|--:|--:|--:|")
        for row in peers(args.folder, args.papers[0]):
            print(row, flush=True)


if __name__ == "__main__":
    main()
