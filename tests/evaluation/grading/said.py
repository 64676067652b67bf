"""A small territory to decide grades in, and reports about them."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.contracts.grades import CellGrade, GradeCancelled, GradeReclassified, GradesDecided
from services.contracts.meetings import Grade
from tests.evaluation.history.stream import Stream

MONTH, DAY = "2025-11", date(2025, 12, 2)


def territory() -> Stream:
    """A city with two committees: C1 and C2 below G, C3 below H (from 2025-12-01 on: below G), D below the city.
    H is no more from 2025-12-15 on.

    C1 and D held their regular meetings of November 2025, C1 a thematic one besides; nobody knows of C2's and C3's.
    """
    stream = Stream()
    stream.unit("CITY", None, "2019-01-01", kind="city")
    for committee in ("G", "H"):
        stream.unit(committee, "CITY", "2019-01-01")
    stream.unit("H", "CITY", "2025-12-15", dissolved=True)
    for cell, parent in (("C1", "G"), ("C2", "G"), ("D", "CITY")):
        stream.cell(cell, {"valid_from": "2019-01-01", "parent": parent}, recorded="2019-01-01")
    moved = ({"valid_from": "2019-01-01", "parent": "H"}, {"valid_from": "2025-12-01", "parent": "G"})
    stream.cell("C3", *moved, recorded="2025-12-01")
    stream.cell("GONE", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    stream.cell("GONE", {"valid_from": "2025-10-15", "parent": "G", "dissolved": True}, recorded="2025-10-15")
    stream.held("C1", "c1-11", "2025-11-03")
    stream.held("C1", "c1-t", "2025-11-20", kind="thematic")
    stream.held("C1", "c1-10", "2025-10-03")
    stream.meeting("C1", "c1-x", "2025-11-25", status="withdrawn")
    stream.held("D", "d-11", "2025-11-05")
    return stream


def graded(cell: str, grade: str = "good", points: float | None = None, **more: Any) -> CellGrade:
    """A line of a list."""
    return CellGrade(cell=cell, grade=Grade(grade), points=points, **more)


def decided(*grades: CellGrade, **how: Any) -> GradesDecided:
    """A list; C1's good grade when nothing else is said."""
    usual: dict[str, Any] = {"list": "nov", "period": MONTH, "decided_on": DAY, "grades": grades or (graded("C1"),)}
    return GradesDecided.model_validate(usual | how)


def cancelled(cell: str = "C1", **how: Any) -> GradeCancelled:
    """A numbered decision that a grade is void."""
    usual = {"cell": cell, "period": MONTH, "number": "7-QĐ/G", "decided_on": DAY, "reason": "A test"}
    return GradeCancelled.model_validate(usual | how)


def reclassified(cell: str = "C1", grade: str = "fair", **how: Any) -> GradeReclassified:
    """A numbered decision that another grade stands."""
    usual = {"cell": cell, "period": MONTH, "number": "8-QĐ/G", "decided_on": DAY, "grade": grade, "reason": "A test"}
    return GradeReclassified.model_validate(usual | how)
