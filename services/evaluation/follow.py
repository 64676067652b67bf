"""Following the event stream: every batch into the history and the scores, in order, as long as the process lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from time import monotonic
from typing import TypeVar, cast

from services.chassis.bus import Bus, BusError
from services.chassis.errors import Replaced
from services.chassis.relay import POSITION
from services.chassis.tail import Arrived, tail
from services.contracts.bus import EVENTS
from services.evaluation.history.store import Gap, last_arrival, position
from services.evaluation.running.outbox import last_seq
from services.evaluation.running.running import Running

log = logging.getLogger(__name__)
T = TypeVar("T")
SUBJECT = "evt.>"
SCORES, RECORDED = "evt.evaluation.ScoreChanged.>", "evt.evaluation.*.*._"
"""What the score outbox publishes, and what the event store does: a score is always some cell's, all else never is."""
REPLACED = (
    "the stream was replaced or lost its end, or the history is another system's. Stop evaluation (or all), "
    "remove evaluation*.duckdb* from its data folder and start it again: the history is rebuilt"
)
LONG_BACKLOG, UNSCORED_AT_MOST, LARGE_BATCH = 5_000, 50_000, 500
AGAIN_S = 1.0
BREATH, BREATH_S = 0.5, 0.015
"""After a small batch, a pause of this share of the time it took, at most so many seconds: what arrives meanwhile makes
one batch, and a steady trickle of events does not keep a core busy."""


class Follower:
    """Feeds one `Running` from the stream; `changed` is called when the outbox has something new."""

    def __init__(self, bus: Bus, running: Running, changed: Callable[[], None], consumer: str) -> None:
        self.bus, self.running, self.changed, self.consumer = bus, running, changed, consumer
        self.position = position(running.con)
        self.scored = 0
        self.target: int | None = None
        """Where the stream ended when this process began; None until the stream was asked."""
        self.end = 0
        """Where the stream ended when that was last heard."""
        self._arrived_at, self._foreign = last_arrival(running.con), ""
        self._gap: Gap | None = None
        self._writing, self._moved = asyncio.Lock(), asyncio.Event()

    @property
    def behind(self) -> str:
        """Why the answers are not yet those of the stream as this process found it, in words; empty when they are."""
        if self.target is None:
            return "the event stream was not yet asked"
        if self._foreign:
            return f"{self._foreign}: {REPLACED}"
        if self.position < self.target:
            return f"catching up: {self.target - self.position} events to go"
        return ""

    @property
    def quiet(self) -> bool:
        """Whether published scores are still being learned from the stream."""
        return self.target is None or self.running.muted or self.position < self.running.quiet_until

    async def run(self) -> None:
        """Follows until cancelled."""
        await self._look()
        async with self._writing:
            if await asyncio.to_thread(self.running.settle):
                self.changed()
        self._scored_to(self.position)
        while True:
            try:
                following = tail(self.bus, EVENTS, SUBJECT, self.consumer, self.position, self._arrived_at)
                async with aclosing(cast(AsyncGenerator[list[Arrived]], following)) as batches:
                    async for batch in batches:
                        await self._take(batch)
            except Gap as gap:
                self._missed(gap)
            except Replaced as replaced:
                self._foreign = str(replaced)
                log.error("%s: %s", replaced, REPLACED)
                await asyncio.Event().wait()

    async def _look(self) -> None:
        """Learns where the stream ends, and whether it holds score changes that the outbox does not know."""
        target = await self._asked(self._stream_end)
        sequence, place = await self._asked(self._published)
        if not self.running.muted and place > await asyncio.to_thread(last_seq, self.running.con):
            self.running.quiet_until = sequence
            log.info("learning what was published, up to event %d", sequence)
        self.target = target

    async def caught_up(self) -> None:
        """Returns when history and scores are those of the stream, but for what comes at this moment."""
        while True:
            end, before = await self._asked(self._stream_end), self.position
            await self.reached(end)
            if self.behind:
                await asyncio.sleep(AGAIN_S)
            elif end - before <= LARGE_BATCH:
                return

    async def reached(self, position: int) -> None:
        """Returns when everything up to this position is in the history and scored."""
        while self.scored < position:
            self._moved.clear()
            await self._moved.wait()

    async def take_over(self) -> None:
        """Ends the draft of a muted history. Nobody else may publish scores any more."""
        sequence, _ = await self._asked(self._published)
        await self.reached(sequence)
        async with self._writing:
            changes = await asyncio.to_thread(self.running.take_over)
        log.info("taken over at event %d: %d scores differ from those published", self.position, changes)
        self.changed()

    async def _asked(self, ask: Callable[[], Awaitable[T]]) -> T:
        """An answer about the event stream, however long the broker is away."""
        while True:
            await self.bus.wait_connected()
            try:
                return await ask()
            except BusError as error:
                log.info("the event stream cannot be asked: %s", error)
                await asyncio.sleep(AGAIN_S)

    async def _published(self) -> tuple[int, int]:
        """The last score change in the stream: its position there, and its place in the outbox it came from."""
        headers = (await self.bus.request(f"$JS.API.DIRECT.GET.{EVENTS}.{SCORES}")).headers or {}
        return int(headers.get("Nats-Sequence", 0)), int(headers.get(POSITION, 0))

    async def _stream_end(self) -> int:
        self.end = int((await self.bus.api(f"STREAM.INFO.{EVENTS}"))["state"]["last_seq"])
        return self.end

    async def _take(self, batch: list[Arrived]) -> None:
        accept = self._gap is not None
        put_off = await self._long_backlog(batch)
        began = monotonic()
        async with self._writing:
            applied = await asyncio.to_thread(self.running.apply, batch, put_off=put_off, accept_gap=accept)
        self._gap = None
        self.position, self._arrived_at = applied.position, batch[-1].at
        self.end = max(self.end, applied.position)
        if not put_off:
            self._scored_to(applied.position)
        if applied.unreadable:
            log.error("%d events before %d could not be read: see the status", applied.unreadable, applied.position + 1)
        if applied.changes:
            self.changed()
        if len(batch) < LARGE_BATCH:
            await asyncio.sleep(min(BREATH * (monotonic() - began), BREATH_S))

    async def _long_backlog(self, batch: list[Arrived]) -> bool:
        """Whether scoring is better put off: far behind the stream, and scored not too long ago."""
        last = batch[-1].position
        if len(batch) >= LARGE_BATCH and self.end - last <= LONG_BACKLOG:
            try:
                await self._stream_end()
            except BusError:
                return False
        return self.end - last > LONG_BACKLOG and last - self.scored < UNSCORED_AT_MOST

    def _scored_to(self, position: int) -> None:
        self.scored = position
        self._moved.set()

    def _missed(self, gap: Gap) -> None:
        """A gap that shows again when the stream is read anew is the stream's own: it is noted, and passed over."""
        again = self._gap is not None
        log.error("%s%s", gap, ": passing over them" if again else ": reading the stream again")
        self._gap = gap
