"""What the answers share: metadata of tables, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
import polars as pl
import pyarrow as pa

from services.evaluation.history.store import Connection, position


def table(frame: pl.DataFrame, con: Connection, **metadata: Any) -> pa.Table:
    """The frame as an Arrow table; `metadata` and the history's position (`until`) as JSON in the schema's metadata."""
    said = {**metadata, "until": position(con)}
    given = {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in said.items()}
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest()).replace_schema_metadata(given)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON has them."""
    found: dict[str, Any] = orjson.loads(orjson.dumps(dict(values), default=str))
    return found


def reference_day(year: int, today: date) -> date:
    """The day on which a year's territory is shown: today in the present year, else the year's last day."""
    return min(today, date(year, 12, 31))
