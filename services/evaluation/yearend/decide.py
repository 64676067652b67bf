"""What evaluation decides on each kind of report about yearly classifications."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.chassis.intake import Work
from services.chassis.reading import Report
from services.contracts import classification as reports
from services.contracts.base import Contract
from services.contracts.classification import Level, StageSaid, YearStatus
from services.evaluation.yearend import events
from services.evaluation.yearend.case import NAMED, Asked, Case, Found
from services.evaluation.yearend.load import Rules
from services.evaluation.yearend.record import State, YearRecord
from services.evaluation.yearend.rule import YearRule
from services.evaluation.yearend.subjects import Below, Subjects

AGAIN = "a YearReclassified with the number of its decision, to put another in its place"
ANEW = "a YearDecided with the number of its decision, to decide it anew"
PROPOSED, APPRAISED, DECIDED, CANCELLED, RECLASSIFIED = YearStatus
BEFORE = {
    APPRAISED: (PROPOSED, "propose it first (YearProposed)"),
    DECIDED: (APPRAISED, "appraise it first (YearAppraised)"),
}
STEPS: Mapping[type[Contract], tuple[YearStatus, type[events.YearEvent]]] = {
    reports.YearProposed: (PROPOSED, events.YearProposed),
    reports.YearAppraised: (APPRAISED, events.YearAppraised),
    reports.YearDecided: (DECIDED, events.YearDecided),
}


class Step:
    """One line of a list, and how its subject's year stands before it."""

    def __init__(self, case: Case, said: reports.YearList, n: int, found: Found) -> None:
        self.case, self.said, self.found, self.line = case, said, found, said.subjects[n]
        self.path = f"subjects.{n}.subject"
        self.record = case.record_of(found.level, self.line.subject, said.year)
        self.status, self.kind = STEPS[type(said)]
        self.block = _block(case, said, self.line)

    def due(self) -> bool:
        """Whether it is to be taken: not when it stands so already; out of its turn it is wrong."""
        state, case = self.record.state, self.case
        if state and state[self.status.value] == self.block:
            return False
        if self.status in BEFORE and not self._follows(*BEFORE[self.status]):
            return False
        if not state or state["status"] == PROPOSED or (state["status"] == APPRAISED and self.status != PROPOSED):
            return True
        if self.status == DECIDED and state["status"] == CANCELLED:
            if self.said.number is None:
                case.wrong(self.path, f"{_stands(state)}, and this decision has no number", ANEW)
            case.follows(self.said.on, state, "decision")
            return True
        expected = {APPRAISED: "another appraisal, by the unit right above", CANCELLED: ANEW}
        case.wrong(self.path, _stands(state), expected.get(state["status"], AGAIN))
        return False

    def _follows(self, earlier: YearStatus, expected: str) -> bool:
        state = self.record.state
        if not state or state[earlier.value] is None:
            problem = f"the year {self.said.year} of {self.line.subject} is not {earlier} yet"
            self.case.wrong(self.path, problem, expected, waiting=True)
            return False
        self.case.follows(self.said.on, state[earlier.value], "step")
        return True

    def plan(self) -> None:
        """Plans it."""
        state = self.record.state or {"subject": self.line.subject, "year": self.said.year, **_NOTHING}
        given = {"list": self.said.list, "reason": None, "level": self.found.level.value, **_by(self.found.rule)}
        self.case.plan(self.kind, self.record, _changed(state, self.said, self.status, self.block, **given))


def _listed(case: Case, said: reports.YearList) -> None:
    """A step of every line, all of them or none. What stands so already changes nothing."""
    status, _ = STEPS[type(said)]
    asked = [_asked(f"subjects.{n}.", one) for n, one in enumerate(said.subjects)]
    listed: dict[tuple[Level, str], int] = {}
    due: list[Step] = []
    for n, found in enumerate(case.check(said.year, said.on, asked, own=status is PROPOSED)):
        if found is None:
            continue
        code = said.subjects[n].subject
        if (earlier := listed.setdefault((found.level, code), n)) != n:
            case.wrong(f"subjects.{n}.subject", f"{code} is listed already, in subjects.{earlier}", "each subject once")
            continue
        if (step := Step(case, said, n, found)).due():
            due.append(step)
    if status is DECIDED:
        _in_order(case, said, due)
    for step in due:
        step.plan()


def _in_order(case: Case, said: reports.YearList, due: Sequence[Step]) -> None:
    """Cells before their organisation, lower before upper: nothing below a unit is without a decision."""
    units = {step.line.subject: step for step in due if step.found.level is Level.UNIT}
    for unit, missing in case.undecided(list(units), said.year, said.on).items() if units else ():
        if missing:
            problem = f"{len(missing)} below {unit} {'is' if len(missing) == 1 else 'are'} undecided: {_named(missing)}"
            case.wrong(units[unit].path, problem, "a decision on each of them first (YearDecided)", waiting=True)


