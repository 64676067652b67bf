"""The events of observers: one published class with a stable topic for each kind, and two that stay inside."""

from __future__ import annotations

from typing import Any

from eventsourcing.domain import Aggregate
from eventsourcing.utils import register_topic

from services.meetings.events import StateEvent
from services.meetings.observer import Assignment, Seat, Visit


class AssignmentEvent(StateEvent):
    """Something that was recorded of an assignment (`AssignmentRecorded`)."""

    ABOUT = Assignment


class ObserverAssigned(AssignmentEvent):
    TOPIC = "meetings.ObserverAssigned.v1"


class ObserverRelieved(AssignmentEvent):
    TOPIC = "meetings.ObserverRelieved.v1"


class ReliefWithdrawn(AssignmentEvent):
    TOPIC = "meetings.ReliefWithdrawn.v1"


class VisitEvent(StateEvent):
    """Something that was recorded of a visit (`VisitRecorded`)."""

    ABOUT = Visit


class MeetingVisited(VisitEvent):
    TOPIC = "meetings.MeetingVisited.v1"


class VisitWithdrawn(VisitEvent):
    TOPIC = "meetings.VisitWithdrawn.v1"


class SeatEvent(Aggregate.Event):
    """Something that happened to a seat. Not published; the visit's own event says it all."""

    unit: str
    cause: str
    origin: str
    visit: str

    def mutate(self, aggregate: Any) -> Any:
        """The seat with this event; it may be the seat's first."""
        return super().mutate(Seat.blank(self.originator_id) if aggregate is None else aggregate)


class SeatTaken(SeatEvent):
    """The visit is the observer's at this meeting."""

    TOPIC = "meetings.internal.SeatTaken.v1"

    def apply(self, aggregate: Seat) -> None:
        """There is no room for another."""
        aggregate.visit = self.visit


class SeatFreed(SeatEvent):
    """The visit is not the observer's at this meeting any more."""

    TOPIC = "meetings.internal.SeatFreed.v1"

    def apply(self, aggregate: Seat) -> None:
        """There is room again."""
        aggregate.visit = None


KINDS: tuple[type[StateEvent], ...] = (
    ObserverAssigned,
    ObserverRelieved,
    ReliefWithdrawn,
    MeetingVisited,
    VisitWithdrawn,
)
register_topic(SeatTaken.TOPIC, SeatTaken)
register_topic(SeatFreed.TOPIC, SeatFreed)
for _kind in KINDS:
    register_topic(_kind.TOPIC, _kind)
