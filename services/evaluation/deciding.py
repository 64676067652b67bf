"""What evaluation decides on its reports: criteria sets, and grades and years by what is known."""

from __future__ import annotations

from services.chassis.intake import Decide, Work
from services.chassis.reading import Report
from services.evaluation.grading.decide import DECISIONS as GRADES
from services.evaluation.grading.decide import decide_grades
from services.evaluation.history.cellmonths import KnownCellMonths
from services.evaluation.history.store import Connection
from services.evaluation.history.subjects import KnownSubjects
from services.evaluation.history.tree import UnitsToday
from services.evaluation.publishing.decide import make_decide as decide_criteria
from services.evaluation.publishing.shelf import Shelf
from services.evaluation.yearend.decide import DECISIONS as YEARS
from services.evaluation.yearend.decide import decide_year
from services.evaluation.yearend.load import Rules, load_shipped_rules


def make_decide(shelf: Shelf, con: Connection, rules: Rules | None = None) -> Decide:
    """The decision, by a shelf that knows everything recorded (`publishing.keeper.Keeper`), by the history, and by the
    year rules (None: those that ship)."""
    years, subjects = load_shipped_rules() if rules is None else rules, KnownSubjects(con)
    criteria, months = decide_criteria(shelf, UnitsToday(con)), KnownCellMonths(con)

    def decide(work: Work, report: Report) -> None:
        """Records what the report changes, or raises `Refused` with all that is wrong with it."""
        if type(report.data) in GRADES:
            decide_grades(work, report, shelf.judging, months)
        elif type(report.data) in YEARS:
            decide_year(work, report, years, subjects)
        else:
            criteria(work, report)

    return decide
