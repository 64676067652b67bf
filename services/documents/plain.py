"""The same lists for programs: rows of plain values, by names that stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.contracts.meetings import Grade
from services.contracts.reports import CellMonth
from services.documents.grades import chosen, note
from services.documents.summary import summaries
from services.documents.years import NOTHING, YearSaid

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


YEAR_COLUMNS = (*SPAN_COLUMNS, "rolled_grade", "year_stage", "year_grade", "year_points", "year_number")


def span_rows(months: Sequence[CellMonth]) -> list[dict[str, Any]]:
    """A row a cell: its months summed up (`CellSummary`), each grade a column of its own."""
    found = []
    for one in summaries(months):
        row = {**asdict(one), "missing": " ".join(one.missing), "attendance": one.attendance}
        counted = {grade.value: one.grades.get(grade, 0) for grade in Grade}
        found.append({name: {**row, **counted}[name] for name in SPAN_COLUMNS})
    return found


def year_rows(months: Sequence[CellMonth], said: Mapping[str, YearSaid]) -> list[dict[str, Any]]:
    """The same of a year, with how far the classification has come."""
    found = []
    for row in span_rows(months):
        year = said.get(row["cell"], NOTHING)
        values = (year.rolled and year.rolled.value, year.stage, year.grade and year.grade.value)
        rest = dict(zip(YEAR_COLUMNS[len(SPAN_COLUMNS) :], (*values, year.points, year.number), strict=True))
        found.append({**row, **rest})
    return found
