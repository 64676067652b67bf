"""A small city for tests of queries."""

from __future__ import annotations

from typing import Any

import polars as pl
import pyarrow as pa

from services.evaluation.criteria.load import load_shipped
from services.evaluation.history.criteria import sets_known
from services.evaluation.history.facts import facts
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection, append, open_history, transaction
from services.evaluation.running.months import month_scores
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


def rescored(con: Connection, dials: Dials) -> pl.DataFrame:
    """Everything scored anew as known."""
    sets, forms = sets_known(con, SETS, dials)
    return month_scores(facts(con, dials=dials), sets, forms)


def running_scores(con: Connection) -> pl.DataFrame:
    """The scores as they run."""
    return con.sql("SELECT * EXCLUDE (digest, basis) FROM scores ORDER BY cell, period").pl()


def recorded(stream: Stream) -> Connection:
    """A history of the stream, nothing scored."""
    con = open_history(":memory:")
    with transaction(con):
        append(con, stream.events)
    return con
