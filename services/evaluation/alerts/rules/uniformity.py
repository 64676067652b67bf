"""Sheets that are too much alike to be believed.

The method: a cell's regular meeting has the figures (expected, present, absent, duration, start, speakers, targets)
and every mark of the month before; or, once the month is over, all cells right below a unit, three or more that marked
themselves, gave the very same marks, or all gave themselves 100 points. It is a reason to look, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from services.contracts.alerts import Reason, Rule
from services.evaluation.alerts.rules.meeting import REGULAR
from services.evaluation.alerts.rules.seen import Seen
from services.evaluation.alerts.rules.sign import Sign
from services.evaluation.alerts.rules.thresholds import Thresholds, add_months, month_of

LEAST_CELLS, LEAST_ITEMS, FULL = 3, 5, 100
METHOD = "same figures and marks as the month before"
METHOD_OF_UNIT = "same marks in every cell of a unit"
MARKS = ("marks_criteria", "marks_items", "marks")
FIGURES = (
    "expected",
    "present",
    "excused",
    "unexcused",
    "minutes",
    "started_at",
    "speakers",
    "targets_met",
    "targets_total",
)


def suspicious_uniformity(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """Both of what the module says."""
    marked = seen.facts.filter(pl.col("kind").is_in(REGULAR), pl.col("marks").list.len() >= LEAST_ITEMS)
    last = marked.sort("cell", "period", "held_on").unique(["cell", "period"], keep="last", maintain_order=True)
    yield from _like_the_month_before(last)
    yield from _all_alike(last)


def _like_the_month_before(marked: pl.DataFrame) -> Iterator[Sign]:
    number = pl.col("held_on").dt.year().cast(pl.Int32) * 12 + pl.col("held_on").dt.month()
    same = [pl.col(name).eq_missing(pl.col(name).shift().over("cell")) for name in (*FIGURES, *MARKS)]
    alike = pl.all_horizontal(number.diff().over("cell") == 1, *same)
    before = [pl.col(name).shift().over("cell").alias(f"{name}_before") for name in ("period", "event")]
    for row in marked.with_columns(*before).filter(alike).iter_rows(named=True):
        yield Sign(
            Rule.SUSPICIOUS_UNIFORMITY,
            row["period"],
            row["held_on"],
            row["held_on"],
            Reason.SAME_SHEET,
            METHOD,
            cell=row["cell"],
            values={"before": row["period_before"]},
            events=(row["event_before"], row["event"]),
        )


def _all_alike(marked: pl.DataFrame) -> Iterator[Sign]:
    groups = marked.filter(pl.col("unit").is_not_null()).group_by("unit", "period", maintain_order=True)
    found = groups.agg(
        pl.len().alias("cells"),
        pl.struct(MARKS).n_unique().alias("forms"),
        (pl.col("self_total") >= FULL).all(ignore_nulls=False).fill_null(False).alias("full"),
        pl.col("event").alias("events"),
    ).filter(pl.col("cells") >= LEAST_CELLS, (pl.col("forms") == 1) | pl.col("full"))
    for row in found.iter_rows(named=True):
        over = add_months(month_of(row["period"]), 1)
        yield Sign(
            Rule.SUSPICIOUS_UNIFORMITY,
            row["period"],
            over,
            over,
            Reason.ALL_FULL if row["full"] else Reason.SAME_MARKS,
            METHOD_OF_UNIT,
            unit=row["unit"],
            values={"cells": row["cells"]},
            events=tuple(row["events"]),
        )
