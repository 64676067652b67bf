"""What services store: domain events that are ready for the bus, and what became of each message of the intake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import Aggregate, DomainEvent

from services.contracts.base import derived_id


class Recorded(Aggregate.Event):
    """A domain event that the relay publishes. A subclass's TOPIC is `<service>.<Kind>.v<N>`, as catalogued.

    `data` is the published event's data, ready for JSON; `unit` the unit that reported it, `cell` the cell it is about
    (None when it is about something else), `cause` the report (`<unit>/<id>`), `origin` the report's source; what no
    report caused has neither, and the unit `_`. The library's `timestamp` is the knowledge time. Events of other
    classes stay inside the service.
    """

    unit: str
    cell: str | None
    cause: str | None
    origin: str | None
    data: dict[str, Any]


@dataclass(frozen=True)
class IntakeSettled(DomainEvent):
    """What became of one message of the intake. One sequence for each of a unit's report ids.

    `position` is the message's place in the intake stream, `digest` the content's hash, `events` the ids of the events
    it became. The relay turns it into the receipt. `timestamp` is when it was settled or the report's knowledge time.
    """

    TOPIC: ClassVar[str] = "chassis.IntakeSettled.v1"

    unit: str
    report: str
    type: str | None
    position: int
    digest: str
    outcome: str
    problems: list[dict[str, Any]]
    events: list[str]


def event_id(originator_id: UUID, version: int) -> str:
    """The id of the published event, the same whoever publishes it."""
    return str(derived_id("event", originator_id, version))
