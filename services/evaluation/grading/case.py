"""One report about official grades being decided: what is wrong with it, and what it would record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from services.chassis.clock import local_day
from services.chassis.deciding import Findings
from services.chassis.intake import Work
from services.chassis.reading import Report
from services.contracts.meetings import Grade, Status
from services.contracts.receipts import Problem
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.grading.events import GradeEvent
from services.evaluation.grading.months import REGULAR, CellMonth, CellMonths, Met, above, days_of, grades_of, possible
from services.evaluation.grading.record import GradeRecord, State


class Asked(NamedTuple):
    """A grade that is to stand. `path` leads to it in the report (empty, or with a dot at its end)."""

    path: str
    cell: str
    meeting: str | None
    grade: Grade | None
    points: float | None = None


class Case:
    """The report, the criteria sets and cells it is judged by, the findings and the plan. Paths are without `data.`.

    What is not known yet may be known a moment later, so those findings wait. Whether the month's meeting is known
    decides only how narrowly the grade is looked at: a decision that names no meeting never waits for one.
    """

    def __init__(self, work: Work, report: Report, sets: Mapping[str, CriteriaSet], months: CellMonths) -> None:
        self.work, self.report, self.sets, self.months = work, report, sets, months
        self.today = local_day(report.arrived_at)
        self.findings = Findings()
        self._changes: list[tuple[type[GradeEvent], GradeRecord, State]] = []

    def wrong(self, path: str, problem: str, expected: str | None = None, *, waiting: bool = False) -> None:
        """Finds something wrong."""
        self.findings.add(f"data.{path}", problem, expected, waiting=waiting)

    def check(self, period: str, decided_on: date, asked: Sequence[Asked]) -> None:
        """The day can be meant, the publisher may decide, and each grade is one that the month's criteria give."""
        self._day(period, decided_on)
        cells = list(dict.fromkeys(one.cell for one in asked))
        known = self.months.look(cells, period, decided_on, [one.meeting for one in asked if one.meeting])
        entitled = False
        judged: dict[str, tuple[CellMonth, Met | None]] = {}
        for one in asked:
            month = known.get(one.cell)
            if month is None:
                self.wrong(
                    f"{one.path}cell", f"no cell {one.cell} is known", "the code of an established cell", waiting=True
                )
            else:
                entitled |= self._may(one, month, period)
                met = self._met(one, month, period, decided_on)
                judged[one.cell] = month, met
                if one.grade is not None and one.meeting is None and met is None and month.stays:
                    self._unmet(one, period)
        if entitled and self.months.dissolved(self.report.unit, decided_on):
            self.wrong("decided_on", f"{self.report.unit} was dissolved by {decided_on}", "a day on which it stood")
        sets = possible(self.sets, judged, decided_on)
        for one in asked:
            if one.grade is not None and one.cell in judged and judged[one.cell][0].stays:
                self._graded(one, one.grade, sets[one.cell], period)

    def record_of(self, cell: str, period: str) -> GradeRecord:
        """How the grade of a cell and month stands; a blank one where nothing was decided."""
        id_ = GradeRecord.id_of(cell, period)
        return self.work.get(GradeRecord, id_) or GradeRecord.blank(id_)

    def follows(self, decided_on: date, state: State) -> None:
        """The decision is not of a day before the one whose place it takes."""
        if (before := date.fromisoformat(state["decided_on"])) > decided_on:
            problem = f"{decided_on} is before {before}, the day of the decision whose place it takes"
            self.wrong("decided_on", problem, f"from {before} on")

    def plan(self, kind: type[GradeEvent], record: GradeRecord, state: State) -> None:
        """Plans how a grade is to stand; who decided it, its version and what it replaces are added."""
        self._changes.append((kind, record, state))

    def settle(self) -> None:
        """Refuses the report if anything is wrong, else records what it changes."""
        self.findings.refuse()
        for kind, record, state in self._changes:
            said = {"decided_by": self.report.unit, "version": record.version + 1, "replaces": record.latest}
            self.work.add(record)
            record.record(kind, self.report, cell=None, data={**state, **said})

    def _day(self, period: str, decided_on: date) -> None:
        first, _ = days_of(period)
        if decided_on > self.today:
            self.wrong("decided_on", f"{decided_on} is yet to come", f"at the latest {self.today}")
        else:
            self.findings.day("data.decided_on", decided_on, self.today)
        if decided_on < first:
            self.wrong("decided_on", f"{decided_on} is before {period} began", f"from {first} on")

    def _may(self, one: Asked, month: CellMonth, period: str) -> bool:
        """Whether the publisher is right above the cell on the decision's day or in the month."""
        unit, path = self.report.unit, f"{one.path}cell"
        if not month.stays:
            self.wrong(path, f"{one.cell} did not exist in {period}", "a month in which it did")
        elif unit not in month.uppers:
            expected = f"a report from {' or '.join(month.uppers)}"
            self.wrong(path, f"{unit} is not the unit right above {one.cell}", expected, waiting=True)
        return unit in month.uppers

    def _met(self, one: Asked, month: CellMonth, period: str, decided_on: date) -> Met | None:
        """The month's regular meeting: the one that is named, if it can be that; else the one that is known, if any."""
        met = month.regular(period) if one.meeting is None else month.meetings.get(one.meeting)
        path = f"{one.path}meeting"
        if one.meeting is not None and (met is None or met.status != Status.HELD):
            stands = f"no meeting {one.meeting} of {one.cell} is known" if met is None else f"{met[0]} is {met.status}"
            gone = met is not None and met.status == Status.WITHDRAWN
            expected = "the key of another meeting" if gone else "report the meeting first (MeetingHeld)"
            self.wrong(path, stands, expected, waiting=not gone)
            return None
        if met is None:
            return None
        if met.kind not in REGULAR or f"{met.on:%Y-%m}" != period:
            self.wrong(path, f"{met.meeting} is a {met.kind} meeting of {met.on}", f"the regular meeting of {period}")
            return None
        if decided_on < met.on:
            self.wrong("decided_on", f"{decided_on} is before {one.cell} met on {met.on}", f"from {met.on} on")
        return met

    def _unmet(self, one: Asked, period: str) -> None:
        """A grade for a month of which no regular meeting is known: its sheet may come late, or nobody met."""
        problem = f"no regular meeting of {one.cell} in {period} is known"
        expected = "report it first (MeetingHeld), or leave the cell out if none was held"
        self.work.warnings.append(Problem(path=f"data.{one.path}cell", problem=problem, expected=expected))

    def _graded(self, one: Asked, grade: Grade, sets: Sequence[CriteriaSet], period: str) -> None:
        names = " or ".join(criteria.id for criteria in sets)
        given = list(dict.fromkeys(known for criteria in sets for known in grades_of(criteria)))
        if not sets:
            problem = f"no criteria set is in force for {one.cell} in {period}"
            self.wrong(f"{one.path}grade", problem, "publish one first (CriteriaPublished)", waiting=True)
        elif grade not in given:
            self.wrong(f"{one.path}grade", f"{grade} is no grade of {names}", f"one of {', '.join(given)}")
        if one.points is None or not sets:
            return
        most = max((criteria.total or 0 for criteria in sets), default=0)
        if not most:
            self.wrong(f"{one.path}points", f"{names} gives no points", "leave them out")
        elif one.points > most:
            self.wrong(f"{one.path}points", f"{one.points:g} points, {names} gives {most:g}", f"at most {most:g}")
        else:
            self._earned(one, grade, one.points, [criteria for criteria in sets if grade in grades_of(criteria)])

    def _earned(self, one: Asked, grade: Grade, points: float, sets: Sequence[CriteriaSet]) -> None:
        """A grade is none above what its points earn by every set that may judge the month; it may be below."""
        best = [above(criteria, grade, points) for criteria in sets]
        if best and best[0] is not None and None not in best:
            problem = f"{grade}, but {points:g} points earn {best[0]} at best by {sets[0].id}"
            self.wrong(f"{one.path}grade", problem, f"{best[0]} or lower, or other points")
