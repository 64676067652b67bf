"""One report about an assignment or a visit being decided: what it is about, and what becomes of it."""

from __future__ import annotations

from services.chassis.intake import Work
from services.chassis.reading import Report
from services.chassis.tree import Tree
from services.contracts.meetings import Status
from services.contracts.observers import AboutAssignment, AboutVisit, VisitStatus
from services.meetings.cell_case import CellCase
from services.meetings.kept import Kept
from services.meetings.meeting import Meeting, State
from services.meetings.observer import Assignment, Seat, Visit
from services.meetings.observer_events import SeatFreed, SeatTaken, VisitEvent


class AssignmentCase(CellCase):
    """The case of a report about an assignment: `state` is the assignment as it stands, empty when unknown."""

    def __init__(self, work: Work, report: Report, tree: Tree, said: AboutAssignment) -> None:
        super().__init__(work, report, tree, said.cell)
        self.key = said.assignment
        kept = Kept(work, report, Assignment, Assignment.id_of(self.cell, self.key), self.cell)
        self.state, self.record = kept.state, kept.record


class VisitCase(CellCase):
    """The case of a report about a visit: `state` is the visit as it stands, empty when unknown."""

    def __init__(self, work: Work, report: Report, tree: Tree, said: AboutVisit) -> None:
        super().__init__(work, report, tree, said.cell)
        self.key = said.visit
        self._kept = Kept(work, report, Visit, Visit.id_of(self.cell, self.key), self.cell)
        self.state = self._kept.state

    def meeting(self, key: str) -> State | None:
        """The meeting that was held under this key. Until its sheet comes, what is said of it waits."""
        found = self.work.get(Meeting, Meeting.id_of(self.cell, key))
        state: State = found.state if found else {}
        if state.get("status") == Status.HELD:
            return state
        if state.get("status") == Status.WITHDRAWN:
            self.wrong("meeting", f"{key} was withdrawn", "the key of another meeting")
        else:
            stands = f"{key} is {state['status']}" if state else f"no meeting {key} of {self.cell} is known"
            self.wrong("meeting", stands, "report the meeting first (MeetingHeld)", waiting=True)
        return None

    def assignment(self, key: str) -> State | None:
        """The assignment under this key; until it comes, what refers to it waits."""
        found = self.work.get(Assignment, Assignment.id_of(self.cell, key))
        if found is None:
            stands = f"no assignment {key} to {self.cell} is known"
            self.wrong("assignment", stands, "report it first (ObserverAssigned), or none", waiting=True)
            return None
        return found.state

    def seat_is_free(self, meeting: str, observer: str) -> None:
        """The observer was not reported to have been at this meeting under another key."""
        seat = self.work.get(Seat, Seat.id_of(self.cell, meeting, observer))
        if seat is not None and seat.visit not in (None, self.key):
            self.wrong(
                "observer",
                f"{observer} was at {meeting} already: visit {seat.visit}",
                f"{seat.visit} as the visit's key, or {seat.visit} withdrawn (VisitWithdrawn) if it is the mistake",
            )

    def record(self, kind: type[VisitEvent], after: State) -> None:
        """Triggers the event, and what it means for the observer's seats, unless the visit stands so already."""
        before_seat, after_seat = _seat(self.state), _seat(after)
        if self._kept.record(kind, after) and before_seat != after_seat:
            if before_seat is not None:
                self._seat_of(*before_seat).record(SeatFreed, self.report, visit=self.key)
            if after_seat is not None:
                self._seat_of(*after_seat).record(SeatTaken, self.report, visit=self.key)

    def _seat_of(self, meeting: str, observer: str) -> Seat:
        id_ = Seat.id_of(self.cell, meeting, observer)
        found = self.work.get(Seat, id_)
        if found is None:
            found = Seat.blank(id_)
            self.work.add(found)
        return found


def _seat(state: State) -> tuple[str, str] | None:
    """The meeting and the observer that a visit takes a seat for; None when it was not made."""
    return (state["meeting"], state["observer"]) if state.get("status") == VisitStatus.MADE else None
