"""Rows of what is said of a year's work (see `rows`)."""

from __future__ import annotations

from datetime import date

from services.contracts.registry import CellKind
from services.contracts.thematic import ModelStatus, PlanStatus
from services.evaluation.history.values import Data, Row, Stamp, date_or_none

_KINDS = {kind.value: kind.value for kind in CellKind}
_PLAN_STATUSES = {status.value: status.value for status in PlanStatus}
_MODEL_STATUSES = {status.value: status.value for status in ModelStatus}


def orientations_rows(stamp: Stamp, data: Data) -> list[Row]:
    """The row of a unit's orientations (`OrientationsRecorded`)."""
    kinds = data.get("kinds")
    return [
        (
            *stamp,
            data["unit"],
            data["document"],
            data["version"],
            data["year"],
            None if kinds is None else [_KINDS[kind] for kind in kinds],
            [theme["code"] for theme in data["themes"]],
            [theme["title"] for theme in data["themes"]],
            date.fromisoformat(data["on"]),
            data.get("number"),
        )
    ]


def plan_rows(stamp: Stamp, data: Data) -> list[Row]:
    """The row of a submitted plan (`PlanRecorded`)."""
    entries = data["entries"]
    return [
        (
            *stamp,
            data["cell"],
            data["year"],
            data["plan"],
            data["version"],
            _PLAN_STATUSES[data["status"]],
            date.fromisoformat(data["submitted_on"]),
            [_quarter(entry) for entry in entries],
            [entry.get("month") for entry in entries],
            [entry["theme"] for entry in entries],
            [entry.get("orientation") for entry in entries],
            data.get("decided_by"),
            date_or_none(data.get("decided_on")),
            data.get("number"),
            data.get("reason"),
        )
    ]


def _quarter(entry: Data) -> int:
    quarter: int | None = entry.get("quarter")
    month: int | None = entry.get("month")
    if quarter is None and month is None:
        raise ValueError("a theme is planned for no quarter and no month")
    return quarter or ((month or 1) + 2) // 3


def model_cells_rows(stamp: Stamp, data: Data) -> list[Row]:
    """The row of a unit's choice (`ModelCellsRecorded`)."""
    chosen = (data["unit"], data["year"], data["version"], list(data["cells"]))
    return [(*stamp, *chosen, date.fromisoformat(data["on"]), data.get("number"))]


def model_meeting_rows(stamp: Stamp, data: Data) -> list[Row]:
    """The row of a model meeting (`ModelMeetingRecorded`)."""
    attended = data.get("attended", {})
    return [
        (
            *stamp,
            data["cell"],
            data["meeting"],
            data["version"],
            _MODEL_STATUSES[data["status"]],
            date.fromisoformat(data["on"]),
            data.get("theme"),
            list(attended),
            list(attended.values()),
            data.get("reason"),
        )
    ]
