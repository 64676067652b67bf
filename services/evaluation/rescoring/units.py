"""Months rolled up by the organisation: every unit with all cells below it, as each side's tree has them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from services.evaluation.rescoring.pairs import MONTH
from services.evaluation.rescoring.summary import grade_of
from services.evaluation.scoring.exact import divided

UNITS: dict[str, type[pl.DataType]] = {
    "unit": pl.String,
    "unit_name": pl.String,
    "side": pl.String,
    "grade": pl.String,
    "months": pl.Int64,
    "mean": pl.Float64,
}
"""A unit's months of one grade on one side, and the mean of their points (see `contracts.rescoring.ResultOf`)."""
SUMS: dict[str, type[pl.DataType]] = {
    "unit": pl.String,
    "side": pl.String,
    "grade": pl.String,
    "months": pl.Int64,
    "points": pl.Int64,
    "known": pl.Int64,
}
"""The same as sums to be added up: points in millionths, and how many months have any."""
_MICRO = 1_000_000


def unit_sums(months: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The sums (`SUMS`) of these months (`compare.MONTHS`) for every unit above their cells on either side's facts.

    A month that a side does not judge is not counted there.
    """
    found = []
    for side, facts in (("before", before), ("after", after)):
        judged = months.filter(pl.col(f"{side}_set").is_not_null()).select(
            *MONTH, grade_of(side).alias("grade"), pl.col(f"{side}_points").alias("points")
        )
        placed = judged.join(facts.select(*MONTH, "units"), on=MONTH, how="inner")
        each = placed.explode("units", empty_as_null=False, keep_nulls=False).rename({"units": "unit"})
        sums = each.group_by("unit", "grade").agg(
            pl.len().cast(pl.Int64).alias("months"),
            (pl.col("points") * _MICRO).round().cast(pl.Int64).sum().alias("points"),
            pl.col("points").is_not_null().sum().cast(pl.Int64).alias("known"),
        )
        found.append(sums.select("unit", pl.lit(side).alias("side"), "grade", "months", "points", "known"))
    return pl.concat(found)


def added(sums: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """Two such sums as one."""
    return pl.concat([sums, more]).group_by("unit", "side", "grade").agg(pl.col("months", "points", "known").sum())


def by_unit(sums: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """The sums of all parts (`added`) as a table (columns: `UNITS`), by unit, side and grade."""
    mean = divided(pl.col("points") // pl.when(pl.col("known") > 0).then("known"), _MICRO)
    named = pl.col("unit").replace_strict(names, default=None, return_dtype=pl.String).alias("unit_name")
    return sums.with_columns(mean.alias("mean"), named).select(list(UNITS)).sort("unit", "side", "grade")
