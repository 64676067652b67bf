"""Quotas at the year's end: among similar cells, how many may have a grade, and how many have it. Pure; no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.rollups import Among, Of, Quota, QuotaRounding, Span

YEARS: dict[str, Any] = {
    "cell": pl.String,
    "unit": pl.String,
    "cell_kind": pl.String,
    "span": pl.String,
    "grade": pl.String,
}
"""A cell's year (`span`: `2025`) with its grade, null where it cannot be determined or nothing counted."""

QUOTAS: dict[str, Any] = {
    "quota": pl.String,
    "year": pl.String,
    "among": pl.String,
    "denominator": pl.Int64,
    "allowed": pl.Int64,
    "grade": pl.String,
    "counted": pl.Int64,
    "undetermined": pl.Int64,
    "over": pl.Int64,
}
"""A quota for the cells of one unit or kind (`among`, its code; `all` for the whole territory; null for cells of which
that is not known): how many are `allowed` to have the grade, how many surely have it, how many have no known grade and
so may have it too, and by how many those that surely have it are too many."""


def quota(years: pl.DataFrame, criteria: CriteriaSet) -> pl.DataFrame:
    """Every quota of the set for these years of cells (`YEARS`), by quota, year and group (columns: `QUOTAS`).

    Quarters among the rows are passed over; a set without quotas or without a roll-up to the year gives none.
    """
    rollup = criteria.rollup(Span.YEAR)
    whole = years.filter(pl.col("span").str.len_chars() == 4)
    names = [grade.grade for grade in rollup.best_first] if rollup is not None else []
    found = [gauge(whole, one, names) for one in criteria.quotas if rollup is not None]
    return pl.concat([pl.DataFrame(schema=QUOTAS), *found]).sort("quota", "year", "among")


def gauge(years: pl.DataFrame, one: Quota, best_first: Sequence[str]) -> pl.DataFrame:
    """One quota for these years (`YEARS`), by group (columns: `QUOTAS`); `best_first` are the grades there are."""
    among = pl.lit("all") if one.among is Among.TERRITORY else pl.col(one.among.value)
    groups = years.group_by(pl.col("span").alias("year"), among.alias("among")).agg(
        _in_denominator(one, best_first).sum().cast(pl.Int64).alias("denominator"),
        (pl.col("grade") == one.grade).sum().cast(pl.Int64).alias("counted"),
        pl.col("grade").is_null().sum().cast(pl.Int64).alias("undetermined"),
    )
    over = (pl.col("counted") - pl.col("allowed")).clip(lower_bound=0).alias("over")
    return (
        groups.with_columns(_allowed(one).alias("allowed"))
        .with_columns(over, pl.lit(one.code).alias("quota"), pl.lit(one.grade).alias("grade"))
        .select(list(QUOTAS))
    )


def _in_denominator(one: Quota, names: Sequence[str]) -> pl.Expr:
    """Whether a cell's year belongs to what the share is taken of; a grade that is not known does not show that."""
    if one.denominator is Of.ALL:
        return pl.col("cell").is_not_null()
    if one.denominator is Of.GRADED:
        return pl.col("grade").is_not_null()
    assert one.denominator_grade is not None  # the check sees to it
    place = names.index(one.denominator_grade)
    wanted = list(names[: place + 1]) if one.denominator is Of.AT_LEAST else [one.denominator_grade]
    return pl.col("grade").is_in(wanted).fill_null(False)


def _allowed(one: Quota) -> pl.Expr:
    """How many cells the percentage allows, in whole numbers throughout."""
    percent = pl.lit(_hundredths(one.percent), pl.Int64)
    for raised in one.raised:
        named = pl.col("among").is_in(list(raised.units)).fill_null(False)
        percent = pl.when(named).then(pl.lit(_hundredths(raised.percent), pl.Int64)).otherwise(percent)
    share = pl.col("denominator") * percent
    return {
        QuotaRounding.DOWN: share // 10_000,
        QuotaRounding.HALF_UP: (share + 5_000) // 10_000,
        QuotaRounding.UP: (share + 9_999) // 10_000,
    }[one.rounding]


def _hundredths(percent: float) -> int:
    return round(percent * 100)
