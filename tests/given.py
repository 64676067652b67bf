"""Behaviour in three words: `given(reports).when(report).then(events)`, `.then_refused(paths)`, `.then_nothing()`.

Everything is decided by a service's own decision on a real store, loaded again for every report.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

from services.chassis.intake import Decide, Work
from services.chassis.reading import Report
from services.chassis.recording import Recorded
from services.chassis.store import Store
from services.contracts.base import Contract
from services.contracts.catalogue import find
from services.contracts.receipts import Refused

TODAY = datetime(2025, 6, 15, 5, 0, tzinfo=UTC)


class By(NamedTuple):
    """A report, the unit that publishes it, and when it arrives (and so is known)."""

    unit: str
    data: Contract
    at: datetime = TODAY


class Scenario:
    """One service from an empty store on. Reports that say nothing else come from `unit`, at `TODAY`."""

    def __init__(self, service: str, store: Store, decide: Decide, watcher: Any, unit: str) -> None:
        self.service, self.store, self.decide, self.watcher, self.unit = service, store, decide, watcher, unit
        self.said = 0
        self.events: list[Any] = []
        self.refused: Refused | None = None

    def given(self, *reports: Contract | By) -> Self:
        """These were accepted before."""
        for report in reports:
            self._settle(report)
        return self

    def when(self, report: Contract | By) -> Self:
        """This one is reported now, whatever comes of it."""
        self.events, self.refused = [], None
        try:
            self.events = self._settle(report)
        except Refused as refused:
            self.refused = refused
        return self

    def then(self, *expected: tuple[str, Mapping[str, Any]]) -> Self:
        """It became these published events, in any order: kind, and what their data says at these dotted paths."""
        assert self.refused is None, self.refused
        left = [(kind_of(event), event.data) for event in self.published]
        for kind, data in left:
            said = find("event", self.service, kind)
            assert said is not None
            said.model.model_validate(data)
        assert sorted(kind for kind, _ in left) == sorted(kind for kind, _ in expected)
        for kind, facts in expected:
            fits = [each for each in left if each[0] == kind and all(look(each[1], p) == facts[p] for p in facts)]
            assert fits, (kind, facts, [data for each, data in left if each == kind])
            left.remove(fits[0])
        return self

    def then_refused(self, *paths: str, waiting: bool = False) -> Self:
        """It was refused for exactly these paths, and nothing was left behind."""
        assert self.refused is not None, [kind_of(event) for event in self.published]
        assert sorted(p.path for p in self.refused.problems) == sorted(f"data.{path}" for path in paths), self.refused
        assert self.refused.waiting is waiting
        return self

    def then_nothing(self) -> Self:
        """It was accepted and nothing is published: everything was so already."""
        return self.then()

    @property
    def published(self) -> list[Any]:
        """The published events of the last report."""
        return [event for event in self.events if isinstance(event, Recorded)]

    def _settle(self, report: Contract | By) -> list[Any]:
        unit, data, at = report if isinstance(report, By) else By(self.unit, report)
        self.said += 1
        work = Work(self.store)
        kind = type(data).__name__
        said = Report(self.service, unit, f"r{self.said}", kind, data, at, at, "urn:test", self.said)
        try:
            self.decide(work, said)
        except Refused:
            assert not work.dirty, "refused after something was decided"
            raise
        events = work.collect()
        if self.watcher:
            self.watcher.decided(events)
        self.store.append(events)
        return events


def kind_of(event: Any) -> str:
    """The catalogue's kind of a published event."""
    return str(event.TOPIC.split(".")[1])


def look(data: Any, path: str) -> Any:
    """What a path such as `states.0.name` leads to."""
    for part in path.split("."):
        index: Any = int(part) if isinstance(data, list) else part
        data = data[index] if index == part or index < len(data) else None
    return data
