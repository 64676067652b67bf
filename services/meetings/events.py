"""The events of meetings: one published class with a stable topic for each kind, and two that stay inside."""

from __future__ import annotations

from typing import Any, ClassVar

from eventsourcing.domain import Aggregate
from eventsourcing.utils import register_topic

from services.chassis.recording import Recorded
from services.meetings.meeting import Meeting, RegularMonth, Stated


class StateEvent(Recorded):
    """Something that was recorded of what `ABOUT` says: `data` is the whole of it as it then stands."""

    TOPIC: ClassVar[str]
    ABOUT: ClassVar[type[Stated]]

    def mutate(self, aggregate: Any) -> Any:
        """The aggregate with this event; it may be its first."""
        return super().mutate(self.ABOUT.blank(self.originator_id) if aggregate is None else aggregate)

    def apply(self, aggregate: Stated) -> None:
        """It is what the event says."""
        aggregate.state = self.data


class MeetingEvent(StateEvent):
    """Something that was recorded of a meeting (`MeetingRecorded`)."""

    ABOUT = Meeting


class MeetingScheduled(MeetingEvent):
    TOPIC = "meetings.MeetingScheduled.v1"


class MeetingRescheduled(MeetingEvent):
    TOPIC = "meetings.MeetingRescheduled.v1"


class MeetingCancelled(MeetingEvent):
    TOPIC = "meetings.MeetingCancelled.v1"


class MeetingHeld(MeetingEvent):
    TOPIC = "meetings.MeetingHeld.v1"


class MeetingSelfAssessed(MeetingEvent):
    TOPIC = "meetings.MeetingSelfAssessed.v1"


class MeetingConfirmed(MeetingEvent):
    TOPIC = "meetings.MeetingConfirmed.v1"


class MeetingCorrected(MeetingEvent):
    TOPIC = "meetings.MeetingCorrected.v1"


class MeetingWithdrawn(MeetingEvent):
    TOPIC = "meetings.MeetingWithdrawn.v1"


class MonthEvent(Aggregate.Event):
    """Something that happened to a cell's month. Not published; the meeting's own event says it all."""

    unit: str
    cause: str
    origin: str
    meeting: str

    def mutate(self, aggregate: Any) -> Any:
        """The month with this event; it may be the month's first."""
        return super().mutate(RegularMonth.blank(self.originator_id) if aggregate is None else aggregate)


class MonthTaken(MonthEvent):
    """The meeting is the month's regular one."""

    TOPIC = "meetings.internal.MonthTaken.v1"

    def apply(self, aggregate: RegularMonth) -> None:
        """There is no room for another."""
        aggregate.meeting = self.meeting


class MonthFreed(MonthEvent):
    """The meeting is not the month's regular one any more."""

    TOPIC = "meetings.internal.MonthFreed.v1"

    def apply(self, aggregate: RegularMonth) -> None:
        """There is room again."""
        aggregate.meeting = None


KINDS: tuple[type[MeetingEvent], ...] = (
    MeetingScheduled,
    MeetingRescheduled,
    MeetingCancelled,
    MeetingHeld,
    MeetingSelfAssessed,
    MeetingConfirmed,
    MeetingCorrected,
    MeetingWithdrawn,
)
register_topic(MonthTaken.TOPIC, MonthTaken)
register_topic(MonthFreed.TOPIC, MonthFreed)
for _kind in KINDS:
    register_topic(_kind.TOPIC, _kind)
