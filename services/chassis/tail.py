"""Following a stream from a position: in order, without gaps, without end, whatever happens to the broker.

One ephemeral pull consumer without acknowledgements, kept supplied with pull requests; its messages are taken off the
wire unqueued. The reader keeps the position (in the same transaction as what it made of the messages), so the consumer
may be lost at any time: it is made anew at the last position that was yielded. A missed message shows as a gap in
the consumer's own count, a lost consumer as silence (no heartbeat), as a status message, or as a broken connection. A
stream that a damaged disk cut short shows in that last message: it is no longer there, or another one is in its place.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import orjson

from services.chassis.bus import ApiError, Bus, Unavailable
from services.chassis.errors import Replaced
from services.chassis.wire import parse_headers

log = logging.getLogger("nenep.tail")
NANO = 1_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXPIRES_S, HEARTBEAT_S, SILENCE_S = 30, 3, 8
INACTIVE_S = 60
NO_CONSUMER = 10014
AGAIN_S = 0.1, 2.0


class Arrived(NamedTuple):
    """A message of the stream: its position in the stream, and when the broker stored it."""

    position: int
    subject: str
    headers: dict[str, str]
    data: bytes
    at: datetime


class _Lost(Exception):
    """The consumer is gone or missed something."""


async def tail(
    bus: Bus, stream: str, subject: str, name: str, after: int, at: datetime | None = None, *, batch: int = 2_000
) -> AsyncIterator[list[Arrived]]:
    """Yields what the stream holds on `subject` after position `after`, then what comes, in lists of 1 to `batch`.

    `at` is when the message at `after` was stored, where that is known. `name` is the consumer's, one for one follower
    at a time (identities may only use their own name). Ends when cancelled, with `Replaced` when the stream does not
    hold the last message that is known, or with `Unavailable` when the bus was closed; `PermissionDenied` when the
    identity may not follow this.
    """
    position, wait = after, AGAIN_S[0]
    while True:
        await bus.wait_connected()
        feed = _Feed(bus, stream, subject, name, position, at, batch)
        try:
            await feed.open()
            wait = AGAIN_S[0]
            while True:
                arrived = await feed.next()
                position, at = arrived[-1].position, arrived[-1].at
                yield arrived
        except (_Lost, Unavailable, ApiError) as error:
            log.info("following %s on %s: %s; going on after %d", stream, subject, error, position)
            await asyncio.sleep(wait)
            wait = min(2 * wait, AGAIN_S[1])
        finally:
            await feed.close()


class _Feed:
    """One consumer's life, from a position to its loss."""

    def __init__(
        self, bus: Bus, stream: str, subject: str, name: str, after: int, at: datetime | None, batch: int
    ) -> None:
        self.bus, self.stream, self.subject, self.name, self.batch = bus, stream, subject, name, batch
        self.after, self._known = after, at
        self._wire: deque[tuple[bytes, list[bytes], bytes, bytes]] = deque()
        self._outstanding = 0
        self._delivered = 0
        self._lost = ""
        self._news = asyncio.Event()

    async def open(self) -> None:
        """Makes the consumer (over one of an earlier life) and asks for messages."""
        self.bus.on_lost.add(self._on_lost)
        self._inbox, self._subscription = await self.bus.listen(self._take)
        try:
            await self.bus.api(f"CONSUMER.DELETE.{self.stream}.{self.name}")
        except ApiError as error:
            if error.code != NO_CONSUMER:
                raise
        config = {
            "name": self.name,
            "filter_subject": self.subject,
            "ack_policy": "none",
            "deliver_policy": "by_start_sequence",
            "opt_start_seq": self.after if self._known else self.after + 1,
            "replay_policy": "instant",
            "inactive_threshold": INACTIVE_S * NANO,
            "mem_storage": True,
            "num_replicas": 1,
        }
        question = {"stream_name": self.stream, "config": config}
        made = await self.bus.api(f"CONSUMER.CREATE.{self.stream}.{self.name}.{self.subject}", question)
        if self._known and not made["num_pending"]:
            raise Replaced(f"message {self.after} of {self.stream} is no longer there")

    async def close(self) -> None:
        """Stops listening; the broker forgets the consumer by itself."""
        self.bus.on_lost.discard(self._on_lost)
        if hasattr(self, "_subscription"):
            await self.bus.unlisten(self._subscription)

    async def next(self) -> list[Arrived]:
        """What is there, at least one message. Raises `_Lost` when the consumer can no longer be trusted, `Replaced`
        when the first message is not the last one known."""
        found = await self._next()
        if self._known:
            last = found.pop(0)
            if (last.position, last.at) != (self.after, self._known):
                raise Replaced(f"message {self.after} of {self.stream} is not the one that was there")
            self._known = None
        return found or await self._next()

    async def _next(self) -> list[Arrived]:
        while not self._wire:
            if self._lost:
                raise _Lost(self._lost)
            await self._pull()
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), SILENCE_S)
            except TimeoutError:
                raise _Lost("no heartbeat") from None
        found = [_arrived(*self._wire.popleft()) for _ in range(min(len(self._wire), self.batch))]
        if not self._lost:
            await self._pull()
        return found

    async def _pull(self) -> None:
        """Keeps up to two batches on their way, fewer when the reader does not take what is there.

        No `max_bytes`: with it nats-server 2.15.1 pauses ~0.1 s at each request (16,000 instead of 76,000 messages a
        second); the broker's `max_pending` allows for two batches of the largest reports instead.
        """
        if self._outstanding + len(self._wire) <= self.batch:
            question = {
                "batch": self.batch,
                "expires": int(EXPIRES_S * NANO),
                "idle_heartbeat": int(HEARTBEAT_S * NANO),
            }
            self._outstanding += self.batch
            await self.bus.send(
                f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{self.name}", orjson.dumps(question), reply=self._inbox
            )

    def _take(self, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        self._news.set()
        if not reply.startswith(b"$JS.ACK."):
            self._status(headers)
            return
        # $JS.ACK.<stream>.<consumer>.<deliveries>.<position>.<count>.<time>.<pending>; clusters may add domain and hash
        tokens = reply.split(b".")
        numbers = tokens[5:8] if len(tokens) == 9 else tokens[7:10]
        self._delivered += 1
        self._outstanding -= 1
        if int(numbers[1]) != self._delivered:
            self._lost = self._lost or f"message {self._delivered} of the consumer did not arrive"
        if not self._lost:
            self._wire.append((subject, numbers, data, headers))

    def _status(self, headers: bytes) -> None:
        status, named = parse_headers(headers)
        if status.startswith("100"):
            return
        self._outstanding -= int(named.get("Nats-Pending-Messages", self.batch))
        if not status.startswith(("404", "408")):
            self._lost = self._lost or f"the broker says {status or 'nothing'}"

    def _on_lost(self) -> None:
        self._lost = self._lost or "the connection broke"
        self._news.set()


def _arrived(subject: bytes, numbers: list[bytes], data: bytes, headers: bytes) -> Arrived:
    at = EPOCH + timedelta(microseconds=int(numbers[2]) // 1_000)
    return Arrived(int(numbers[0]), subject.decode(), parse_headers(headers)[1] if headers else {}, data, at)
