"""One criteria report being decided: what is wrong with its document, who may say it, and what would be in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from services.chassis.clock import local_day
from services.chassis.deciding import Findings
from services.chassis.intake import Work
from services.chassis.reading import Report
from services.contracts.criteria import CriteriaStatus
from services.evaluation.criteria.check import check, check_together
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.source import Source
from services.evaluation.publishing.events import CriteriaEvent
from services.evaluation.publishing.record import CriteriaRecord
from services.evaluation.publishing.shelf import Document, Shelf, Standing


class Units(Protocol):
    """The tree of units, as far as it decides who may publish."""

    def line(self, unit: str, day: date) -> tuple[str, ...]:
        """The unit and those above it on that day, nearest first; empty when no such unit is known then."""

    def lives(self, unit: str, day: date) -> bool:
        """Whether the unit is known and not dissolved on that day."""


@dataclass(frozen=True)
class Change:
    """One planned change of one set."""

    kind: type[CriteriaEvent]
    criteria: CriteriaSet
    document: Document
    status: CriteriaStatus
    reason: str | None


class Case:
    """The report, the sets it is judged by, the findings and the plan. Paths are given without `data.`."""

    def __init__(self, work: Work, report: Report, shelf: Shelf, units: Units) -> None:
        self.work, self.report, self.shelf, self.units = work, report, shelf, units
        self.today = local_day(report.arrived_at)
        self.findings = Findings()
        self.changes: list[Change] = []

    def wrong(self, path: str, problem: str, expected: str | None = None, *, waiting: bool = False) -> None:
        """Finds something wrong."""
        self.findings.add(f"data.{path}", problem, expected, waiting=waiting)

    def read(self, document: dict[str, Any]) -> CriteriaSet | None:
        """The set in a document; None when it cannot be used, with everything that is wrong with it found."""
        findings = check(Source(data=document))
        for found in findings:
            self.wrong(f"document.{found.where}" if found.where else "document", found.problem)
        return None if findings else CriteriaSet.model_validate(document)

    def standing(self, path: str, id_: str) -> Standing | None:
        """The set of this id if it still judges."""
        standing = self.shelf.standings.get(id_)
        if standing is None:
            known = ", ".join(sorted(self.shelf.judging))
            self.wrong(path, f"no set {id_} is known", f"one of {known}; a new set is published (CriteriaPublished)")
        elif standing.withdrawn:
            self.wrong(path, f"{id_} was withdrawn", "a new set under an id of its own (CriteriaPublished)")
            return None
        return standing

    def may(self, path: str, criteria: CriteriaSet) -> None:
        """The publisher is above every unit that the set names; without names it has nobody above it."""
        unit, named = self.report.unit, criteria.applies_to.units
        own = self.units.line(unit, self.today)
        if not own:
            self.wrong(path, f"no unit {unit} is known yet", "report UnitEstablished first", waiting=True)
        elif not self.units.lives(unit, self.today):
            self.wrong(path, f"{unit} was dissolved", f"a report from {' or '.join(own[1:]) or 'a living unit'}")
        elif named is None and len(own) > 1:
            expected = f"a report from {own[-1]}, or units at or below {unit} under applies_to"
            self.wrong(path, f"{criteria.id} applies everywhere, and {unit} is below {own[1]}", expected)
        for code in named or ():
            line = self.units.line(code, self.today)
            if not line:
                self.wrong(path, f"no unit {code} is known", "the code of an established unit", waiting=True)
            elif own and unit not in line:
                self.wrong(path, f"{unit} is not above {code}", f"a report from {' or '.join(line)}")

    def plan(
        self,
        kind: type[CriteriaEvent],
        criteria: CriteriaSet,
        document: Document,
        reason: str | None,
        status: CriteriaStatus = CriteriaStatus.PUBLISHED,
    ) -> None:
        """Plans a change of a set."""
        self.changes.append(Change(kind, criteria, document, status, reason))

    def alone(self, path: str) -> None:
        """With what is planned, no two sets are in force for one meeting that were not so before."""
        after = self.shelf.judging
        before = check_together(after)
        for change in self.changes:
            after.pop(change.criteria.id, None)
            if change.status is CriteriaStatus.PUBLISHED:
                after[change.criteria.id] = change.criteria
        for found in check_together(after):
            if found not in before:
                expected = "another time, kind or territory; or name the other set under ends with its last day"
                self.wrong(path, f"{found.where}: {found.problem}", expected)

    def settle(self) -> None:
        """Refuses the report if anything is wrong, else records what it changes."""
        self.findings.refuse()
        for change in self.changes:
            id_ = CriteriaRecord.id_of(change.criteria.id)
            record = self.work.get(CriteriaRecord, id_)
            if record is None:
                record = CriteriaRecord.blank(id_)
                self.work.add(record)
            data = {
                "set": change.criteria.id,
                "version": record.version + 1,
                "status": change.status.value,
                "document": change.document,
                "hash": change.criteria.hash,
                "reason": change.reason,
            }
            record.record(change.kind, self.report, cell=None, data=data)
