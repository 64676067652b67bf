"""What can go wrong on the bus, each said so that the reader knows what to do."""

from __future__ import annotations


class BusError(Exception):
    """Any failure of the bus."""


class Unavailable(BusError):
    """The broker is away, or nobody answered in time. What was sent may have been stored: send it again as it was."""


class PermissionDenied(BusError):
    """The identity may not do this (deploy/nats/accounts.py lists what it may)."""


class Replaced(BusError):
    """The stream is not the one that was followed before: it lost what it had, or another took its place."""


class TooLarge(BusError):
    """The message is larger than the broker or the stream takes."""


class ApiError(BusError):
    """JetStream refused; `code` is its error code (10058: no such stream, 10071: the stream went on meanwhile, …)."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{description} (JetStream error {code})")
        self.code, self.description = code, description