def _named(missing: Sequence[Below]) -> str:
    more = len(missing) - NAMED
    return ", ".join(one.subject for one in missing[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _cancel(case: Case, said: reports.YearCancelled) -> None:
    """There is no decision any more."""
    [found] = case.check(said.year, said.on, [Asked("", said.subject, said.level)], own=False)
    record = _replaced(case, said, found, None, "what is cancelled need not be cancelled again")
    if found is not None and record is not None:
        state = _changed(record.state, said, CANCELLED, None, list=None, reason=said.reason, **_by(found.rule))
        case.plan(events.YearCancelled, record, state)


def _reclassify(case: Case, said: reports.YearReclassified) -> None:
    """Another classification stands from now on."""
    [found] = case.check(said.year, said.on, [_asked("", said)], own=False)
    block = _block(case, said, said)
    record = _replaced(case, said, found, block, ANEW)
    if found is not None and record is not None:
        state = _changed(record.state, said, RECLASSIFIED, block, list=None, reason=said.reason, **_by(found.rule))
        if all(record.state["decided"][name] == block[name] for name in ("common", "results", "grade", "veto")):
            case.wrong("grade", _stands(record.state), "another grade, or other points")
        case.plan(events.YearReclassified, record, state)


def _replaced(
    case: Case,
    said: reports.YearCancelled | reports.YearReclassified,
    found: Found | None,
    block: State | None,
    if_cancelled: str,
) -> YearRecord | None:
    """The record whose decision this takes the place of. None where it stands so already, and where none stands."""
    if found is None:
        return None
    record = case.record_of(found.level, said.subject, said.year)
    state = record.state
    status = RECLASSIFIED if block else CANCELLED
    if not state or (state["decided"] is None and state["status"] != CANCELLED):
        problem = f"the year {said.year} of {said.subject} is not decided"
        case.wrong("subject", problem, "decide it first (YearDecided)", waiting=True)
        return None
    as_said = (status, said.number, said.on.isoformat(), said.reason, case.report.unit, block)
    if as_said == (*(state[name] for name in ("status", "number", "on", "reason", "by")), state["decided"]):
        return None
    if state["status"] == CANCELLED:
        case.wrong("subject", _stands(state), if_cancelled)
        return None
    case.follows(said.on, state, "decision")
    return record


_NOTHING: State = dict.fromkeys(("proposed", "appraised", "decided"))
_PLACE = {CANCELLED: "decided", RECLASSIFIED: "decided"}


def _changed(state: State, said: Any, status: YearStatus, block: State | None, **given: Any) -> State:
    """How a classification stands after this, but for who said it, its version and what it replaces."""
    stands = {"status": status.value, "on": said.on.isoformat(), "number": said.number}
    return {**state, **stands, **given, _PLACE.get(status, status.value): block}


def _by(rule: YearRule) -> State:
    return {"rule": rule.id, "rule_hash": rule.hash}


def _asked(path: str, one: Any) -> Asked:
    return Asked(path, one.subject, one.level, one.grade, one.common, one.results, one.veto)


def _block(case: Case, said: Any, one: Any) -> State:
    points = {name: getattr(one, name) for name in ("common", "results", "grade", "veto")}
    note = getattr(one, "note", None)
    return StageSaid(**points, note=note, number=said.number, on=said.on, by=case.report.unit).model_dump(mode="json")


def _stands(state: State) -> str:
    by = f" by {state['number']}" if state["number"] else ""
    said = state["decided"] or state["appraised"] or state["proposed"]
    of = f"the year {state['year']} of {state['subject']}"
    if state["status"] == CANCELLED:
        return f"the decision on {of} was cancelled{by} on {state['on']}"
    return (
        f"{of} is {said['grade']} ({said['common'] + said['results']:g} points), {state['status']}{by} on {said['on']}"
    )


DECISIONS: Mapping[type[Contract], Callable[[Case, Any], None]] = {
    **dict.fromkeys(STEPS, _listed),
    reports.YearCancelled: _cancel,
    reports.YearReclassified: _reclassify,
}


def decide_year(work: Work, report: Report, rules: Rules, subjects: Subjects) -> None:
    """Records what the report decides, or raises `Refused` with all that is wrong with it."""
    case = Case(work, report, rules, subjects)
    DECISIONS[type(report.data)](case, report.data)
    case.settle()
