"""Every living cell and each month of a year: held, planned, overdue, and its score."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from services.evaluation.history.known import KNOWN, NOW
from services.evaluation.history.living import REGULAR_DAY
from services.evaluation.history.store import Connection
from services.evaluation.history.superseded import IN_FORCE
from services.evaluation.history.tree import CELLS_ON, SUBTREE, UNITS_ON, known
from services.evaluation.queries.answers import reference_day

_MONTHS = f"""
WITH RECURSIVE cells_on AS ({CELLS_ON}), units_on AS ({UNITS_ON}), {SUBTREE},
living AS (
    SELECT c.*, u.name AS unit_name, (SELECT min(valid_from) FROM cells f WHERE f.cell = c.cell) AS born
    FROM cells_on c LEFT JOIN units_on u ON u.unit = c.parent
    WHERE NOT c.dissolved AND ($unit::VARCHAR IS NULL OR c.parent IN (FROM subtree))
), regular AS (
    SELECT cell, month(on_date) AS month, on_date, status, meeting
    FROM meetings {IN_FORCE}
    WHERE {KNOWN} AND kind IN ('regular', 'combined') AND year(on_date) = $year AND status <> 'withdrawn'
    QUALIFY row_number() OVER (PARTITION BY cell, month(on_date) ORDER BY
        CASE status WHEN 'held' THEN 0 WHEN 'scheduled' THEN 1 ELSE 2 END, on_date DESC, meeting DESC) = 1
)
SELECT
    l.cell, l.name AS cell_name, l.kind, l.hardship, l.parent AS unit, l.unit_name,
    l.members_full + l.probationary AS members, m.month::INTEGER AS month,
    CASE
        WHEN r.status = 'held' THEN 'held'
        WHEN r.status = 'cancelled' THEN 'cancelled'
        WHEN make_date($year, m.month, $regular_day) <= $late AND l.born <= make_date($year, m.month, $regular_day)
            THEN 'overdue'
        WHEN r.status = 'scheduled' THEN 'scheduled'
        ELSE 'none'
    END AS state,
    r.on_date AS on, s.points, s.lower, s.upper, s.grade, s.criteria, r.meeting
FROM living l CROSS JOIN (SELECT unnest(range(1, 13)) AS month) m
LEFT JOIN regular r ON r.cell = l.cell AND r.month = m.month
LEFT JOIN scores s ON s.cell = l.cell AND s.meeting = r.meeting
    AND s.period = strftime(make_date($year, m.month, 1), '%Y-%m')
ORDER BY l.cell, m.month
"""  # noqa: S608 - constants of ours


def months_of(con: Connection, year: int, unit: str | None, today: date, grace_days: int) -> pl.DataFrame:
    """The months (columns: see `BoardOf`), ordered by cell and month.

    A month is overdue when `grace_days` after the 3rd no meeting was held.
    """
    parameters = {
        **known(NOW),
        "day": reference_day(year, today),
        "year": year,
        "unit": unit,
        "regular_day": REGULAR_DAY,
        "late": today - timedelta(days=grace_days + 1),
    }
    frame: pl.DataFrame = con.sql(_MONTHS, params=parameters).pl()
    return frame
