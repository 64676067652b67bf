"""A bitemporal timeline: dated changes, folded in the order of (valid from, arrival). Pure.

A change may come late and be dated back; the states after it are then folded again, so that a later change of another
field keeps what the earlier one says, and a later change of the same field wins.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

State = dict[str, Any]
Patch = dict[str, Any]


class Timeline:
    """Changes and the states they make. Days are ISO dates (`2025-07-01`), states are never changed in place."""

    def __init__(self) -> None:
        self.days: list[str] = []
        self.patches: list[Patch] = []
        self.states: list[State] = []
        """`states[i]` is the state after `patches[i]`; the last one of a day is that day's."""

    def __bool__(self) -> bool:
        return bool(self.days)

    def copy(self) -> Timeline:
        """One to try changes on."""
        other = Timeline()
        other.days, other.patches, other.states = list(self.days), list(self.patches), list(self.states)
        return other

    def insert(self, day: str, patch: Patch) -> None:
        """Takes in a change that just arrived."""
        at = bisect_right(self.days, day)
        self.days.insert(at, day)
        self.patches.insert(at, patch)
        self.states.insert(at, {})
        state = self.states[at - 1] if at else {}
        for i in range(at, len(self.days)):
            state = {**state, **self.patches[i], "valid_from": self.days[i]}
            self.states[i] = state

    def on(self, day: str) -> State | None:
        """The state on a day, or None before the first."""
        at = bisect_right(self.days, day)
        return self.states[at - 1] if at else None

    def since(self, day: str) -> list[State]:
        """The states that begin on that day or later, oldest first, one for each day."""
        at = bisect_left(self.days, day)
        return list({state["valid_from"]: state for state in self.states[at:]}.values())

    def says(self, day: str, patch: Patch) -> bool:
        """Whether this very change is already among those of that day and nothing else of the day overrules it."""
        at, end = bisect_left(self.days, day), bisect_right(self.days, day)
        return patch in self.patches[at:end] and patch.items() <= self.states[end - 1].items()

    def differs(self, other: Timeline, day: str) -> bool:
        """Whether on that day or any later one the two give another state."""
        days = {day, *self.days[bisect_left(self.days, day) :], *other.days[bisect_left(other.days, day) :]}
        return any(_facts(self.on(each)) != _facts(other.on(each)) for each in days)

    @property
    def first_day(self) -> str:
        """The day of the first change."""
        return self.days[0]

    @property
    def last_day(self) -> str:
        """The day of the last change."""
        return self.days[-1]

    def next_day(self, day: str, fields: frozenset[str]) -> str | None:
        """The first later day on which one of these fields is said again, or None."""
        later = range(bisect_right(self.days, day), len(self.days))
        return next((self.days[i] for i in later if not fields.isdisjoint(self.patches[i])), None)


def _facts(state: State | None) -> State | None:
    return None if state is None else {name: value for name, value in state.items() if name != "valid_from"}
