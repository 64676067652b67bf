"""The units above every unit, as known now, kept for a connection that asks for them with every batch.

To work them out takes DuckDB longer to plan than all else that scoring a few meetings needs.
"""

from __future__ import annotations

from services.evaluation.history.known import ABOVE, NOW
from services.evaluation.history.store import Connection

_WORKED_OUT = f"""
WITH RECURSIVE {ABOVE} SELECT *, (SELECT max(position) FROM units) AS upto FROM above
"""  # noqa: S608 - constants of ours
_PARAMETERS = {name: NOW.parameters[name] for name in ("known_at", "upto")}
_STALE = "SELECT (SELECT max(position) FROM units) IS DISTINCT FROM (SELECT max(upto) FROM above)"


def keep_above(con: Connection) -> None:
    """Creates the table `above`, which is this connection's alone."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE above AS {_WORKED_OUT}", _PARAMETERS)


def renew_above(con: Connection) -> None:
    """Works it out again if units have changed since, inside the caller's transaction."""
    [(stale,)] = con.execute(_STALE).fetchall()
    if stale:
        con.execute("DELETE FROM above")
        con.execute(f"INSERT INTO above {_WORKED_OUT}", _PARAMETERS)
