"""Some months of each cell in one row: what the half-year table and the year's list are made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.contracts.meetings import Grade
from services.contracts.reports import CellMonth
from services.documents.formats import mean
from services.documents.grades import chosen


@dataclass(frozen=True)
class CellSummary:
    """A cell's months. Names and unit are those of its last month.

    `due`: months in which it lived or met; `held`: of them, those with a regular meeting; `missing`: the others.
    `grades`: how often each was given, official before the cell's own before computed; `open`: held, without a grade.
    `mean_points` of the months with points. `present` and `expected` are summed over the regular meetings.
    `thematic` meetings were held, in so many `quarters`; `observed`: months in which an observer came.
    """

    cell: str
    cell_name: str | None
    unit: str | None
    unit_name: str | None
    due: int
    held: int
    missing: tuple[str, ...]
    grades: dict[Grade, int]
    open: int
    mean_points: float | None
    present: int
    expected: int
    thematic: int
    quarters: int
    visits: int
    observed: int

    @property
    def attendance(self) -> float | None:
        """Present of those expected, 0 to 1."""
        return self.present / self.expected if self.expected else None


def summaries(months: Iterable[CellMonth]) -> list[CellSummary]:
    """Each cell's months together, by cell."""
    rows = sorted(months, key=lambda one: (one.cell, one.period))
    return [_summary(list(own)) for _, own in groupby(rows, key=lambda one: one.cell)]


def _summary(months: Sequence[CellMonth]) -> CellSummary:
    last, held = months[-1], [one for one in months if one.meeting is not None]
    given = [chosen(one) for one in months]
    points = [one.points for one in given if one.points is not None]
    themed = {(one.period[:4], (int(one.period[5:]) - 1) // 3) for one in months if one.thematic}
    return CellSummary(
        cell=last.cell,
        cell_name=last.cell_name,
        unit=last.unit,
        unit_name=last.unit_name,
        due=len(months),
        held=len(held),
        missing=tuple(one.period for one in months if one.meeting is None),
        grades=dict(Counter(one.grade for one in given if one.grade is not None)),
        open=sum(chosen(one).grade is None for one in held),
        mean_points=mean(points),
        present=sum(one.present or 0 for one in held),
        expected=sum(one.expected or 0 for one in held),
        thematic=sum(one.thematic for one in months),
        quarters=len(themed),
        visits=sum(one.visits for one in months),
        observed=sum(one.visits > 0 for one in months),
    )
