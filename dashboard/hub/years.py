"""Which years are watched, and when evaluation is asked for them again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from dashboard.hub.answers import glance_of, rows_of
from dashboard.hub.picture import Picture, Row
from services.chassis.asking import Answer
from services.chassis.clock import Clock, local_day
from services.contracts.base import Contract
from services.contracts.queries import BoardOf, Glance, GlanceOf
from services.contracts.receipts import Refused

REST_S = 1.0
"""The least time between two askings for a year; a slow answer earns a longer rest, four times its own length."""
STALE_S = 60.0
"""A year is asked for again after this long even when nothing arrived: days pass, meetings become overdue."""
FORGOTTEN_S = 900.0
"""A year that no viewer has shown for so long is dropped."""


class Unreachable(Exception):
    """Nobody answered: the bus or the service behind it is away."""


class Ask(Protocol):
    def __call__(self, service: str, query: str, question: Contract, patience: float = 5.0) -> Awaitable[Answer]: ...


class Years:
    """The years of a picture. All coroutines run on the hub's loop; `watch` may be called from any thread."""

    def __init__(self, picture: Picture, ask: Ask, spread: Callable[[], None], clock: Clock) -> None:
        self.picture, self.ask, self.spread, self.clock = picture, ask, spread, clock
        self._watched: dict[int, float] = {}
        self._dirty: set[int] = set()
        self._rest_until: dict[int, float] = {}

    def watch(self, year: int) -> bool:
        """Notes that a viewer shows this year; whether the picture holds it."""
        self._watched[year] = time.monotonic()
        shown = self.picture.years.get(year)
        return shown is not None and shown.glance is not None

    def changed(self, year: int) -> None:
        """Something of this year changed."""
        self._dirty.add(year)

    def everything_changed(self) -> None:
        """Something changed that may touch every year (the tree, a gap in what arrived)."""
        self._dirty.update(self._watched)

    async def find_default(self) -> None:
        """Asks which year to open with: this year when it has data, else the last that has; none yet leaves it open."""
        self._settle((await self.ask("evaluation", "glance", GlanceOf(year=self._today()))).model(Glance))

    def _settle(self, glance: Glance) -> None:
        today = self._today()
        if glance.years:
            self.picture.default_year = today if today in glance.years else max(glance.years)

    def _today(self) -> int:
        return local_day(self.clock()).year

    async def refresh(self, year: int) -> None:
        """Asks evaluation for a year; when it cannot answer, why is noted in the picture and it is asked again."""
        self._dirty.discard(year)
        try:
            await self._fetch(year)
        except (Unreachable, Refused, ValueError) as trouble:
            if not isinstance(trouble, Unreachable):
                self.picture.refused(year, str(trouble))
                self.spread()
            self._dirty.add(year)
            self._rest_until[year] = time.monotonic() + REST_S

    async def _fetch(self, year: int) -> None:
        """Asks for the year's board and glance and puts them into the picture."""
        started, version = time.monotonic(), self.picture.version
        answer = await self.ask("evaluation", "board", BoardOf(year=year))
        rows, known = await asyncio.to_thread(_read, answer)
        self.picture.refreshed(year, rows, known, self.clock(), version)
        self._settle(known)
        took = time.monotonic() - started
        self._rest_until[year] = time.monotonic() + max(REST_S, 4 * took)
        self.spread()

    async def keep_fresh(self) -> None:
        """One round: every watched year that changed, or was not asked for in a while, and has rested enough."""
        now = time.monotonic()
        for year, seen in tuple(self._watched.items()):
            if now - seen > FORGOTTEN_S and year != self.picture.default_year:
                del self._watched[year]
        self.picture.forget(keep=self._watched)
        for year in tuple(self._watched):
            rest = self._rest_until.get(year, 0.0)
            if now >= rest and (year in self._dirty or now > rest + STALE_S):
                await self.refresh(year)
        await asyncio.sleep(0.1)


def _read(answer: Answer) -> tuple[list[Row], Glance]:
    board = answer.table()
    return rows_of(board), glance_of(board)
