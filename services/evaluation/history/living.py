"""Which cells lived in which months, under which unit: months without a meeting leave no other trace."""

from __future__ import annotations

from datetime import date

import polars as pl

from services.evaluation.history.columns import DATE, TEXT
from services.evaluation.history.known import ABOVE, CELL_STATES, TERRITORY, Dials
from services.evaluation.history.store import Connection, registered
from services.evaluation.history.stretches import EVERY_CELL, Stretch
from services.evaluation.history.tables import arrow_schema
from services.evaluation.history.tree import known

REGULAR_DAY = 3
"""The regular meeting is held on the 3rd of the month (HD 42-HD/BTCTW): a cell that lives then should meet."""

_MONTHS = f"""
months AS (
    SELECT day::DATE AS day, strftime(day, '%Y-%m') AS period, day::DATE + {REGULAR_DAY - 1} AS due,
        coalesce($tree_at::DATE, day::DATE + {REGULAR_DAY - 1}) AS placed_on
    FROM (SELECT unnest(generate_series($first::DATE, $last::DATE, INTERVAL 1 MONTH)) AS day)
), states AS ({CELL_STATES}), lives AS (
    SELECT *, lead(valid_from, 1, DATE '9999-12-31') OVER (PARTITION BY cell ORDER BY valid_from) AS until FROM states
), living AS (
    SELECT l.cell, l.kind, m.period, m.due, m.placed_on
    FROM lives l JOIN months m ON m.due >= l.valid_from AND m.due < l.until
    WHERE NOT l.dissolved AND ($cell::VARCHAR IS NULL OR l.cell = $cell)
        AND ($cell_from::VARCHAR IS NULL OR l.cell >= $cell_from)
        AND ($cell_until::VARCHAR IS NULL OR l.cell < $cell_until)
), placed AS (
    SELECT l.cell, l.period, l.due, l.placed_on, p.name AS cell_name, l.kind AS cell_kind, p.parent AS unit
    FROM living l ASOF LEFT JOIN states p ON l.cell = p.cell AND l.placed_on >= p.valid_from
)
"""  # noqa: S608 - constants of ours
_NAMED = """
SELECT p.cell, p.period, p.due, p.cell_name, p.cell_kind, p.unit, a.name AS unit_name, a.units
FROM placed p ASOF LEFT JOIN above a ON p.unit = a.unit AND p.placed_on >= a.since
"""
_ALL = f"WITH RECURSIVE {_MONTHS}, {ABOVE} {_NAMED} ORDER BY p.cell, p.period"
_WITHIN = f"""
WITH RECURSIVE {TERRITORY}, {_MONTHS}, {ABOVE} {_NAMED}
SEMI JOIN territory t ON t.unit = p.unit AND p.placed_on >= t.since AND p.placed_on < t.until
ORDER BY p.cell, p.period
"""
_CELL_DAYS = arrow_schema([("cell", TEXT), ("day", DATE)])
_MEMBERS = f"""
WITH states AS ({CELL_STATES})
SELECT q.cell, q.day, s.members_full + s.probationary AS registered
FROM asked q ASOF LEFT JOIN states s ON q.cell = s.cell AND q.day >= s.valid_from
"""  # noqa: S608
_UNTIL = """
SELECT max(recorded_at) + INTERVAL 7 HOUR FROM log
WHERE service <> 'evaluation' AND problem IS NULL AND ($upto::BIGINT IS NULL OR position <= $upto::BIGINT)
    AND ($known_at::TIMESTAMP IS NULL OR recorded_at <= $known_at::TIMESTAMP)
"""


def living_months(
    con: Connection,
    first: date,
    last: date,
    *,
    cell: str | None,
    unit: str | None,
    dials: Dials,
    within: Stretch = EVERY_CELL,
) -> pl.DataFrame:
    """Every month from `first` to `last` (first days of months) in which a cell lived, in this unit's territory.

    Columns: cell, period, due (when it should meet), cell_kind (then), cell_name, unit, unit_name, units (that and all
    above, nearest first; these as the tree dial has them); ordered by cell and period.
    """
    stretch = {"cell_from": within.from_, "cell_until": within.until}
    parameters = {**dials.parameters, **stretch, "first": first, "last": last, "cell": cell}
    found: pl.DataFrame
    if unit is None:
        found = con.sql(_ALL, params=parameters).pl()
    else:
        found = con.sql(_WITHIN, params={**parameters, "unit": unit}).pl()
    return found


def told_until(con: Connection, dials: Dials) -> date | None:
    """The day (in Vietnam) of the latest report that is known: what comes after it, nobody could have told yet."""
    [(moment,)] = con.execute(_UNTIL, {"known_at": dials.parameters["known_at"], "upto": dials.position}).fetchall()
    return None if moment is None else moment.date()


def members_on(con: Connection, days: pl.DataFrame, dials: Dials) -> pl.DataFrame:
    """How many members the registry counted in cells on days (columns cell, day): cell, day, registered (or null)."""
    with registered(con, "asked", days.select("cell", "day").to_arrow().cast(_CELL_DAYS)):
        found: pl.DataFrame = con.sql(_MEMBERS, params=known(dials)).pl()
    return found
