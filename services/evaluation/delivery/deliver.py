"""Delivering: each channel goes on from where it was, with growing pauses while nobody takes anything."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from services.evaluation.delivery.undelivered import Undelivered

log = logging.getLogger(__name__)
LOOK_S = 1.0
AGAIN_S = 1.0, 300.0


class Channel(Protocol):
    """Something that delivers."""

    name: str

    def step(self) -> int:
        """Delivers what is next; returns how much that was. Raises `Undelivered`."""


async def deliver(channel: Channel, leading: asyncio.Event, look: float = LOOK_S, first: float = AGAIN_S[0]) -> None:
    """Delivers from when the evaluation leads until cancelled. Blocking work is done in threads.

    Whatever goes wrong is logged and tried again: a failing mail server, or a setting that a library chokes on, is no
    reason for the evaluation to end.
    """
    await leading.wait()
    wait, said = first, ""
    while True:
        try:
            done = await asyncio.to_thread(channel.step)
        except Exception as error:
            unforeseen = not isinstance(error, Undelivered)
            if str(error) != said:
                what = "alerts are not delivered by %s, and are sent again: %s"
                log.warning(what, channel.name, error, exc_info=unforeseen)
                said = str(error)
            await asyncio.sleep(wait)
            wait = min(2 * wait, AGAIN_S[1])
            continue
        if said:
            log.info("alerts are delivered by %s again", channel.name)
        wait, said = first, ""
        if not done:
            await asyncio.sleep(look)
