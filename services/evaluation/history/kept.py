"""What scoring a batch asks of cells and units, as known now, kept for a connection that asks with every batch.

To work it out takes DuckDB longer to plan than all else that scoring a few meetings needs.
"""

from __future__ import annotations

from services.evaluation.history.known import ABOVE, CELL_SPANS, NOW
from services.evaluation.history.store import Connection

ABOVE_TABLE, SPANS_TABLE = "above", "cell_spans"
_WORKED_OUT = {
    ABOVE_TABLE: f"WITH RECURSIVE {ABOVE} FROM above",
    SPANS_TABLE: f"WITH {CELL_SPANS.format(cells='cells')} FROM cell_spans",
}
_PARAMETERS = {name: NOW.parameters[name] for name in ("known_at", "upto")}


def keep(con: Connection) -> None:
    """Creates the tables `above` (the units above every unit) and `cell_spans` (the states of every cell), which are
    this connection's alone."""
    for name, worked_out in _WORKED_OUT.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {worked_out}", _PARAMETERS)


def renew(con: Connection, name: str) -> None:
    """Works one of them out again, inside the caller's transaction."""
    con.execute(f"DELETE FROM {name}")  # noqa: S608 - one of ours
    con.execute(f"INSERT INTO {name} {_WORKED_OUT[name]}", _PARAMETERS)
