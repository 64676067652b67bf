"""Looking for alerts: when the history has moved or the day has changed, and never in the middle of a backlog."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from time import monotonic, thread_time
from typing import Protocol

from services.chassis.clock import Clock, local_day
from services.chassis.store import Store
from services.evaluation.alerts.raising.book import Book
from services.evaluation.alerts.raising.changes import changes
from services.evaluation.alerts.rules.holding import holding
from services.evaluation.alerts.rules.seen import Reach
from services.evaluation.alerts.rules.thresholds import Thresholds
from services.evaluation.history.criteria import Sets
from services.evaluation.history.store import Connection, snapshot
from services.evaluation.history.watched import watched
from services.evaluation.yearend.load import Rules

log = logging.getLogger(__name__)
LOOK_S = 3.0
SHARE = 20
"""A look that took so long is followed by a pause so many times as long."""
BUSY, PATIENCE_S = 500, 120.0
"""While so many events arrive between two looks the picture is not yet whole; no longer than this is waited for it."""
PAST, SETTLE_S = 20, 30.0
"""So many events between two looks that were known a day before they arrived: the past is being told. When that pauses,
more of it may follow for so long."""
_MOVED = """
SELECT max(position) FROM log WHERE position > $after AND NOT (service = 'evaluation' AND kind IN (
    'AlertRaised', 'AlertChanged', 'AlertCleared', 'ScoreChanged', 'RunMade'
))
"""
"""What alerts are made from: neither themselves nor what else is computed."""
_PAST = """
SELECT count(*) FROM log
WHERE position > $after AND service <> 'evaluation' AND recorded_at < arrived_at - INTERVAL 1 DAY
"""


class Following(Protocol):
    """How far the history is (`follow.Follower`)."""

    position: int
    scored: int
    end: int

    @property
    def behind(self) -> str:
        """Why the history is not yet that of the stream; empty when it is."""


@dataclass
class Looked:
    """What the last look saw: when it was made, up to which event, how long it took the processor."""

    at: datetime | None = None
    day: date | None = None
    position: int = 0
    cpu_s: float = 0.0


class Watch:
    """Keeps the alerts of one history, in the evaluation that leads. `recorded` is called when there are new events."""

    def __init__(
        self,
        con: Connection,
        store: Store,
        shipped: Sets,
        rules: Rules,
        by: Thresholds,
        clock: Clock,
        recorded: Callable[[], object] = lambda: None,
    ) -> None:
        self.con, self.shipped, self.rules, self.by, self.clock = con, shipped, rules, by, clock
        self.recorded = recorded
        self.book = Book(store)
        self.looked = Looked()

    def look(self, overtaken: Callable[[], bool] = lambda: False) -> int:
        """Looks, if there is anything new, and records what became of alerts; returns how many events that was.

        Nothing is recorded when so much has come meanwhile that the look was `overtaken`.
        """
        moment = self.clock()
        today = local_day(moment)
        with snapshot(self.con) as con:
            [(moved,)] = con.execute(_MOVED, {"after": self.looked.position}).fetchall()
            if moved is None and self.looked.day == today:
                self.looked = replace(self.looked, at=moment)
                return 0
            began = thread_time()
            reach = Reach.on(today, self.by.months)
            seen = watched(con, self.shipped, self.rules, reach)
        holds = holding(seen, today, self.by)
        if overtaken():
            return 0
        self.book.fold()
        made = self.book.record(changes(holds, self.book.standing, today, reach.watched), moment)
        self.looked = Looked(moment, today, moved or self.looked.position, thread_time() - began)
        return made

    async def serve(self, leading: asyncio.Event, following: Following, pause: float = LOOK_S) -> None:
        """Looks from when it leads until cancelled. No failure ends it: it is logged, and tried again."""
        await leading.wait()
        position = 0  # what is there when it begins arrived at once
        calm_since, told_at, overtaken = monotonic(), float("-inf"), False
        while True:
            now, before, position = monotonic(), position, following.position
            arrived = position - before
            if arrived and await asyncio.to_thread(self._told_of_the_past, before) >= PAST:
                told_at = now
            busy = overtaken or arrived >= BUSY or now - told_at < SETTLE_S
            if not busy:
                calm_since = now
            patient = now - calm_since < PATIENCE_S
            if (overtaken or not (busy and patient)) and self._whole(following):
                overtaken = await self._try(following, patient)
            await asyncio.sleep(max(pause, SHARE * self.looked.cpu_s))

    def _told_of_the_past(self, after: int) -> int:
        """How many events after this position say what was known a day before."""
        with snapshot(self.con) as con:
            return int(con.execute(_PAST, {"after": after}).fetchall()[0][0])

    def _whole(self, following: Following) -> bool:
        """Whether the history is what the stream says, scores included."""
        return (
            not following.behind
            and following.scored >= following.position
            and following.end - following.position < BUSY
        )

    async def _try(self, following: Following, patient: bool) -> bool:
        """Whether the look was overtaken by what came meanwhile; patience ends that, however much comes."""
        began, passed = following.position, False

        def overtaken() -> bool:
            nonlocal passed
            passed = patient and following.position - began >= PAST
            return passed

        try:
            made = await asyncio.to_thread(self.look, overtaken)
            if made:
                log.info("%d alerts were raised, changed or cleared", made)
                self.recorded()
        except Exception:
            log.exception("alerts could not be looked for; it is tried again")
            self.looked = Looked(self.looked.at)
        return passed
