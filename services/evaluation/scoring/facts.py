"""The facts frame: what scoring is given. One row per held meeting, in its latest version as known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

UTC_MOMENT = pl.Datetime("us", "UTC")

FACTS: dict[str, Any] = {
    "cell": pl.String,
    "cell_name": pl.String,
    "cell_kind": pl.String,
    "hardship": pl.Boolean,
    "unit": pl.String,
    "unit_name": pl.String,
    "units": pl.List(pl.String),
    "period": pl.String,
    "meeting": pl.String,
    "kind": pl.String,
    "held_on": pl.Date,
    "position": pl.Int64,
    "event": pl.String,
    "registry_event": pl.String,
    "members": pl.Int32,
    "exempt": pl.Int32,
    "special_duty": pl.Int32,
    "expected": pl.Int32,
    "present": pl.Int32,
    "excused": pl.Int32,
    "unexcused": pl.Int32,
    "longest_excused_run": pl.Int32,
    "most_excused_in_year": pl.Int32,
    "has_committee": pl.Boolean,
    "minutes": pl.Int32,
    "speakers": pl.Int32,
    "started_at": pl.Time,
    "documents_at": UTC_MOMENT,
    "notice_at": UTC_MOMENT,
    "minutes_filed_on": pl.Date,
    "targets_met": pl.Int32,
    "targets_total": pl.Int32,
    "steps": pl.List(pl.String),
    "thematic_part": pl.Boolean,
    "marks_criteria": pl.String,
    "marks_items": pl.String,
    "marks": pl.List(pl.Int32),
    "self_total": pl.Float64,
    "self_grade": pl.String,
    "recorded_at": UTC_MOMENT,
}
"""Columns and types. `unit` is the cell's direct upper unit, `units` are that one and all above it, nearest first (null
where the registry does not know the cell); `period` is `YYYY-MM`; `kind` the meeting's kind; `marks_items` the
codes of the items that `marks` (in hundredths) are for, in their order and each once, with a space between."""

KEY = ("cell", "period", "meeting")
"""What identifies a row, and the order of every result."""


def marks_of(row: Mapping[str, Any]) -> dict[str, float]:
    """The marks of a row (of the facts, or of the history's meetings), in points, by the codes of their items."""
    points = (mark / 100 for mark in row["marks"] or ())
    return dict(zip((row["marks_items"] or "").split(" "), points, strict=False))


def as_hundredths(mark: float) -> int:
    """A mark in points as whole hundredths: the nearest, halves up. OverflowError for what is not finite."""
    return math.floor(mark * 100 + 0.5)
