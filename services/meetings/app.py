"""The meetings service, wired: its store, the registry's tree, its intake, its relays and its answers."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

import orjson

from services.chassis.bus import Bus
from services.chassis.clock import now
from services.chassis.intake import Desk
from services.chassis.rejected import rejected_in
from services.chassis.service import Service, start
from services.chassis.status import IntakeStatus, stored_in
from services.chassis.store import Store
from services.chassis.tail import Arrived, tail
from services.chassis.tree import Tree
from services.contracts.bus import EVENTS
from services.contracts.receipts import RejectedOf
from services.meetings.decide import make_decide

NAME = "meetings"
REGISTRY = "evt.registry.>"
log = logging.getLogger(__name__)


class Neighbour:
    """Follows what the registry publishes, so that meetings are judged by the tree of their day."""

    def __init__(self, bus: Bus) -> None:
        self.bus, self.tree = bus, Tree()
        self.taken = 0
        self._more = asyncio.Event()

    async def follow(self) -> None:
        """Takes in the registry's events for as long as the service runs."""
        async for batch in tail(self.bus, EVENTS, REGISTRY, NAME, after=0):
            for arrived in batch:
                self.take(arrived)
            self._more.set()

    def take(self, arrived: Arrived) -> None:
        """Takes in one event. Raises RuntimeError for one that cannot be read: without it the tree would be another."""
        try:
            self.tree.apply(orjson.loads(arrived.data), datetime.fromisoformat(arrived.headers["ce-time"]))
        except (ValueError, KeyError, TypeError) as error:
            raise RuntimeError(
                f"event {arrived.position} on {arrived.subject} cannot be read ({error!r}): no report is "
                f"taken in before it can. Was it published by a newer version than this one?"
            ) from error
        self.taken += 1

    async def caught_up(self) -> None:
        """Returns when everything the registry had published when this was called is known."""
        wanted = await stored_in(self.bus, EVENTS, REGISTRY)
        while self.taken < wanted:
            self._more.clear()
            await self._more.wait()
        log.info("the tree is known: %d events of the registry", self.taken)


async def compose(service: Service) -> None:
    """Puts the meetings service together; reports wait in the stream until the registry's past is known."""
    settings = service.settings
    store = Store(NAME, settings.data / "meetings.sqlite")
    neighbour = Neighbour(service.bus)
    following = asyncio.ensure_future(neighbour.follow())
    known = asyncio.ensure_future(neighbour.caught_up())
    await asyncio.wait({known, following}, return_when=asyncio.FIRST_COMPLETED)
    (following if following.done() else known).result()
    desk = Desk(
        store,
        make_decide(neighbour.tree),
        now,
        patience=settings.patience,
        backdating_days=settings.backdating_days,
    )
    events, receipts = service.relay_store(store)

    def settled() -> None:
        events.wake()
        receipts.wake()

    service.run(lambda: following)
    service.consume(desk, settled)
    service.ready = lambda: events.trouble or receipts.trouble
    service.answers.add("rejected", RejectedOf, rejected_in(store))
    IntakeStatus(service, store)


def main() -> None:
    """`python -m services.meetings`."""
    start(NAME, compose)
