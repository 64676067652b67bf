"""What the registry decides on each kind of report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.chassis.intake import Decide, Work
from services.chassis.reading import Report
from services.chassis.tree import Tree
from services.contracts import registry as reports
from services.contracts.base import Contract
from services.registry import cells, reorganise, units
from services.registry.case import Case


def _establish_unit(case: Case, said: reports.UnitEstablished) -> None:
    units.establish(case, "", said)


DECISIONS: Mapping[type[Contract], Callable[[Case, Any], None]] = {
    reports.UnitEstablished: _establish_unit,
    reports.UnitRenamed: units.rename,
    reports.UnitReparented: units.reparent,
    reports.UnitDissolved: units.dissolve,
    reports.CellEstablished: cells.establish,
    reports.CellRenamed: cells.rename,
    reports.CellReparented: cells.reparent,
    reports.CellReclassified: cells.reclassify,
    reports.CellMerged: cells.merge,
    reports.CellSplit: cells.split,
    reports.CellDissolved: cells.dissolve,
    reports.MembershipChanged: cells.count_members,
    reports.SecretaryAppointed: cells.appoint_secretary,
    reports.SecretaryRelieved: cells.relieve_secretary,
    reports.CommitteeFormed: cells.form_committee,
    reports.HardshipDesignated: cells.designate_hardship,
    reports.HardshipLifted: cells.lift_hardship,
    reports.TreeReorganised: reorganise.reorganise,
}


def make_decide(tree: Tree) -> Decide:
    """The registry's decision, by a tree that knows everything recorded (see `projection.Keeper`)."""

    def decide(work: Work, report: Report) -> None:
        """Records what the report changes, or raises `Refused` with all that is wrong with it."""
        said: Any = report.data
        case = Case(work, report, tree, said.valid_from, draft=isinstance(said, reports.TreeReorganised))
        DECISIONS[type(said)](case, said)
        case.settle()

    return decide
