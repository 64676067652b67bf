"""What evaluation decides on each kind of criteria report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from services.chassis.intake import Decide, Work
from services.chassis.reading import Report
from services.contracts import criteria as reports
from services.contracts.base import Contract
from services.contracts.criteria import CriteriaStatus
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.publishing import events
from services.evaluation.publishing.case import Case, Units
from services.evaluation.publishing.shelf import Shelf


def _publish(case: Case, said: reports.CriteriaPublished) -> None:
    """A new set, and the end of those that it names, together or not at all."""
    id_ = said.document.get("id")
    if isinstance(id_, str) and id_ in case.shelf.standings:
        standing = case.shelf.standings[id_]
        stands = "was withdrawn" if standing.withdrawn else f"is {standing.criteria.number}"
        case.wrong("document.id", f"{id_} {stands}", "an id that no set ever had; to change that set, CriteriaAmended")
    new = case.read(said.document)
    for ended, day in said.ends.items():
        _end(case, ended, day, said.reason or f"ended by {id_}")
    if new is not None:
        case.may("document.applies_to", new)
        case.plan(events.CriteriaPublished, new, said.document, said.reason)
        case.alone("document.effective")


def _end(case: Case, ended: str, day: date, reason: str) -> None:
    path = f"ends.{ended}"
    standing = case.standing(path, ended)
    if standing is None:
        return
    case.may(path, standing.criteria)
    effective = standing.criteria.effective
    if day < effective.from_:
        case.wrong(path, f"{ended} is in force only from {effective.from_} on", "a day from then on, or withdraw it")
    elif effective.to is not None and effective.to < day:
        case.wrong(path, f"{ended} ends on {effective.to} already", "leave it out, or amend it (CriteriaAmended)")
    elif effective.to != day:
        document = {**standing.document, "effective": {**standing.document["effective"], "to": day.isoformat()}}
        case.plan(events.CriteriaAmended, CriteriaSet.model_validate(document), document, reason)


def _amend(case: Case, said: reports.CriteriaAmended) -> None:
    """The same set as it should have been. One that says the same as before changes nothing."""
    id_ = said.document.get("id")
    standing = case.standing("document.id", id_) if isinstance(id_, str) else None
    new = case.read(said.document)
    if standing is not None:
        case.may("document.id", standing.criteria)
    if new is not None and standing is not None and new.hash != standing.criteria.hash:
        if new.applies_to.units != standing.criteria.applies_to.units:
            case.may("document.applies_to", new)
        case.plan(events.CriteriaAmended, new, said.document, said.reason)
        case.alone("document.effective")


def _withdraw(case: Case, said: reports.CriteriaWithdrawn) -> None:
    """Nothing is judged by the set any more."""
    standing = case.standing("set", said.set)
    if standing is not None:
        case.may("set", standing.criteria)
        withdrawn = CriteriaStatus.WITHDRAWN
        case.plan(events.CriteriaWithdrawn, standing.criteria, standing.document, said.reason, withdrawn)


DECISIONS: Mapping[type[Contract], Callable[[Case, Any], None]] = {
    reports.CriteriaPublished: _publish,
    reports.CriteriaAmended: _amend,
    reports.CriteriaWithdrawn: _withdraw,
}


def make_decide(shelf: Shelf, units: Units) -> Decide:
    """Evaluation's decision, by a shelf that knows everything recorded (see `keeper.Keeper`) and the units' tree."""

    def decide(work: Work, report: Report) -> None:
        """Records what the report changes, or raises `Refused` with all that is wrong with it."""
        case = Case(work, report, shelf, units)
        DECISIONS[type(report.data)](case, report.data)
        case.settle()

    return decide
