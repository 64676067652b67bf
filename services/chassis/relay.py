"""The outbox relay: publishes what a store holds to a stream, in order, each message once, from wherever it stopped.

Messages go out in atomic batches (all of a batch or none, one fsync). The first message of each carries a fence,
`Nats-Expected-Last-Subject-Sequence` on the relay's own subject filter: the batch is stored only when the stream still
ends, on that filter, where this relay believes it does. So three services write one stream without disturbing one
another, and two relays of one service may run at once: whoever comes second is refused, reads where the stream ends,
and goes on from there. (A fence with a wildcard inside a batch works on nats-server 2.15.1; the tests try it on every
run.) The stream's last message on the filter is the relay's only memory: its header `Nenep-Position`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from services.chassis.bus import ApiError, Bus, BusError, Stored, Unavailable
from services.chassis.wire import header_size

log = logging.getLogger("nenep.relay")
POSITION = "Nenep-Position"
MOST_MESSAGES, MOST_BYTES = 1_000, 4 * 2**20
IDLE_S, TROUBLE_S, ACK_S = 1.0, 2.0, 30.0
OVERTAKEN = {10071, 10164, 10201}
"""Wrong last sequence (of the stream, of the subject), and a message id that is already stored: somebody was faster."""


class Outgoing(NamedTuple):
    """A message to publish. Positions grow (not necessarily by one); the id is the stream's `Nats-Msg-Id`."""

    position: int
    subject: str
    id: str
    headers: dict[str, str]
    body: bytes


class Outbox(Protocol):
    """Something that holds messages in order, for ever."""

    def read(self, after: int, limit: int) -> Sequence[Outgoing]:
        """The next messages after a position, in order, at most `limit`. Blocking: the relay calls it in a thread."""


class Diverged(Exception):
    """The store behind the outbox is not the one that the stream was published from."""


class End(NamedTuple):
    """Where the stream ends on the relay's filter: its sequence there, and the outbox position published last."""

    sequence: int
    position: int


