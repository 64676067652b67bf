"""What upper committees owe and may give: the month's official grades in time, the year's best within their quota."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from services.contracts.alerts import MOST_EVENTS, Reason, Rule
from services.evaluation.alerts.rules.meeting import ONE_DAY, REGULAR
from services.evaluation.alerts.rules.seen import Seen
from services.evaluation.alerts.rules.sign import Sign
from services.evaluation.alerts.rules.thresholds import Thresholds, add_months, month_of
from services.evaluation.criteria.rollups import Among


def monthly_report_late(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """Cells right below a unit held their regular meeting, and have no official grade after the day it was due.

    The unit is that of the month in which it is due; of a cell that is no more by then, that of its meeting.
    """
    month_before = pl.col("due").dt.offset_by("-1mo").dt.strftime("%Y-%m").alias("period")
    owing = seen.living.select("cell", month_before, pl.col("unit").alias("owing"))
    met = seen.facts.filter(pl.col("kind").is_in(REGULAR))
    met = met.unique(["cell", "period"], keep="last", maintain_order=True)
    met = met.join(owing, on=["cell", "period"], how="left", maintain_order="left")
    met = met.with_columns(pl.coalesce("owing", "unit").alias("unit")).filter(pl.col("unit").is_not_null())
    graded = met.join(seen.grades.with_columns(graded=True), on=["cell", "period"], how="left", maintain_order="left")
    missing = pl.col("graded").is_null()
    units = graded.group_by("unit", "period", maintain_order=True).agg(
        pl.len().alias("of"), missing.sum().alias("missing"), pl.col("event").filter(missing).alias("events")
    )
    for row in units.filter(pl.col("missing") > 0).iter_rows(named=True):
        due = add_months(month_of(row["period"]), 1).replace(day=by.report_day)
        yield Sign(
            Rule.MONTHLY_REPORT_LATE,
            row["period"],
            due,
            due + ONE_DAY,
            Reason.NOT_GRADED,
            by.basis("report_day"),
            unit=row["unit"],
            values={"missing": row["missing"], "of": row["of"]},
            events=tuple(row["events"][:MOST_EVENTS]),
            pending=True,
        )


def quota_exceeded(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """More of a group are decided to have a grade of the year than its year rule allows; or a year is over, and by
    their months more surely have a grade than the quota of a set allows: grave."""
    for gauge in seen.year_quotas:
        if gauge["over"] > 0:
            yield _decided_above(gauge)
    for row in seen.quotas.filter(pl.col("over") > 0).iter_rows(named=True):
        criteria = seen.sets[row["set"]]
        one = next(quota for quota in criteria.quotas if quota.code == row["quota"])
        over = date(int(row["year"]) + 1, 1, 1)
        yield Sign(
            Rule.QUOTA_EXCEEDED,
            row["year"],
            over - ONE_DAY,
            over,
            Reason.TOO_MANY,
            criteria.number,
            unit=row["among"] if one.among is Among.UNIT else None,
            values={"value": row["counted"], "needed": row["allowed"]}
            | {name: row[name] for name in ("grade", "among", "quota")},
            set=criteria.id,
            item=row["quota"],
            apart=f"{row['set']} {row['quota']} {row['among']}",
            grave=True,
        )


def _decided_above(gauge: Mapping[str, Any]) -> Sign:
    """From the day of the decision that was one too many, until as many as may be have the grade."""
    since = gauge["days"][gauge["allowed"]]
    return Sign(
        Rule.QUOTA_EXCEEDED,
        gauge["year"],
        since,
        since,
        Reason.ABOVE_QUOTA,
        gauge["number"],
        unit=gauge["unit"],
        values={"value": gauge["counted"], "needed": gauge["allowed"]}
        | {name: gauge[name] for name in ("grade", "level", "among", "percent", "denominator")},
        events=tuple(gauge["events"][:MOST_EVENTS]),
        item=gauge["quota"],
        apart=f"{gauge['rule']} {gauge['quota']} {gauge['level']} {gauge['among']}",
        grave=True,
        held=1,
    )
