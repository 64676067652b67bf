"""The same lists for programs: rows of plain values, by names that stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.contracts.classification import Level
from services.contracts.meetings import Grade
from services.contracts.reports import CellMonth
from services.documents.grades import chosen, note
from services.documents.summary import summaries
from services.documents.years import NOTHING, Organisation, YearSaid

MONTH_COLUMNS = (
    *(name for name in CellMonth.model_fields if name not in ("losses",)),
    "basis",
    "grade",
    "points",
    "note",
)
"""What CSV has of a month; JSON has `losses` too."""


def month_rows(months: Sequence[CellMonth]) -> list[dict[str, Any]]:
    """A row a cell: the answer's fields, and what the paper shows: `basis`, `grade`, `points`, `note`."""
    found = []
    for month in months:
        basis, grade, points = chosen(month)
        shown = {"basis": basis.value, "grade": grade and grade.value, "points": points, "note": note(month)}
        found.append({**month.model_dump(mode="json"), **shown})
    return found


SPAN_COLUMNS = (
    "cell", "cell_name", "unit", "unit_name", "due", "held", "missing", *(grade.value for grade in Grade), "open",
    "mean_points", "present", "expected", "attendance", "thematic", "quarters", "visits", "observed",
)  # fmt: skip


_OF_YEAR = ("rolled_grade", "year_stage", "year_grade", "year_points", "year_number")
YEAR_COLUMNS = (*SPAN_COLUMNS, *_OF_YEAR, "level")


def span_rows(months: Sequence[CellMonth]) -> list[dict[str, Any]]:
    """A row a cell: its months summed up (`CellSummary`), each grade a column of its own."""
    found = []
    for one in summaries(months):
        row = {**asdict(one), "missing": " ".join(one.missing), "attendance": one.attendance}
        counted = {grade.value: one.grades.get(grade, 0) for grade in Grade}
        found.append({name: {**row, **counted}[name] for name in SPAN_COLUMNS})
    return found


def year_rows(
    months: Sequence[CellMonth], said: Mapping[str, YearSaid], units: Sequence[Organisation] = ()
) -> list[dict[str, Any]]:
    """The same of a year, with how far the classification has come; then a row an organisation (`level`: `unit`), which
    has no cell and no months of its own."""
    cells = [{**row, **_year(said.get(row["cell"], NOTHING), Level.CELL)} for row in span_rows(months)]
    blank = dict.fromkeys(SPAN_COLUMNS)
    above = [{**blank, "unit": one.unit, "unit_name": one.name, **_year(one.year, Level.UNIT)} for one in units]
    return cells + above


def _year(said: YearSaid, level: Level) -> dict[str, Any]:
    values = (said.rolled and said.rolled.value, said.stage, said.grade and said.grade.value, said.points, said.number)
    return {**dict(zip(_OF_YEAR, values, strict=True)), "level": level.value}
