"""Rows of what is said of observers (see `rows`)."""

from __future__ import annotations

from datetime import date

from services.contracts.observers import Line, Standing, VisitStatus
from services.evaluation.history.values import Data, Row, Stamp, date_or_none, marks_row

_STANDINGS = {standing.value: standing.value for standing in Standing}
_LINES = {line.value: line.value for line in Line}
_STATUSES = {status.value: status.value for status in VisitStatus}
_NO_MARKS: Row = (None,) * 5


def assignment_rows(stamp: Stamp, data: Data) -> list[Row]:
    """The row of an assignment (`AssignmentRecorded`)."""
    return [
        (
            *stamp,
            data["cell"],
            data["assignment"],
            data["version"],
            data["observer"],
            _STANDINGS[data["standing"]],
            _LINES[data["line"]],
            data["by_unit"],
            date.fromisoformat(data["valid_from"]),
            date_or_none(data.get("valid_to")),
            date_or_none(data.get("relieved_on")),
            data.get("reason"),
        )
    ]


def visit_rows(stamp: Stamp, data: Data) -> list[Row]:
    """The row of a visit (`VisitRecorded`)."""
    assessment = data.get("assessment")
    return [
        (
            *stamp,
            data["cell"],
            data["visit"],
            data["version"],
            _STATUSES[data["status"]],
            data["meeting"],
            data["observer"],
            data.get("assignment"),
            date.fromisoformat(data["on"]),
            data.get("guidance"),
            *(_NO_MARKS if assessment is None else marks_row(assessment)),
            data.get("agrees"),
            data.get("reason"),
        )
    ]
