"""From the data of events about yearly classifications to rows of the history (see `rows`)."""

from __future__ import annotations

from datetime import date

from services.contracts.classification import Level, YearGrade, YearStatus
from services.evaluation.history.values import Data, Row, Stamp

_LEVELS = {level.value: level.value for level in Level}
_YEAR_STATUSES = {status.value: status.value for status in YearStatus}
_YEAR_GRADES = {grade.value: grade.value for grade in YearGrade}


def classified_rows(stamp: Stamp, data: Data) -> list[Row]:
    """The row of `years`."""
    return [
        (
            *stamp,
            data["subject"],
            _LEVELS[data["level"]],
            data["year"],
            data["version"],
            _YEAR_STATUSES[data["status"]],
            data["rule"],
            data["rule_hash"],
            *_stage(data.get("proposed")),
            *_stage(data.get("appraised")),
            *_stage(data.get("decided")),
            data["by"],
            date.fromisoformat(data["on"]),
            data.get("number"),
            data.get("list"),
            data.get("replaces"),
            data.get("reason"),
        )
    ]


def _stage(said: Data | None) -> Row:
    if said is None:
        return (None,) * 8
    points = said["common"], said["results"], _YEAR_GRADES[said["grade"]]
    told = said.get("veto"), said.get("note"), said.get("number")
    return (*points, *told, date.fromisoformat(said["on"]), said["by"])
