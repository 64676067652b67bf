"""What the set in force asks of a measure, and which meetings fail it: the threshold of an alert is the set's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from services.evaluation.alerts.rules.seen import Seen
from services.evaluation.criteria.format import CriteriaSet, Gate
from services.evaluation.criteria.items import Band, Bands, Item
from services.evaluation.criteria.ranges import Range
from services.evaluation.scoring.conditions import holds, surely, surely_not, within
from services.evaluation.scoring.facts import FACTS, KEY
from services.evaluation.scoring.measures import column, with_measures

JUDGED: dict[str, Any] = {
    **FACTS,
    "criteria": pl.String,
    "item": pl.String,
    "value": pl.Float64,
    "needed": pl.Float64,
    "fails": pl.Boolean,
}
"""A meeting (its facts and set) with the line that asks something of a measure: what the measure is, what is needed,
and whether it fails (null: that cannot be said)."""


@dataclass(frozen=True)
class Line:
    """A line of a set (an item, cap or veto) that asks something of a measure, and the measures it looks at."""

    code: str
    fails: pl.Expr
    needed: pl.Expr
    measures: tuple[str, ...]


def judged(seen: Seen, measure: str) -> pl.DataFrame:
    """Every held meeting whose set asks anything of the measure (`JUDGED`), by the line that it fails, if any."""
    found = [pl.DataFrame(schema=JUDGED)]
    for (set_,), part in (
        seen.facts.filter(pl.col("criteria").is_not_null()).partition_by("criteria", as_dict=True).items()
    ):
        for line in lines(seen.sets[set_], measure):
            measured = with_measures(part.lazy(), list(dict.fromkeys((measure, *line.measures))))
            own = {"item": pl.lit(line.code), "value": pl.col(column(measure)).cast(pl.Float64)}
            own |= {"needed": line.needed.cast(pl.Float64), "fails": line.fails}
            found.append(measured.with_columns(**own).select(list(JUDGED)).collect())
    whole = pl.concat(found).sort(
        *KEY, "fails", descending=[False] * len(KEY) + [True], nulls_last=True, maintain_order=True
    )
    return whole.unique(KEY, keep="first", maintain_order=True)


def unasked(seen: Seen, by_set: pl.DataFrame) -> pl.DataFrame:
    """The held meetings of whose measure no set asks anything (those of `judged` are not among them)."""
    return seen.facts.join(by_set.select(KEY), on=KEY, how="anti")


def lines(criteria: CriteriaSet, measure: str) -> Iterator[Line]:
    """The lines of a set that ask something of a measure."""
    for item in criteria.items:
        for fails, needed in _asks(item, measure):
            idle = [] if item.not_applicable is None else [surely(holds(item.not_applicable.when))]
            yield Line(
                item.code, pl.when(*idle).then(False).otherwise(fails) if idle else fails, needed, item.measures()
            )
    for limit in criteria.limits:
        if not isinstance(limit, Gate) and limit.when.measure == measure:
            yield Line(limit.code, holds(limit.when), _bound(limit.when), (measure,))


def _asks(item: Item, measure: str) -> Iterator[tuple[pl.Expr, pl.Expr]]:
    """For each comparison that an item makes of the measure: whether it is not as it should be, and what is needed."""
    if item.yes_no is not None:
        waived = item.yes_no.waivable_when
        for one in item.yes_no.all:
            if one.measure == measure:
                fails = ~holds(one)
                yield fails if waived is None else fails & surely_not(holds(waived)), _bound(one)
    if item.share is not None and item.share.measure == measure:
        yield pl.col(column(measure)) < item.share.full_at, pl.lit(item.share.full_at)
    if item.bands is not None:
        if item.bands.measure == measure:
            yield _below_best(item.bands)
        forced = {band.or_if.measure: band.or_if for _, steps in item.bands.divisions() for band in steps if band.or_if}
        if measure in forced:
            yield holds(forced[measure]), _bound(forced[measure])


def _below_best(bands: Bands) -> tuple[pl.Expr, pl.Expr]:
    """Whether the measure lies in any band but the best, and where the best begins (or ends)."""
    value = pl.col(column(bands.measure))
    fails, needed = pl.lit(None, pl.Boolean), pl.lit(None, pl.Float64)
    for size, steps in bands.divisions():
        most = max(band.points for band in steps)
        best: Band = next(band for band in steps if band.points == most)
        inside = pl.any_horizontal(within(value, band) for band in steps if band.points == most)
        here = pl.lit(True) if size is None or bands.by is None else within(pl.col(column(bands.by)), size)
        fails = pl.when(here).then(~inside).otherwise(fails)
        needed = pl.when(here).then(_bound(best)).otherwise(needed)
    return fails, needed


def _bound(stretch: Range) -> pl.Expr:
    """The number that a range is about."""
    bounds = (stretch.at_least, stretch.above, stretch.at_most, stretch.below)
    return pl.lit(next((bound for bound in bounds if bound is not None), None), pl.Float64)
