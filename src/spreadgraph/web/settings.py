"""What a server may spend on one request, whom it answers, and where it listens."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """All limits of a server in one place; times in seconds, sizes in bytes, ``rows`` in rows or triples.

    ``hosts`` and ``origins`` are what is allowed beside one's own machine and one's own pages: host names without a
    port, and origins such as ``https://example.org``. ``public`` is the origin under which a reverse proxy publishes
    the server. ``token`` is asked for before an update; without one every update is refused.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    public: str | None = None
    token: str | None = None

    # One query: from the moment a worker has it, parsing and planning included.
    deadline: float = 10.0
    memory: int = 2048 * MIB
    rows: int = 100_000
    answer: int = 16 * MIB
    # How many of people's queries run at the same time, and how many may wait for a turn.
    slots: int = 2
    waiting: int = 64
    # What all answers still on their way to clients may take together.
    outgoing: int = 256 * MIB
    # Answers kept for the next who asks the same.
    remembered: int = 64 * MIB

    # One connection.
    body: int = MIB
    header: int = 32 * 1024
    header_seconds: float = 10.0
    body_seconds: float = 20.0
    write_seconds: float = 60.0
    # Requests sent before the first of them has been answered, beside that one.
    ahead: int = 32
    connections: int = 512

    debug: bool = False

    @property
    def writable(self) -> bool:
        """Whether updates are possible at all."""
        return self.token is not None
