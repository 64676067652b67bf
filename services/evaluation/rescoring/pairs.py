"""Two sets side by side: for the months that one judged before and the other judges after, what each heading did.

Points are compared where both sets have points. Where one of them only says met or not met, a heading's weight is what
it loses of its maximum after (or before), so that the reason of a restated grade is still named.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from services.evaluation.criteria.format import CriteriaSet, Scale
from services.evaluation.criteria.items import Item
from services.evaluation.rescoring.headings import REST, REST_TITLE, Heading, headings
from services.evaluation.scoring.exact import divided

MONTH = ("cell", "period")
LINES: dict[str, type[pl.DataType]] = {
    "cell": pl.String,
    "period": pl.String,
    "heading": pl.String,
    "before_items": pl.String,
    "after_items": pl.String,
    "before_points": pl.Float64,
    "before_max": pl.Float64,
    "before_met": pl.Boolean,
    "after_points": pl.Float64,
    "after_max": pl.Float64,
    "after_met": pl.Boolean,
    "change": pl.Float64,
}
"""A heading of a month in which it differs. `*_met` only in pass/fail sets, `*_points` only where they are known."""
MAIN: dict[str, type[pl.DataType]] = {
    "cell": pl.String,
    "period": pl.String,
    "heading": pl.String,
    "heading_change": pl.Float64,
}
"""What moved a month most, and by how many points."""
IMPACTS: dict[str, type[pl.DataType]] = {
    "heading": pl.String,
    "place": pl.Int32,
    "vi": pl.String,
    "en": pl.String,
    "bn": pl.String,
    "months": pl.Int64,
    "change": pl.Int64,
    "comparable": pl.Int64,
    "before_earned": pl.Int64,
    "before_possible": pl.Int64,
    "after_earned": pl.Int64,
    "after_possible": pl.Int64,
}
"""A heading's sums over months, in hundredths (conditions count 100 when met), `change` in 10⁻⁸ of a point, for what is
scaled is no whole hundredths: fit to be added up, in whatever parts."""
FINE = 1_000_000
"""What a hundredth is in 10⁻⁸ of a point."""


@dataclass(frozen=True)
class _Sums:
    """One heading's columns, in hundredths: what is earned (null: not known) and the maximum, before and after."""

    heading: Heading
    place: int

    @property
    def before(self) -> pl.Expr:
        return pl.col(f"b{self.place}")

    @property
    def after(self) -> pl.Expr:
        return pl.col(f"a{self.place}")

    @property
    def weight(self) -> pl.Expr:
        return pl.col(f"w{self.place}")


