"""Length-framed messages between a process and its worker: two lengths, a head in JSON, a body in bytes."""

from __future__ import annotations

import json
import struct
from typing import IO, Any

LENGTHS = struct.Struct(">II")


def packed(head: dict[str, Any], body: bytes = b"") -> bytes:
    """Return one message as bytes."""
    data = json.dumps(head, separators=(",", ":")).encode()
    return LENGTHS.pack(len(data), len(body)) + data + body


def read(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Return the next message, or None where the stream has ended, be it in the middle of one."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    length = sum(LENGTHS.unpack(lengths))
    data = stream.read(length)
    return parted(lengths, data) if len(data) == length else None


def parted(lengths: bytes, data: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the message whose two lengths and whose rest are given."""
    head, _ = LENGTHS.unpack(lengths)
    return json.loads(data[:head]), data[head:]
