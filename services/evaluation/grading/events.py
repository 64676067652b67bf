"""The events of official grades: one published class with a stable topic for each kind."""

from __future__ import annotations

from typing import Any, ClassVar

from eventsourcing.utils import register_topic

from services.chassis.recording import Recorded
from services.evaluation.grading.record import GradeRecord


class GradeEvent(Recorded):
    """Something that was decided of a cell's month. `data` is how the grade then stands (`GradeRecorded`).

    Its `cell` is None, as of all events of evaluation's store: their subjects are told from those of scores by it.
    """

    TOPIC: ClassVar[str]

    def mutate(self, aggregate: Any) -> Any:
        """The record with this event; it may be its first."""
        return super().mutate(GradeRecord.blank(self.originator_id) if aggregate is None else aggregate)

    def apply(self, aggregate: GradeRecord) -> None:
        """The grade stands as the event says."""
        aggregate.state = self.data


class GradeDecided(GradeEvent):
    TOPIC = "evaluation.GradeDecided.v1"


class GradeCancelled(GradeEvent):
    TOPIC = "evaluation.GradeCancelled.v1"


class GradeReclassified(GradeEvent):
    TOPIC = "evaluation.GradeReclassified.v1"


KINDS: tuple[type[GradeEvent], ...] = (GradeDecided, GradeCancelled, GradeReclassified)
for _kind in KINDS:
    register_topic(_kind.TOPIC, _kind)
