"""What scoring a batch asks of cells and units, as known now, kept for a connection that asks with every batch.

To work it out takes DuckDB longer to plan than all else that scoring a few meetings needs.
"""

from __future__ import annotations

from services.evaluation.history.known import ABOVE, CELL_SPANS, NOW
from services.evaluation.history.store import Connection

_ABOVE = f"WITH RECURSIVE {ABOVE} FROM above"
_SPANS = f"WITH {CELL_SPANS} FROM cell_spans"
_CHANGED = "SELECT DISTINCT cell FROM cells WHERE position > $after"
_PARAMETERS = {name: NOW.parameters[name] for name in ("known_at", "upto")}


def keep(con: Connection) -> None:
    """Creates the tables `above` (the units above every unit) and `cell_spans` (the states of every cell), which are
    this connection's alone."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE above AS {_ABOVE}", _PARAMETERS)
    con.execute(f"CREATE OR REPLACE TEMP TABLE cell_spans AS {_SPANS.format(cells='cells')}", _PARAMETERS)


def renew_units(con: Connection) -> None:
    """Works out the units above again, inside the caller's transaction."""
    con.execute("DELETE FROM above")
    con.execute(f"INSERT INTO above {_ABOVE}", _PARAMETERS)


def renew_cells(con: Connection, after: int) -> None:
    """Works out the states again of the cells that changed after this position, inside the caller's transaction."""
    con.execute(f"DELETE FROM cell_spans WHERE cell IN ({_CHANGED})", {"after": after})  # noqa: S608 - constants of ours
    changed = f"cells SEMI JOIN ({_CHANGED}) changed USING (cell)"
    con.execute(f"INSERT INTO cell_spans {_SPANS.format(cells=changed)}", {**_PARAMETERS, "after": after})
