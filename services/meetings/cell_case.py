"""One report being decided, whatever of a cell it is about: who may speak of the cell, and what is wrong."""

from __future__ import annotations

from datetime import date

from services.chassis.clock import local_day
from services.chassis.deciding import Findings
from services.chassis.intake import Work
from services.chassis.reading import Report
from services.chassis.tree import Tree


class CellCase:
    """The report, the registry's tree and the findings.

    What the registry does not know yet it may know a moment later, so those findings wait. Paths are given without
    `data.`.
    """

    def __init__(self, work: Work, report: Report, tree: Tree, cell: str) -> None:
        self.work, self.report, self.tree, self.cell = work, report, tree, cell
        self.today = local_day(report.arrived_at)
        self.findings = Findings()

    def wrong(self, path: str, problem: str, expected: str | None = None, *, waiting: bool = False) -> None:
        """Finds something wrong."""
        self.findings.add(f"data.{path}", problem, expected, waiting=waiting)

    def cell_may(self, *days: date) -> bool:
        """Whether the cell is known and the publisher is above it on one of the days or today."""
        if self.cell not in self.tree.cells:
            self.wrong("cell", f"no cell {self.cell} is known", "the code of an established cell", waiting=True)
            return False
        unit = self.report.unit
        if self.tree.is_over(unit, self.cell, *days, self.today):
            return True
        above = self.tree.ancestors(self.cell, days[0] if days else self.today)
        self.wrong(
            "cell", f"{unit} is not above {self.cell}", f"a report from {' or '.join(above) or self.cell}", waiting=True
        )
        return False

    def cell_lives(self, path: str, day: date) -> None:
        """The cell lives on that day, and the publisher may speak of it."""
        self.cell_may(day)
        node = self.tree.cells.get(self.cell)
        if node is None:
            return
        if day.isoformat() < node.established:
            self.wrong(path, f"{self.cell} is established only on {node.established}", f"from {node.established} on")
        elif (end := node.dissolved) is not None and end <= day.isoformat():
            self.wrong(path, f"{self.cell} was dissolved on {end}", f"before {end}")
