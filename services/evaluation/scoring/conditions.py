"""Conditions as Polars expressions in three-valued logic: true, false, or null where a fact is missing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

import polars as pl

from services.evaluation.criteria.items import Condition, Requirement
from services.evaluation.criteria.ranges import Range
from services.evaluation.scoring.measures import column


def within(value: pl.Expr, stretch: Range) -> pl.Expr:
    """Whether a value lies in a range; null where the value is."""
    tests = [
        value >= stretch.at_least if stretch.at_least is not None else None,
        value > stretch.above if stretch.above is not None else None,
        value <= stretch.at_most if stretch.at_most is not None else None,
        value < stretch.below if stretch.below is not None else None,
    ]
    return every(test for test in tests if test is not None) if stretch.bounded else value.is_not_null()


def holds(condition: Condition) -> pl.Expr:
    """Whether a condition holds. A requirement whose `when` does not hold is met."""
    value = pl.col(column(condition.measure))
    answer = value == condition.is_ if condition.is_ is not None else within(value, condition)
    if isinstance(condition, Requirement) and condition.when is not None:
        return ~holds(condition.when) | answer
    return answer


def every(answers: Iterable[pl.Expr]) -> pl.Expr:
    """Whether all hold: surely not when one does not, whatever is missing. True when there are none."""
    return reduce(lambda one, other: one & other, answers, pl.lit(True))


def becomes(answer: pl.Expr, worth: int, lower: pl.Expr, upper: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The bounds, where `answer` makes the outcome exactly `worth`; where it is not known, both ways stay possible."""
    known, open_ = surely(answer), answer.is_null()
    return (
        pl.when(known).then(worth).when(open_).then(lower.clip(upper_bound=worth)).otherwise(lower).cast(pl.Int32),
        pl.when(known).then(worth).when(open_).then(upper.clip(lower_bound=worth)).otherwise(upper).cast(pl.Int32),
    )


def surely(answer: pl.Expr) -> pl.Expr:
    """Whether it is known to hold; never null."""
    return answer.fill_null(False)


def surely_not(answer: pl.Expr) -> pl.Expr:
    """Whether it is known not to hold; never null."""
    return ~answer.fill_null(True)
