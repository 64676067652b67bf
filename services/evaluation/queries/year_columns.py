"""The columns of `rpc.evaluation.year` (see `contracts.classification.YearOf`)."""

from __future__ import annotations

from typing import Any

import polars as pl

_STAGE: dict[str, Any] = {
    **dict.fromkeys(("common", "results"), pl.Float64),
    **dict.fromkeys(("grade", "veto", "note", "number"), pl.String),
    "on": pl.Date,
    "by": pl.String,
    "total": pl.Float64,
    "earned": pl.String,
}
EVENT = {
    "event": "event",
    "recorded_at": "recorded_at",
    "version": "version",
    "status": "status",
    "on": "on_date",
    "by": "by_unit",
    "number": "number",
    "list": "list",
    "replaces": "replaces",
    "reason": "reason",
    "rule": "rule",
    "rule_hash": "rule_hash",
}
"""What is told of an event, and the column of `years` that it is."""
_EVENT: dict[str, Any] = dict.fromkeys(EVENT, pl.String)
_EVENT |= {"recorded_at": pl.Datetime("us", "UTC"), "version": pl.Int32, "on": pl.Date}
COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("subject", "level", "name", "kind", "unit", "unit_name", "rule"), pl.String),
    **dict.fromkeys(("rolled_by", "rolled_how", "rolled_grade"), pl.String),
    **{f"rolled_{name}": pl.Float64 for name in ("points", "lower", "upper")},
    **{f"component_{name}": pl.Float64 for name in ("points", "lower", "upper", "of")},
    "status": pl.String,
    **{stage: pl.Struct(_STAGE) for stage in ("proposed", "appraised", "decided")},
    "next": pl.String,
    "next_by": pl.String,
    "deadline": pl.Date,
    "waits_for": pl.List(pl.String),
    "waiting": pl.Int64,
    "events": pl.List(pl.Struct(_EVENT)),
}
