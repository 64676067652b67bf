"""The outbox of score changes, which is also where the scores are: one row per change, in the order of publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

import pyarrow as pa

from services.chassis.relay import Outgoing
from services.contracts.bus import NO_CELL, event_subject
from services.contracts.catalogue import find
from services.contracts.cloudevents import CloudEvent
from services.contracts.evaluation import ScoreChanged
from services.evaluation.history.columns import DATE, MOMENT, TEXT
from services.evaluation.history.formats import claim
from services.evaluation.history.store import Connection, snapshot
from services.evaluation.history.tables import arrow_schema

SCORE = arrow_schema(
    [
        ("meeting", TEXT),
        ("held_on", DATE),
        ("criteria", TEXT),
        ("criteria_hash", TEXT),
        ("points", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("grade", TEXT),
    ]
)
"""The columns of a score besides its cell and period."""

OUTBOX = arrow_schema(
    [
        ("seq", pa.int64()),
        ("id", TEXT),
        ("cell", TEXT),
        ("period", TEXT),
        ("unit", TEXT),
        ("basis", pa.int64()),
        ("recorded_at", MOMENT),
        ("cause", TEXT),
        ("origin", TEXT),
        ("digest", TEXT),
        *((field.name, field.type) for field in SCORE),
        ("body", TEXT),
    ]
)
"""A change. `digest` identifies the score; it is null when the month has none any more. `body` is the event's data."""

DRAFT = "draft"
"""The table for changes of an evaluation that is muted (`running.draft`); there is none otherwise."""

_VIEWS = """
CREATE OR REPLACE VIEW changes AS SELECT * FROM {ledger};
CREATE OR REPLACE VIEW latest AS
    SELECT * FROM changes QUALIFY row_number() OVER (PARTITION BY cell, period ORDER BY seq DESC) = 1;
CREATE OR REPLACE VIEW scores AS
    SELECT cell, period, meeting, held_on, criteria, criteria_hash, points, lower, upper, grade, digest, basis
    FROM latest WHERE digest IS NOT NULL;
"""
_said = find("event", "evaluation", "ScoreChanged")
TYPE = _said.type if _said else ""
KIND = ScoreChanged.__name__


def create_outbox(con: Connection) -> None:
    """Creates the table, its views, and `rules`: a single row that identifies by which engine and criteria the scores
    were made. Raises `OtherFormat`."""
    claim(con, "outbox", {"outbox": OUTBOX})
    con.execute("CREATE TABLE IF NOT EXISTS rules (fingerprint VARCHAR)")
    create_views(con)


def create_views(con: Connection) -> None:
    """What the scores are read from: `changes` (all that this evaluation made or took over), `latest` (the last one of
    each month) and `scores` (those that are one)."""
    con.execute(_VIEWS.format(ledger=ledger(con)))


def ledger(con: Connection) -> str:
    """The table into which this evaluation writes its changes: the outbox, or the draft while it is muted."""
    drafted = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [DRAFT]).fetchall()
    return DRAFT if drafted else "outbox"


def last_seq(con: Connection) -> int:
    """The place of the last change; 0 when there is none."""
    return int(con.sql("SELECT coalesce(max(seq), 0) FROM outbox").fetchall()[0][0])


def forget_unpublished(con: Connection, published: Mapping[int, str | None]) -> None:
    """Forgets the changes that cannot be published any more, because the stream holds others from their places.

    `published`: ids by place, as they came out of the stream. An evaluation that was killed may have got its last batch
    stored after another one had looked how far it was: whoever is second gives way, and scores everything anew. Inside
    the caller's transaction.
    """
    rows = con.execute("SELECT seq, id FROM outbox WHERE seq BETWEEN ? AND ?", [min(published), max(published)])
    others = [seq for seq, id_ in rows.fetchall() if published.get(seq, id_) != id_]
    if others:
        con.execute("DELETE FROM outbox WHERE seq >= ?", [min(others)])
        con.execute("UPDATE place SET scored = 0")


class ScoreOutbox:
    """What the relay publishes (a `chassis.relay.Outbox`)."""

    def __init__(self, con: Connection) -> None:
        self.con = con

    def read(self, after: int, limit: int) -> Sequence[Outgoing]:
        """The next changes after a place, in order, at most `limit`."""
        columns = "seq, id, cell, unit, recorded_at, cause, origin, body"
        with snapshot(self.con) as con:
            rows = con.sql(
                f"SELECT {columns} FROM outbox WHERE seq > $after ORDER BY seq LIMIT $most",  # noqa: S608
                params={"after": after, "most": limit},
            ).fetchall()
        return [_outgoing(*row) for row in rows]


def _outgoing(
    seq: int, id_: str, cell: str, unit: str | None, recorded_at: Any, cause: str | None, origin: str | None, body: str
) -> Outgoing:
    event = CloudEvent(
        id=id_,
        source="/services/evaluation",
        type=TYPE,
        time=recorded_at.replace(tzinfo=UTC),
        subject=cell,
        cause=cause,
        origin=origin,
        data={},
    )
    subject = event_subject("evaluation", KIND, unit or NO_CELL, cell)
    return Outgoing(seq, subject, id_, event.headers(), body.encode())
