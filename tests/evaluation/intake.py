"""Evaluation's own intake on what a history knows: one report at a time (`scenario`), or batches that may wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson

from services.chassis.intake import Desk, Verdict
from services.chassis.outbox import events_outbox
from services.chassis.reading import Arrival
from services.chassis.relay import Outgoing
from services.chassis.store import Store
from services.contracts.base import Contract, derived_id
from services.contracts.bus import report_subject
from services.contracts.catalogue import find
from services.contracts.cloudevents import CloudEvent
from services.contracts.grades import Trial, Tried
from services.evaluation.criteria.load import load_shipped
from services.evaluation.deciding import make_decide
from services.evaluation.history.store import Connection
from services.evaluation.publishing.keeper import Keeper
from services.evaluation.trying import trying
from tests.given import By, Scenario


@contextmanager
def scenario(history: Connection, unit: str) -> Iterator[Scenario]:
    """Decisions on an empty store, by this history; the publisher is the unit."""
    store = Store("evaluation", ":memory:")
    keeper = Keeper(store, load_shipped())
    yield Scenario("evaluation", store, make_decide(keeper.shelf, history), keeper, unit)
    store.close()


class Evaluation:
    """An intake whose clock stands still; each report has an id of its own content."""

    def __init__(self, history: Connection, now: datetime) -> None:
        self.store, self.now, self.arrived = Store("evaluation", ":memory:"), now, 0
        keeper = Keeper(self.store, load_shipped())
        self.desk = Desk(self.store, make_decide(keeper.shelf, history), lambda: now, watcher=keeper)

    def takes(self, *reports: By) -> list[By]:
        """Settles reports in one batch; returns those that are to come again."""
        verdicts = self.desk.settle([self._arrival(one) for one in reports])
        return [one for one, verdict in zip(reports, verdicts, strict=True) if verdict is Verdict.WAIT]

    def takes_all(self, reports: Iterable[By], size: int) -> None:
        """Settles reports in batches of this size, those that wait again after the others, until none does."""
        waiting = list(reports)
        while waiting:
            batches = [waiting[start : start + size] for start in range(0, len(waiting), size)]
            again = [one for batch in batches for one in self.takes(*batch)]
            assert len(again) < len(waiting), "what waits for another report is settled once that is there"
            waiting = again

    def _arrival(self, report: By) -> Arrival:
        self.arrived += 1
        kind, body = type(report.data).__name__, report.data.model_dump(mode="json")
        known = find("report", "evaluation", kind)
        assert known is not None
        event = CloudEvent(id=str(derived_id("test", kind, body)), source="urn:test", type=known.type, data=body)
        subject = report_subject(report.unit, "evaluation", kind)
        return Arrival(subject, event.headers(), event.body(), self.arrived, self.now)

    @property
    def published(self) -> Sequence[Outgoing]:
        """What was recorded, as the relay publishes it."""
        return events_outbox(self.store).read(0, 100)

    @property
    def told(self) -> list[dict[str, Any]]:
        """The data of it."""
        return [orjson.loads(one.body) for one in self.published]

    def tried(self, unit: str, said: Contract | dict[str, Any], kind: str | None = None) -> Tried:
        """What would become of a report."""
        data = said if isinstance(said, dict) else said.model_dump(mode="json")
        return trying(self.desk, lambda: self.now)(Trial(unit=unit, kind=kind or type(said).__name__, data=data))
