"""One report being decided: the meeting it is about, who may speak of it, and what is wrong."""

from __future__ import annotations

from services.chassis.intake import Work
from services.chassis.reading import Report
from services.chassis.tree import Tree
from services.contracts.meetings import AboutMeeting, Sheet, Status
from services.meetings.cell_case import CellCase
from services.meetings.events import MeetingEvent, MonthFreed, MonthTaken
from services.meetings.kept import Kept
from services.meetings.meeting import Meeting, RegularMonth, State, month_taken


class Case(CellCase):
    """The case of a report about a meeting: `state` is the meeting as it stands, empty when unknown."""

    def __init__(self, work: Work, report: Report, tree: Tree, said: AboutMeeting) -> None:
        super().__init__(work, report, tree, said.cell)
        self.key = said.meeting
        self._kept = Kept(work, report, Meeting, Meeting.id_of(self.cell, self.key), self.cell)
        self.state = self._kept.state

    @property
    def status(self) -> Status | None:
        """Where the meeting stands; None when nothing was reported of it."""
        return Status(self.state["status"]) if self.state else None

    def open(self) -> bool:
        """Whether the meeting was not withdrawn: nothing can be said of one that did not happen."""
        if self.status is Status.WITHDRAWN:
            self.wrong("meeting", f"{self.key} was withdrawn", "the key of another meeting")
            return False
        return True

    def held(self) -> bool:
        """Whether the meeting's sheet is there. Until it comes, what is said of a meeting that was held waits."""
        if not self.open():
            return False
        if self.status is not Status.HELD:
            stands = f"{self.key} is {self.status}" if self.state else f"no meeting {self.key} of {self.cell} is known"
            self.wrong("meeting", stands, "report the meeting first (MeetingHeld)", waiting=True)
            return False
        return True

    def sheet(self, sheet: Sheet) -> None:
        """The sheet is of a day that has come, in a living cell with so many members."""
        self.cell_lives("sheet.held_on", sheet.held_on)
        if sheet.held_on > self.today:
            self.wrong("sheet.held_on", f"{sheet.held_on} is yet to come", f"at the latest {self.today}")
        else:
            self.findings.day("data.sheet.held_on", sheet.held_on, self.today)
        state = self.tree.cell(self.cell, sheet.held_on)
        if state is None or state["dissolved"]:
            return
        members = int(state["members"]["full"]) + int(state["members"]["probationary"])
        known = f"the registry knows {members} on {sheet.held_on}"
        right = f"at most {members}; if the cell grew, report MembershipChanged first"
        if sheet.expected > members:
            counted = f"{sheet.present} present and {len(sheet.absences)} absent are {sheet.expected} members"
            self.wrong("sheet.present", f"{counted}; {known}", right, waiting=True)
        if sheet.members > members:
            self.wrong("sheet.members", f"{sheet.members} members; {known}", right, waiting=True)

    def month_is_free(self, path: str, after: State) -> None:
        """The month in which it would be the regular meeting has no other."""
        month = month_taken(after)
        if month is None or month == month_taken(self.state):
            return
        found = self.work.get(RegularMonth, RegularMonth.id_of(self.cell, month))
        if found is not None and found.meeting is not None:
            self.wrong(
                path,
                f"{self.cell} held its regular meeting of {month} already: {found.meeting}",
                f"another month or kind, or {found.meeting} withdrawn (MeetingWithdrawn) if it is the mistake",
            )

    def record(self, kind: type[MeetingEvent], after: State) -> None:
        """Triggers the event, and what it means for the months, unless the meeting stands so already."""
        before_month, after_month = month_taken(self.state), month_taken(after)
        if self._kept.record(kind, after) and before_month != after_month:
            if before_month is not None:
                self._month(before_month).record(MonthFreed, self.report, meeting=self.key)
            if after_month is not None:
                self._month(after_month).record(MonthTaken, self.report, meeting=self.key)

    def _month(self, month: str) -> RegularMonth:
        id_ = RegularMonth.id_of(self.cell, month)
        found = self.work.get(RegularMonth, id_)
        if found is None:
            found = RegularMonth.blank(id_)
            self.work.add(found)
        return found
