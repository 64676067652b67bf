"""One report about a year's work being decided: what it is about, who may say it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.chassis.clock import local_day
from services.chassis.deciding import Findings
from services.chassis.intake import Work
from services.chassis.reading import Report
from services.chassis.tree import Tree
from services.contracts.thematic import AboutModelMeeting, AboutPlan, ModelCellsChosen, OrientationsPublished
from services.meetings.cell_case import CellCase
from services.meetings.kept import Kept
from services.meetings.meeting import Stated
from services.meetings.year import ModelCells, ModelMeeting, Orientations, Plan


class PlanCase(CellCase):
    """The case of a report about a submitted plan."""

    def __init__(self, work: Work, report: Report, tree: Tree, said: AboutPlan) -> None:
        super().__init__(work, report, tree, said.cell)
        self.key, self.year = said.plan, said.year
        kept = Kept(work, report, Plan, Plan.id_of(said.cell, said.year, said.plan), said.cell)
        self.state, self.record = kept.state, kept.record

    def right_above(self, day: date) -> None:
        """The publisher is the unit right above the cell on that day: the one that its plans are submitted to.

        Of a grassroots cell that is the city's, commune's or ward's, of any other its grassroots committee.
        """
        if self.cell not in self.tree.cells:
            self.cell_may()
            return
        state = self.tree.cell(self.cell, day)
        if state is None or state["dissolved"]:
            self.wrong("on", f"{self.cell} does not live on {day}", "a day on which the cell lives", waiting=True)
        elif state["parent"] != self.report.unit:
            right = f"the decision of {state['parent']}, to which {self.cell} submits its plans"
            problem = f"{self.report.unit} is not right above {self.cell} on {day}"
            self.wrong("cell", problem, right, waiting=True)


class ModelMeetingCase(CellCase):
    """The case of a report about a model meeting."""

    def __init__(self, work: Work, report: Report, tree: Tree, said: AboutModelMeeting) -> None:
        super().__init__(work, report, tree, said.cell)
        self.key = said.meeting
        kept = Kept(work, report, ModelMeeting, ModelMeeting.id_of(said.cell, said.meeting), said.cell)
        self.state, self.record = kept.state, kept.record


class UnitCase:
    """The case of a report by a unit about what it lays down itself."""

    def __init__(self, work: Work, report: Report, tree: Tree, about: type[Stated], id_: UUID) -> None:
        self.unit, self.tree = report.unit, tree
        self.today = local_day(report.arrived_at)
        self.findings = Findings()
        kept = Kept(work, report, about, id_, None)
        self.state, self.record = kept.state, kept.record

    def unit_lives(self, day: date) -> None:
        """The unit is known and lives on that day, which can be meant and has come."""
        self.findings.day("data.on", day, self.today)
        if day > self.today:
            self.findings.add("data.on", f"{day} is yet to come", f"at the latest {self.today}")
        state = self.tree.unit(self.unit, day)
        if state is None or state["dissolved"]:
            problem = f"no unit {self.unit} lives on {day}"
            self.findings.add("data.on", problem, "a day on which the unit is established", waiting=True)

    def own(self, cells: Sequence[str], day: date) -> None:
        """The cells live on that day right below the unit."""
        for number, code in enumerate(cells):
            state, path = self.tree.cell(code, day), f"data.cells.{number}"
            if code not in self.tree.cells:
                self.findings.add(path, f"no cell {code} is known", "the code of an established cell", waiting=True)
            elif state is None or state["dissolved"]:
                self.findings.add(path, f"{code} does not live on {day}", f"a cell right below {self.unit}")
            elif state["parent"] != self.unit:
                problem = f"{code} is not right below {self.unit} on {day} but below {state['parent']}"
                self.findings.add(path, problem, f"a cell right below {self.unit}", waiting=True)


def orientations_case(work: Work, report: Report, tree: Tree, said: OrientationsPublished) -> UnitCase:
    """The case of a unit's orientations."""
    return UnitCase(work, report, tree, Orientations, Orientations.id_of(report.unit, said.document))


def model_cells_case(work: Work, report: Report, tree: Tree, said: ModelCellsChosen) -> UnitCase:
    """The case of a unit's choice of model cells."""
    return UnitCase(work, report, tree, ModelCells, ModelCells.id_of(report.unit, said.year))
