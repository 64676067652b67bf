"""Decisions on reports about one unit."""

from __future__ import annotations

from typing import Any

from services.contracts import registry as reports
from services.registry import events
from services.registry.case import Case
from services.registry.nodes import Unit

DISSOLVED = {"dissolved": True}


def establish(case: Case, path: str, said: reports.UnitEstablished | reports.NewUnit) -> None:
    """A unit comes to be. Its parent, or itself, reports it; a root only reports itself."""
    patch: dict[str, Any] = {
        "unit": said.unit,
        "name": said.name,
        "kind": said.kind.value,
        "parent": said.parent,
        "dissolved": False,
    }
    if case.said(Unit, said.unit, patch):
        return
    free = case.free(f"{path}unit", said.unit)
    if said.parent is None:
        if case.report.unit != said.unit:
            problem = f"{case.report.unit} reports {said.unit} to have no unit above it"
            case.wrong(f"{path}parent", problem, f"a parent, or a report from {said.unit} itself")
    elif said.parent == said.unit:
        case.wrong(f"{path}parent", f"{said.unit} would be below itself", "another unit, or none for a root")
    elif case.parent(f"{path}parent", said.parent) and case.report.unit != said.unit:
        case.may(f"{path}parent", said.parent)
    if free:
        case.change_unit(said.unit, events.UnitEstablished, patch)


def rename(case: Case, said: reports.UnitRenamed) -> None:
    """A unit has another name."""
    if case.existing("unit", Unit, said.unit) and case.living("unit", Unit, said.unit):
        case.change_unit(said.unit, events.UnitRenamed, {"name": said.name})


def reparent(case: Case, said: reports.UnitReparented) -> None:
    """A unit, with all below it, comes under another unit."""
    move(case, "unit", said.unit, "parent", said.parent)


def move(case: Case, path: str, unit: str, parent_path: str, parent: str) -> None:
    """A unit comes under another one that lives as long and is not below it."""
    if not (case.existing(path, Unit, unit) and case.living(path, Unit, unit)):
        return
    until = case.plan.timeline(Unit, unit).next_day(case.day, frozenset({"parent", "dissolved"}))
    if case.parent(parent_path, parent, until) and not _circle(case, parent_path, unit, parent, until):
        case.change_unit(unit, events.UnitReparented, {"parent": parent})


def _circle(case: Case, path: str, unit: str, parent: str, until: str | None) -> bool:
    later = (day for day in case.tree.unit_days() if day > case.date and (until is None or day.isoformat() < until))
    for day in (case.date, *later):
        chain = [parent, *case.tree.ancestors(parent, day)]
        if unit in chain:
            problem = "is the unit itself" if parent == unit else f"is below {unit} on {day}"
            case.wrong(path, f"{parent} {problem}", f"a unit that is not below {unit}")
            return True
    return False


def dissolve(case: Case, said: reports.UnitDissolved) -> None:
    """A unit is no more."""
    end(case, "unit", said.unit)


def end(case: Case, path: str, unit: str) -> None:
    """A unit is no more: nothing lives below it and nothing happened to it later."""
    if not case.existing(path, Unit, unit) or case.said(Unit, unit, DISSOLVED):
        return
    if case.living(path, Unit, unit):
        case.last(path, Unit, unit)
        case.childless(path, unit)
        case.change_unit(unit, events.UnitDissolved, DISSOLVED)
