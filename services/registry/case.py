"""One report being decided: what it may do, what it names, and what it would change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.chassis.clock import local_day
from services.chassis.deciding import Findings
from services.chassis.intake import Work
from services.chassis.reading import Report
from services.chassis.tree import Tree
from services.contracts.registry import Members
from services.registry.events import CellEvent, UnitEvent
from services.registry.nodes import Cell, Node, Unit
from services.registry.plan import Change, Plan
from services.registry.timeline import Patch, State

LEAST_MEMBERS = 3
"""Full members without whom no cell is founded (Party Charter; domain.md §1)."""
LEAST_FOR_COMMITTEE = 9
"""Full members from whom on a cell elects a committee; a smaller one elects only a secretary (domain.md §1)."""


class Case:
    """The report, the tree it is judged by, the findings and the plan. Paths are given without `data.`."""

    def __init__(self, work: Work, report: Report, tree: Tree, day: date, *, draft: bool = False) -> None:
        self.report = report
        self.tree = tree.fork() if draft else tree
        self.date, self.day = day, day.isoformat()
        self.today = local_day(report.arrived_at)
        self.findings = Findings()
        self.findings.day("data.valid_from", day, self.today)
        self.plan = Plan(work, report, self.tree if draft else None)

    def wrong(self, path: str, problem: str, expected: str | None = None, *, waiting: bool = False) -> None:
        """Finds something wrong."""
        self.findings.add(f"data.{path}", problem, expected, waiting=waiting)

    def settle(self) -> None:
        """Refuses the report if anything is wrong, else records what it changes."""
        self.findings.refuse()
        self.plan.record()

    # -- who may say it ----------------------------------------------------------------------------------------------

    def may(self, path: str, code: str) -> bool:
        """Whether the publisher is that unit or above that cell or unit, on the business day or today."""
        unit = self.report.unit
        if self.tree.is_over(unit, code, self.date, self.today):
            return True
        above = self.tree.ancestors(code, self.date) or self.tree.ancestors(code, self.today)
        self.wrong(path, f"{unit} is not above {code}", f"a report from {' or '.join(above) or code}")
        return False

    # -- what it names -----------------------------------------------------------------------------------------------

    def existing(self, path: str, node: type[Node], code: str) -> bool:
        """Whether such a cell or unit was ever established and the publisher may speak of it."""
        if self.plan.timeline(node, code):
            return self.may(path, code)
        name = node.NAME
        self.wrong(path, f"no {name} {code} is known", f"the code of an established {name}", waiting=True)
        return False

    def living(self, path: str, node: type[Node], code: str) -> State | None:
        """Its state on the business day, if it lives then."""
        timeline = self.plan.timeline(node, code)
        state = timeline.on(self.day)
        if state is None:
            self.wrong(path, f"{code} is established only on {timeline.first_day}", f"from {timeline.first_day} on")
        elif state["dissolved"]:
            self.wrong(path, f"{code} was dissolved on {timeline.last_day}", f"before {timeline.last_day}")
            return None
        return state

    def parent(self, path: str, code: str, until: str | None = None) -> bool:
        """Whether that unit lives from the business day until that day (for ever, when None)."""
        timeline = self.plan.timeline(Unit, code)
        if not timeline:
            self.wrong(path, f"no unit {code} is known", "the code of an established unit", waiting=True)
            return False
        if timeline.first_day > self.day:
            self.wrong(path, f"{code} is established only on {timeline.first_day}", f"a unit living on {self.day}")
            return False
        end = timeline.last_day if timeline.states[-1]["dissolved"] else None
        if end is not None and (until is None or end < until):
            self.wrong(path, f"{code} was dissolved on {end}", f"a unit living from {self.day} on")
            return False
        return True

    def free(self, path: str, code: str) -> bool:
        """Whether nobody ever had this code. Cells and units share one set of codes."""
        for node in (Cell, Unit):
            if timeline := self.plan.timeline(node, code):
                name = node.NAME
                self.wrong(
                    path, f"{code} is the code of a {name} established on {timeline.first_day}", "an unused code"
                )
                return False
        return True

    def size(self, path: str, members: Members, committee: int) -> None:
        """What a cell needs to be founded, and to have a committee."""
        if members.full < LEAST_MEMBERS:
            self.wrong(
                f"{path}members.full", f"{members.full} full members", f"at least {LEAST_MEMBERS} to found a cell"
            )
        self.committee(f"{path}committee_size", committee, members.full)

    def committee(self, path: str, size: int, full: int) -> None:
        """A committee is elected only by a cell that is large enough."""
        if size and full < LEAST_FOR_COMMITTEE:
            expected = f"0 (only a secretary) below {LEAST_FOR_COMMITTEE} full members"
            self.wrong(path, f"a committee of {size} with {full} full members on {self.day}", expected)

    def childless(self, path: str, code: str) -> None:
        """Nothing lives below a unit that is dissolved."""
        if children := self.tree.children_from(code, self.date):
            named = ", ".join(children[:10]) + (f" and {len(children) - 10} more" if len(children) > 10 else "")
            self.wrong(path, f"{code} still has below it on {self.day} or later: {named}", "a unit with nothing below")

    def last(self, path: str, node: type[Node], code: str) -> None:
        """Nothing is known to have happened to it after the business day."""
        if (last := self.plan.timeline(node, code).last_day) > self.day:
            self.wrong(path, f"{code} still changed on {last}", f"a day from {last} on, or no dissolution")

    # -- what it changes ---------------------------------------------------------------------------------------------

    def said(self, node: type[Node], code: str, patch: Patch) -> bool:
        """Whether exactly this was said before."""
        return self.plan.timeline(node, code).says(self.day, patch)

    def change_cell(self, code: str, kind: type[CellEvent], patch: Patch, *, notable: bool = False) -> None:
        """Plans a change of a cell."""
        self.plan.add(Change(Cell, code, kind, self.day, patch, notable))

    def change_unit(self, code: str, kind: type[UnitEvent], patch: Patch) -> None:
        """Plans a change of a unit."""
        self.plan.add(Change(Unit, code, kind, self.day, patch))


def dissolution(successors: Sequence[str] = ()) -> dict[str, Any]:
    """What ends a cell."""
    return {"dissolved": True, "successors": list(successors)}
