"""Pulling from a durable consumer: what is there is taken as it comes, without waiting for a batch to fill.

One or two pull requests are with the broker at any time and their messages are taken off the wire unqueued, so that a
lone report is there at once and many come as one batch. nats-py's own fetch costs two tasks a message, leaves requests
behind at the broker when it times out, and loses what it had when its two kinds of time-out meet.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import orjson

from services.chassis.bus import Bus
from services.chassis.reading import Arrival
from services.chassis.wire import parse_headers

NANO = 1_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXPIRES_S, HEARTBEAT_S, SILENCE_S = 30, 3, 8
NOBODY = "503"


class Lost(Exception):
    """The pull ended: the connection broke, the durable is gone, or the broker fell silent."""


class Pulled:
    """One message that was pulled. `arrival` reads it, `reply` is where it is acknowledged."""

    __slots__ = ("_data", "_headers", "_subject", "reply")

    def __init__(self, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        self._subject, self._data, self._headers = subject, data, headers
        self.reply = reply.decode()

    @property
    def arrival(self) -> Arrival:
        """The message with its place in the stream and the moment the stream took it."""
        # $JS.ACK.<stream>.<consumer>.<deliveries>.<position>.<count>.<time>.<pending>; clusters may add domain and hash
        tokens = self.reply.split(".")
        position, _, time = tokens[5:8] if len(tokens) == 9 else tokens[7:10]
        headers = parse_headers(self._headers)[1] if self._headers else {}
        at = EPOCH + timedelta(microseconds=int(time) // 1_000)
        return Arrival(self._subject.decode(errors="replace"), headers, self._data, int(position), at)


class Pull:
    """A durable's messages, from `open` until it is `Lost`. Whatever is not acknowledged comes again."""

    def __init__(self, bus: Bus, stream: str, durable: str, batch: int) -> None:
        self.bus, self.stream, self.durable, self.batch = bus, stream, durable, batch
        self.waiting: list[Pulled] = []
        """What came and was not yet taken by `next`."""
        self._outstanding = 0
        self._lost = ""
        self._news = asyncio.Event()

    async def open(self) -> None:
        """Listens and asks for messages."""
        self.bus.on_lost.add(self._on_lost)
        self._inbox, self._subscription = await self.bus.listen(self._take)
        await self._ask()

    async def close(self) -> None:
        """Stops listening."""
        self.bus.on_lost.discard(self._on_lost)
        if hasattr(self, "_subscription"):
            await self.bus.unlisten(self._subscription)

    async def next(self) -> list[Pulled]:
        """What came, as soon as anything did; empty when the broker only said that the durable lives.

        Raises `Lost`; what came before that stays in `waiting`, to come again.
        """
        if not self.waiting:
            try:
                await asyncio.wait_for(self._news.wait(), SILENCE_S)
            except TimeoutError:
                self._lost = self._lost or "the broker fell silent"
        self._news.clear()
        if self._lost:
            raise Lost(self._lost)
        found, self.waiting = self.waiting, []
        await self._ask()
        return found

    async def _ask(self) -> None:
        if self._outstanding + len(self.waiting) <= self.batch:
            question = {"batch": self.batch, "expires": EXPIRES_S * NANO, "idle_heartbeat": HEARTBEAT_S * NANO}
            self._outstanding += self.batch
            subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{self.durable}"
            await self.bus.send(subject, orjson.dumps(question), reply=self._inbox)

    def _take(self, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        self._news.set()
        if reply.startswith(b"$JS.ACK."):
            self._outstanding -= 1
            self.waiting.append(Pulled(subject, reply, data, headers))
            return
        status, named = parse_headers(headers)
        if status.startswith("100"):
            return
        self._outstanding -= int(named.get("Nats-Pending-Messages", self.batch))
        if status.startswith(NOBODY):
            self._lost = f"the durable {self.durable} of {self.stream} is not there: `nenep provision` makes it"
        elif not status.startswith(("404", "408")):
            self._lost = self._lost or f"the broker says {status or 'nothing'}"

    def _on_lost(self) -> None:
        self._lost = self._lost or "the connection broke"
        self._news.set()
