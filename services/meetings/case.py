"""One report being decided: the meeting it is about, who may speak of it, and what is wrong."""

from __future__ import annotations

from datetime import date

from services.chassis.clock import local_day
from services.chassis.deciding import Findings
from services.chassis.intake import Work
from services.chassis.reading import Report
from services.chassis.tree import Tree
from services.contracts.meetings import AboutMeeting, Sheet, Status
from services.meetings.events import MeetingEvent, MonthFreed, MonthTaken
from services.meetings.meeting import Meeting, RegularMonth, State, month_taken


class Case:
    """The report, the meeting as it stands (`state`, empty when unknown), the registry's tree and the findings.

    What the registry does not know yet it may know a moment later, so those findings wait. Paths are given without
    `data.`.
    """

    def __init__(self, work: Work, report: Report, tree: Tree, said: AboutMeeting) -> None:
        self.work, self.report, self.tree = work, report, tree
        self.cell, self.key = said.cell, said.meeting
        self.meeting = work.get(Meeting, Meeting.id_of(self.cell, self.key))
        self.state: State = self.meeting.state if self.meeting else {}
        self.today = local_day(report.arrived_at)
        self.findings = Findings()

    def wrong(self, path: str, problem: str, expected: str | None = None, *, waiting: bool = False) -> None:
        """Finds something wrong."""
        self.findings.add(f"data.{path}", problem, expected, waiting=waiting)

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

    def cell_may(self, *days: date) -> bool:
        """Whether the cell is known and the publisher is above it on one of the days or today."""
        if self.cell not in self.tree.cells:
            self.wrong("cell", f"no cell {self.cell} is known", "the code of an established cell", waiting=True)
            return False
        unit = self.report.unit
        if self.tree.is_over(unit, self.cell, *days, self.today):
            return True
        above = self.tree.ancestors(self.cell, days[0] if days else self.today)
        self.wrong(
            "cell", f"{unit} is not above {self.cell}", f"a report from {' or '.join(above) or self.cell}", waiting=True
        )
        return False

    def cell_lives(self, path: str, day: date) -> None:
        """The cell lives on that day, and the publisher may speak of it."""
        self.cell_may(day)
        node = self.tree.cells.get(self.cell)
        if node is None:
            return
        if day.isoformat() < node.established:
            self.wrong(path, f"{self.cell} is established only on {node.established}", f"from {node.established} on")
        elif (end := node.dissolved) is not None and end <= day.isoformat():
            self.wrong(path, f"{self.cell} was dissolved on {end}", f"before {end}")

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
        if after == self.state:
            return
        before_month, after_month = month_taken(self.state), month_taken(after)
        if self.meeting is None:
            self.meeting = Meeting.blank(Meeting.id_of(self.cell, self.key))
            self.work.add(self.meeting)
        self.meeting.record(kind, self.report, cell=self.cell, data={**after, "version": self.meeting.version + 1})
        if before_month != after_month:
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
