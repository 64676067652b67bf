"""The same months through two lenses: each month before and after, what became of it, and what moved it.

Pure: facts and criteria in, frames out. The same facts and criteria give the same frames, in whatever parts they come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from services.contracts.meetings import Grade
from services.contracts.rescoring import Outcome
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.pairs import IMPACTS, LINES, MAIN, MONTH, Pair

SEEN = ("set", "points", "lower", "upper", "grade")
MONTHS: dict[str, type[pl.DataType]] = {
    "cell": pl.String,
    "cell_name": pl.String,
    "unit": pl.String,
    "unit_name": pl.String,
    "period": pl.String,
    "meeting": pl.String,
    "held_on": pl.Date,
    **{
        f"{side}_{name}": pl.String if name in ("set", "grade") else pl.Float64
        for side in ("before", "after")
        for name in SEEN
    },
    "change": pl.Float64,
    "outcome": pl.String,
    "heading": pl.String,
    "heading_change": pl.Float64,
}
"""A month of a cell (see `contracts.rescoring.ResultOf`)."""
_RANKS = {grade.value: -place for place, grade in enumerate(Grade) if grade not in (Grade.MET, Grade.NOT_MET)}
_MET = {Grade.MET.value: 1, Grade.NOT_MET.value: 0}


@dataclass(frozen=True)
class Side:
    """One lens: what judges, and the months' facts (`scoring.facts.FACTS`, one regular meeting a cell and month)."""

    judge: Judge
    facts: pl.DataFrame

    def wide(self) -> list[tuple[CriteriaSet, pl.DataFrame]]:
        """The scores with their items (`Program.wide`), by the set that made them."""
        parts: dict[str, tuple[CriteriaSet, list[pl.DataFrame]]] = {}
        for program, facts in self.judge.parts(self.facts):
            kept = parts.setdefault(program.criteria.hash, (program.criteria, []))
            kept[1].append(program.wide(facts))
        return [(criteria, pl.concat(frames)) for criteria, frames in parts.values()]


Wide = Callable[[Side], list[tuple[CriteriaSet, pl.DataFrame]]]
"""How a side's scores are worked out (`Side.wide`, or something that remembers)."""


@dataclass(frozen=True)
class Compared:
    """What a comparison found: every month (`MONTHS`), the headings that differ (`pairs.LINES`), both in the order of
    cells and months, and each heading's sums (`pairs.IMPACTS`), to be added up by heading."""

    months: pl.DataFrame
    lines: pl.DataFrame
    impacts: pl.DataFrame


def compare(before: Side, after: Side, *, lines: bool = True, wide: Wide = Side.wide) -> Compared:
    """Both lenses side by side. Months that neither judges are left out. Without `lines` they are not worked out."""
    old, new = wide(before), wide(after)
    pairs = [Pair(b, a, wide_b, wide_a) for b, wide_b in old for a, wide_a in new]
    pairs = [pair for pair in pairs if pair.frame.height]
    main = pl.concat([pl.DataFrame(schema=MAIN), *(pair.main() for pair in pairs)])
    found = [pair.lines() for pair in pairs] if lines else []
    return Compared(
        _months(_seen(old, "before"), _seen(new, "after"), _names(before.facts, after.facts), main),
        pl.concat([pl.DataFrame(schema=LINES), *found]).sort(MONTH, maintain_order=True),
        pl.concat([pl.DataFrame(schema=IMPACTS), *(pair.impacts() for pair in pairs)]),
    )


def _seen(parts: list[tuple[CriteriaSet, pl.DataFrame]], side: str) -> pl.DataFrame:
    """The scores of one side, each column with the side's name before it."""
    names = {"criteria": "set", "points": "points", "lower": "lower", "upper": "upper", "grade": "grade"}
    columns = [pl.col(name).alias(f"{side}_{said}") for name, said in names.items()]
    kept = [frame.select(*MONTH, "meeting", "held_on", *columns) for _, frame in parts]
    schema = {**dict.fromkeys((*MONTH, "meeting"), pl.String), "held_on": pl.Date}
    schema |= {name: kind for name, kind in MONTHS.items() if name.startswith(f"{side}_")}
    return pl.concat([pl.DataFrame(schema=schema), *kept])


def _names(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Names and units of the months' cells: those seen after, or else before."""
    columns = (*MONTH, "cell_name", "unit", "unit_name")
    if after is before:
        return after.select(columns)
    return pl.concat([after.select(columns), before.select(columns)]).unique(MONTH, keep="first", maintain_order=True)


def _months(before: pl.DataFrame, after: pl.DataFrame, names: pl.DataFrame, main: pl.DataFrame) -> pl.DataFrame:
    joined = after.join(before, on=MONTH, how="full", coalesce=True)
    joined = joined.with_columns(
        pl.coalesce("meeting", "meeting_right").alias("meeting"), pl.coalesce("held_on", "held_on_right")
    )
    change = (pl.col("after_points") - pl.col("before_points")).alias("change")
    whole = (
        joined.join(names, on=MONTH, how="left")
        .join(main, on=MONTH, how="left")
        .with_columns(outcome().alias("outcome"), change)
    )
    return whole.select(list(MONTHS)).sort(MONTH)


def outcome() -> pl.Expr:
    """What became of a row, by its sets and grades before and after. Names of a set's own grades are not ordered."""
    old, new = pl.col("before_grade"), pl.col("after_grade")
    was, is_ = pl.col("before_set").is_not_null(), pl.col("after_set").is_not_null()
    scales = [pl.col(name).is_in(list(_MET)) for name in ("before_grade", "after_grade")]
    ranks = [name.replace_strict(_RANKS | _MET, default=None, return_dtype=pl.Int8) for name in (old, new)]
    cases = [
        (~was & is_, Outcome.APPEARED),
        (was & ~is_, Outcome.VANISHED),
        (old.is_null() & new.is_null(), Outcome.OPEN),
        (old.is_null(), Outcome.SETTLED),
        (new.is_null(), Outcome.OPENED),
        (old == new, Outcome.SAME),
        ((scales[0] != scales[1]) | pl.any_horizontal(rank.is_null() for rank in ranks), Outcome.RESTATED),
        (ranks[1] > ranks[0], Outcome.UP),
        (ranks[1] < ranks[0], Outcome.DOWN),
    ]
    found = pl.lit(Outcome.SAME.value)
    for test, outcome in reversed(cases):
        found = pl.when(test).then(pl.lit(outcome.value)).otherwise(found)
    return found


def differs() -> pl.Expr:
    """Whether a month is not the same through both lenses: another grade, points, bounds or scale."""
    bounds = (pl.col(f"before_{n}").ne_missing(pl.col(f"after_{n}")) for n in ("points", "lower", "upper"))
    settled = pl.col("outcome").is_in([Outcome.SAME.value, Outcome.OPEN.value])
    return ~settled | pl.any_horizontal(bounds)
