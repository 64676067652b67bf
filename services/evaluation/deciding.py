"""What evaluation decides on its reports: criteria sets, and official grades by the sets and cells that are known."""

from __future__ import annotations

from services.chassis.intake import Decide, Work
from services.chassis.reading import Report
from services.evaluation.grading.decide import DECISIONS as GRADES
from services.evaluation.grading.decide import decide_grades
from services.evaluation.history.cellmonths import KnownCellMonths
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import UnitsToday
from services.evaluation.publishing.decide import make_decide as decide_criteria
from services.evaluation.publishing.shelf import Shelf


def make_decide(shelf: Shelf, con: Connection) -> Decide:
    """The decision, by a shelf that knows everything recorded (`publishing.keeper.Keeper`) and by the history."""
    criteria, months = decide_criteria(shelf, UnitsToday(con)), KnownCellMonths(con)

    def decide(work: Work, report: Report) -> None:
        """Records what the report changes, or raises `Refused` with all that is wrong with it."""
        if type(report.data) in GRADES:
            decide_grades(work, report, shelf.judging, months)
        else:
            criteria(work, report)

    return decide
