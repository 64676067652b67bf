"""What the meetings service decides on each kind of report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.chassis.intake import Decide, Work
from services.chassis.reading import Report
from services.chassis.tree import Tree
from services.contracts import meetings as reports
from services.contracts import observers
from services.contracts import thematic as year
from services.contracts.base import Contract
from services.meetings import events, holding, observer_events, observing, planning, year_events, yearly
from services.meetings.case import Case
from services.meetings.meeting import State
from services.meetings.observer_case import AssignmentCase, VisitCase
from services.meetings.year_case import ModelMeetingCase, PlanCase, model_cells_case, orientations_case

Made = Callable[[Work, Report, Tree, Any], Any]
Judge = Callable[[Any, Any], State]
DECISIONS: Mapping[type[Contract], tuple[Made, Judge, type[events.StateEvent]]] = {
    reports.MeetingScheduled: (Case, planning.schedule, events.MeetingScheduled),
    reports.MeetingRescheduled: (Case, planning.reschedule, events.MeetingRescheduled),
    reports.MeetingCancelled: (Case, planning.cancel, events.MeetingCancelled),
    reports.MeetingHeld: (Case, holding.hold, events.MeetingHeld),
    reports.MeetingSelfAssessed: (Case, holding.assess, events.MeetingSelfAssessed),
    reports.MeetingConfirmed: (Case, holding.confirm, events.MeetingConfirmed),
    reports.MeetingCorrected: (Case, holding.correct, events.MeetingCorrected),
    reports.MeetingWithdrawn: (Case, holding.withdraw, events.MeetingWithdrawn),
    observers.ObserverAssigned: (AssignmentCase, observing.assign, observer_events.ObserverAssigned),
    observers.ObserverRelieved: (AssignmentCase, observing.relieve, observer_events.ObserverRelieved),
    observers.ReliefWithdrawn: (AssignmentCase, observing.take_back, observer_events.ReliefWithdrawn),
    observers.MeetingVisited: (VisitCase, observing.visit, observer_events.MeetingVisited),
    observers.VisitWithdrawn: (VisitCase, observing.withdraw, observer_events.VisitWithdrawn),
    year.OrientationsPublished: (orientations_case, yearly.orient, year_events.OrientationsPublished),
    year.PlanSubmitted: (PlanCase, yearly.submit, year_events.PlanSubmitted),
    year.PlanApproved: (PlanCase, yearly.approve, year_events.PlanApproved),
    year.PlanReturned: (PlanCase, yearly.return_, year_events.PlanReturned),
    year.ModelCellsChosen: (model_cells_case, yearly.choose, year_events.ModelCellsChosen),
    year.ModelMeetingHeld: (ModelMeetingCase, yearly.hold_model, year_events.ModelMeetingHeld),
    year.ModelMeetingWithdrawn: (ModelMeetingCase, yearly.withdraw_model, year_events.ModelMeetingWithdrawn),
}
"""For each kind of report the case to make of it, the decision, and the event that it becomes."""


def make_decide(tree: Tree) -> Decide:
    """The service's decision, by a tree that follows the registry's events."""

    def decide(work: Work, report: Report) -> None:
        """Records what the report is about as it now stands, or raises `Refused` with all that is wrong with it."""
        said: Any = report.data
        make, judge, kind = DECISIONS[type(said)]
        case = make(work, report, tree, said)
        after = judge(case, said)
        case.findings.refuse()
        case.record(kind, after)

    return decide
