"""Takes away from this process what a query has no need of: memory, time, files, other programs and the network."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
import sys
from contextlib import suppress
from typing import Any

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
# Numbers of the calls that open a way out (Linux): socket, connect, execve, execveat, ptrace, io_uring_setup, which
# could open sockets as well; and how the kernel names the architecture they belong to.
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425)),
}
_X32 = 0x40000000
_EVENTS = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system", "urllib.", "ftplib.")


def die_with(parent: int) -> None:
    """Have this process killed when ``parent`` is gone, however it went; leaves at once where it is gone already."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def limit(memory: int, writes: bool) -> None:
    """Limit this process to ``memory`` bytes of address space and, unless it ``writes``, to no new byte in any file."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the deadline still holds there
        return
    limits = [(resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 4096)]
    for which, most in [*limits, *([] if writes else [(resource.RLIMIT_FSIZE, 0)])]:
        hard = resource.getrlimit(which)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(OSError, ValueError):  # macOS has some of these limits in name only
            resource.setrlimit(which, (bound, bound))


def limit_cpu(seconds: float) -> None:
    """Have the kernel kill this process after so many more seconds of computing, should nobody else do it."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 1, hard))


def cut_off() -> tuple[str, ...]:
    """Close the ways out of this process, and return the names of the walls that stand.

    ``namespace``: it has a network of its own, with nothing in it (where the system allows). ``calls``: the kernel
    refuses to open sockets and to start programs (seccomp; needs no rights). ``hook``: Python refuses them as well.
    Threads that run already keep their rights, so this comes before the engine is loaded.
    """
    sys.addaudithook(_refuse)
    walls = ["hook"]
    if sys.platform == "linux":
        libc = _libc()
        if libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
            walls.insert(0, "namespace")
        if _filter_calls(libc):
            walls.insert(0, "calls")
    return tuple(walls)


def _refuse(event: str, _: Any) -> None:
    if event.startswith(_EVENTS):
        raise PermissionError(f"a query has no use for {event}")


def _filter_calls(libc: Any) -> bool:
    """Install a seccomp filter, a BPF program over the number of each system call; returns whether it stands."""
    if platform.machine() not in _CALLS:
        return False
    architecture, calls = _CALLS[platform.machine()]
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    allow, deny = 0x7FFF0000, 0x00050000 | 13  # EACCES
    after = len(calls) + 1
    # Calls of another architecture (32 bits) have other numbers; a worker makes none, so all are refused.
    program = [(load, 0, 0, 4), (equal, 0, after + 2, architecture), (load, 0, 0, 0), (at_least, after, 0, _X32)]
    program += [(equal, after - 1 - place, 0, call) for place, call in enumerate(calls)]
    program += [(answer, 0, 0, allow), (answer, 0, 0, deny)]
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    held = ctypes.create_string_buffer(code)

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    made = Program(len(program), ctypes.cast(held, ctypes.c_void_p))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(made), 0, 0) == 0)


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)
