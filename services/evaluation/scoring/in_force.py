"""Which set judges a meeting: the one in force on the day it was held, for its kind, the cell's kind and its unit."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.scoring.conditions import every


def in_force(sets: Mapping[str, CriteriaSet], facts: pl.DataFrame) -> pl.DataFrame:
    """The facts with the column `criteria`: the id of the set in force, null where there is none.

    A set that names the cell's unit comes before one for every territory. That no two others compete is checked when
    sets are loaded (`check_together`); the first by id would be taken.
    """
    ordered = sorted(sets.values(), key=lambda criteria: (criteria.applies_to.units is None, criteria.id))
    chosen = [pl.when(_covers(criteria)).then(pl.lit(criteria.id)) for criteria in ordered]
    return facts.with_columns(pl.coalesce([*chosen, pl.lit(None, pl.String)]).alias("criteria"))


def _covers(criteria: CriteriaSet) -> pl.Expr:
    day, to, scope = pl.col("held_on"), criteria.effective.to, criteria.applies_to
    tests = [day >= criteria.effective.from_, pl.col("kind").is_in([kind.value for kind in scope.meeting_kinds])]
    if to is not None:
        tests.append(day <= to)
    if scope.cell_kinds is not None:
        tests.append(pl.col("cell_kind").is_in([kind.value for kind in scope.cell_kinds]))
    if scope.units is not None:
        tests.append(pl.col("unit").is_in(list(scope.units)))
    return every(tests)
