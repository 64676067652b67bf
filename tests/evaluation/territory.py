"""A small city for tests of queries."""

from __future__ import annotations

from typing import Any

import polars as pl
import pyarrow as pa

from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.store import Connection
from services.evaluation.running.running import Running, open_evaluation
from tests.evaluation.history.stream import Stream

SETS = load_shipped()


def territory() -> Stream:
    """A city with a grassroots committee: cell C under the committee, cell D right under the city."""
    stream = Stream()
    stream.unit("CITY", None, "2019-01-01", kind="city", name="Thành ủy")
    stream.unit("G", "CITY", "2019-01-01", name="Đảng ủy G")
    stream.cell("C", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    stream.cell("D", {"valid_from": "2024-03-10", "parent": "CITY", "hardship": True}, recorded="2024-03-10")
    return stream


def running(stream: Stream) -> Connection:
    """An evaluation that took in the stream."""
    con = open_evaluation(":memory:")
    Running(con, SETS).apply(stream.events)
    return con


def rows(table: pa.Table) -> list[dict[str, Any]]:
    """An answer's rows."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame.to_dicts()
