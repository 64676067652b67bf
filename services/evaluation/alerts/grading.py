"""What upper committees owe and may give: the month's official grades in time, the year's best within their quota."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from services.contracts.alerts import MOST_EVENTS, Reason, Rule, Value
from services.evaluation.alerts.meeting import ONE_DAY, REGULAR
from services.evaluation.alerts.seen import Seen
from services.evaluation.alerts.sign import Sign
from services.evaluation.alerts.thresholds import Thresholds, add_months, month_of
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
    """A year is over, and more of a group surely have a grade than the quota of a set or a year rule allows: grave."""
    for row in seen.quotas.filter(pl.col("over") > 0).iter_rows(named=True):
        criteria = seen.sets[row["set"]]
        one = next(quota for quota in criteria.quotas if quota.code == row["quota"])
        apart = f"{row['set']} {row['quota']} {row['among']}"
        unit = row["among"] if one.among is Among.UNIT else None
        yield _too_many(row, criteria.number, unit, apart, set_=criteria.id)
    for gauge in seen.year_quotas:
        if gauge["over"] > 0:
            apart = f"{gauge['rule']} {gauge['quota']} {gauge['level']} {gauge['among']}"
            yield _too_many(gauge, gauge["number"], gauge["unit"], apart, level=gauge["level"])


def _too_many(
    row: Mapping[str, Any], basis: str, unit: str | None, apart: str, *, set_: str | None = None, **more: Value
) -> Sign:
    over = date(int(row["year"]) + 1, 1, 1)
    named = {name: row[name] for name in ("grade", "among", "quota")}
    return Sign(
        Rule.QUOTA_EXCEEDED,
        row["year"],
        over - ONE_DAY,
        over,
        Reason.TOO_MANY,
        basis,
        unit=unit,
        values={"value": row["counted"], "needed": row["allowed"], **named, **more},
        set=set_,
        item=row["quota"],
        apart=apart,
        grave=True,
    )
