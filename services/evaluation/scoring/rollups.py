"""Roll-ups: a cell's months taken together to its quarters and years, as the set states it. Pure; no I/O.

Every month has a least and a greatest grade and points that the facts allow. A span's points and grade are given only
where whatever is possible leads to the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.ranges import Range
from services.evaluation.criteria.rollups import (
    WITHOUT_MEETING,
    Count,
    Method,
    Per,
    Rollup,
    Rounding,
    RoundingWay,
    SpanGrade,
)
from services.evaluation.scoring.conditions import every, within
from services.evaluation.scoring.exact import divided
from services.evaluation.scoring.span_months import MICRO, counting_months, grades_of, month_of_year, quarter_of_year

ROLLUPS: dict[str, Any] = {
    "cell": pl.String,
    "span": pl.String,
    "counted": pl.Int32,
    "points": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "grade": pl.String,
}
"""A span (`2025-Q3`, `2025`) of a cell: how many months counted, the mean with its bounds (null where grades are
counted, and where no month has any weight), and the grade. A span of which no month counts is not there."""


def roll_up(months: pl.DataFrame, criteria: CriteriaSet) -> pl.DataFrame:
    """The quarters and years of these months (`span_months.MONTHS`), by cell and span (columns: `ROLLUPS`).

    Only what the set states is made: nothing for a set without roll-ups. A span is made of the months that are given;
    whether it is over is for the caller to know.
    """
    found = [_spans(months, criteria, rollup) for rollup in criteria.rollups]
    return pl.concat([pl.DataFrame(schema=ROLLUPS), *found]).sort("cell", "span")


def _spans(months: pl.DataFrame, criteria: CriteriaSet, rollup: Rollup) -> pl.DataFrame:
    counting = counting_months(months, criteria, rollup)
    made = _counted(counting, criteria, rollup) if rollup.method is Method.COUNTED else _mean(counting, rollup)
    return made.select(pl.col(name).cast(kind) for name, kind in ROLLUPS.items())


def _counted(months: pl.DataFrame, criteria: CriteriaSet, rollup: Rollup) -> pl.DataFrame:
    ranks = {grade: rank for rank, grade in enumerate(grades_of(criteria))}
    asked = sorted({ranks[count.grade] for grade in rollup.grades for count in grade.all})
    reached = [(pl.col(side) >= rank).sum().alias(f"{side}{rank}") for rank in asked for side in ("low", "high")]
    spans = months.group_by("cell", "span").agg(pl.len().alias("counted"), *reached)
    surely, possibly = [], []
    for grade in rollup.grades:
        answers = [_answers(count, ranks[count.grade]) for count in grade.all]
        surely.append(every(sure for sure, _ in answers))
        possibly.append(every(possible for _, possible in answers))
    none = [pl.lit(None, pl.Float64).alias(name) for name in ("points", "lower", "upper")]
    return spans.with_columns(*none, _agreed(rollup.grades, _first(possibly), _first(surely)))


def _answers(count: Count, rank: int) -> tuple[pl.Expr, pl.Expr]:
    """Whether the count surely holds, and whether it possibly does."""
    of, low, high = (pl.col(name).cast(pl.Int64) for name in ("counted", f"low{rank}", f"high{rank}"))
    if count.every:
        return low == of, high == of
    if count.percent:
        low, high = (one.cast(pl.Float64) * 100 / of for one in (low, high))
    least, most = Range(at_least=count.at_least, above=count.above), Range(at_most=count.at_most, below=count.below)
    return within(low, least) & within(high, most), within(high, least) & within(low, most)


def _mean(months: pl.DataFrame, rollup: Rollup) -> pl.DataFrame:
    assert rollup.rounding is not None  # the check sees to it
    weight = _weight(rollup)
    sums = [(weight * pl.col(side)).sum().alias(side) for side in ("low", "high")]
    spans = months.group_by("cell", "span").agg(pl.len().alias("counted"), weight.sum().alias("weight"), *sums)
    lower, upper = (_rounded(pl.col(side), rollup.rounding) for side in ("low", "high"))
    spans = spans.with_columns(lower.alias("lower"), upper.alias("upper"))
    best, worst = (_first([within(pl.col(name), one) for one in rollup.best_first]) for name in ("upper", "lower"))
    points = pl.when(pl.col("lower") == pl.col("upper")).then("lower").alias("points")
    return spans.with_columns(points, _agreed(rollup.best_first, best, worst))


def _weight(rollup: Rollup) -> pl.Expr:
    """A month's weight in hundredths."""
    if rollup.weights is None:
        return pl.col("low") * 0 + 100
    by = {
        Per.KIND: pl.when("held").then("kind").otherwise(pl.lit(WITHOUT_MEETING)),
        Per.MONTH: month_of_year().cast(pl.String),
        Per.QUARTER: quarter_of_year().cast(pl.String),
    }[rollup.weights.per]
    weights = {name: round(weight * 100) for name, weight in rollup.weights.values.items()}
    return by.replace_strict(weights, return_dtype=pl.Int64)


def _rounded(total: pl.Expr, rounding: Rounding) -> pl.Expr:
    """The mean in points of a sum in millionths; null where nothing has any weight."""
    weight = pl.when(pl.col("weight") > 0).then("weight")
    if rounding.decimals is None:
        return total.cast(pl.Float64) / (weight * MICRO)
    step = weight * 10 ** (6 - rounding.decimals)
    whole = {
        RoundingWay.DOWN: total // step,
        RoundingWay.HALF_UP: (total * 2 + step) // (step * 2),
        RoundingWay.UP: (total + step - 1) // step,
    }[rounding.way]
    return divided(whole, 10**rounding.decimals)


def _first(answers: Sequence[pl.Expr]) -> pl.Expr:
    """The place of the first that holds."""
    return pl.coalesce(pl.when(answer).then(place) for place, answer in enumerate(answers))


def _agreed(grades: Sequence[SpanGrade], best: pl.Expr, worst: pl.Expr) -> pl.Expr:
    """The grade where the best and the worst that are possible are the same place of `grades`."""
    names = {place: grade.grade for place, grade in enumerate(grades)}
    return pl.when(best == worst).then(best).replace_strict(names, return_dtype=pl.String).alias("grade")
