"""The events of evaluation's own store: one published class with a stable topic for each kind."""

from __future__ import annotations

from typing import Any, ClassVar

from eventsourcing.utils import register_topic

from services.chassis.recording import Recorded
from services.evaluation.publishing.record import CriteriaRecord, Run


class CriteriaEvent(Recorded):
    """Something that was recorded of a set. `data` is the whole set as it then stands (`CriteriaRecorded`)."""

    TOPIC: ClassVar[str]

    def mutate(self, aggregate: Any) -> Any:
        """The record with this event; it may be its first."""
        return super().mutate(CriteriaRecord.blank(self.originator_id) if aggregate is None else aggregate)

    def apply(self, aggregate: CriteriaRecord) -> None:
        """The set is what the event says."""
        aggregate.data = self.data


class CriteriaPublished(CriteriaEvent):
    TOPIC = "evaluation.CriteriaPublished.v1"


class CriteriaAmended(CriteriaEvent):
    TOPIC = "evaluation.CriteriaAmended.v1"


class CriteriaWithdrawn(CriteriaEvent):
    TOPIC = "evaluation.CriteriaWithdrawn.v1"


class RunMade(Recorded):
    """A run was carried out. `data` is `contracts.rescoring.RunMade`; no report caused it."""

    TOPIC: ClassVar[str] = "evaluation.RunMade.v1"

    def mutate(self, aggregate: Any) -> Any:
        """The run with this event, its only one."""
        return super().mutate(Run.blank(self.originator_id) if aggregate is None else aggregate)

    def apply(self, aggregate: Run) -> None:
        """The run is what its receipt says."""
        aggregate.data = self.data


KINDS: tuple[type[CriteriaEvent], ...] = (CriteriaPublished, CriteriaAmended, CriteriaWithdrawn)
register_topic(RunMade.TOPIC, RunMade)
for _kind in KINDS:
    register_topic(_kind.TOPIC, _kind)
