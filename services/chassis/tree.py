"""The tree of units and cells as the registry's events tell it: pure, and bitemporal.

States are JSON-ready dicts as in `CellRecorded` and `UnitRecorded`; they are shared with the events, never changed.
Reading is safe while another thread applies an event.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.contracts import queries
from services.contracts.registry import CellState, UnitState

State = Mapping[str, Any]


class Node:
    """One unit or cell: every state ever recorded, and the timeline that is believed now."""

    def __init__(self) -> None:
        self.rows: list[tuple[datetime, State]] = []
        self.believed: tuple[list[str], list[State]] = ([], [])
        """Days from which the states hold, ascending, and the states."""

    def take(self, states: Sequence[State], recorded_at: datetime) -> None:
        """Takes in the states of one event."""
        days, held = list(self.believed[0]), list(self.believed[1])
        for state in states:
            day = state["valid_from"]
            at = bisect_left(days, day)
            if at < len(days) and days[at] == day:
                held[at] = state
            else:
                days.insert(at, day)
                held.insert(at, state)
        self.believed = days, held
        self.rows += [(recorded_at, state) for state in states]

    def on(self, day: date, known_at: datetime | None = None) -> State | None:
        """The state on that day, as known at that moment (now, when None); None before there was one."""
        key = day.isoformat()
        if known_at is None:
            days, held = self.believed
            at = bisect_right(days, key)
            return held[at - 1] if at else None
        best: State | None = None
        for recorded_at, state in self.rows:
            if recorded_at <= known_at and state["valid_from"] <= key:
                best = state if best is None or state["valid_from"] >= best["valid_from"] else best
        return best

    def from_(self, day: date) -> list[State]:
        """The state on that day, if any, and all later ones."""
        days, held = self.believed
        return held[max(bisect_right(days, day.isoformat()) - 1, 0) :]

    @property
    def established(self) -> str:
        """The first day on which it exists."""
        return self.believed[0][0]

    @property
    def dissolved(self) -> str | None:
        """The first day on which it is no more, or None."""
        last = self.believed[1][-1]
        return str(last["valid_from"]) if last["dissolved"] else None


class Tree:
    """Units and cells with their whole past. Grows by `apply`, in the order of the events."""

    def __init__(self) -> None:
        self.cells: dict[str, Node] = {}
        self.units: dict[str, Node] = {}
        self._below: dict[str, set[str]] = {}
        """For each unit all that was ever reported to be right below it."""

    def apply(self, data: Mapping[str, Any], recorded_at: datetime) -> None:
        """Takes in the data of one registry event (`CellRecorded` or `UnitRecorded`, as JSON)."""
        nodes, code = (self.cells, data["cell"]) if "cell" in data else (self.units, data["unit"])
        node = nodes.get(code) or Node()
        node.take(data["states"], recorded_at)
        nodes[code] = node
        for state in data["states"]:
            if state["parent"] is not None:
                self._below.setdefault(state["parent"], set()).add(code)

    def become(self, other: Tree) -> None:
        """Takes over what another tree knows, in one step for those who read meanwhile."""
        self.cells, self.units, self._below = other.cells, other.units, other._below

    def fork(self) -> Tree:
        """A copy that can be changed without changing this one."""
        other = Tree()
        for mine, theirs in ((self.cells, other.cells), (self.units, other.units)):
            for code, node in mine.items():
                theirs[code] = copy = Node()
                copy.rows, copy.believed = list(node.rows), node.believed
        other._below = {code: set(below) for code, below in self._below.items()}
        return other

    def cell(self, code: str, day: date, known_at: datetime | None = None) -> State | None:
        """The cell's state on that day, dissolved or not; None when it is unknown or not yet established."""
        node = self.cells.get(code)
        return node.on(day, known_at) if node else None

    def unit(self, code: str, day: date, known_at: datetime | None = None) -> State | None:
        """The unit's state on that day, dissolved or not; None when it is unknown or not yet established."""
        node = self.units.get(code)
        return node.on(day, known_at) if node else None

    def ancestors(self, code: str, day: date) -> list[str]:
        """The units above a cell or unit on that day, nearest first. Empty for a root and for what is not there."""
        found: list[str] = []
        state = self.cell(code, day) or self.unit(code, day)
        while state and (parent := state["parent"]) is not None and parent not in found:
            found.append(parent)
            state = self.unit(parent, day)
        return found

    def is_over(self, unit: str, code: str, *days: date) -> bool:
        """Whether the unit is that cell or unit itself or is above it on one of the days."""
        return unit == code or any(unit in self.ancestors(code, day) for day in days)

    def children(self, unit: str, day: date) -> list[str]:
        """The living cells and units right below a unit on that day."""
        return sorted(code for code, node in self._nodes_below(unit) if _is_child(node.on(day), unit))

    def children_from(self, unit: str, day: date) -> list[str]:
        """The cells and units that live right below a unit on that day or on a later one."""
        return sorted(
            code for code, node in self._nodes_below(unit) if any(_is_child(state, unit) for state in node.from_(day))
        )

    def unit_days(self) -> list[date]:
        """The days on which something changed among the units, ascending."""
        days = {day for node in list(self.units.values()) for day in node.believed[0]}
        return sorted(date.fromisoformat(day) for day in days)

    def at(self, day: date, known_at: datetime | None = None) -> queries.Tree:
        """The living tree of a day, as known at a moment, ordered by code (the answer of `rpc.registry.tree`)."""
        units = (node.on(day, known_at) for _, node in sorted(self.units.items()))
        cells = (node.on(day, known_at) for _, node in sorted(self.cells.items()))
        return queries.Tree(
            at=day,
            units=tuple(UnitState.model_validate(s) for s in units if s and not s["dissolved"]),
            cells=tuple(CellState.model_validate(s) for s in cells if s and not s["dissolved"]),
        )

    def _nodes_below(self, unit: str) -> Iterator[tuple[str, Node]]:
        for code in tuple(self._below.get(unit, ())):
            if (node := self.cells.get(code) or self.units.get(code)) is not None:
                yield code, node


def _is_child(state: State | None, unit: str) -> bool:
    return state is not None and not state["dissolved"] and state["parent"] == unit
