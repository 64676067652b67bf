"""What deciding a grade must know of cells and their month, and which criteria sets may judge it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol

import polars as pl

from services.contracts.meetings import Grade, MeetingKind, Status
from services.evaluation.criteria.format import CriteriaSet, Scale
from services.evaluation.scoring.in_force import in_force

Situation = tuple[date, str, str, tuple[str, ...]]
"""A meeting as far as the set in force depends on it: day, its kind, the cell's kind, the units above the cell."""
_SITUATIONS: dict[str, Any] = {
    "held_on": pl.Date,
    "kind": pl.String,
    "cell_kind": pl.String,
    "units": pl.List(pl.String),
}
REGULAR = tuple(kind.value for kind in MeetingKind if kind.counts_as_regular)


class Stay(NamedTuple):
    """A stretch of the month (both days belong) in which a cell was of one kind below the same units, nearest first."""

    first: date
    last: date
    cell_kind: str
    units: tuple[str, ...]


class Met(NamedTuple):
    """A meeting in its latest version: its key, where it stands, its kind, its day."""

    meeting: str
    status: str
    kind: str
    on: date


@dataclass(frozen=True)
class CellMonth:
    """A cell that is known, in a month.

    `uppers`: the units that it was right below, on the decision's day first, then in the month; `stays` are empty when
    it did not live in the month. `meetings`: the month's, and those asked for.
    """

    uppers: tuple[str, ...]
    stays: tuple[Stay, ...]
    meetings: Mapping[str, Met]

    def regular(self, period: str) -> Met | None:
        """The month's regular meeting, if it is known to have been held (should there be two, the later one)."""
        held = [one for one in self.meetings.values() if one.status == Status.HELD and one.kind in REGULAR]
        return max((one for one in held if f"{one.on:%Y-%m}" == period), key=lambda one: (one.on, one[0]), default=None)


class CellMonths(Protocol):
    """Cells and their months, as everything known tells them."""

    def look(
        self, cells: Sequence[str], period: str, decided_on: date, meetings: Sequence[str]
    ) -> Mapping[str, CellMonth]:
        """These cells in a month for which something is decided on a day; cells nobody ever spoke of are left out.

        `meetings` are keys of meetings that are wanted whatever their month.
        """

    def dissolved(self, unit: str, day: date) -> bool:
        """Whether a unit is known not to stand any more on that day."""


def days_of(period: str) -> tuple[date, date]:
    """A month's first and last day."""
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def possible(
    sets: Mapping[str, CriteriaSet], months: Mapping[str, tuple[CellMonth, Met | None]], decided_on: date
) -> dict[str, tuple[CriteriaSet, ...]]:
    """For each cell the sets that judge its month: the one in force for the meeting, where that is known; else all that
    may judge a regular meeting on any day on which the cell lived."""
    begin = {one.effective.from_ for one in sets.values()}
    begin |= {one.effective.to + timedelta(days=1) for one in sets.values() if one.effective.to is not None}
    situations = {cell: tuple(_situations(*asked, begin)) for cell, asked in months.items()}
    every = list(dict.fromkeys(one for found in situations.values() for one in found))
    frame = pl.DataFrame(every, schema=_SITUATIONS, orient="row")
    judged: dict[Situation, str | None] = dict(zip(every, in_force(sets, frame, decided_on)["criteria"], strict=True))
    return {
        cell: tuple(sets[id_] for id_ in dict.fromkeys(judged[one] for one in found) if id_ is not None)
        for cell, found in situations.items()
    }


def _situations(month: CellMonth, met: Met | None, begin: set[date]) -> Iterator[Situation]:
    """The meeting's, or all that differ; another set may be in force from each day of `begin` on."""
    for stay in month.stays:
        if met is None:
            for day in (stay.first, *sorted(day for day in begin if stay.first < day <= stay.last)):
                for kind in REGULAR:
                    yield day, kind, stay.cell_kind, stay.units
        elif stay.first <= met.on <= stay.last:
            yield met.on, met.kind, stay.cell_kind, stay.units


def grades_of(criteria: CriteriaSet) -> tuple[Grade, ...]:
    """The grades that a set gives, best first."""
    if criteria.scale is Scale.PASS_FAIL:
        return Grade.MET, Grade.NOT_MET
    return tuple(one.grade for one in criteria.grades)


def earned(criteria: CriteriaSet, points: float) -> Grade | None:
    """The grade that so many points earn by a set's thresholds, before gates, caps and vetoes lower it."""
    return next((one.grade for one in criteria.grades if one.cuts()[0] <= (points, 0) < one.cuts()[1]), None)


def above(criteria: CriteriaSet, grade: Grade, points: float) -> Grade | None:
    """What so many points earn by a set, where that is below the grade (gates, caps and vetoes only lower grades)."""
    ranks = [one.grade for one in sorted(criteria.grades, key=lambda one: one.cuts())]
    best = earned(criteria, points)
    return best if best is not None and grade in ranks and ranks.index(grade) > ranks.index(best) else None
