"""The events of a year's work: one published class with a stable topic for each kind."""

from __future__ import annotations

from eventsourcing.utils import register_topic

from services.meetings.events import StateEvent
from services.meetings.year import ModelCells, ModelMeeting, Orientations, Plan


class OrientationsPublished(StateEvent):
    """Something that was recorded of orientations (`OrientationsRecorded`)."""

    ABOUT = Orientations
    TOPIC = "meetings.OrientationsPublished.v1"


class PlanEvent(StateEvent):
    """Something that was recorded of a submitted plan (`PlanRecorded`)."""

    ABOUT = Plan


class PlanSubmitted(PlanEvent):
    TOPIC = "meetings.PlanSubmitted.v1"


class PlanApproved(PlanEvent):
    TOPIC = "meetings.PlanApproved.v1"


class PlanReturned(PlanEvent):
    TOPIC = "meetings.PlanReturned.v1"


class ModelCellsChosen(StateEvent):
    """Something that was recorded of a choice (`ModelCellsRecorded`)."""

    ABOUT = ModelCells
    TOPIC = "meetings.ModelCellsChosen.v1"


class ModelMeetingEvent(StateEvent):
    """Something that was recorded of a model meeting (`ModelMeetingRecorded`)."""

    ABOUT = ModelMeeting


class ModelMeetingHeld(ModelMeetingEvent):
    TOPIC = "meetings.ModelMeetingHeld.v1"


class ModelMeetingWithdrawn(ModelMeetingEvent):
    TOPIC = "meetings.ModelMeetingWithdrawn.v1"


KINDS: tuple[type[StateEvent], ...] = (
    OrientationsPublished,
    PlanSubmitted,
    PlanApproved,
    PlanReturned,
    ModelCellsChosen,
    ModelMeetingHeld,
    ModelMeetingWithdrawn,
)
for _kind in KINDS:
    register_topic(_kind.TOPIC, _kind)
