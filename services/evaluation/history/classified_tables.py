"""The table of yearly classifications, as an Arrow schema (see `tables`): how each stands, in every stage."""

from __future__ import annotations

import pyarrow as pa

from services.evaluation.history.columns import COUNT, DATE, MOMENT, TEXT

_POINTS = pa.float64()
_STAGE: tuple[tuple[str, pa.DataType], ...] = (
    ("common", _POINTS),
    ("results", _POINTS),
    ("grade", TEXT),
    ("veto", TEXT),
    ("note", TEXT),
    ("number", TEXT),
    ("on", DATE),
    ("by", TEXT),
)
_COLUMNS: list[tuple[str, pa.DataType]] = [
    ("position", pa.int64()),
    ("event", TEXT),
    ("recorded_at", MOMENT),
    ("subject", TEXT),
    ("level", TEXT),
    ("year", COUNT),
    ("version", COUNT),
    ("status", TEXT),
    ("rule", TEXT),
    ("rule_hash", TEXT),
    *((f"{stage}_{name}", kind) for stage in ("proposed", "appraised", "decided") for name, kind in _STAGE),
    ("by_unit", TEXT),
    ("on_date", DATE),
    ("number", TEXT),
    ("list", TEXT),
    ("replaces", TEXT),
    ("reason", TEXT),
]
YEARS = pa.schema(_COLUMNS)