class Relay:
    """Publishes one outbox to one stream. `run` it until cancelled; `wake` it when something was recorded.

    `batch` is the most messages in a batch (the server takes at most 1,000), `batch_bytes` the most bytes; a single
    message may be larger than that. `subject_filter` must cover every subject of this outbox and of no other. `whole`:
    the outbox holds all that it ever published, so that one which ends before the stream does is an older copy.
    """

    def __init__(
        self,
        bus: Bus,
        stream: str,
        subject_filter: str,
        outbox: Outbox,
        batch: int = 500,
        *,
        batch_bytes: int = MOST_BYTES,
        whole: bool = False,
    ) -> None:
        if not 0 < batch <= MOST_MESSAGES:
            raise ValueError(f"A batch holds 1 to {MOST_MESSAGES} messages, not {batch}")
        self.bus, self.stream, self.filter, self.outbox = bus, stream, subject_filter, outbox
        self.batch, self.batch_bytes, self.whole = batch, batch_bytes, whole
        self.trouble = ""
        """Why nothing is published at the moment, in words; empty when all is well."""
        self.resumed = asyncio.Event()
        """Set when outbox and stream were first seen to belong together."""
        self._end = End(0, 0)
        self._lag = 0
        self._woken = asyncio.Event()

    @property
    def published(self) -> int:
        """The outbox position known to be in the stream (0: nothing, or not yet asked)."""
        return self._end.position

    @property
    def lag(self) -> int:
        """How many messages were read from the outbox and are not yet known to be stored (at most a few batches)."""
        return self._lag

    def wake(self) -> None:
        """Says that there is something new (on the event loop's thread). Without it the relay looks every second."""
        self._woken.set()

    async def run(self) -> None:
        """Publishes until cancelled. No failure ends it: it is named in `trouble`, logged once, and tried again."""
        while True:
            try:
                self._end = await self._resume()
                self.trouble = ""
                self.resumed.set()
                await self._follow()
            except ApiError as error:
                if error.code not in OVERTAKEN:
                    await self._troubled(error)
            except Unavailable as error:
                if self.bus.connected:
                    await self._troubled(error)
                await self.bus.wait_connected()
            except (BusError, Diverged) as error:
                await self._troubled(error)

    async def _follow(self) -> None:
        """Reads ahead in a thread while it publishes; raises when a batch was not stored."""
        reading = self._reading(self._end.position)
        try:
            while True:
                found = await reading
                if found:
                    reading = self._reading(found[-1].position)
                    self._lag = len(found)
                    for part in parts(found, self.batch, self.batch_bytes):
                        self._end = await self._store(part)
                        self._lag -= len(part)
                else:
                    await self._idle()
                    reading = self._reading(self._end.position)
        finally:
            self._lag = 0
            reading.cancel()

    def _reading(self, after: int) -> asyncio.Future[Sequence[Outgoing]]:
        self._woken.clear()
        return asyncio.ensure_future(asyncio.to_thread(self.outbox.read, after, self.batch))

    async def _idle(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), IDLE_S)
        except TimeoutError:
            return

    async def _store(self, part: Sequence[Outgoing]) -> End:
        """Publishes all of it or nothing, and returns where the stream ends then."""
        batch = secrets.token_hex(16)
        for number, message in enumerate(part, 1):
            headers = {
                **message.headers,
                "Nats-Msg-Id": message.id,
                POSITION: str(message.position),
                "Nats-Batch-Id": batch,
                "Nats-Batch-Sequence": str(number),
            }
            if number == 1:
                headers["Nats-Expected-Last-Subject-Sequence"] = str(self._end.sequence)
                headers["Nats-Expected-Last-Subject-Sequence-Subject"] = self.filter
            if number < len(part):
                await self.bus.send(message.subject, message.body, headers)
        headers["Nats-Batch-Commit"] = "1"
        stored: Stored = await self.bus.publish(message.subject, message.body, headers, timeout=ACK_S)
        return End(stored.position, message.position)

    async def _resume(self) -> End:
        """Asks the stream for its last message on the filter, and checks that this outbox holds it too."""
        last = await self.bus.request(f"$JS.API.DIRECT.GET.{self.stream}.{self.filter}")
        headers = last.headers or {}
        if headers.get("Status") == "404":
            return End(0, 0)
        sequence, position = int(headers["Nats-Sequence"]), headers.get(POSITION)
        if position is None:
            raise Diverged(
                f"Message {sequence} of {self.stream} on {self.filter} has no {POSITION}: somebody else published it"
            )
        found = await asyncio.to_thread(self.outbox.read, int(position) - 1, 1)
        own = found[0].id if found and found[0].position == int(position) else None
        if own != headers.get("Nats-Msg-Id") and (own or self.whole):
            raise Diverged(
                f"{self.stream} holds {headers.get('Nats-Msg-Id')} as position {position} of {self.filter}, the store "
                f"holds {own or 'nothing'} there: the store was replaced (an older backup?). Restore the right one, or "
                f"rebuild the stream from this one"
            )
        return End(sequence, int(position))

    async def _troubled(self, error: Exception) -> None:
        if str(error) != self.trouble:
            log.error("%s on %s: %s", self.stream, self.filter, error)
            self.trouble = str(error)
        await asyncio.sleep(TROUBLE_S)


def parts(messages: Sequence[Outgoing], most: int, most_bytes: int) -> Iterator[Sequence[Outgoing]]:
    """Splits messages into runs of at most `most` messages and `most_bytes` bytes (a larger message goes alone)."""
    start, size = 0, 0
    for index, message in enumerate(messages):
        own = len(message.body) + len(message.subject) + header_size(message.headers)
        if index > start and (size + own > most_bytes or index - start == most):
            yield messages[start:index]
            start, size = index, 0
        size += own
    if messages:
        yield messages[start:]
