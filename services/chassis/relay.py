"""The outbox relay (engineer "bus" completes this file)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Outgoing(NamedTuple):
    """A message to publish: its position in the outbox, subject, id, headers and body."""

    position: int
    subject: str
    id: str
    headers: dict[str, str]
    body: bytes


class Outbox(Protocol):
    """Something that holds messages in order."""

    def read(self, after: int, limit: int) -> Sequence[Outgoing]:
        """The next messages after a position, in order, at most `limit`. Blocking."""
