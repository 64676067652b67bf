"""The aggregates: one meeting, and one month of a cell with room for one regular meeting."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.deciding import Entity
from services.contracts.base import derived_id
from services.contracts.meetings import MeetingKind, Status

State = dict[str, Any]
"""What its event's contract has (of a meeting `MeetingRecorded`), ready for JSON. Never changed in place."""


class Stated(Entity):
    """An aggregate that is what its last event says."""

    def begin(self) -> None:
        """Nothing is known of it."""
        self.state: State = {}


class Meeting(Stated):
    """One meeting of a cell, under the publisher's own key."""

    @staticmethod
    def id_of(cell: str, key: str) -> UUID:
        """The aggregate's id."""
        return derived_id("meeting", cell, key)


class RegularMonth(Entity):
    """A month of a cell: at most one meeting held in it counts as the regular one."""

    def begin(self) -> None:
        """No regular meeting was held."""
        self.meeting: str | None = None

    @staticmethod
    def id_of(cell: str, month: str) -> UUID:
        """The aggregate's id; `month` is `YYYY-MM`."""
        return derived_id("regular-month", cell, month)


def month_taken(state: State) -> str | None:
    """The month (`YYYY-MM`) of which this is the regular meeting, or None when it is not held or does not count."""
    if state.get("status") == Status.HELD and MeetingKind(state["kind"]).counts_as_regular:
        return str(state["on"])[:7]
    return None


def day_of(state: State) -> date:
    """The day held, or else planned."""
    return date.fromisoformat(state["on"])
