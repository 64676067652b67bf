"""The re-scoring runs that were recorded."""

from __future__ import annotations

from datetime import UTC, datetime

from services.contracts.rescoring import RunLine, RunReceipt
from services.evaluation.history.store import Connection

ANSWER_BYTES = 4 * 2**20
_RUNS = """
SELECT event, recorded_at, receipt FROM (FROM runs ORDER BY position DESC LIMIT $most)
QUALIFY sum(strlen(receipt)) OVER (ORDER BY position DESC) <= $size ORDER BY position DESC
"""
_RUN = "SELECT event, recorded_at, receipt FROM runs WHERE run = $run ORDER BY position LIMIT 1"


def recorded_runs(con: Connection, limit: int = 200, size: int = ANSWER_BYTES) -> tuple[RunLine, ...]:
    """The runs, latest first, at most `limit` and (drafts are large) so many bytes of receipts."""
    rows = con.execute(_RUNS, {"most": limit, "size": size}).fetchall()
    return tuple(_line(*row) for row in rows)


def recorded_run(con: Connection, run: str) -> RunLine | None:
    """The run of this id; None when there is none."""
    rows = con.execute(_RUN, {"run": run}).fetchall()
    return _line(*rows[0]) if rows else None


def _line(event: str, recorded_at: datetime, receipt: str) -> RunLine:
    return RunLine(
        event=event, recorded_at=recorded_at.replace(tzinfo=UTC), receipt=RunReceipt.model_validate_json(receipt)
    )
