"""`rpc.evaluation.glance`: the territory and its months in numbers."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

import polars as pl

from services.contracts.cloudevents import DEMO_SOURCE
from services.contracts.queries import Glance, GlanceOf, MonthGlance
from services.evaluation.history.known import KNOWN, NOW
from services.evaluation.history.store import Connection, position
from services.evaluation.history.superseded import IN_FORCE
from services.evaluation.history.tree import CELLS_ON, UNITS_ON, known
from services.evaluation.queries.answers import reference_day
from services.evaluation.queries.months import months_of

_TERRITORY = f"""
WITH cells_on AS ({CELLS_ON}), units_on AS ({UNITS_ON})
SELECT
    count(*) AS cells,
    count(*) FILTER (u.kind = 'grassroots') AS subordinate_cells,
    coalesce(sum(c.members_full + c.probationary), 0)::BIGINT AS members,
    count(*) FILTER (c.hardship) AS hardship_cells
FROM cells_on c LEFT JOIN units_on u ON u.unit = c.parent WHERE NOT c.dissolved
"""  # noqa: S608 - constants of ours
_ATTENDANCE = f"""
SELECT month(held_on)::INTEGER AS month, sum(present)::BIGINT AS present,
    sum(members - exempt - special_duty)::BIGINT AS expected
FROM meetings {IN_FORCE}
WHERE {KNOWN} AND status = 'held' AND kind IN ('regular', 'combined') AND year(held_on) = $year GROUP BY 1 ORDER BY 1
"""  # noqa: S608
_LENGTH = "SELECT count(*), coalesce(bool_or(starts_with(origin, $demo)), false) FROM log WHERE service <> 'evaluation'"
_ALERTS = """
SELECT colour, count(*) FROM (
    SELECT colour, status FROM alerts QUALIFY row_number() OVER (PARTITION BY alert ORDER BY version DESC) = 1
) WHERE status IN ('raised', 'changed') GROUP BY colour
"""
_YEARS = "SELECT DISTINCT year(held_on)::INTEGER FROM meetings WHERE held_on IS NOT NULL ORDER BY 1"


def glance(
    con: Connection, question: GlanceOf, today: date, grace_days: int, looked_at: datetime | None = None
) -> Glance:
    """Counts of the territory on the year's reference day, and of its months. Events are the other services'.

    `grace_days`: see `months_of`; `looked_at`: when alerts were last looked for, if they were.
    """
    return glance_beside(con, question.year, months_of(con, question.year, None, today, grace_days), today, looked_at)


def glance_beside(con: Connection, year: int, months: pl.DataFrame, today: date, looked_at: datetime | None) -> Glance:
    """The same, beside the year's months of all cells."""
    day = reference_day(year, today)
    [(cells, subordinate, members, hardship)] = con.sql(_TERRITORY, params={**known(NOW), "day": day}).fetchall()
    attended = con.sql(_ATTENDANCE, params={**known(NOW), "year": year}).fetchall()
    [(events, synthetic)] = con.sql(_LENGTH, params={"demo": DEMO_SOURCE}).fetchall()
    rates = {month: (present, expected) for month, present, expected in attended}
    return Glance(
        year=year,
        years=tuple(known_year for (known_year,) in con.sql(_YEARS).fetchall()),
        cells=cells,
        grassroots_cells=cells - subordinate,
        subordinate_cells=subordinate,
        members=members,
        hardship_cells=hardship,
        attendance=_rate(*(sum(column) for column in zip(*rates.values(), strict=True))) if rates else None,
        months=tuple(_month(year, month, months, rates.get(month)) for month in range(1, 13)),
        events=events,
        until=position(con),
        synthetic=synthetic,
        alerts=dict(con.sql(_ALERTS).fetchall()) if looked_at else None,
    )


def _month(year: int, month: int, frame: pl.DataFrame, attended: tuple[int, int] | None) -> MonthGlance:
    own = frame.filter(pl.col("month") == month)
    return MonthGlance(
        period=f"{year:04}-{month:02}",
        states=dict(sorted(Counter(own["state"]).items())),
        grades=dict(sorted(Counter(own["grade"].drop_nulls()).items())),
        attendance=_rate(*attended) if attended else None,
        mean_points=_mean(own["points"]),
    )


def _rate(present: int, expected: int) -> float | None:
    return present / expected if expected else None


def _mean(points: pl.Series) -> float | None:
    mean = points.mean()
    return float(mean) if isinstance(mean, (int, float)) else None
