"""The half-year table and the year's list: a row a cell, from the same months as the monthly lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.contracts.meetings import Grade
from services.contracts.reports import CellMonth
from services.documents import years
from services.documents.document import CROSS, Column, Document, Kind, Total, Value
from services.documents.formats import GRADES
from services.documents.grades import OF_POINTS
from services.documents.letterhead import Letterhead
from services.documents.listed import Told, name_of, ordered, remarks, source
from services.documents.summary import CellSummary, summaries
from services.documents.years import NOTHING, Organisation, YearSaid

PASS_FAIL = (Grade.MET, Grade.NOT_MET)
HALVES = {1: "6 tháng đầu năm", 2: "6 tháng cuối năm"}
_MONTHS, _GRADES, _PRESENT = "Số tháng", "Số tháng xếp loại", "Tham dự sinh hoạt (lượt)"


def half_year(months: Sequence[CellMonth], told: Told, letterhead: Letterhead) -> Document:
    """The table of a half-year, from January or from July on."""
    half = 1 if told.first.endswith("-01") else 2
    rows = ordered(summaries(months), told)
    grades = _grades(rows)
    return Document(
        title="TỔNG HỢP CHẤT LƯỢNG SINH HOẠT CHI BỘ",
        period=f"{HALVES[half]} {told.first[:4]}",
        columns=(*_months_columns(grades), *_MEETINGS, Column("Ghi chú", 50)),
        rows=tuple(
            (*_months(place, one, told, grades), *_meetings(one), _missing(one)) for place, one in enumerate(rows, 1)
        ),
        letterhead=letterhead,
        body=told.unit_name,
        remarks=remarks(months, told),
        source=source(told),
    )


def year_list(
    months: Sequence[CellMonth],
    told: Told,
    letterhead: Letterhead,
    said: Mapping[str, YearSaid],
    units: Sequence[Organisation] = (),
) -> Document:
    """The list of a year: with the mean of the points, the quarters that had a thematic meeting, and how far the
    classification of the cells has come (`years.years_said`), where anything is known of it; then the organisations'
    (`years.units_said`), which have no months of their own."""
    rows = ordered(summaries(months), told)
    grades, of_year = _grades(rows), [said.get(one.cell, NOTHING) for one in rows]
    classified = bool(said) or bool(units)
    columns = (*_months_columns(grades), _MEAN, *_MEETINGS, _QUARTERS, *(years.COLUMNS if classified else ()), _NOTE)
    cells = [
        (
            *_months(place, one, told, grades),
            one.mean_points,
            *_meetings(one),
            one.quarters,
            *(year.cells if classified else ()),
            "; ".join(filter(None, [year.note, _missing(one)])) or None,
        )
        for place, (one, year) in enumerate(zip(rows, of_year, strict=True), 1)
    ]
    blank = (None,) * (len(columns) - 3 - len(years.COLUMNS))
    organisations = [
        (place, one.name, *blank, *one.year.cells, "; ".join(filter(None, [_ORGANISATION, one.year.note])))
        for place, one in enumerate(units, len(cells) + 1)
    ]
    counted = (
        years.remark(of_year, " của chi bộ" if units else ""),
        years.remark((one.year for one in units), " của tổ chức đảng"),
    )
    return Document(
        title="TỔNG HỢP CHẤT LƯỢNG SINH HOẠT CHI BỘ",
        period=f"Năm {told.first[:4]}",
        columns=columns,
        rows=(*cells, *organisations),
        letterhead=letterhead,
        body=told.unit_name,
        remarks=(*remarks(months, told), *filter(None, counted)),
        source=source(told),
    )


_ORGANISATION = "Tổ chức đảng"
_MEAN = Column("Điểm bình quân", 15, Kind.NUMBER, Total.MEAN)
_QUARTERS = Column("Số quý có chuyên đề", 15, Kind.COUNT)
_NOTE = Column("Ghi chú", 34)
_MEETINGS = (
    Column("Có mặt", 15, Kind.COUNT, Total.SUM, _PRESENT),
    Column("Phải dự", 15, Kind.COUNT, Total.SUM, _PRESENT),
    Column("Tỷ lệ", 14, Kind.SHARE, Total.SHARE, _PRESENT),
    Column("Sinh hoạt chuyên đề", 15, Kind.COUNT, Total.SUM),
    Column("Có cấp trên dự", 14, Kind.CROSS, Total.CROSSES),
)


def _meetings(one: CellSummary) -> tuple[Value, ...]:
    return (one.present, one.expected, one.attendance, one.thematic, CROSS if one.visits else None)


def _grades(rows: Sequence[CellSummary]) -> tuple[Grade, ...]:
    """The grades that have a column: those of points, and the others where any cell has one."""
    others = any(grade in row.grades for row in rows for grade in PASS_FAIL)
    return (*OF_POINTS, *(PASS_FAIL if others else ()))


def _months_columns(grades: Sequence[Grade]) -> tuple[Column, ...]:
    return (
        Column("STT", 10, Kind.COUNT),
        Column("Đơn vị, chi bộ", 56, total=Total.LABEL),
        Column("Phải họp", 12, Kind.COUNT, Total.SUM, _MONTHS),
        Column("Đã họp", 12, Kind.COUNT, Total.SUM, _MONTHS),
        *(Column(GRADES[grade], 12, Kind.COUNT, Total.SUM, _GRADES) for grade in grades),
        Column("Chưa xếp", 12, Kind.COUNT, Total.SUM, _GRADES),
    )


def _months(place: int, one: CellSummary, told: Told, grades: Sequence[Grade]) -> tuple[Value, ...]:
    counted = (one.grades.get(grade, 0) for grade in grades)
    return (place, name_of(one, told), one.due, one.held, *counted, one.open)


def _missing(one: CellSummary) -> str | None:
    if not one.missing:
        return None
    return f"Chưa ghi nhận sinh hoạt tháng {', '.join(period[5:] for period in one.missing)}"
