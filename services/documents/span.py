"""The half-year table and the year's list: a row a cell, from the same months as the monthly lists."""

from __future__ import annotations

from collections.abc import Sequence

from services.contracts.meetings import Grade
from services.contracts.reports import CellMonth
from services.documents.document import CROSS, Column, Document, Kind, Total, Value
from services.documents.formats import GRADES
from services.documents.grades import OF_POINTS
from services.documents.letterhead import Letterhead
from services.documents.listed import Told, name_of, ordered, remarks, source
from services.documents.summary import CellSummary, summaries

PASS_FAIL = (Grade.MET, Grade.NOT_MET)
HALVES = {1: ("01", "06", "6 tháng đầu năm"), 2: ("07", "12", "6 tháng cuối năm")}
"""The months of each half of a year, and its name."""
_MONTHS, _GRADES, _PRESENT = "Số tháng", "Số tháng xếp loại", "Tham dự sinh hoạt (lượt)"


def half_year(months: Sequence[CellMonth], told: Told, letterhead: Letterhead) -> Document:
    """The table of a half-year, from January or from July on."""
    half = 1 if told.first.endswith("-01") else 2
    return _document(months, told, letterhead, f"{HALVES[half][2]} {told.first[:4]}", of_year=False)


def year_list(months: Sequence[CellMonth], told: Told, letterhead: Letterhead) -> Document:
    """The list of a year: with the mean of the points and the quarters that had a thematic meeting."""
    return _document(months, told, letterhead, f"Năm {told.first[:4]}", of_year=True)


def _document(
    months: Sequence[CellMonth], told: Told, letterhead: Letterhead, period: str, *, of_year: bool
) -> Document:
    rows = ordered(summaries(months), told)
    grades = (*OF_POINTS, *(PASS_FAIL if any(grade in row.grades for row in rows for grade in PASS_FAIL) else ()))
    return Document(
        title="TỔNG HỢP CHẤT LƯỢNG SINH HOẠT CHI BỘ",
        period=period,
        columns=_columns(grades, of_year=of_year),
        rows=tuple(_row(place, one, told, grades, of_year=of_year) for place, one in enumerate(rows, 1)),
        letterhead=letterhead,
        body=told.unit_name,
        remarks=remarks(months, told),
        source=source(told),
    )


def _columns(grades: Sequence[Grade], *, of_year: bool) -> tuple[Column, ...]:
    mean = (Column("Điểm bình quân", 15, Kind.NUMBER, Total.MEAN),) if of_year else ()
    quarters = (Column("Số quý có chuyên đề", 15, Kind.COUNT),) if of_year else ()
    return (
        Column("STT", 10, Kind.COUNT),
        Column("Đơn vị, chi bộ", 56, total=Total.LABEL),
        Column("Phải họp", 12, Kind.COUNT, Total.SUM, _MONTHS),
        Column("Đã họp", 12, Kind.COUNT, Total.SUM, _MONTHS),
        *(Column(GRADES[grade], 12, Kind.COUNT, Total.SUM, _GRADES) for grade in grades),
        Column("Chưa xếp", 12, Kind.COUNT, Total.SUM, _GRADES),
        *mean,
        Column("Có mặt", 15, Kind.COUNT, Total.SUM, _PRESENT),
        Column("Phải dự", 15, Kind.COUNT, Total.SUM, _PRESENT),
        Column("Tỷ lệ", 14, Kind.SHARE, Total.SHARE, _PRESENT),
        Column("Sinh hoạt chuyên đề", 15, Kind.COUNT, Total.SUM),
        *quarters,
        Column("Có cấp trên dự", 14, Kind.CROSS, Total.CROSSES),
        Column("Ghi chú", 34 if of_year else 50),
    )


def _row(place: int, one: CellSummary, told: Told, grades: Sequence[Grade], *, of_year: bool) -> tuple[Value, ...]:
    return (
        place,
        name_of(one, told),
        one.due,
        one.held,
        *(one.grades.get(grade, 0) for grade in grades),
        one.open,
        *((one.mean_points,) if of_year else ()),
        one.present,
        one.expected,
        one.attendance,
        one.thematic,
        *((one.quarters,) if of_year else ()),
        CROSS if one.visits else None,
        f"Chưa ghi nhận sinh hoạt tháng {', '.join(period[5:] for period in one.missing)}" if one.missing else None,
    )
