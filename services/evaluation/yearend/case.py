"""One report about yearly classifications being decided: what is wrong with it, and what it would record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from services.chassis.clock import local_day
from services.chassis.deciding import Findings
from services.chassis.intake import Work
from services.chassis.reading import Report
from services.contracts.classification import Level, YearGrade
from services.evaluation.yearend.events import YearEvent
from services.evaluation.yearend.load import Rules
from services.evaluation.yearend.record import State, YearRecord
from services.evaluation.yearend.rule import YearRule, lower, rule_for
from services.evaluation.yearend.subjects import Below, Subject, Subjects, reference_day

NAMED = 20
"""So many undecided subjects are named one by one; the others are counted."""


class Asked(NamedTuple):
    """A classification that is to stand (grade None: to be void). `path` leads to it (empty, or with a dot at its
    end)."""

    path: str
    subject: str
    level: Level | None
    grade: YearGrade | None = None
    common: float = 0.0
    results: float = 0.0
    veto: str | None = None


class Found(NamedTuple):
    """The subject that a line is about, and the rule for its year."""

    level: Level
    rule: YearRule


class Case:
    """The report, the rules and subjects it is judged by, the findings and the plan. Paths are without `data.`."""

    def __init__(self, work: Work, report: Report, rules: Rules, subjects: Subjects) -> None:
        self.work, self.report, self.rules, self.subjects = work, report, rules, subjects
        self.today = local_day(report.arrived_at)
        self.findings = Findings()
        self._changes: list[tuple[type[YearEvent], YearRecord, State]] = []

    def wrong(self, path: str, problem: str, expected: str | None = None, *, waiting: bool = False) -> None:
        """Finds something wrong."""
        self.findings.add(f"data.{path}", problem, expected, waiting=waiting)

    def check(self, year: int, on: date, asked: Sequence[Asked], *, own: bool) -> list[Found | None]:
        """The day can be meant, the publisher may say it (`own`: of itself too), points and grades are the rule's.

        What each line is about, in their order; None where that cannot be told.
        """
        self._day(year, on)
        known = self.subjects.look(list(dict.fromkeys(one.subject for one in asked)), year, on)
        found = [self._one(year, one, known, own) for one in asked]
        if any(found) and self.subjects.dissolved(self.report.unit, on):
            self.wrong("on", f"{self.report.unit} was dissolved by {on}", "a day on which it stood")
        return found

    def record_of(self, level: Level, subject: str, year: int) -> YearRecord:
        """How the classification of a subject's year stands; a blank one where nothing was proposed."""
        id_ = YearRecord.id_of(level, subject, year)
        return self.work.get(YearRecord, id_) or YearRecord.blank(id_)

    def undecided(self, units: Sequence[str], year: int, on: date) -> dict[str, list[Below]]:
        """What below each of these units still has no decision."""
        below = self.subjects.below(units, reference_day(year, on))
        standing = {one: self.record_of(*one, year).decided for found in below.values() for one in found}
        return {unit: [one for one in below.get(unit, ()) if not standing[one]] for unit in units}

    def follows(self, on: date, earlier: State, what: str) -> None:
        """It is not of a day before what it follows."""
        if (before := date.fromisoformat(earlier["on"])) > on:
            self.wrong("on", f"{on} is before {before}, the day of the {what} that it follows", f"from {before} on")

    def plan(self, kind: type[YearEvent], record: YearRecord, state: State) -> None:
        """Plans how a classification is to stand; who said it, its version and what it replaces are added."""
        self._changes.append((kind, record, state))

    def settle(self) -> None:
        """Refuses the report if anything is wrong, else records what it changes."""
        self.findings.refuse()
        for kind, record, state in self._changes:
            said = {"by": self.report.unit, "version": record.version + 1, "replaces": record.latest}
            self.work.add(record)
            record.record(kind, self.report, cell=None, data={**state, **said})

    def _day(self, year: int, on: date) -> None:
        first = date(year, 1, 1)
        if on > self.today:
            self.wrong("on", f"{on} is yet to come", f"at the latest {self.today}")
        else:
            self.findings.day("data.on", on, self.today)
        if on < first:
            self.wrong("on", f"{on} is before {year} began", f"from {first} on")

    def _one(self, year: int, one: Asked, known: Any, own: bool) -> Found | None:
        level, path = one.level, f"{one.path}subject"
        levels = [each for each in Level if (each, one.subject) in known and level in (None, each)]
        if len(levels) != 1:
            if levels:
                self.wrong(path, f"{one.subject} is the code of a cell and of a unit", "level: cell or unit")
            else:
                problem = f"no {level or 'cell or unit'} {one.subject} is known"
                self.wrong(path, problem, "the code of an established cell or unit", waiting=True)
            return None
        subject: Subject = known[levels[0], one.subject]
        if not subject.line:
            self.wrong(path, f"{one.subject} does not stand at the end of {year}", "a cell or unit that does")
            return None
        self._may(one, subject, own)
        rule = rule_for(self.rules, year, subject.line)
        if rule is None:
            first = min((rule.years.from_ for rule in self.rules.values()), default=None)
            self.wrong(
                "year",
                f"no year rule is known for {one.subject} in {year}",
                None if first is None else f"from {first} on",
            )
            return None
        if one.grade is not None:
            self._graded(one, one.grade, rule)
        return Found(levels[0], rule)

    def _may(self, one: Asked, subject: Subject, own: bool) -> None:
        """The publisher is right above the subject on that day or in the year; of itself it may propose."""
        allowed = (*subject.uppers, *([one.subject] if own and subject.level is Level.UNIT else []))
        unit, path = self.report.unit, f"{one.path}subject"
        if not allowed:
            self.wrong(path, f"{one.subject} has no unit above it that could", "a subject with a unit right above it")
        elif unit not in allowed:
            is_ = "neither that nor the unit right above it" if own else "not the unit right above it"
            self.wrong(path, f"{one.subject}: {unit} is {is_}", f"a report from {' or '.join(allowed)}", waiting=True)

    def _graded(self, one: Asked, grade: YearGrade, rule: YearRule) -> None:
        within = True
        for side in ("common", "results"):
            points, most = getattr(one, side), getattr(rule, side)
            if points > most:
                within = False
                self.wrong(f"{one.path}{side}", f"{points:g} points, {rule.number} gives {most:g}", f"at most {most:g}")
        if one.veto is not None and not rule.allows(one.veto):
            codes = ", ".join(fact.code for fact in rule.veto.facts or ())
            self.wrong(f"{one.path}veto", f"{rule.number} lists no {one.veto}", f"one of {codes}")
        if not within:
            return
        earned = rule.earned(one.common, one.results, one.veto)
        if lower(earned, grade) or (one.veto is not None and grade is not earned):
            why = f"{one.common + one.results:g} points" if one.veto is None else f"the veto {one.veto}"
            self.wrong(f"{one.path}grade", f"{grade}, but {why} earn {earned} at best", f"{earned} or lower")
