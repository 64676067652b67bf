"""Cells and units as they stood on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.contracts.receipts import Problem, Refused
from services.contracts.registry import CellState, UnitState
from services.evaluation.history.known import CELL_STATES, NOW, UNIT_STATES, Dials
from services.evaluation.history.store import Connection, snapshot

CELLS_ON = f"""
    SELECT * FROM ({CELL_STATES}) WHERE valid_from <= $day
    QUALIFY row_number() OVER (PARTITION BY cell ORDER BY valid_from DESC) = 1
"""  # noqa: S608 - constants of ours
"""Every cell's state on `$day`, dissolved ones included."""

UNITS_ON = f"""
    SELECT * FROM ({UNIT_STATES}) WHERE valid_from <= $day
    QUALIFY row_number() OVER (PARTITION BY unit ORDER BY valid_from DESC) = 1
"""  # noqa: S608
"""Every unit's state on `$day`, dissolved ones included."""

_FIRST_NAMES = f"SELECT unit, min_by(name, valid_from) FROM ({UNIT_STATES}) GROUP BY unit"  # noqa: S608

SUBTREE = """
    subtree(unit) AS (
        SELECT $unit::VARCHAR UNION SELECT units_on.unit FROM units_on JOIN subtree ON units_on.parent = subtree.unit
    )
"""
"""The unit and all below it in `units_on`."""


def cell_on(con: Connection, cell: str, day: date) -> CellState | None:
    """A cell's state on a day; before its first day, its first state. None for a cell nobody ever spoke of."""
    states = con.sql(
        f"SELECT * FROM ({CELL_STATES}) WHERE cell = $cell ORDER BY valid_from",  # noqa: S608
        params={**known(NOW), "cell": cell},
    ).pl()
    rows = states.to_dicts()
    if not rows:
        return None
    row = next((row for row in reversed(rows) if row["valid_from"] <= day), rows[0])
    secretary = {"concurrent_post": row["concurrent_post"], "on_upper_committee": row["on_upper_committee"]}
    members = {name: row[name] for name in ("probationary", "exempt", "special_duty")} | {"full": row["members_full"]}
    plain = ("cell", "valid_from", "name", "kind", "parent", "committee_size", "hardship", "dissolved", "successors")
    return CellState.model_validate(
        {name: row[name] for name in plain}
        | {"members": members, "secretary": secretary if row["has_secretary"] else None}
    )


def units_above(con: Connection, unit: str, day: date) -> tuple[UnitState, ...]:
    """A unit and those above it on a day, nearest first."""
    found = con.sql(UNITS_ON, params={**known(NOW), "day": day}).pl()
    by_code = {row["unit"]: row for row in found.iter_rows(named=True)}
    chain: list[UnitState] = []
    while unit in by_code:
        row = by_code.pop(unit)
        chain.append(UnitState.model_validate({name: row[name] for name in UnitState.model_fields}))
        unit = row["parent"]
    return tuple(chain)


def unit_names(con: Connection, day: date, dials: Dials) -> dict[str, str]:
    """The name of every unit on a day as known; of one that was established later, its first."""
    found = dict(con.execute(_FIRST_NAMES, known(dials)).fetchall())
    rows = con.sql(UNITS_ON, params={**known(dials), "day": day}).pl()
    return found | dict(rows.select("unit", "name").iter_rows())


def known(dials: Dials) -> dict[str, Any]:
    """The parameters of `CELLS_ON` and `UNITS_ON` besides the day."""
    return {name: value for name, value in dials.parameters.items() if name != "tree_at"}


def require_cell(con: Connection, cell: str) -> None:
    """Refuses a question about a cell that the history has never heard of."""
    known = con.sql(
        "SELECT 1 WHERE EXISTS (FROM cells WHERE cell = $cell) OR EXISTS (FROM meetings WHERE cell = $cell)",
        params={"cell": cell},
    ).fetchall()
    if not known:
        raise Refused(Problem(path="cell", problem=f"no cell {cell} is known here", expected="the code of a cell"))


def require_unit(con: Connection, unit: str) -> None:
    """Refuses a question about a unit that the history has never heard of."""
    if not con.sql("SELECT 1 FROM units WHERE unit = $unit LIMIT 1", params={"unit": unit}).fetchall():
        raise Refused(Problem(path="unit", problem=f"no unit {unit} is known here", expected="the code of a unit"))


class UnitsToday:
    """The tree of units as everything known tells it, for whoever decides (each look on a snapshot of its own)."""

    def __init__(self, con: Connection) -> None:
        self.con = con

    def line(self, unit: str, day: date) -> tuple[str, ...]:
        """The unit and those above it on a day, nearest first; empty when no such unit is known then.

        An upper unit that was never established ends the line, but belongs to it: what is below it is no root.
        """
        found = self._found(unit, day)
        line = tuple(state.unit for state in found)
        beyond = found[-1].parent if found else None
        return line if beyond is None or beyond in line else (*line, beyond)

    def lives(self, unit: str, day: date) -> bool:
        """Whether the unit is known and not dissolved on that day."""
        found = self._found(unit, day)
        return bool(found) and not found[0].dissolved

    def _found(self, unit: str, day: date) -> tuple[UnitState, ...]:
        with snapshot(self.con) as con:
            return units_above(con, unit, day)
