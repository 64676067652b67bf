"""The months that a roll-up counts, each with the least and greatest grade or points that are possible."""

from __future__ import annotations

from typing import Any

import polars as pl

from services.contracts.meetings import Grade
from services.evaluation.criteria.format import CriteriaSet, Scale
from services.evaluation.criteria.rollups import Method, Rollup, Span, Worth
from services.evaluation.scoring.grades import best_last, rank_of

MONTHS: dict[str, Any] = {
    "cell": pl.String,
    "period": pl.String,
    "held": pl.Boolean,
    "kind": pl.String,
    "points": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "grade": pl.String,
}
"""A month as the set judges it: the score of its meeting (`kind`), or not `held` and nothing else. A held month without
bounds (another set judged it) can be anything. A month in which the cell did not exist is not there."""
MICRO = 1_000_000
"""Points are counted in whole millionths, so that sums are exact."""


def month_of_year() -> pl.Expr:
    """1 to 12."""
    return pl.col("period").str.slice(5, 2).cast(pl.Int32)


def quarter_of_year() -> pl.Expr:
    """1 to 4."""
    return (month_of_year() + 2) // 3


def counting_months(months: pl.DataFrame, criteria: CriteriaSet, rollup: Rollup) -> pl.DataFrame:
    """The months (`MONTHS`) that count, with their `span`, and the least and greatest possible, `low` and `high`.

    These are ranks of grades (0 the lowest) where grades are counted, else millionths of a point.
    """
    low, high, top = _ranks(criteria) if rollup.method is Method.COUNTED else _millionths(criteria)
    low, high = low.fill_null(0), high.fill_null(top)
    known = pl.col("grade").is_not_null() if rollup.method is Method.COUNTED else low == high
    open_, idle = pl.col("held") & ~known, ~pl.col("held")
    left_out = pl.lit(False)
    for when, worth in ((open_, rollup.not_determinable), (idle, rollup.without_meeting)):
        if worth is Worth.LEFT_OUT:
            left_out = left_out | when
        elif worth is Worth.LOWEST:
            high = pl.when(when).then(low).otherwise(high)
    counting = _with_span(months, criteria, rollup).filter(~left_out)
    return counting.with_columns(low.cast(pl.Int64).alias("low"), high.cast(pl.Int64).alias("high"))


def _with_span(months: pl.DataFrame, criteria: CriteriaSet, rollup: Rollup) -> pl.DataFrame:
    """The months with their span; one whose meetings are all of kinds that do not count is one without a meeting."""
    kinds = [kind.value for kind in rollup.kinds or criteria.applies_to.meeting_kinds]
    held = pl.col("held") & pl.col("kind").is_in(kinds)
    meetings = months.select(list(MONTHS)).filter(held)
    others = months.filter(~held.fill_null(False)).select("cell", "period").unique()
    idle = others.join(meetings, on=["cell", "period"], how="anti")
    idle = idle.with_columns(pl.lit(False).alias("held"))
    span = pl.col("period").str.head(4)
    if rollup.span is Span.QUARTER:
        span = span + "-Q" + quarter_of_year().cast(pl.String)
    return pl.concat([meetings, idle], how="diagonal").with_columns(span.alias("span"))


def grades_of(criteria: CriteriaSet) -> list[Grade]:
    """The months' grades, lowest first."""
    return [Grade.NOT_MET, Grade.MET] if criteria.scale is Scale.PASS_FAIL else best_last(criteria)


def _ranks(criteria: CriteriaSet) -> tuple[pl.Expr, pl.Expr, int]:
    """Least and greatest rank of a month's grade (null: not bounded), and the best rank.

    A limit may still lower a grade that is not known, so in a set with limits only the upper bound says anything.
    """
    ranks = {grade.value: rank for rank, grade in enumerate(grades_of(criteria))}
    known = pl.col("grade").replace_strict(ranks, default=None, return_dtype=pl.Int8)
    if criteria.scale is Scale.PASS_FAIL:
        return known, known, len(ranks) - 1
    limited = any((criteria.gates, criteria.vetoes, [cap for cap in criteria.caps if cap.grade is not None]))
    low = known if limited else pl.coalesce(known, rank_of(criteria, pl.col("lower")))
    return low, pl.coalesce(known, rank_of(criteria, pl.col("upper"))), len(ranks) - 1


def _millionths(criteria: CriteriaSet) -> tuple[pl.Expr, pl.Expr, int]:
    low, high = ((pl.col(name) * MICRO).round(0).cast(pl.Int64) for name in ("lower", "upper"))
    return low, high, round((criteria.total or 0) * MICRO)