class Pair:
    """The months judged by `before` and by `after`, both wide (`Program.wide`), joined by cell and month."""

    def __init__(self, before: CriteriaSet, after: CriteriaSet, wide_before: pl.DataFrame, wide_after: pl.DataFrame):
        self.before, self.after = before, after
        self.sums = [_Sums(heading, place) for place, heading in enumerate(headings(before, after))]
        self.points = before.scale is Scale.POINTS and after.scale is Scale.POINTS
        self.comparable = before.scale is after.scale
        left = wide_before.select(*MONTH, pl.col("points").alias("before_points"), *self._sums_of(before, before_=True))
        right = wide_after.select(*MONTH, pl.col("points").alias("after_points"), *self._sums_of(after, before_=False))
        joined = left.join(right, on=MONTH, how="inner").lazy()
        self.frame = joined.with_columns(self._weights()).collect()

    def _sums_of(self, criteria: CriteriaSet, *, before_: bool) -> list[pl.Expr]:
        found = []
        for one in self.sums:
            items = one.heading.before if before_ else one.heading.after
            found.append(_earned(criteria, items).alias(f"{'b' if before_ else 'a'}{one.place}"))
        return found

    def _weights(self) -> list[pl.Expr]:
        """How much each heading explains, signed, in hundredths; null where that cannot be said."""
        return [self._weight(one).alias(f"w{one.place}") for one in self.sums]

    def _weight(self, one: _Sums) -> pl.Expr:
        if self.comparable:
            return one.after - one.before
        return one.after - _possible(self.after, one.heading.after)

    @cached_property
    def _rest(self) -> pl.Expr:
        """What of the change in points no heading explains, in points; null where the change is not known."""
        explained = divided(pl.sum_horizontal(one.weight for one in self.sums), 100)
        whole = pl.all_horizontal(one.weight.is_not_null() for one in self.sums)
        rest = pl.col("after_points") - pl.col("before_points") - explained
        return pl.when(whole & (rest.abs() > 1e-9)).then(rest)

    def main(self) -> pl.DataFrame:
        """What moved each month most (columns: `MAIN`); months that nothing moved are left out."""
        weights = [one.weight.abs() for one in self.sums]
        most = pl.max_horizontal(weights)
        label, change = pl.lit(None, pl.String), pl.lit(None, pl.Float64)
        for one in reversed(self.sums):
            first = one.weight.abs() == pl.col("most")
            label = pl.when(first).then(pl.lit(one.heading.label)).otherwise(label)
            change = pl.when(first).then(divided(one.weight, 100)).otherwise(change)
        if self.points:
            rest = self._rest.abs() * 100 > pl.col("most")
            label = pl.when(rest).then(pl.lit(REST)).otherwise(label)
            change = pl.when(rest).then(self._rest).otherwise(change)
            moved = (pl.col("most") > 0) | self._rest.is_not_null()
        else:
            moved = pl.col("most") > 0
            change = change if self.after.scale is Scale.POINTS else pl.lit(None, pl.Float64)
        frame = self.frame.lazy().with_columns(most.alias("most")).filter(moved)
        return frame.select(*MONTH, label.alias("heading"), change.alias("heading_change")).collect()

    def lines(self) -> pl.DataFrame:
        """Every heading that differs, or loses points or is not met where the scales differ (columns: `LINES`)."""
        found = [self.frame.lazy().filter(self._differs(one)).select(*self._line(one)) for one in self.sums]
        if self.points:
            found.append(self.frame.lazy().filter(self._rest.is_not_null()).select(*self._rest_line()))
        return pl.concat(pl.collect_all(found)) if found else pl.DataFrame(schema=LINES)

    def _differs(self, one: _Sums) -> pl.Expr:
        if self.comparable:
            return one.after.ne_missing(one.before)
        return (one.weight != 0).fill_null(True) | (one.before < _possible(self.before, one.heading.before))

    def _line(self, one: _Sums) -> list[pl.Expr]:
        heading = one.heading
        before = _side_columns("before", self.before, heading.before, one.before)
        after = _side_columns("after", self.after, heading.after, one.after)
        change = divided(one.weight, 100) if self.points else pl.lit(None, pl.Float64)
        made = {**before, **after, "heading": pl.lit(heading.label), "change": change}
        return [pl.col(name) if name in MONTH else made[name].alias(name) for name in LINES]

    def _rest_line(self) -> list[pl.Expr]:
        empty = {name: pl.lit(None, kind).alias(name) for name, kind in LINES.items()}
        said = {"heading": pl.lit(REST).alias("heading"), "change": self._rest.alias("change")}
        return [pl.col(name) if name in MONTH else said.get(name, empty[name]) for name in LINES]

    def impacts(self) -> pl.DataFrame:
        """Every heading's sums over these months (columns: `IMPACTS`)."""
        rows = []
        frame = self.frame.lazy().select(*(e for one in self.sums for e in self._impact(one)), *self._rest_impact())
        sums = frame.collect().row(0, named=True)
        for one in self.sums:
            possible_before = _possible(self.before, one.heading.before)
            possible_after = _possible(self.after, one.heading.after)
            rows.append(
                {
                    "heading": one.heading.label,
                    "place": one.place,
                    **one.heading.title,
                    "months": sums[f"n{one.place}"],
                    "change": sums[f"c{one.place}"] if self.points else None,
                    "comparable": sums[f"k{one.place}"] if self.points else 0,
                    "before_earned": sums[f"be{one.place}"],
                    "before_possible": sums[f"bn{one.place}"] * possible_before,
                    "after_earned": sums[f"ae{one.place}"],
                    "after_possible": sums[f"an{one.place}"] * possible_after,
                }
            )
        if sums["rest_months"]:
            rest = {"heading": REST, "place": len(self.sums), **REST_TITLE, "months": sums["rest_months"]}
            nothing = dict.fromkeys(("before_earned", "before_possible", "after_earned", "after_possible"), 0)
            rows.append({**rest, "change": sums["rest_change"], "comparable": sums["rest_months"], **nothing})
        return pl.DataFrame(rows, schema=IMPACTS)

    def _impact(self, one: _Sums) -> list[pl.Expr]:
        at, change = one.place, one.weight
        return [
            self._differs(one).sum().alias(f"n{at}"),
            (change.sum().cast(pl.Int64) * FINE).alias(f"c{at}"),
            change.is_not_null().sum().alias(f"k{at}"),
            one.before.sum().cast(pl.Int64).alias(f"be{at}"),
            one.before.is_not_null().sum().alias(f"bn{at}"),
            one.after.sum().cast(pl.Int64).alias(f"ae{at}"),
            one.after.is_not_null().sum().alias(f"an{at}"),
        ]

    def _rest_impact(self) -> list[pl.Expr]:
        if not self.points:
            return [pl.lit(0).alias("rest_months"), pl.lit(0).alias("rest_change")]
        return [
            self._rest.is_not_null().sum().alias("rest_months"),
            (self._rest * 100 * FINE).round().cast(pl.Int64).sum().alias("rest_change"),
        ]


def _side_columns(side: str, criteria: CriteriaSet, items: tuple[Item, ...], earned: pl.Expr) -> dict[str, pl.Expr]:
    """The columns of one side of a line; what a side does not have is null."""
    codes = ", ".join(item.code for item in items) or None
    points = met = pl.lit(None, pl.Float64)
    most = None
    if items and criteria.scale is Scale.POINTS:
        points, most = divided(earned, 100), _possible(criteria, items) / 100
    elif items:
        met = earned == 100
    return {
        f"{side}_items": pl.lit(codes, pl.String),
        f"{side}_points": points,
        f"{side}_max": pl.lit(most, pl.Float64),
        f"{side}_met": met.cast(pl.Boolean),
    }


def _earned(criteria: CriteriaSet, items: tuple[Item, ...]) -> pl.Expr:
    """Hundredths that items earn together, null where one is not known; of conditions: 100 when all are met."""
    if not items:
        return pl.lit(0, pl.Int32)
    if criteria.scale is Scale.POINTS:
        known = [pl.when(pl.col(f"lo:{i.code}") == pl.col(f"hi:{i.code}")).then(pl.col(f"lo:{i.code}")) for i in items]
        return sum(known[1:], known[0])
    met = pl.all_horizontal(pl.col(f"met:{item.code}") for item in items)
    return pl.when(met).then(100).when(~met).then(0).cast(pl.Int32)


def _possible(criteria: CriteriaSet, items: tuple[Item, ...]) -> int:
    """The most hundredths that these items can earn together."""
    if criteria.scale is Scale.PASS_FAIL:
        return 100 if items else 0
    return sum(round((item.max or 0) * 100) for item in items)
