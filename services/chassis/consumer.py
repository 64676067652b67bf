"""Taking a service's reports from the intake stream: FastStream pulls batches, the desk settles them, then they are
acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import nats.errors
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub

from services.chassis.bus import Bus, BusError
from services.chassis.intake import Desk, Verdict
from services.chassis.reading import Arrival
from services.contracts.bus import INTAKE

if TYPE_CHECKING:
    from nats.aio.msg import Msg

log = logging.getLogger(__name__)
BATCH = 500
IDLE_S = 0.05
"""How long FastStream lets a batch fill: the latency of a lone report."""
AGAIN_S = 0.25
FAILED_S = 1.0
WATCH_S = 10
STALLED_LOOKS = 3


class Consumer:
    """Consumes `in.*.<service>.*` through the durable of the service's name. Acknowledges only what is settled."""

    def __init__(self, broker: NatsBroker, service: str, inbox: str, desk: Desk, settled: Callable[[], None]) -> None:
        self.service, self.desk, self.settled = service, desk, settled
        self.subscriber = broker.subscriber(
            f"in.*.{service}.*",
            stream=JStream(INTAKE, declare=False),
            durable=service,
            inbox_prefix=f"{inbox}.".encode(),
            pull_sub=PullSub(batch_size=BATCH, timeout=IDLE_S, batch=True),
            ack_policy=AckPolicy.MANUAL,
            # nobody but the desk may judge a payload: an unreadable one must get its receipt like any other
            decoder=_undecoded,
        )
        self.subscriber(self._take)

    async def _take(self, message: NatsMessage) -> None:
        raw: list[Msg] = message.raw_message  # type: ignore[assignment]
        try:
            verdicts = await asyncio.to_thread(self.desk.settle, [arrival(one) for one in raw])
        except Exception:
            log.exception("a batch of %d reports could not be settled; it comes again", len(raw))
            for one in raw:
                await one.nak(delay=FAILED_S)
            return
        self.settled()
        for one, verdict in zip(raw, verdicts, strict=True):
            if verdict is Verdict.SETTLED:
                await one.ack()
            else:
                await one.nak(delay=AGAIN_S)

    async def keep_on(self, connected: asyncio.Event, disconnected: asyncio.Event) -> None:
        """Stops pulling while the broker is away (requests would only pile up) and starts afresh when it is back."""
        self._mend()
        while True:
            await disconnected.wait()
            await self.subscriber.stop()
            while not await self._started(connected):
                await self.subscriber.stop()

    async def _started(self, connected: asyncio.Event) -> bool:
        await connected.wait()
        try:
            await self.subscriber.start()
            self._mend()
        except (nats.errors.Error, TimeoutError) as error:
            log.warning("the intake could not be taken up again yet: %s", error)
            await asyncio.sleep(AGAIN_S)
            return False
        return True

    def _mend(self) -> None:
        """Lets nats-py's fetch time out by the error FastStream expects.

        Near its deadline fetch raises asyncio's TimeoutError instead of its own. FastStream (0.7.8) catches only the
        latter: its loop dies with the messages it had already pulled, and they come again only after `ack_wait`.
        """
        subscription: Any = self.subscriber.subscription
        fetch = subscription.fetch

        async def fetch_or_time_out(*args: Any, **options: Any) -> list[Msg]:
            try:
                return cast("list[Msg]", await fetch(*args, **options))
            except TimeoutError as late:
                raise nats.errors.TimeoutError from late

        subscription.fetch = fetch_or_time_out

    async def watch(self, bus: Bus) -> None:
        """Raises when reports wait and none is settled though the broker is there: a stalled pull heals by a restart.

        FastStream does not notice when its durable is deleted, or when a pull hangs.
        """
        stalled, before = 0, -1
        while True:
            await asyncio.sleep(WATCH_S)
            if not bus.connected:
                stalled = 0
                continue
            try:
                info = await bus.api(f"CONSUMER.INFO.{INTAKE}.{self.service}")
            except BusError as error:
                log.warning("the intake's durable cannot be seen: %s", error)
                continue
            waiting = info["num_pending"] > 0
            stalled = stalled + 1 if waiting and self.desk.settled == before else 0
            before = self.desk.settled
            if stalled >= STALLED_LOOKS:
                raise RuntimeError(f"{info['num_pending']} reports wait and none was settled for {stalled * WATCH_S} s")


def arrival(message: Msg) -> Arrival:
    """A message of a JetStream consumer as an arrival."""
    meta = message.metadata
    return Arrival(message.subject, message.headers or {}, message.data, meta.sequence.stream, meta.timestamp)


async def _undecoded(message: Any) -> Any:
    return message.body
