"""The monthly list of a unit's cells: the ten columns that are sent to the upper committee by the 10th."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.contracts.meetings import Grade
from services.contracts.reports import CellMonth
from services.documents.document import CROSS, Column, Document, Kind, Total, Value
from services.documents.formats import GRADES
from services.documents.grades import OF_POINTS, chosen, note
from services.documents.letterhead import Letterhead
from services.documents.listed import Told, name_of, ordered, remarks, source

_PRESENT, _GRADE = "Đảng viên", "Xếp loại"
COLUMNS = (
    Column("STT", 10, Kind.COUNT),
    Column("Đơn vị, chi bộ", 60, total=Total.LABEL),
    Column("Có mặt", 14, Kind.COUNT, Total.SUM, _PRESENT),
    Column("Tổng số", 14, Kind.COUNT, Total.SUM, _PRESENT),
    Column("Ngày sinh hoạt", 21, Kind.DATE),
    Column("Điểm", 14, Kind.NUMBER, Total.MEAN),
    *(Column(GRADES[grade], 12, Kind.CROSS, Total.CROSSES, _GRADE) for grade in OF_POINTS),
    Column("Ghi chú (lý do trừ điểm)", 92),
)
"""Ten columns: the two of members are one (present of all)."""


def month_list(months: Sequence[CellMonth], told: Told, letterhead: Letterhead) -> Document:
    """The list of a month (`told.first` and `told.last` are the same)."""
    rows = ordered(months, told)
    year, month = told.first.split("-")
    return Document(
        title="DANH SÁCH ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG SINH HOẠT CHI BỘ",
        period=f"Tháng {month} năm {year}",
        columns=COLUMNS,
        rows=tuple(_row(place, one, told) for place, one in enumerate(rows, 1)),
        letterhead=letterhead,
        body=told.unit_name,
        remarks=remarks(rows, told),
        source=source(told),
    )


def _row(place: int, month: CellMonth, told: Told) -> tuple[Value, ...]:
    found = chosen(month)
    held: date | None = month.held_on
    return (
        place,
        name_of(month, told),
        month.present,
        month.members,
        held,
        found.points,
        *(_cross(found.grade, grade) for grade in OF_POINTS),
        note(month),
    )


def _cross(given: Grade | None, grade: Grade) -> str | None:
    return CROSS if given is grade else None
