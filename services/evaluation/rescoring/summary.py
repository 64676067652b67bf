"""A comparison in numbers: distributions, transitions, what each heading did, the moves that matter most."""

from __future__ import annotations

from typing import Any

import polars as pl

from services.contracts.rescoring import NONE, OPEN, HeadingImpact, Move, Outcome, Seen
from services.evaluation.rescoring.compare import SEEN, differs
from services.evaluation.rescoring.pairs import FINE, IMPACTS, MONTH
from services.evaluation.scoring.exact import divided

_WEIGHT = {
    Outcome.DOWN: 0,
    Outcome.UP: 0,
    Outcome.VANISHED: 1,
    Outcome.OPENED: 1,
    Outcome.RESTATED: 2,
    Outcome.APPEARED: 3,
    Outcome.SETTLED: 3,
    Outcome.SAME: 4,
    Outcome.OPEN: 5,
}
"""The order in which moves are shown: those that change a grade first."""


def grade_of(side: str) -> pl.Expr:
    """A month's grade on a side; `open` where it cannot be determined, `none` where nothing judges."""
    grade, judged = pl.col(f"{side}_grade"), pl.col(f"{side}_set").is_not_null()
    return pl.when(~judged).then(pl.lit(NONE)).otherwise(grade.fill_null(OPEN))


def counts(months: pl.DataFrame, value: pl.Expr) -> dict[str, int]:
    """How many months have each value, by value."""
    found = months.select(value.alias("value")).group_by("value").len().sort("value")
    return dict(found.iter_rows())


def transitions(months: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Months by their grade before and their grade after."""
    both = months.select(grade_of("before").alias("before"), grade_of("after").alias("after"))
    found: dict[str, dict[str, int]] = {}
    for old, new, count in both.group_by("before", "after").len().sort("before", "after").iter_rows():
        found.setdefault(old, {})[new] = count
    return found


def distribution(months: pl.DataFrame) -> pl.DataFrame:
    """Months by year, side and grade (columns: year, side, grade, months)."""
    year = pl.col("period").str.slice(0, 4).cast(pl.Int32).alias("year")
    sides = [
        months.select(year, pl.lit(side).alias("side"), grade_of(side).alias("grade")) for side in ("before", "after")
    ]
    found = pl.concat(sides).group_by("year", "side", "grade").agg(pl.len().cast(pl.Int64).alias("months"))
    return found.sort("year", "side", "grade")


def points(months: pl.DataFrame, side: str) -> tuple[int, int]:
    """The sum of the points known on a side, in units of 10⁻⁸ so that it may be added up, and how many they are."""
    known = months[f"{side}_points"].drop_nulls()
    return int((known * 1e8).round().cast(pl.Int64).sum()), known.len()


def mean(total: int, count: int) -> float | None:
    """The mean of so many points (`points`); None where there are none."""
    return total / count / 1e8 if count else None


def impacts(sums: pl.DataFrame) -> pl.DataFrame:
    """What each heading did to all months together, those that move most first (columns: see `ResultOf`).

    The same whatever the parts and their order.
    """
    names = [name for name, kind in IMPACTS.items() if kind == pl.Int64]
    said = ("place", "vi", "en", "bn")  # of two pairs of sets with a heading of the same codes: those of the first
    added = (
        sums.sort("heading", *said)
        .group_by("heading", maintain_order=True)
        .agg(pl.col(said).first(), *(pl.col(name).sum() for name in names))
    )
    added = added.with_columns(((pl.col("change") + FINE // 2) // FINE).alias("change"))
    order = [pl.col("change").abs() + pl.col("months"), pl.col("place"), pl.col("heading")]
    return added.sort(order, descending=[True, False, False]).select(
        "heading",
        "vi",
        "en",
        "bn",
        "months",
        pl.when(pl.col("comparable") > 0).then(divided(pl.col("change"), 100)).alias("change"),
        *(_share(side).alias(side) for side in ("before", "after")),
    )


def _share(side: str) -> pl.Expr:
    possible = pl.col(f"{side}_possible")
    return pl.when(possible > 0).then(pl.col(f"{side}_earned").cast(pl.Float64) / possible)


def heading_impacts(found: pl.DataFrame) -> tuple[HeadingImpact, ...]:
    """The rows of `impacts` as the contract has them."""
    languages = ("vi", "en", "bn")
    return tuple(
        HeadingImpact.model_validate(
            {name: value for name, value in row.items() if name not in languages}
            | {"title": {language: row[language] for language in languages}}
        )
        for row in found.iter_rows(named=True)
    )


def moves(months: pl.DataFrame) -> pl.DataFrame:
    """The months that are not the same, those that matter most first."""
    order = pl.col("outcome").replace_strict({k.value: v for k, v in _WEIGHT.items()}, return_dtype=pl.Int8)
    lost = pl.coalesce(pl.col("change").abs(), pl.col("heading_change").abs(), pl.lit(0.0))
    return months.filter(differs()).sort(order, -lost, *MONTH)


def with_official(found: pl.DataFrame, decided: pl.DataFrame | None) -> pl.DataFrame:
    """These months with the grade that was officially decided (`rescoring.official`) as column `official`."""
    if decided is None:
        return found.with_columns(pl.lit(None, pl.String).alias("official"))
    said = decided.select(*MONTH, pl.col("official_grade").alias("official"))
    return found.join(said, on=MONTH, how="left", maintain_order="left")


def top(moves: pl.DataFrame) -> tuple[Move, ...]:
    """Moves (`with_official`) as the contract has them."""
    return tuple(_move(row) for row in moves.iter_rows(named=True))


def _move(row: dict[str, Any]) -> Move:
    sides = {side: Seen(**{name: row[f"{side}_{name}"] for name in SEEN}) for side in ("before", "after")}
    return Move.model_validate({name: row[name] for name in Move.model_fields if name not in sides} | sides)
