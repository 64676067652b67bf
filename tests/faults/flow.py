"""A ward that never stops publishing while things break, and remembers what the broker confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from services.chassis.bus import Bus
from tests.faults.ledger import balance
from tests.load import ROOT, Ready, codes, founding, meetings, report
from tests.system import System, kept, until
from tests.ward import Ward

CELLS = 40
CHUNK, PAUSE_S = 5, 0.05
"""At most 100 reports a second: enough that something is always half done, not so much that counting takes longer."""
SETTINGS = {"patience": "60", "backdating_days": "-1"}
"""Patience outlasts every absence here, so that no right report may be rejected."""


FIRST, MONTHS = date(2019, 1, 1), 94
"""Up to October 2026; all of them months that a set judges."""


def story(cells: int) -> Iterator[Ready]:
    """Months of meetings, and between them the registry's cells change their names."""
    for n, one in enumerate(meetings(cells, FIRST, MONTHS, dated=True)):
        yield one
        if n % 4 == 3:
            cell = codes(cells)[n // 4 % cells]
            data = {"cell": cell, "name": f"Chi bộ {cell} tên {n}", "valid_from": "2018-02-01"}
            yield report(ROOT, "registry", "CellRenamed", f"r-{n}", data)


class Flow:
    """The ward and what it published. `published` holds what was sent; all of it is confirmed after `end`.

    Its story is 188 reports a cell long.
    """

    def __init__(
        self, system: System, ward: Ward, operator: Bus, admin: Bus, cells: int, pause_s: float = PAUSE_S
    ) -> None:
        self.system, self.ward, self.operator, self.admin, self.cells = system, ward, operator, admin, cells
        self._pause_s = pause_s
        self.published: list[Ready] = []
        self._going = True
        self._task = asyncio.ensure_future(self._publish())

    async def _publish(self) -> None:
        founded = founding(self.cells)
        self.published += founded
        await self.ward.publish(founded)
        await self.ward.confirmed()
        for one in story(self.cells):
            if not self._going:
                return
            self.published.append(one)
            await self.ward.publish([one])
            if len(self.published) % CHUNK == 0:
                await asyncio.sleep(self._pause_s)

    @property
    def months(self) -> int:
        """How many cells' months have a regular meeting."""
        return sum(one.id.startswith("h-") for one in self.published)

    async def more(self, reports: int) -> None:
        """Returns when the broker has confirmed so many more reports: things are flowing."""
        wanted = self.ward.stored + reports

        async def flowed() -> bool:
            assert not self._task.done() or self._task.result(), "the story is over: tell it with more cells"
            return self.ward.stored >= wanted

        await until(f"{reports} more reports are stored", flowed)

    async def end(self) -> None:
        """Stops publishing and returns when the broker has confirmed everything."""
        self._going = False
        await self._task
        await self.ward.confirmed()
        assert not self.ward.refused, self.ward.refused[:3]

    async def cancel(self) -> None:
        """Stops publishing at once, whatever is under way."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def balanced(self) -> None:
        """Ends the flow and checks that nothing is missing and nothing counts twice."""
        await self.end()
        assert self.months > 0
        await balance(self.system, self.operator, self.admin, self.published, self.months)


@asynccontextmanager
async def flowing(
    data: Path, cells: int = CELLS, *, ack_wait_s: int = 2, pause_s: float = PAUSE_S
) -> AsyncIterator[Flow]:
    """The whole system with events flowing through it; whatever ends by itself is started again and noted."""
    async with (
        System(data, [ROOT], settings=SETTINGS, ack_wait_s=ack_wait_s) as system,
        kept(system),
        await system.unit(ROOT) as unit,
        await system.bus("operator") as operator,
        await system.bus("admin") as admin,
    ):
        flow = Flow(system, await Ward(unit, window=100).open(), operator, admin, cells, pause_s)
        try:
            yield flow
        finally:
            await flow.cancel()
