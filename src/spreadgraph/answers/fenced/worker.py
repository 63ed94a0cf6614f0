"""The process behind the fence: opens one store, answers one query after the other, and dies with its parent.

Started as ``python -m spreadgraph.answers.fenced.worker CONFIG`` with :class:`Config` in JSON; reads and writes frames
(:mod:`spreadgraph.answers.fenced.frames`) on its standard input and output. Whatever a query does to it, only this
process suffers.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

from spreadgraph.answers.fenced import frames, limits

if TYPE_CHECKING:
    from collections.abc import Callable

# The engine's parser and planner call themselves for each level of a query; with the usual 8 MB some 2,000 levels,
# which fit in 4 KB of text, end the process. Only what is used takes memory.
STACK = 256 * 1024 * 1024


def main(config: dict[str, Any]) -> None:
    """Answer until the input ends: ``config`` as :func:`spreadgraph.answers.fenced.client.command` makes it."""
    limits.die_with(config["parent"])
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # Ctrl-C at the terminal is for the parent, which then ends its workers
    limits.limit(config["memory"], config["writes"])
    walls = limits.cut_off() if config["fenced"] else ()
    sys.setrecursionlimit(50_000)  # rdflib's parser, in the large stack below
    threading.stack_size(min(STACK, config["memory"] // 8))
    thread = threading.Thread(target=_guarded, args=(config, walls), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(1)
        if os.getppid() != config["parent"]:
            break
    os._exit(0)


def _guarded(config: dict[str, Any], walls: tuple[str, ...]) -> None:
    try:
        _serve(config, walls)
    except BaseException:
        # The parent sees the end of the stream, and says that the worker died; half an answer would be worse.
        os._exit(70)


def _serve(config: dict[str, Any], walls: tuple[str, ...]) -> None:
    from spreadgraph.answers.fenced.evaluate import Evaluator

    evaluator = Evaluator(config["home"], config["writes"], config["fenced"])
    out, source = sys.stdout.buffer, sys.stdin.buffer
    _send(out.write, out.flush, {"status": "ready", "walls": walls})
    while (message := frames.read(source)) is not None:
        limits.limit_cpu(message[0]["seconds"] + 2)
        head, body = evaluator.answer(message[0], message[1].decode("utf-8"))
        _send(out.write, out.flush, head, body)
        if head.get("last"):
            break


def _send(write: Callable[[bytes], Any], flush: Callable[[], None], head: dict[str, Any], body: bytes = b"") -> None:
    write(frames.packed(head, body))
    flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
