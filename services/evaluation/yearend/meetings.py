"""What the meetings of a year are worth in its classification. Pure; no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import polars as pl

from services.evaluation.criteria.format import CriteriaSet, Scale
from services.evaluation.criteria.rollups import Span
from services.evaluation.yearend.rule import YearRule

Sets = Mapping[str, CriteriaSet]


class Component(NamedTuple):
    """Points of the component, between `lower` and `upper`; `points` where that is the same."""

    points: float | None
    lower: float | None
    upper: float | None


NOTHING = Component(None, None, None)


def with_rollup(sets: Sets, rule: YearRule) -> dict[str, CriteriaSet]:
    """The sets, those that count points and state no roll-up to the year with the rule's own (where it has one)."""
    own = rule.meetings.rollup if rule.meetings else None
    if own is None:
        return dict(sets)
    return {
        id_: one.model_copy(update={"rollups": (*one.rollups, own)})
        if one.scale is Scale.POINTS and one.rollup(Span.YEAR) is None
        else one
        for id_, one in sets.items()
    }


def component(rolled: Mapping[str, object], criteria: CriteriaSet, rule: YearRule) -> Component:
    """What a year that was rolled up (a row of `rescoring.spans.rolled`) by this set is worth."""
    said = rule.meetings
    if said is None:
        return NOTHING
    if isinstance(grade := rolled["grade"], str) and grade in said.worth and rolled["lower"] is None:
        return _between(*(said.worth[grade] / 100 * said.points,) * 2)
    lower, upper = rolled["lower"], rolled["upper"]
    if not isinstance(lower, float) or not isinstance(upper, float) or not criteria.total:
        return NOTHING
    return _between(lower / criteria.total * said.points, upper / criteria.total * said.points)


def mean(cells: list[Component], rule: YearRule) -> Component:
    """An organisation's component: the mean of its cells'. One of which nothing is known can be anything."""
    said = rule.meetings
    if said is None or not any(cell.lower is not None for cell in cells):
        return NOTHING
    lower = sum(cell.lower if cell.lower is not None else 0.0 for cell in cells)
    upper = sum(cell.upper if cell.upper is not None else said.points for cell in cells)
    return _between(lower / len(cells), upper / len(cells))


def _between(lower: float, upper: float) -> Component:
    low, high = _hundredths(lower), _hundredths(upper)
    return Component(low if low == high else None, low, high)


def _hundredths(value: float) -> float:
    """To the nearest hundredth, halves up, as the months' mean is (what only the computer's division added is not)."""
    return float(Decimal(f"{value:.8f}").quantize(Decimal("0.01"), ROUND_HALF_UP))


def by_cell(made: pl.DataFrame, sets: Sets, rule: YearRule) -> dict[str, tuple[dict[str, object], Component]]:
    """Of every cell whose year was rolled up (`rescoring.spans.rolled`) that row and what it is worth."""
    return {str(row["cell"]): (row, component(row, sets[row["set"]], rule)) for row in made.iter_rows(named=True)}
