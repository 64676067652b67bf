"""The events of yearly classifications: one published class with a stable topic for each kind."""

from __future__ import annotations

from typing import Any, ClassVar

from eventsourcing.utils import register_topic

from services.chassis.recording import Recorded
from services.evaluation.yearend.record import YearRecord


class YearEvent(Recorded):
    """Something that was said of a subject's year. `data` is how it then stands (`YearRecorded`).

    Its `cell` is None, as of all events of evaluation's store: their subjects are told from those of scores by it.
    """

    TOPIC: ClassVar[str]

    def mutate(self, aggregate: Any) -> Any:
        """The record with this event; it may be its first."""
        return super().mutate(YearRecord.blank(self.originator_id) if aggregate is None else aggregate)

    def apply(self, aggregate: YearRecord) -> None:
        """The classification stands as the event says."""
        aggregate.state = self.data


class YearProposed(YearEvent):
    TOPIC = "evaluation.YearProposed.v1"


class YearAppraised(YearEvent):
    TOPIC = "evaluation.YearAppraised.v1"


class YearDecided(YearEvent):
    TOPIC = "evaluation.YearDecided.v1"


class YearCancelled(YearEvent):
    TOPIC = "evaluation.YearCancelled.v1"


class YearReclassified(YearEvent):
    TOPIC = "evaluation.YearReclassified.v1"


KINDS: tuple[type[YearEvent], ...] = (YearProposed, YearAppraised, YearDecided, YearCancelled, YearReclassified)
for _kind in KINDS:
    register_topic(_kind.TOPIC, _kind)
