"""Decisions on observers: assigned, relieved, come to a meeting, not come after all.

Each returns the assignment or the visit as it then stands. What is said again under the same key replaces what was said
before, as a cell's later assessment of itself does; the history keeps both.
"""

from __future__ import annotations

from datetime import date

from services.contracts import observers as reports
from services.contracts.observers import VisitStatus
from services.meetings.meeting import State, day_of
from services.meetings.observer_case import AssignmentCase, VisitCase


def assign(case: AssignmentCase, said: reports.ObserverAssigned) -> State:
    """An observer is assigned. Whether the assignment keeps to its line is shown, not decided."""
    case.findings.day("data.valid_from", said.valid_from, case.today)
    case.cell_lives("valid_from", said.valid_from)
    by_unit = said.by_unit or case.report.unit
    if by_unit not in case.tree.units and by_unit not in case.tree.cells:
        problem = f"no unit or cell {by_unit} is known"
        case.wrong("by_unit", problem, "the code of an established unit or cell", waiting=True)
    relieved = case.state.get("relieved_on")
    if relieved is not None and relieved < said.valid_from.isoformat():
        expected = f"at the latest {relieved}, another key, or the relief taken back first (ReliefWithdrawn)"
        case.wrong("valid_from", f"{case.key} was relieved on {relieved}", expected)
    blank = {"cell": case.cell, "version": 0, "relieved_on": None, "reason": None}
    return {**blank, **case.state, **said.model_dump(mode="json"), "by_unit": by_unit}


def relieve(case: AssignmentCase, said: reports.ObserverRelieved) -> State:
    """The observer is not assigned any more."""
    case.findings.day("data.on", said.on, case.today)
    case.cell_may(said.on, *([date.fromisoformat(case.state["valid_from"])] if case.state else []))
    if not case.state:
        stands = f"no assignment {case.key} to {case.cell} is known"
        case.wrong("assignment", stands, "report it first (ObserverAssigned)", waiting=True)
    elif said.on.isoformat() < case.state["valid_from"]:
        begins = case.state["valid_from"]
        case.wrong("on", f"{case.key} begins only on {begins}", f"from {begins} on")
    return {**case.state, "relieved_on": said.on.isoformat(), "reason": said.reason}


def take_back(case: AssignmentCase, said: reports.ReliefWithdrawn) -> State:
    """The observer was never relieved: the assignment is again what it was. The history keeps what was known."""
    relieved = case.state.get("relieved_on")
    case.cell_may(*([date.fromisoformat(relieved)] if relieved else []))
    after = {**case.state, "relieved_on": None, "reason": said.reason}
    if not case.state:
        stands = f"no assignment {case.key} to {case.cell} is known"
        case.wrong("assignment", stands, "report it first (ObserverAssigned)", waiting=True)
    elif relieved is None and after != case.state:
        case.wrong("assignment", f"nobody was relieved of {case.key}", "the key of a relieved assignment", waiting=True)
    return after


def visit(case: VisitCase, said: reports.MeetingVisited) -> State:
    """An observer came to a meeting that was held, on its day, once."""
    case.cell_may(said.on)
    if case.state.get("status") == VisitStatus.WITHDRAWN:
        case.wrong("visit", f"{case.key} was withdrawn", "the key of another visit")
        return case.state
    held = case.meeting(said.meeting)
    if held is not None and day_of(held) != said.on:
        problem = f"{said.meeting} was held on {held['on']}"
        expected = f"{held['on']}; if the sheet is wrong, report MeetingCorrected first"
        case.wrong("on", problem, expected, waiting=True)
    if said.assignment is not None:
        _under(case, said, case.assignment(said.assignment))
    case.seat_is_free(said.meeting, said.observer)
    made = {"status": VisitStatus.MADE.value, "reason": None}
    return {"version": 0, **case.state, **said.model_dump(mode="json", by_alias=True), **made}


def _under(case: VisitCase, said: reports.MeetingVisited, assignment: State | None) -> None:
    """The assignment is this observer's and holds on that day."""
    if assignment is None:
        return
    if assignment["observer"] != said.observer:
        problem = f"{said.assignment} is {assignment['observer']}'s, not {said.observer}'s"
        case.wrong("assignment", problem, "the observer's own assignment, or none")
    on, relieved = said.on.isoformat(), assignment["relieved_on"]
    begins, ends = assignment["valid_from"], assignment["valid_to"]
    if on < begins or (ends is not None and on > ends) or (relieved is not None and on >= relieved):
        span = f"from {begins}" + (f" to {ends}" if ends else "") + (f", relieved on {relieved}" if relieved else "")
        expected = "an assignment of that day, or none; if its days are wrong, report ObserverAssigned first"
        case.wrong("assignment", f"{said.assignment} does not hold on {on}: {span}", expected, waiting=True)


def withdraw(case: VisitCase, said: reports.VisitWithdrawn) -> State:
    """It was reported by mistake. What was known stays in the history; the observer may be said to have come again."""
    case.cell_may(*([day_of(case.state)] if case.state else []))
    after = {**case.state, "status": VisitStatus.WITHDRAWN.value, "reason": said.reason}
    if not case.state:
        stands = f"no visit {case.key} to {case.cell} is known"
        case.wrong("visit", stands, "the key of a reported visit", waiting=True)
    elif after != case.state and case.state["status"] == VisitStatus.WITHDRAWN:
        case.wrong("visit", f"{case.key} was withdrawn", "the key of another visit")
    return after
