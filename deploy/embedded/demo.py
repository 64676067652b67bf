"""`python -m deploy.embedded.demo`: the synthetic city publishes its history, then goes on living.

Each unit publishes with its own key over its own connection, as a ward would. The register comes first, then the
current year, then the years before while live reports already follow. What was answered is written to
`<data>/demo.json`; whatever is said twice after a crash is a duplicate.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from datetime import date, timedelta
from itertools import islice, takewhile
from pathlib import Path

from deploy.embedded import progress
from deploy.embedded.progress import Part, Progress
from deploy.nats.keys import unit_identity
from services.chassis.bus import connect
from services.chassis.clock import local_day, now
from services.chassis.settings import Settings
from services.cli.letter import Letter
from services.cli.publisher import Publisher
from services.contracts.cloudevents import CloudEvent
from services.contracts.receipts import Outcome
from services.demo import LiveWard, period_of, unit_of
from services.demo.reports import Draft, sealed
from services.demo.timeline import timeline

log = logging.getLogger("nenep.demo")
LIVE_EVERY_S = 3.0
SAVE_EVERY_S = 0.5
AHEAD = 3_000
"""Reports without a receipt, at most: what the demo holds in memory."""
FOREVER = float("inf")


def registry(told: Progress) -> Iterator[CloudEvent]:
    """The registry's reports of all years."""
    return _history(told, told.recent_from, lambda draft: draft.service == "registry")


def recent(told: Progress) -> Iterator[CloudEvent]:
    """All else that concerns the months from `recent_from` on."""
    reports = _history(told, told.recent_from, lambda draft: draft.service != "registry")
    return (event for event in reports if (period_of(event) or "") >= f"{told.recent_from:%Y-%m}")


def earlier(told: Progress) -> Iterator[CloudEvent]:
    """All else that concerns the months before."""
    reports = _history(told, date.min, lambda draft: draft.service != "registry")
    return (event for event in reports if (period_of(event) or "") < f"{told.recent_from:%Y-%m}")


def _history(told: Progress, meetings_from: date, wanted: Callable[[Draft], bool]) -> Iterator[CloudEvent]:
    drafts = takewhile(lambda draft: draft.at.date() <= told.until, timeline(told.seed, told.first, meetings_from))
    return (sealed(told.seed, draft) for draft in drafts if wanted(draft))


class Wards:
    """The publishing units, each with a connection made when it first has something to say."""

    def __init__(self, settings: Settings, stack: AsyncExitStack) -> None:
        self._settings, self._stack = settings, stack
        self._ordering = asyncio.Lock()
        self._publishers: dict[str, Publisher] = {}
        self._last_unit_about: dict[str, str] = {}
        self._last_unit: str | None = None

    async def send(self, event: CloudEvent, *, strictly: bool) -> Letter:
        """Send a report for its unit; what another unit said before about the same subject is stored before it is.

        `strictly`: what any other unit said is. (Order across connections is nobody's promise but this wait's.)
        """
        unit, about = unit_of(event), event.subject or ""
        async with self._ordering:
            publisher = await self._publisher(unit)
            before = self._last_unit if strictly else self._last_unit_about.get(about)
            if before is not None and before != unit:
                await self._publishers[before].stored()
            self._last_unit = self._last_unit_about[about] = unit
        return await publisher.send(event)

    async def _publisher(self, unit: str) -> Publisher:
        if unit not in self._publishers:
            settings = self._settings
            bus = await connect(settings.nats_url, unit_identity(unit), settings.keys, name="demo")
            self._stack.push_async_callback(bus.close)
            publisher = Publisher(bus, unit, patience=FOREVER)
            self._publishers[unit] = await self._stack.enter_async_context(publisher)
        return self._publishers[unit]


class Teller:
    """Tells the demo and keeps `Progress` up to date on disk."""

    def __init__(self, told: Progress, wards: Wards, data: Path) -> None:
        self.told, self.wards, self.data = told, wards, data

    async def tell(self, events: Callable[[Progress], Iterator[CloudEvent]], part: Part, *, strictly: bool) -> None:
        """Publish what is left of a part and wait for all its receipts."""
        if part.complete:
            return
        part.total = await asyncio.to_thread(lambda: sum(1 for _ in events(self.told)))
        pending: deque[tuple[CloudEvent, Letter]] = deque()
        for event in islice(events(self.told), part.done, None):
            pending.append((event, await self.wards.send(event, strictly=strictly)))
            while pending and (len(pending) > AHEAD or pending[0][1].receipt.done()):
                await pending[0][1].receipt
                self._answered(part, *pending.popleft())
        while pending:
            await pending[0][1].receipt
            self._answered(part, *pending.popleft())

    def _answered(self, part: Part, event: CloudEvent, letter: Letter) -> None:
        receipt = letter.receipt.result()
        part.done += 1
        self.told.year = event.time.year if event.time else None
        if receipt.outcome is Outcome.REJECTED:
            self.told.rejected += 1
            if self.told.rejected <= 20:
                log.warning("rejected: %s %s: %s", event.type, event.data, receipt.problems)

    async def live(self) -> None:
        """What the city says from now on: first what fell due while nobody told it, then one report every 3 s."""
        since = self.told.told or self.told.until
        ward = await asyncio.to_thread(LiveWard, self.told.seed, self.told.first, since)
        while event := ward.due(now()):
            await self._say(event)
        while True:
            moment = now()
            event = ward.due(moment)
            if event is None:
                self.told.told = local_day(moment) - timedelta(days=1)
            if event := event or ward.report(moment):
                await self._say(event)
            await asyncio.sleep(LIVE_EVERY_S)

    async def _say(self, event: CloudEvent) -> None:
        letter = await self.wards.send(event, strictly=False)  # in order all the same: each waits for its receipt
        receipt = await letter.receipt
        self.told.live += 1
        if receipt.outcome is Outcome.REJECTED:
            self.told.rejected += 1
            log.warning("rejected: %s %s: %s", event.type, event.data, receipt.problems)

    async def save(self) -> None:
        """Writes the progress as it changes."""
        written = ""
        while True:
            if (now_is := self.told.model_dump_json()) != written:
                self.told.write(self.data)
                written = now_is
            await asyncio.sleep(SAVE_EVERY_S)


async def tell(settings: Settings, told: Progress) -> None:
    """The whole demo; it waits when all is told, for a process that ends would be started again."""
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
        teller = Teller(told, Wards(settings, stack), settings.data)
        tasks.create_task(teller.save())
        await teller.tell(registry, told.registry, strictly=True)
        await teller.tell(recent, told.recent, strictly=False)
        if told.goes_on:
            tasks.create_task(teller.live())
        await teller.tell(earlier, told.earlier, strictly=False)


def main() -> None:
    """Runs until it is told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    settings = Settings.from_environment()
    told = progress.read(settings.data)
    if told is None:
        sys.exit(f"{settings.data / progress.FILE} is missing: `nenep up --demo` writes it")

    async def run(told: Progress) -> None:
        task = asyncio.ensure_future(tell(settings, told))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            log.info("stopped")
        finally:
            told.write(settings.data)

    asyncio.run(run(told))


if __name__ == "__main__":
    main()
