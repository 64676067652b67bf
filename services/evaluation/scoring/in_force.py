"""Which set judges a meeting: the one in force for it, for its kind, the cell's kind and the units above the cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from services.evaluation.criteria.format import Anchor, CriteriaSet
from services.evaluation.scoring.conditions import every

FAR = 1000
"""Farther than any unit above a cell: where sets stand that are for every territory."""


def in_force(sets: Mapping[str, CriteriaSet], facts: pl.DataFrame, decided_on: date | None = None) -> pl.DataFrame:
    """The facts with the column `criteria`: the id of the set in force, null where there is none.

    A set is in force for a meeting when its time of force holds the day of its anchor: the day of the meeting, or the
    day of the decision. That is `decided_on`, for all meetings alike, or else the last day of the meeting's year.

    Of several, the set that names the nearest unit above the cell comes first, one for every territory last; of those
    that are equally near, one that goes by the decision before one that goes by the meeting. That no others compete is
    checked when sets are put together (`check_together`); the first by id would be taken.
    """
    ordered = sorted(sets.values(), key=lambda one: (one.effective.anchor is not Anchor.DECISION, one.id))
    if not ordered:
        return facts.with_columns(pl.lit(None, pl.String).alias("criteria"))
    ranks = [
        pl.when(_covers(criteria, decided_on)).then(_distance(criteria) * len(ordered) + place)
        for place, criteria in enumerate(ordered)
    ]
    names = {place: criteria.id for place, criteria in enumerate(ordered)}
    first = pl.min_horizontal(ranks) % len(ordered)
    return facts.with_columns(first.replace_strict(names, return_dtype=pl.String).alias("criteria"))


def _covers(criteria: CriteriaSet, decided_on: date | None) -> pl.Expr:
    force, scope = criteria.effective, criteria.applies_to
    day = pl.col("held_on")
    if force.anchor is Anchor.DECISION:
        day = pl.date(day.dt.year(), 12, 31) if decided_on is None else pl.lit(decided_on)
    tests = [day >= force.from_, pl.col("kind").is_in([kind.value for kind in scope.meeting_kinds])]
    if force.to is not None:
        tests.append(day <= force.to)
    if scope.cell_kinds is not None:
        tests.append(pl.col("cell_kind").is_in([kind.value for kind in scope.cell_kinds]))
    if scope.units is not None:
        tests.append(_named(scope.units).list.any())
    return every(tests)


def _named(units: tuple[str, ...]) -> pl.Expr:
    """For each unit above the cell, nearest first, whether it is one of these."""
    return pl.col("units").list.eval(pl.element().is_in(list(units)))


def _distance(criteria: CriteriaSet) -> pl.Expr:
    """How many units up the nearest one is that the set names."""
    units = criteria.applies_to.units
    return pl.lit(FAR, pl.Int32) if units is None else _named(units).list.arg_max().cast(pl.Int32)
