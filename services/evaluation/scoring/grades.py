"""From items to a meeting's score: totals with bounds, grades, and what gates, caps and vetoes make of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product

import polars as pl

from services.contracts.meetings import Grade
from services.evaluation.criteria.format import Cap, CriteriaSet, Gate, Scale, Veto
from services.evaluation.criteria.items import Condition, Item, Policy
from services.evaluation.scoring.conditions import every, holds, surely, surely_not, within
from services.evaluation.scoring.exact import divided
from services.evaluation.scoring.marks import hundredths

LOWER_APART, UPPER_APART = "lo:apart", "hi:apart"


@dataclass(frozen=True)
class Cols:
    """The columns in which the program keeps one item: bounds in hundredths, whether it applies, whether it is met."""

    item: Item

    @property
    def lower(self) -> pl.Expr:
        """Least hundredths."""
        return pl.col(f"lo:{self.item.code}")

    @property
    def upper(self) -> pl.Expr:
        """Greatest hundredths."""
        return pl.col(f"hi:{self.item.code}")

    @property
    def max(self) -> int:
        """Its maximum in hundredths."""
        return hundredths(self.item.max or 0)

    @property
    def lower_applied(self) -> pl.Expr:
        """Least hundredths if it applies (kept for items that may be rescaled away)."""
        return pl.col(f"alo:{self.item.code}")

    @property
    def upper_applied(self) -> pl.Expr:
        """Greatest hundredths if it applies (kept for items that may be rescaled away)."""
        return pl.col(f"ahi:{self.item.code}")

    def may_be_rescaled(self, criteria: CriteriaSet) -> bool:
        """Whether the others are scaled up where it does not apply."""
        return self.item.not_applicable is not None and criteria.policy_of(self.item) is Policy.RESCALE

    @property
    def met(self) -> pl.Expr:
        """The condition's truth."""
        return pl.col(f"met:{self.item.code}")

    @property
    def applies(self) -> pl.Expr:
        """Whether it applies (null: not known)."""
        return pl.lit(True) if self.item.not_applicable is None else pl.col(f"applies:{self.item.code}")


def totals(criteria: CriteriaSet, apart: Collection[str] = ()) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """(lower, upper, reachable) in points. `reachable` is what a meeting like this could earn; null if not known.

    The items set `apart` are in two columns, `LOWER_APART` and `UPPER_APART`, already added up.
    """
    rescaled = [one for one in map(Cols, criteria.items) if one.may_be_rescaled(criteria)]
    others = [one for one in map(Cols, criteria.items) if one not in rescaled]
    counted = [one for one in others if one.item.code not in apart]
    none = [] if counted or apart else [rescaled[0].lower * 0]
    lower = pl.sum_horizontal(*(one.lower for one in counted), *([pl.col(LOWER_APART)] if apart else []), *none)
    upper = pl.sum_horizontal(*(one.upper for one in counted), *([pl.col(UPPER_APART)] if apart else []), *none)
    dropped = [one for one in others if one.item.not_applicable and criteria.policy_of(one.item) is Policy.DROP]
    total = hundredths(criteria.total or 0)
    lost = [pl.when(surely_not(one.applies)).then(one.max).otherwise(0) for one in dropped]
    known = every(one.applies.is_not_null() for one in dropped)
    reachable = divided(pl.when(known).then(lower * 0 + total - pl.sum_horizontal(pl.lit(0), *lost)), 100)
    if not rescaled:
        return divided(lower, 100), divided(upper, 100), reachable
    return (*_rescaled(rescaled, lower, upper, total), reachable)


def _rescaled(items: list[Cols], lower: pl.Expr, upper: pl.Expr, total: int) -> tuple[pl.Expr, pl.Expr]:
    """The bounds with these items scaled away where they do not apply; `lower` and `upper` are those of all others.

    Each answer to whether they apply gives a sum, scaled in one division (no rounding) from the maxima that are left to
    the total; with none left everything is possible. The bounds are those over all answers that the facts allow.
    """
    by_condition: dict[Condition | None, list[Cols]] = {}
    for one in items:
        by_condition.setdefault(one.item.not_applicable.when if one.item.not_applicable else None, []).append(one)
    lows, highs = [], []
    for answers in product((True, False), repeat=len(by_condition)):
        allowed, low, high, base = [], lower, upper, total
        for applies, (first, *more) in zip(answers, by_condition.values(), strict=True):
            allowed.append(~surely_not(first.applies) if applies else ~surely(first.applies))
            for one in (first, *more):
                low, high = (low + one.lower_applied, high + one.upper_applied) if applies else (low, high)
                base -= 0 if applies else one.max
        possible = pl.when(every(allowed))
        lows.append(possible.then(divided(low.cast(pl.Int64) * total, base * 100) if base else pl.lit(0.0)))
        highs.append(possible.then(divided(high.cast(pl.Int64) * total, base * 100) if base else pl.lit(total / 100)))
    return pl.min_horizontal(lows), pl.max_horizontal(highs)


