"""What the meetings service decides on each kind of report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.chassis.intake import Decide, Work
from services.chassis.reading import Report
from services.chassis.tree import Tree
from services.contracts import meetings as reports
from services.contracts.base import Contract
from services.meetings import events, holding, planning
from services.meetings.case import Case
from services.meetings.events import MeetingEvent
from services.meetings.meeting import State

DECISIONS: Mapping[type[Contract], tuple[Callable[[Case, Any], State], type[MeetingEvent]]] = {
    reports.MeetingScheduled: (planning.schedule, events.MeetingScheduled),
    reports.MeetingRescheduled: (planning.reschedule, events.MeetingRescheduled),
    reports.MeetingCancelled: (planning.cancel, events.MeetingCancelled),
    reports.MeetingHeld: (holding.hold, events.MeetingHeld),
    reports.MeetingSelfAssessed: (holding.assess, events.MeetingSelfAssessed),
    reports.MeetingConfirmed: (holding.confirm, events.MeetingConfirmed),
    reports.MeetingCorrected: (holding.correct, events.MeetingCorrected),
    reports.MeetingWithdrawn: (holding.withdraw, events.MeetingWithdrawn),
}


def make_decide(tree: Tree) -> Decide:
    """The service's decision, by a tree that follows the registry's events."""

    def decide(work: Work, report: Report) -> None:
        """Records the meeting as it now stands, or raises `Refused` with all that is wrong with the report."""
        said: Any = report.data
        case = Case(work, report, tree, said)
        judge, kind = DECISIONS[type(said)]
        after = judge(case, said)
        case.findings.refuse()
        case.record(kind, after)

    return decide
