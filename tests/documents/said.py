"""A month of a small city, and what evaluation answers of it."""

from __future__ import annotations

from functools import cache
from typing import Any

from services.contracts.classification import YearOf
from services.contracts.reports import CalendarOf, CellMonth, MonthlyOf, ObserverCalendar
from services.contracts.rescoring import Lens
from services.documents.letterhead import Letterhead, read_letterhead
from services.documents.listed import Told
from services.documents.years import YearSaid, years_said
from services.evaluation.history.store import Connection
from services.evaluation.queries.calendar import calendar
from services.evaluation.queries.monthly import monthly
from services.evaluation.queries.year import year
from services.evaluation.yearend.load import load_shipped_rules
from tests.evaluation.history.stream import Stream, moment
from tests.evaluation.scoring.sheets import full_marks
from tests.evaluation.territory import SETS, running

MONTH = "2025-11"
OBSERVER = "o-4f07c1"
HEAD = """
upper_body = "ĐẢNG BỘ TỈNH MẪU"
body = "ĐẢNG ỦY MẪU"
place = "Mẫu"
signed_for = "T/M BAN THƯỜNG VỤ"
signer = "PHÓ BÍ THƯ"
recipients = ["Ban Tổ chức", "Lưu Văn phòng"]
on = 2025-12-05
"""


def stream() -> Stream:
    """A city with D right below it and C1, C2, C3, C4 below the committee G; November 2025 and the months around it.

    C1 is decided (93.5, after the cell's own 94); C2 has its own grade only, C3 nothing but facts, C4 did not meet;
    D's grade is void. C1 met on a theme too; one observer came to each of its
    meetings, the second of their own accord. That of C2 was relieved after a month. The
    year is appraised for C1, decided for C2, void for C3, and proposed for G itself.
    """
    said = Stream()
    said.unit("CITY", None, "2019-01-01", kind="city", name="Thành ủy Mẫu")
    said.unit("G", "CITY", "2019-01-01", name="Đảng ủy G")
    for cell, parent in (("C1", "G"), ("C2", "G"), ("C3", "G"), ("C4", "G"), ("D", "CITY")):
        said.cell(cell, {"valid_from": "2019-01-01", "parent": parent}, recorded="2019-01-01")
    said.assigned("C1", "a1", "2025-10-10", observer=OBSERVER)
    said.assigned("C2", "a2", "2025-10-01", observer="o-002", relieved_on="2025-11-10")
    said.held("C1", "c1-10", "2025-10-03")
    said.held("C1", "c1-11", "2025-11-03", assessment=assessed("good", 94, **{"4.2": 22, "6": 27}))
    said.held("C1", "c1-t", "2025-11-20", kind="thematic")
    said.held("C2", "c2-11", "2025-11-04", unexcused=["m-001"], assessment=assessed("fair", 89.25, **{"2": 2}))
    said.held("C3", "c3-11", "2025-11-05")
    said.held("D", "d-11", "2025-11-03", assessment=assessed("good", 100))
    said.visited("C1", "v1", "c1-11", "2025-11-03", observer=OBSERVER, assignment="a1")
    said.visited("C1", "v2", "c1-t", "2025-11-20", observer="o-003")
    said.meeting("C1", "c1-12", "2025-12-03", "2025-11-25", starts_at="19:30:00")
    said.grade("C1", MONTH, "2025-12-02", points=93.5, decided_by="G", number="5-QĐ/G")
    said.grade("D", MONTH, "2025-12-02", decided_by="CITY")
    said.grade("D", MONTH, "2025-12-04", "cancelled", number="7-QĐ/TU", reason="Void")
    said.meeting("C1", "c1-12", "2025-12-04", "2025-12-01", starts_at="20:00:00")
    said.meeting("C2", "c2-12", "2025-12-03", "2025-12-05")
    good: dict[str, Any] = {"common": 25, "results": 60.5, "grade": "good", "by": "G"}
    for cell in ("C1", "C2", "C3"):
        said.classified(cell, 2025, "2025-12-10", "proposed", **good)
    said.classified("C1", 2025, "2025-12-20", "appraised", **{**good, "results": 50, "grade": "completed"})
    said.classified("C2", 2025, "2025-12-20", "decided", number="9-QĐ", **good)
    said.classified("C3", 2025, "2025-12-20", "decided", **good)
    said.classified("C3", 2025, "2025-12-22", "cancelled", by="G", number="11-QĐ", reason="Void")
    said.classified("G", 2025, "2025-12-22", "proposed", level="unit", **good)
    return said


def assessed(grade: str, total: float, **marks: float) -> dict[str, Any]:
    """The cell's own marks: full but for these."""
    return {"criteria": "hd-42-2025", "marks": full_marks(SETS["hd-42-2025"]) | marks, "total": total, "grade": grade}


@cache
def history() -> Connection:
    """What is known of it."""
    return running(stream())


@cache
def answer(
    first: int = 11, last: int = 11, *, known_at: str | None = None, unit: str = "CITY"
) -> tuple[list[CellMonth], Told]:
    """The months of the city and what is said of them."""
    lens = Lens(known_at=moment(known_at)) if known_at else Lens()
    question = MonthlyOf(year=2025, first=first, last=last, unit=unit, losses=True, lens=lens)
    table = monthly(history(), question, SETS)
    return [CellMonth.model_validate(row) for row in table.to_pylist()], Told.of(question, table.schema.metadata)


def observed(observer: str = OBSERVER, known_at: str | None = None) -> ObserverCalendar:
    """An observer's year."""
    known = moment(known_at) if known_at else None
    return calendar(history(), CalendarOf(observer=observer, year=2025, known_at=known))


def classified() -> dict[str, YearSaid]:
    """How far the cells' year has come."""
    table = year(history(), YearOf(year=2025, unit="CITY"), SETS, load_shipped_rules())
    return years_said(table.to_pylist())


def head() -> Letterhead:
    """A letterhead with everything."""
    return read_letterhead(HEAD)
