"""Quarters and years through both lenses, and the quotas of a year, where the sets state them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

import polars as pl

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.rescoring.compare import SEEN, Side, outcome
from services.evaluation.rescoring.judge import Judge
from services.evaluation.scoring.quotas import QUOTAS as QUOTA
from services.evaluation.scoring.quotas import quota
from services.evaluation.scoring.rollups import ROLLUPS as ROLLUP
from services.evaluation.scoring.rollups import roll_up
from services.evaluation.scoring.score import SCORES
from services.evaluation.scoring.span_months import MONTHS as SPAN_MONTHS

NAMES = ("cell_name", "unit", "unit_name")
ROLLUPS: dict[str, type[pl.DataType]] = {
    "cell": pl.String,
    **dict.fromkeys(NAMES, pl.String),
    "span": pl.String,
    **{
        f"{side}_{name}": pl.String if name in ("set", "grade") else pl.Float64
        for side in ("before", "after")
        for name in SEEN
    },
    "outcome": pl.String,
}
"""A quarter or year of a cell (see `contracts.rescoring.ResultOf`)."""
QUOTAS: dict[str, type[pl.DataType]] = {"side": pl.String, "set": pl.String, **QUOTA}
"""A quota on one side."""
_MADE: dict[str, type[pl.DataType]] = {**ROLLUP, "set": pl.String}


def any_rollups(judges: Iterable[Judge]) -> bool:
    """Whether any of them can roll anything up."""
    return any(criteria.rollups for judge in judges for criteria in _judging(judge))


def spans_over(first: date, last: date, told_until: date | None) -> set[str]:
    """The quarters and the year that lie within these days of one year and were over when the last report was made."""
    end = min(last, told_until) if told_until else date.min
    quarters = {f"{first.year:04}-Q{n}": (3 * n - 2, 3 * n) for n in range(1, 5)}
    months = {f"{first.year:04}": (1, 12), **quarters}
    return {
        span
        for span, (begins, ends) in months.items()
        if first <= date(first.year, begins, 1) and date(first.year, ends, monthrange(first.year, ends)[1]) <= end
    }


def _judging(judge: Judge) -> list[CriteriaSet]:
    return [judge.one] if judge.one is not None else list(judge.sets.values())


def rolled(side: Side, living: pl.DataFrame, over: set[str]) -> pl.DataFrame:
    """The spans (of those `over`) of one side, each by the set for the regular meeting of its last month.

    `living` are the months in which cells lived (`history.living`), held or not: a cell that never met is graded too.
    Columns: `scoring.rollups.ROLLUPS`, set.
    """
    scored = side.judge.in_any_order(side.facts).select(list(SCORES))
    held = side.facts.select("cell", "period", pl.lit(True).alias("held"), pl.col("kind").alias("held_kind"))
    scored = scored.join(held, on=["cell", "period"], how="full", coalesce=True)
    should = side.judge.for_regular(living).select("cell", "period", pl.col("criteria").alias("rule"))
    months = should.join(scored, on=["cell", "period"], how="left")
    months = months.with_columns(pl.col("held").fill_null(False), pl.col("held_kind").alias("kind"))
    rules = _rules(months)
    found = [_by(criteria, months, rules) for criteria in _judging(side.judge) if criteria.rollups]
    made = pl.concat([pl.DataFrame(schema=_MADE), *found])
    return made.filter(pl.col("span").is_in(list(over))).sort("cell", "span")


def _rules(months: pl.DataFrame) -> pl.DataFrame:
    """The set by which each span of a cell is rolled up (columns: cell, span, set)."""
    year = pl.col("period").str.head(4)
    quarter = year + "-Q" + ((pl.col("period").str.slice(5, 2).cast(pl.Int32) + 2) // 3).cast(pl.String)
    last = pl.col("rule").sort_by("period").last().alias("set")
    return pl.concat([months.group_by("cell", span.alias("span")).agg(last) for span in (year, quarter)])


def _by(criteria: CriteriaSet, months: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
    """The spans that this set rolls up. What another set made of a month counts as not known."""
    own = pl.col("criteria") == criteria.id
    blank = [pl.when(own).then(name).alias(name) for name in ("points", "lower", "upper", "grade")]
    spans = roll_up(months.with_columns(blank).select(list(SPAN_MONTHS)), criteria)
    found = spans.join(rules.filter(pl.col("set") == criteria.id), on=["cell", "span"], how="inner")
    return found.select(list(_MADE))


def rollups(before: pl.DataFrame, after: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Both sides' spans beside each other (columns: `ROLLUPS`), by cell and span; names as in the last of `named`."""
    sides = []
    for side, made in (("before", before), ("after", after)):
        sides.append(made.select("cell", "span", *(pl.col(name).alias(f"{side}_{name}") for name in SEEN)))
    joined = sides[1].join(sides[0], on=["cell", "span"], how="full", coalesce=True)
    whole = joined.join(_last(named).select("cell", *NAMES), on="cell", how="left")
    return whole.with_columns(outcome().alias("outcome")).select(list(ROLLUPS)).sort("cell", "span")


def alike(made: pl.DataFrame, living: pl.DataFrame) -> pl.DataFrame:
    """What quotas count of one side's spans (`rolled`), its years: cell, unit, cell_kind, span, grade, set."""
    cells, years = _last(living).select("cell", "unit", "cell_kind"), made.filter(pl.col("span").str.len_chars() == 4)
    return years.join(cells, on="cell", how="left").select("cell", "unit", "cell_kind", "span", "grade", "set")


def quotas(judge: Judge, name: str, counted: pl.DataFrame) -> pl.DataFrame:
    """The quotas of the sets that rolled the years up (columns: `QUOTAS`), of the spans of all cells (`alike`)."""
    found = []
    for criteria in _judging(judge):
        years = counted.filter(pl.col("set") == criteria.id).drop("set")
        labels = (pl.lit(name).alias("side"), pl.lit(criteria.id).alias("set"))
        found.append(quota(years, criteria).select(*labels, *QUOTA))
    return pl.concat([pl.DataFrame(schema=QUOTAS), *found])


def _last(living: pl.DataFrame) -> pl.DataFrame:
    """What is known of every cell in its last month."""
    return living.group_by("cell", maintain_order=True).last()