def best_last(criteria: CriteriaSet) -> list[Grade]:
    """The grades of a set with points, lowest first."""
    return [one.grade for one in sorted(criteria.grades, key=lambda g: g.cuts())]


def capped(criteria: CriteriaSet, points: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """What the caps on points leave of a lower and an upper bound, both given as `points`."""
    caps = [(pl.lit(cap.points), holds(cap.when)) for cap in criteria.caps if cap.points is not None]
    return _at_most(points, caps)


def _at_most(value: pl.Expr, limits: Sequence[tuple[pl.Expr, pl.Expr]]) -> tuple[pl.Expr, pl.Expr]:
    """The least and the greatest that a value can be under limits, each with whether it applies."""
    possible = (pl.when(~surely_not(applies)).then(limit) for limit, applies in limits)
    sure = (pl.when(surely(applies)).then(limit) for limit, applies in limits)
    return pl.min_horizontal(value, *possible), pl.min_horizontal(value, *sure)


def grade(criteria: CriteriaSet, lower: pl.Expr, upper: pl.Expr) -> pl.Expr:
    """The grade, where everything that is still possible leads to the same one; else null."""
    if criteria.scale is Scale.PASS_FAIL:
        met = every(Cols(item).met | surely_not(Cols(item).applies) for item in criteria.items)
        return pl.when(met).then(pl.lit(Grade.MET.value)).when(~met).then(pl.lit(Grade.NOT_MET.value))
    grades = best_last(criteria)
    least, most = rank_of(criteria, lower), rank_of(criteria, upper)
    if ceilings := _ceilings(criteria, grades):
        least, most = _at_most(least, ceilings)[0], _at_most(most, ceilings)[1]
    names = {rank: one.value for rank, one in enumerate(grades)}
    return reduce(
        lambda chain, rank: pl.when((least == rank) & (most == rank)).then(pl.lit(names[rank])).otherwise(chain),
        names,
        pl.lit(None, pl.String),
    )


def rank_of(criteria: CriteriaSet, points: pl.Expr) -> pl.Expr:
    """The place of the points' grade among the set's grades, 0 the lowest; null where the points are."""
    ranked = sorted(criteria.grades, key=lambda g: g.cuts())
    return reduce(
        lambda chain, one: pl.when(within(points, one[1])).then(pl.lit(one[0], pl.Int8)).otherwise(chain),
        enumerate(ranked),
        pl.lit(None, pl.Int8),
    )


def _ceilings(criteria: CriteriaSet, grades: list[Grade]) -> list[tuple[pl.Expr, pl.Expr]]:
    """(highest rank allowed, whether the limit applies) of every gate, veto and cap on the grade."""
    found = [
        *((grades.index(gate.otherwise), limit_applies(criteria, gate)) for gate in criteria.gates),
        *((grades.index(cap.grade), holds(cap.when)) for cap in criteria.caps if cap.grade is not None),
        *((0, holds(veto.when)) for veto in criteria.vetoes),
    ]
    return [(pl.lit(rank, pl.Int8), applies) for rank, applies in found]


def limit_applies(criteria: CriteriaSet, limit: Gate | Cap | Veto) -> pl.Expr:
    """Whether a gate, cap or veto limits this meeting; null where that is not known. Items that do not apply pass."""
    if not isinstance(limit, Gate):
        return holds(limit.when)
    full = []
    for code in limit.full_marks:
        one = Cols(criteria.item(code))
        passes = surely_not(one.applies) | (one.lower == one.max)
        fails = surely(one.applies) & (one.upper < one.max)
        full.append(pl.when(passes).then(True).when(fails).then(False).otherwise(None))
    return ~every(full)
