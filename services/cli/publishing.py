"""Publishing a sequence of reports: one receipt each, in the order given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable

from services.chassis.bus import Bus
from services.cli.letter import Letter
from services.cli.lines import Entry
from services.cli.publisher import AHEAD, WINDOW, Publisher
from services.contracts.receipts import Receipt


async def publish(
    bus: Bus,
    unit: str,
    entries: Iterable[Entry] | AsyncIterable[Entry],
    *,
    window: int = WINDOW,
    patience: float = 30.0,
    sent: Callable[[], None] = lambda: None,
) -> AsyncIterator[Receipt]:
    """Publish as `unit` (whose identity the bus must have) and yield one receipt per entry, in their order.

    Entries that are receipts already (see `lines`) pass through at their place; `sent` is called after each entry was
    taken. Raises Unanswered when there is something under way and for `patience` seconds nothing moved.
    """
    queue: asyncio.Queue[Letter | Receipt | None] = asyncio.Queue(AHEAD)

    async def feed(publisher: Publisher) -> None:
        try:
            async for entry in _each(entries):
                await queue.put(entry if isinstance(entry, Receipt) else await publisher.send(entry))
                sent()
        except Exception:
            await queue.put(None)
            raise
        await queue.put(None)

    async with Publisher(bus, unit, window=window, patience=patience) as publisher:
        feeding = asyncio.create_task(feed(publisher))
        try:
            while (letter := await queue.get()) is not None:
                yield letter if isinstance(letter, Receipt) else await letter.receipt
            await feeding  # reading the entries may have failed
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)


async def _each(entries: Iterable[Entry] | AsyncIterable[Entry]) -> AsyncIterator[Entry]:
    if isinstance(entries, AsyncIterable):
        async for entry in entries:
            yield entry
    else:
        for entry in entries:
            yield entry
