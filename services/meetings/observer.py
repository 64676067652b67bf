"""The aggregates: an observer's assignment, a visit, and one observer's seat at one meeting."""

from __future__ import annotations

from uuid import UUID

from services.chassis.deciding import Entity
from services.contracts.base import derived_id
from services.meetings.meeting import Stated


class Assignment(Stated):
    """An observer's assignment to a cell, under the publisher's own key (`AssignmentRecorded`)."""

    @staticmethod
    def id_of(cell: str, key: str) -> UUID:
        """The aggregate's id."""
        return derived_id("assignment", cell, key)


class Visit(Stated):
    """A visit to a meeting of a cell, under the publisher's own key (`VisitRecorded`)."""

    @staticmethod
    def id_of(cell: str, key: str) -> UUID:
        """The aggregate's id."""
        return derived_id("visit", cell, key)


class Seat(Entity):
    """An observer at a meeting: whoever sits there once makes one visit, however many keys it is reported under."""

    def begin(self) -> None:
        """Nobody reported to have sat there."""
        self.visit: str | None = None

    @staticmethod
    def id_of(cell: str, meeting: str, observer: str) -> UUID:
        """The aggregate's id."""
        return derived_id("seat", cell, meeting, observer)
