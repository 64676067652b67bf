"""A history, a store and a watch whose clock is set; what is recorded comes back over the stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.chassis.outbox import events_outbox
from services.chassis.store import Store
from services.chassis.tail import Arrived
from services.contracts.alerts import Rule
from services.evaluation.alerts.raising.watch import Watch
from services.evaluation.alerts.rules.thresholds import Thresholds
from services.evaluation.history.store import Connection
from services.evaluation.running.running import Running, open_evaluation
from services.evaluation.yearend.load import load_shipped_rules
from tests.evaluation.alerts.looking import at
from tests.evaluation.history.stream import Stream
from tests.evaluation.territory import SETS
from tests.system import until

OFF = frozenset(rule.value for rule in Rule if rule is not Rule.NO_REGULAR_MEETING)


class House:
    """A history, a store and a watch with a clock that is set; what is recorded comes back over the stream."""

    def __init__(self, store: Store, stream: Stream, months: int = 2) -> None:
        self.store, self.stream, self.moment = store, stream, at("2026-11-28")
        self.con: Connection = open_evaluation(":memory:")
        self.running = Running(self.con, SETS)
        self.months, self.published, self.arrived = months, 0, list[Arrived]()
        self.watch = self.watching()
        self.tell()

    def watching(self) -> Watch:
        by = Thresholds(months=self.months, off=OFF)
        return Watch(self.con, self.store, SETS, load_shipped_rules(), by, lambda: self.moment)

    def tell(self) -> None:
        """Everything new goes into the history: the stream's events, then what was recorded."""
        known = sum(one.subject.startswith("evt.evaluation.Alert") for one in self.arrived)
        fresh = self.stream.events[len(self.arrived) - known :]
        for one in fresh:
            self.arrived.append(one._replace(position=len(self.arrived) + 1))
        for out in events_outbox(self.store).read(self.published, 1_000):
            self.published = out.position
            self.arrived.append(Arrived(len(self.arrived) + 1, out.subject, out.headers, out.body, self.moment))
        assert self.running.apply(self.arrived).unreadable == 0

    def look(self, day: str | None = None) -> list[tuple[str, int]]:
        """Looks (on a day), publishes, and returns what was recorded: status and version."""
        if day:
            self.moment = at(day)
        before = self.recorded
        assert self.watch.look() == len(self.recorded) - len(before)
        self.tell()
        return [(one["status"], one["version"]) for one in self.recorded[len(before) :]]

    @property
    def recorded(self) -> list[dict[str, Any]]:
        mapper, found = self.store.mapper, self.store.recorder.select_notifications(None, 10_000, topics=[])
        return [mapper.to_domain_event(one).data for one in found]  # type: ignore[attr-defined]


async def becomes(what: str, holds: Callable[[], bool]) -> None:
    """Waits for something to be true."""

    async def look() -> bool:
        return holds()

    await until(what, look)
