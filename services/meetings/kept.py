"""The one aggregate that a report is about, as it stands, and what becomes of it."""

from __future__ import annotations

from uuid import UUID

from services.chassis.intake import Work
from services.chassis.reading import Report
from services.meetings.events import StateEvent
from services.meetings.meeting import State, Stated


class Kept:
    """`state` is empty when nothing is known of it. `cell`: the one it is about, None when it is about none."""

    def __init__(self, work: Work, report: Report, about: type[Stated], id_: UUID, cell: str | None) -> None:
        self._work, self._report, self._about, self._id, self._cell = work, report, about, id_, cell
        self._found = work.get(about, id_)
        self.state: State = self._found.state if self._found else {}

    def record(self, kind: type[StateEvent], after: State) -> bool:
        """Triggers the event, unless it stands so already; whether it did."""
        if after == self.state:
            return False
        if self._found is None:
            self._found = self._about.blank(self._id)
            self._work.add(self._found)
        found = self._found
        found.record(kind, self._report, cell=self._cell, data={**after, "version": found.version + 1})
        return True
