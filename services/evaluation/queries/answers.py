"""What the answers share: metadata of tables, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson
import polars as pl
import pyarrow as pa

from services.contracts.receipts import Problem, Refused
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


def require_cell(con: Connection, cell: str) -> None:
    """Refuses a question about a cell that the history has never heard of."""
    known = con.sql(
        "SELECT 1 WHERE EXISTS (FROM cells WHERE cell = $cell) OR EXISTS (FROM meetings WHERE cell = $cell)",
        params={"cell": cell},
    ).fetchall()
    if not known:
        raise Refused(Problem(path="cell", problem=f"no cell {cell} is known here", expected="the code of a cell"))


def require_unit(con: Connection, unit: str) -> None:
    """Refuses a question about a unit that the history has never heard of."""
    if not con.sql("SELECT 1 FROM units WHERE unit = $unit LIMIT 1", params={"unit": unit}).fetchall():
        raise Refused(Problem(path="unit", problem=f"no unit {unit} is known here", expected="the code of a unit"))


def reference_day(year: int, today: date) -> date:
    """The day on which a year's territory is shown: today in the present year, else the year's last day."""
    return min(today, date(year, 12, 31))
