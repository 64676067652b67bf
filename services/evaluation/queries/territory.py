"""`rpc.evaluation.territory`: what units are called, and which of them stand."""

from __future__ import annotations

from datetime import date

from services.contracts.queries import Units, UnitsOf
from services.evaluation.history.known import NOW
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import UNITS_ON, known, unit_names
from services.evaluation.queries.answers import reference_day

_STANDING = f"SELECT unit FROM ({UNITS_ON}) WHERE NOT dissolved ORDER BY unit"  # noqa: S608 - constants of ours


def units_named(con: Connection, question: UnitsOf, today: date) -> Units:
    """The answer to `UnitsOf`."""
    day = reference_day(question.year, today)
    standing = con.execute(_STANDING, {**known(NOW), "day": day}).fetchall()
    return Units(names=unit_names(con, day, NOW), standing=tuple(unit for (unit,) in standing))
