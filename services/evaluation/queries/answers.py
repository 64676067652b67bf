"""What the answers share: metadata of tables, refusals."""

from __future__ import annotations

from calendar import monthrange
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


def days(year: int, month: int | None) -> tuple[date, date]:
    """The first and last day of a month, or of the whole year."""
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def reference_day(year: int, today: date) -> date:
    """The day on which a year's territory is shown: today in the present year, else the year's last day."""
    return min(today, date(year, 12, 31))
