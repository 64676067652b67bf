"""The alerts that stand, as evaluation's own store tells them, and the recording of what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from services.chassis.store import Store
from services.contracts.alerts import AlertStatus
from services.contracts.bus import NO_CELL
from services.evaluation.alerts.raising.changes import State
from services.evaluation.alerts.raising.events import KINDS, TOPICS
from services.evaluation.alerts.raising.record import AlertRecord

BATCH = 500


class Overtaken(Exception):
    """Somebody else recorded something of an alert meanwhile: what stands has to be read again."""


class Book:
    """Keeps what stands in memory, by the alerts' ids. What was cleared is only in the store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.standing: dict[str, State] = {}
        self._read_to = 0

    def fold(self) -> None:
        """Takes in what the store has since it last looked."""
        while found := self.store.recorder.select_notifications(
            self._read_to, BATCH, topics=TOPICS, inclusive_of_start=False
        ):
            for notification in found:
                event: Any = self.store.mapper.to_domain_event(notification)
                self._apply(event.data)
            self._read_to = found[-1].id

    def record(self, changes: Iterable[tuple[AlertStatus, State]], at: datetime) -> int:
        """Records what became of alerts, all of it in one commit or nothing; returns how many events it was.

        Raises `Overtaken`, or the store's `IntegrityError`, when somebody else recorded one of them meanwhile.
        """
        events = list[Any]()
        with self.store.reading():
            for status, state in changes:
                events += self._event(status, state, at).collect_events()
        if events:
            self.store.append(events)
            self.fold()
        return len(events)

    def _event(self, status: AlertStatus, state: Mapping[str, Any], at: datetime) -> AlertRecord:
        id_ = AlertRecord.id_of(state["alert"])
        record = self.store.find(AlertRecord, id_) or AlertRecord.blank(id_)
        if record.open_version != (None if status is AlertStatus.RAISED else state["version"]):
            raise Overtaken(f"{state['alert']} cannot be {status}: its version is {record.version}")
        data = {**state, "version": record.version + 1, "status": status.value}
        record.trigger_event(
            KINDS[status],
            unit=NO_CELL,
            cell=None,
            cause=None,
            origin=None,
            timestamp=max(at, record.modified_on),
            data=data,
        )
        return record

    def _apply(self, state: State) -> None:
        if AlertStatus(state["status"]).open:
            self.standing[state["alert"]] = state
        else:
            self.standing.pop(state["alert"], None)
