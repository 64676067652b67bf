"""The tables of a year's work (see `tables`): orientations, submitted plans, chosen model cells, model meetings.

Themes lie flat: a document's `codes` beside their `titles`, a plan's `quarters`, `months` (null where a theme is
planned for the quarter), `themes` and `orientations` (codes, or null) beside one another, and of a model meeting the
units and cells that guests came from beside how many.
"""

from __future__ import annotations

import pyarrow as pa

from services.evaluation.history.columns import COUNT, COUNTS, DATE, MOMENT, TEXT, TEXTS

_STAMP: list[tuple[str, pa.DataType]] = [("position", pa.int64()), ("event", TEXT), ("recorded_at", MOMENT)]
ORIENTATIONS = pa.schema(
    [
        *_STAMP,
        ("unit", TEXT),
        ("document", TEXT),
        ("version", COUNT),
        ("year", COUNT),
        ("kinds", TEXTS),
        ("codes", TEXTS),
        ("titles", TEXTS),
        ("on_date", DATE),
        ("number", TEXT),
    ]
)
PLANS = pa.schema(
    [
        *_STAMP,
        ("cell", TEXT),
        ("year", COUNT),
        ("plan", TEXT),
        ("version", COUNT),
        ("status", TEXT),
        ("submitted_on", DATE),
        ("quarters", COUNTS),
        ("months", COUNTS),
        ("themes", TEXTS),
        ("orientations", TEXTS),
        ("decided_by", TEXT),
        ("decided_on", DATE),
        ("number", TEXT),
        ("reason", TEXT),
    ]
)
MODEL_CELLS = pa.schema(
    [
        *_STAMP,
        ("unit", TEXT),
        ("year", COUNT),
        ("version", COUNT),
        ("cells", TEXTS),
        ("on_date", DATE),
        ("number", TEXT),
    ]
)
MODEL_MEETINGS = pa.schema(
    [
        *_STAMP,
        ("cell", TEXT),
        ("meeting", TEXT),
        ("version", COUNT),
        ("status", TEXT),
        ("on_date", DATE),
        ("theme", TEXT),
        ("guests_from", TEXTS),
        ("guests", COUNTS),
        ("reason", TEXT),
    ]
)
