"""Cells in a month, for whoever decides about their grades: whom they were below, how they stood, what they met for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import NamedTuple

from services.evaluation.grading.months import CellMonth, Met, Stay, days_of
from services.evaluation.history.known import CELL_STATES, KNOWN, NOW, UNIT_STATES
from services.evaluation.history.store import Connection, snapshot
from services.evaluation.history.superseded import IN_FORCE
from services.evaluation.history.tree import known
from services.evaluation.upward import line

_STATES = f"""
SELECT cell, valid_from, kind, parent, dissolved FROM ({CELL_STATES})
WHERE cell IN (SELECT unnest($cells::VARCHAR[])) ORDER BY cell, valid_from
"""  # noqa: S608 - constants of ours
_MEETINGS = f"""
SELECT cell, meeting, status, kind, on_date FROM meetings {IN_FORCE}
WHERE {KNOWN} AND cell IN (SELECT unnest($cells::VARCHAR[]))
    AND (on_date BETWEEN $first AND $last OR meeting IN (SELECT unnest($named::VARCHAR[])))
"""  # noqa: S608
_UNITS_CHANGED = f"SELECT DISTINCT valid_from FROM ({UNIT_STATES}) WHERE valid_from > $first AND valid_from <= $last"  # noqa: S608
_UPPERS = f"""
SELECT unit, arg_max(parent, valid_from) FROM ({UNIT_STATES}) WHERE valid_from <= $day GROUP BY unit
"""  # noqa: S608
_DISSOLVED = f"""
SELECT arg_max(dissolved, valid_from) FROM ({UNIT_STATES}) WHERE unit = $unit AND valid_from <= $day
"""  # noqa: S608
NEVER = date.max


class _State(NamedTuple):
    """A cell from a day on."""

    valid_from: date
    kind: str
    parent: str
    dissolved: bool


class KnownCellMonths:
    """Answers from the history, each look on a snapshot of its own (a `grading.months.CellMonths`)."""

    def __init__(self, con: Connection) -> None:
        self.con = con

    def look(
        self, cells: Sequence[str], period: str, decided_on: date, meetings: Sequence[str]
    ) -> Mapping[str, CellMonth]:
        """These cells in a month, as everything known tells them."""
        first, last = days_of(period)
        dials, days = known(NOW), {"first": first, "last": last}
        with snapshot(self.con) as con:
            rows = con.execute(_STATES, {**dials, "cells": list(cells)}).fetchall()
            asked = {**dials, **days, "cells": list(cells), "named": list(meetings)}
            met = con.execute(_MEETINGS, asked).fetchall()
            changed = sorted(day for (day,) in con.execute(_UNITS_CHANGED, {**dials, **days}).fetchall())
            trees = {day: dict(con.execute(_UPPERS, {**dials, "day": day}).fetchall()) for day in (first, *changed)}
        states = {cell: [_State(*row[1:]) for row in found] for cell, found in groupby(rows, key=lambda row: row[0])}
        held: dict[str, dict[str, Met]] = {cell: {} for cell in states}
        for cell, *one in met:
            held.setdefault(cell, {})[one[0]] = Met(*one)
        return {cell: _month(found, first, last, decided_on, trees, held[cell]) for cell, found in states.items()}

    def dissolved(self, unit: str, day: date) -> bool:
        """Whether a unit is known not to stand any more on that day."""
        with snapshot(self.con) as con:
            [(gone,)] = con.execute(_DISSOLVED, {**known(NOW), "unit": unit, "day": day}).fetchall()
        return bool(gone)


def _month(
    states: Sequence[_State],
    first: date,
    last: date,
    decided_on: date,
    trees: Mapping[date, Mapping[str, str | None]],
    meetings: Mapping[str, Met],
) -> CellMonth:
    stays = tuple(_stays(states, first, last, trees))
    on_the_day = [state for state in states if state.valid_from <= decided_on][-1:]
    uppers = [state.parent for state in on_the_day if not state.dissolved] + [stay.units[0] for stay in stays]
    return CellMonth(tuple(dict.fromkeys(uppers)), stays, meetings)


def _stays(
    states: Sequence[_State], first: date, last: date, trees: Mapping[date, Mapping[str, str | None]]
) -> Iterator[Stay]:
    """The cell's stretches of the month, cut where it or a unit changed."""
    ends = [state.valid_from for state in states[1:]] + [NEVER]
    for state, until in zip(states, ends, strict=True):
        if state.dissolved:
            continue
        for since, next_ in pairwise((*trees, last + timedelta(days=1))):
            begins, ends_before = max(since, state.valid_from, first), min(next_, until)
            if begins < ends_before:
                units = line(state.parent, trees[since])
                yield Stay(begins, ends_before - timedelta(days=1), state.kind, units)
