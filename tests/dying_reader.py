"""A reader of files that some files kill; in a module of its own, where other processes find it too."""

from __future__ import annotations

import os
import signal

from spreadgraph.intake.reading import Outcome


def dying(name: str, kind: str, data: bytes, keep_text: bool) -> Outcome:
    """Read a file, unless it is the one that ends the process."""
    if b"kill" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(name, fault=f"{name} was read")
