"""Cells and units in a year, for whoever decides about their classification (`yearend.subjects.Subjects`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from services.contracts.classification import Level
from services.evaluation.history.cellmonths import KnownCellMonths
from services.evaluation.history.known import CELL_STATES, NOW, UNIT_STATES
from services.evaluation.history.store import Connection, snapshot
from services.evaluation.history.tree import CELLS_ON, UNITS_ON, known
from services.evaluation.upward import line
from services.evaluation.yearend.subjects import Below, Subject, reference_day

_STATES = f"""
SELECT 'cell' AS level, cell AS subject, valid_from, parent, dissolved FROM ({CELL_STATES})
WHERE cell IN (SELECT unnest($codes::VARCHAR[]))
UNION ALL
SELECT 'unit', unit, valid_from, parent, dissolved FROM ({UNIT_STATES})
WHERE unit IN (SELECT unnest($codes::VARCHAR[]))
ORDER BY level, subject, valid_from
"""  # noqa: S608 - constants of ours
_CELLS = f"SELECT cell, parent FROM ({CELLS_ON}) WHERE NOT dissolved ORDER BY cell"  # noqa: S608
_UNITS = f"SELECT unit, parent FROM ({UNITS_ON}) WHERE NOT dissolved ORDER BY unit"  # noqa: S608


class _State(NamedTuple):
    """A cell or unit from a day on."""

    since: date
    parent: str | None
    dissolved: bool


class KnownSubjects:
    """Answers from the history, each look on a snapshot of its own."""

    def __init__(self, con: Connection) -> None:
        self.con, self._months = con, KnownCellMonths(con)

    def look(self, codes: Sequence[str], year: int, on: date) -> Mapping[tuple[Level, str], Subject]:
        """These cells and units for a year, as everything known tells them."""
        day = reference_day(year, on)
        with snapshot(self.con) as con:
            rows = con.execute(_STATES, {**known(NOW), "codes": list(codes)}).fetchall()
            parents = dict(con.execute(_UNITS, {**known(NOW), "day": day}).fetchall())
        states: dict[tuple[Level, str], list[_State]] = defaultdict(list)
        for level, subject, *state in rows:
            states[Level(level), subject].append(_State(*state))
        return {key: _subject(key, found, parents, day, year, on) for key, found in states.items()}

    def below(self, units: Sequence[str], day: date) -> Mapping[str, tuple[Below, ...]]:
        """All that stood below each of these units on a day."""
        given = {**known(NOW), "day": day}
        with snapshot(self.con) as con:
            cells = con.execute(_CELLS, given).fetchall()
            parents: dict[str, str | None] = dict(con.execute(_UNITS, given).fetchall())
        return {unit: tuple(_below(unit, cells, parents)) for unit in units}

    def dissolved(self, unit: str, day: date) -> bool:
        """Whether a unit is known not to stand any more on that day."""
        return self._months.dissolved(unit, day)


def _below(unit: str, cells: Sequence[tuple[str, str]], parents: Mapping[str, str | None]) -> Iterator[Below]:
    within = {one for one in parents if unit in line(one, parents)}
    yield from (Below(Level.CELL, cell) for cell, parent in cells if parent in within)
    yield from (Below(Level.UNIT, one) for one in sorted(within - {unit}))


def _subject(
    key: tuple[Level, str],
    states: Sequence[_State],
    parents: Mapping[str, str | None],
    day: date,
    year: int,
    on: date,
) -> Subject:
    """It as it stands on the day that something is said, in the year, and on the reference day."""
    level, code = key
    ends = [state.since for state in states[1:]] + [date.max]
    in_year = [
        state.parent
        for state, until in zip(states, ends, strict=True)
        if not state.dissolved and state.since <= date(year, 12, 31) and until > date(year, 1, 1)
    ]
    today = [state.parent for state in states if state.since <= on][-1:]
    uppers = [*today, *reversed(in_year)] if _stands(states, on) else [*reversed(in_year)]
    above = tuple(dict.fromkeys(unit for unit in uppers if unit is not None))
    if (standing := _stands(states, day)) is None:
        return Subject(level, above, ())
    first = code if level is Level.UNIT else standing.parent
    return Subject(level, above, line(first, parents) if first else (code,))


def _stands(states: Sequence[_State], day: date) -> _State | None:
    """Its state on a day, if it stood then."""
    found = [state for state in states if state.since <= day][-1:]
    return found[0] if found and not found[0].dissolved else None
