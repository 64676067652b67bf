"""What evaluation decides on each kind of report about official grades."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.chassis.intake import Work
from services.chassis.reading import Report
from services.contracts import grades as reports
from services.contracts.base import Contract
from services.contracts.grades import GradeStatus
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.grading import events
from services.evaluation.grading.case import Asked, Case
from services.evaluation.grading.months import CellMonths
from services.evaluation.grading.record import State

AGAIN = "a GradeReclassified with the number of its decision, to put another in its place"
ANEW = "a GradesDecided with the number of its decision, to decide it anew"


def _decide(case: Case, said: reports.GradesDecided) -> None:
    """The grades of a list, all of them or none. A grade that stands so already changes nothing."""
    case.check(
        said.period,
        said.decided_on,
        [Asked(f"grades.{n}.", one.cell, one.meeting, one.grade, one.points) for n, one in enumerate(said.grades)],
    )
    listed: dict[str, int] = {}
    for n, one in enumerate(said.grades):
        path = f"grades.{n}.cell"
        if (earlier := listed.setdefault(one.cell, n)) != n:
            case.wrong(path, f"{one.cell} is listed already, in grades.{earlier}", "each cell once")
            continue
        record = case.record_of(one.cell, said.period)
        wanted = _state(said, GradeStatus.DECIDED, **one.model_dump(mode="json"), list=said.list)
        if not record.state:
            case.plan(events.GradeDecided, record, wanted)
        elif record.state["status"] == GradeStatus.CANCELLED:
            if said.number is None:
                case.wrong(path, f"{_stands(record.state)}, and this decision has no number", ANEW)
            case.follows(said.decided_on, record.state)
            case.plan(events.GradeDecided, record, wanted)
        elif not _same(case, record.state, wanted):
            case.wrong(path, _stands(record.state), AGAIN)


def _cancel(case: Case, said: reports.GradeCancelled) -> None:
    """There is no grade any more."""
    case.check(said.period, said.decided_on, [Asked("", said.cell, None, None)])
    record = case.record_of(said.cell, said.period)
    wanted = _state(said, GradeStatus.CANCELLED, cell=said.cell, reason=said.reason)
    if _replaceable(case, said, record.state, wanted, "a grade that is cancelled need not be cancelled again"):
        case.plan(events.GradeCancelled, record, {**wanted, "meeting": record.state["meeting"]})


def _reclassify(case: Case, said: reports.GradeReclassified) -> None:
    """Another grade stands from now on."""
    case.check(said.period, said.decided_on, [Asked("", said.cell, None, said.grade, said.points)])
    record = case.record_of(said.cell, said.period)
    given = {"grade": said.grade.value, "points": said.points}
    wanted = _state(said, GradeStatus.RECLASSIFIED, cell=said.cell, reason=said.reason, **given)
    if _replaceable(case, said, record.state, wanted, ANEW):
        if all(record.state[name] == value for name, value in given.items()):
            case.wrong("grade", _stands(record.state), "another grade, or other points")
        case.plan(events.GradeReclassified, record, {**wanted, "meeting": record.state["meeting"]})


def _replaceable(
    case: Case, said: reports.GradeCancelled | reports.GradeReclassified, state: State, wanted: State, if_cancelled: str
) -> bool:
    """Whether a grade stands that this decision takes the place of. Not when it stands so already, without an error."""
    if not state:
        problem = f"no grade of {said.cell} for {said.period} is decided"
        case.wrong("cell", problem, "decide it first (GradesDecided)", waiting=True)
        return False
    if _same(case, state, wanted):
        return False
    if state["status"] == GradeStatus.CANCELLED:
        case.wrong("cell", _stands(state), if_cancelled)
        return False
    case.follows(said.decided_on, state)
    return True


_NOTHING: State = dict.fromkeys(("meeting", "grade", "points", "note", "list", "reason"))


def _state(said: Any, status: GradeStatus, **given: Any) -> State:
    """How a grade stands after this, but for who decided it, its version and what it replaces."""
    day = said.decided_on.isoformat()
    stands = {"period": said.period, "status": status.value, "number": said.number, "decided_on": day}
    return {**stands, **_NOTHING, **given}


def _same(case: Case, state: State, wanted: State) -> bool:
    """Whether the grade stands exactly so, in whichever list it was decided."""
    asked = {**wanted, "decided_by": case.report.unit}
    if wanted["status"] != GradeStatus.DECIDED:
        asked.pop("meeting")
    return all(state[name] == value for name, value in asked.items() if name != "list")


def _stands(state: State) -> str:
    by = f" by {state['number']}" if state["number"] else ""
    if state["status"] == GradeStatus.CANCELLED:
        return f"the grade of {state['cell']} for {state['period']} was cancelled{by} on {state['decided_on']}"
    points = "" if state["points"] is None else f" ({state['points']:g} points)"
    decided = f"{state['grade']}{points}, {state['status']}{by} on {state['decided_on']}"
    return f"the grade of {state['cell']} for {state['period']} is {decided}"


DECISIONS: Mapping[type[Contract], Callable[[Case, Any], None]] = {
    reports.GradesDecided: _decide,
    reports.GradeCancelled: _cancel,
    reports.GradeReclassified: _reclassify,
}


def decide_grades(work: Work, report: Report, sets: Mapping[str, CriteriaSet], months: CellMonths) -> None:
    """Records what the report decides, or raises `Refused` with all that is wrong with it."""
    case = Case(work, report, sets, months)
    DECISIONS[type(report.data)](case, report.data)
    case.settle()
