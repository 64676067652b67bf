"""Delivering: each channel goes on from where it was, with growing pauses while nobody takes anything."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from services.chassis.outbox import StoreOutbox
from services.contracts.queries import StoreCheck
from services.evaluation.alerts.delivery.notes import Notes
from services.evaluation.alerts.delivery.undelivered import Undelivered

log = logging.getLogger(__name__)
LOOK_S = 1.0
AGAIN_S = 1.0, 300.0
MOST_COUNTED = 1_000


class Channel(Protocol):
    """Something that delivers an outbox, and notes how far."""

    name: str
    outbox: StoreOutbox
    notes: Notes

    def step(self) -> int:
        """Delivers what is next; returns how much that was. Raises `Undelivered`."""


class Delivery:
    """A channel at work. `trouble`: why nobody takes what is next; empty when all is well."""

    def __init__(self, channel: Channel) -> None:
        self.channel, self.trouble = channel, ""

    async def serve(self, leading: asyncio.Event, look: float = LOOK_S, first: float = AGAIN_S[0]) -> None:
        """Delivers from when the evaluation leads until cancelled. Blocking work is done in threads.

        Whatever goes wrong is logged, said by `check` and tried again: a failing mail server, or a setting that a
        library chokes on, is no reason for the evaluation to end.
        """
        await leading.wait()
        wait, name = first, self.channel.name
        while True:
            try:
                done = await asyncio.to_thread(self.channel.step)
            except Exception as error:
                trouble = str(error) or type(error).__name__
                if trouble != self.trouble:
                    unforeseen = not isinstance(error, Undelivered)
                    what = "alerts are not delivered by %s, and are sent again: %s"
                    log.warning(what, name, trouble, exc_info=unforeseen)
                    self.trouble = trouble
                await asyncio.sleep(wait)
                wait = min(2 * wait, AGAIN_S[1])
                continue
            if self.trouble:
                log.info("alerts are delivered by %s again", name)
            wait, self.trouble = first, ""
            if not done:
                await asyncio.sleep(look)

    def check(self) -> StoreCheck:
        """For the status: how many of the events of alerts are delivered (or were before it was switched on)."""
        outbox, trouble = self.channel.outbox, self.trouble
        whole = outbox.store.count(outbox.topics)
        left = len(outbox.read(self.channel.notes.noted.position, MOST_COUNTED))
        detail = f"alerts are not taken, and are sent again: {trouble}" if trouble else ""
        return StoreCheck(name=self.channel.name, recorded=whole - left, arrived=whole, ok=not trouble, detail=detail)
