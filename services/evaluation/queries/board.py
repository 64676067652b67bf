"""`rpc.evaluation.board`: every cell's year, and with it the territory at a glance."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from services.contracts.queries import BoardOf
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import require_unit
from services.evaluation.queries.answers import table
from services.evaluation.queries.glance import glance_beside
from services.evaluation.queries.months import months_of


def board(
    con: Connection, question: BoardOf, today: date, grace_days: int, looked_at: datetime | None = None
) -> pa.Table:
    """The board (columns and metadata: see `BoardOf`); `grace_days` and `looked_at` as for the glance."""
    if question.unit:
        require_unit(con, question.unit)
    months = months_of(con, question.year, question.unit, today, grace_days)
    if question.unit:
        return table(months, con)
    return table(months, con, glance=glance_beside(con, question.year, months, today, looked_at).model_dump_json())
