"""The events of alerts: one published class with a stable topic for each kind."""

from __future__ import annotations

from typing import Any, ClassVar

from eventsourcing.utils import register_topic

from services.chassis.recording import Recorded
from services.contracts.alerts import AlertStatus
from services.evaluation.alerts.raising.record import AlertRecord


class AlertEvent(Recorded):
    """Something that became of an alert. `data` is the whole alert as it then stands (`AlertRecorded`).

    No report causes it, and its `cell` is None, as of all events of evaluation's store: their subjects are told from
    those of scores by it.
    """

    TOPIC: ClassVar[str]

    def mutate(self, aggregate: Any) -> Any:
        """The record with this event; it may be its first."""
        return super().mutate(AlertRecord.blank(self.originator_id) if aggregate is None else aggregate)

    def apply(self, aggregate: AlertRecord) -> None:
        """The alert stands as the event says."""
        aggregate.state = self.data


class AlertRaised(AlertEvent):
    TOPIC = "evaluation.AlertRaised.v1"


class AlertChanged(AlertEvent):
    TOPIC = "evaluation.AlertChanged.v1"


class AlertCleared(AlertEvent):
    TOPIC = "evaluation.AlertCleared.v1"


KINDS: dict[AlertStatus, type[AlertEvent]] = {
    AlertStatus.RAISED: AlertRaised,
    AlertStatus.CHANGED: AlertChanged,
    AlertStatus.RESOLVED: AlertCleared,
    AlertStatus.LAPSED: AlertCleared,
}
TOPICS = [AlertRaised.TOPIC, AlertChanged.TOPIC, AlertCleared.TOPIC]
for _kind in (AlertRaised, AlertChanged, AlertCleared):
    register_topic(_kind.TOPIC, _kind)
