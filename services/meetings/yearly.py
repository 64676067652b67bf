"""Decisions on a year's work: orientations, plans submitted, approved and returned, model cells and model meetings.

Each returns what the report is about as it then stands. What is said again replaces what was said before; only a plan
that was decided on stays as it was decided on.
"""

from __future__ import annotations

from datetime import date

from services.contracts import thematic as reports
from services.contracts.thematic import ModelStatus, PlanStatus
from services.meetings.meeting import State
from services.meetings.year_case import ModelMeetingCase, PlanCase, UnitCase


def orient(case: UnitCase, said: reports.OrientationsPublished) -> State:
    """A unit's thematic orientations of a year."""
    _meant(case, said.year)
    case.unit_lives(said.on)
    return {"unit": case.unit, "version": 0, **case.state, **said.model_dump(mode="json")}


def choose(case: UnitCase, said: reports.ModelCellsChosen) -> State:
    """A unit chooses among its own cells. How many is shown, not decided."""
    _meant(case, said.year)
    case.unit_lives(said.on)
    case.own(said.cells, said.on)
    return {"unit": case.unit, "version": 0, **case.state, **said.model_dump(mode="json")}


def submit(case: PlanCase, said: reports.PlanSubmitted) -> State:
    """A cell's plan is submitted, or corrected while nobody has decided on it."""
    _meant(case, said.year)
    _has_come(case, said.on)
    case.cell_lives("on", said.on)
    whole = said.model_dump(mode="json")
    content = {"submitted_on": whole.pop("on"), **whole}
    if case.state and case.state["status"] != PlanStatus.SUBMITTED:
        if not content.items() <= case.state.items():
            case.wrong("plan", _decided(case), "another key for another submission")
        return case.state
    undecided = dict.fromkeys(("decided_by", "decided_on", "number", "reason"))
    return {"version": 0, "status": PlanStatus.SUBMITTED.value, **undecided, **case.state, **content}


def approve(case: PlanCase, said: reports.PlanApproved) -> State:
    """The unit right above approves the plan. A plan that was approved before is in force until then."""
    return _decide(case, said, PlanStatus.APPROVED, {"number": said.number, "reason": None})


def return_(case: PlanCase, said: reports.PlanReturned) -> State:
    """The unit right above returns the plan."""
    return _decide(case, said, PlanStatus.RETURNED, {"number": None, "reason": said.reason})


def _decide(
    case: PlanCase, said: reports.PlanApproved | reports.PlanReturned, status: PlanStatus, why: dict[str, str | None]
) -> State:
    _has_come(case, said.on)
    case.right_above(said.on)
    if not case.state:
        stands = f"no plan {case.key} of {case.cell} for {case.year} is known"
        case.wrong("plan", stands, "report it first (PlanSubmitted)", waiting=True)
        return case.state
    submitted = case.state["submitted_on"]
    if said.on.isoformat() < submitted:
        expected = f"from {submitted} on; if the plan's day is wrong, report PlanSubmitted again first"
        case.wrong("on", f"{case.key} was submitted only on {submitted}", expected, waiting=True)
    decision = {"decided_by": case.report.unit, "decided_on": said.on.isoformat(), **why}
    after = {**case.state, "status": status.value, **decision}
    if case.state["status"] != PlanStatus.SUBMITTED and after != case.state:
        case.wrong("plan", _decided(case), "a decision on a new submission, under another key")
    return after


def hold_model(case: ModelMeetingCase, said: reports.ModelMeetingHeld) -> State:
    """A demonstration meeting was held, with guests from these units and cells."""
    _has_come(case, said.on)
    case.cell_lives("on", said.on)
    for code in said.attended:
        if code not in case.tree.units and code not in case.tree.cells:
            expected = "the code of an established unit or cell"
            case.wrong(f"attended.{code}", f"no unit or cell {code} is known", expected, waiting=True)
    if case.state.get("status") == ModelStatus.WITHDRAWN:
        case.wrong("meeting", f"{case.key} was withdrawn", "the key of another meeting")
    held = {"status": ModelStatus.HELD.value, "reason": None}
    return {"version": 0, **case.state, **said.model_dump(mode="json"), **held}


def withdraw_model(case: ModelMeetingCase, said: reports.ModelMeetingWithdrawn) -> State:
    """It was reported by mistake. What was known stays in the history."""
    case.cell_may(*([date.fromisoformat(case.state["on"])] if case.state else []))
    after = {**case.state, "status": ModelStatus.WITHDRAWN.value, "reason": said.reason}
    if not case.state:
        stands = f"no model meeting {case.key} of {case.cell} is known"
        case.wrong("meeting", stands, "the key of a reported meeting", waiting=True)
    elif after != case.state and case.state["status"] == ModelStatus.WITHDRAWN:
        case.wrong("meeting", f"{case.key} was withdrawn", "the key of another meeting")
    return after


def _meant(case: PlanCase | UnitCase, year: int) -> None:
    """Nobody plans further ahead than the next year."""
    if year > case.today.year + 1:
        case.findings.add("data.year", f"{year} cannot be meant", f"at the latest {case.today.year + 1}")


def _has_come(case: PlanCase | ModelMeetingCase, day: date) -> None:
    case.findings.day("data.on", day, case.today)
    if case.today < day:
        case.wrong("on", f"{day} is yet to come", f"at the latest {case.today}")


def _decided(case: PlanCase) -> str:
    state = case.state
    return f"{case.key} was {state['status']} by {state['decided_by']} on {state['decided_on']}"
