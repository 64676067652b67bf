"""Which of a cell's submissions counts as its plan of the year, and which orientations its themes follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from unicodedata import normalize

from services.contracts.thematic import PlanStatus
from services.contracts.themes import PlanState

Row = Mapping[str, Any]


def same(theme: str | None) -> str | None:
    """A theme as it is compared: capitals, spaces and how marks are encoded make no difference."""
    return None if theme is None else " ".join(normalize("NFC", theme).casefold().split())


class Stands(NamedTuple):
    """The submission that counts (None: there is none), its state, and a later one that is not decided yet."""

    plan: Row | None
    state: PlanState
    pending: str | None


def standing(submissions: Sequence[Row]) -> Stands:
    """How a cell's plan stands after these submissions, in any order.

    The plan that was approved last is in force; while none was, the one that was submitted last counts.
    """
    if not submissions:
        return Stands(None, PlanState.MISSING, None)
    last = max(submissions, key=_submitted)
    approved = [row for row in submissions if row["status"] == PlanStatus.APPROVED]
    if not approved:
        return Stands(last, PlanState(last["status"]), None)
    plan = max(approved, key=lambda row: (row["decided_on"], row["recorded_at"], row["plan"]))
    later = [row for row in submissions if row["status"] == PlanStatus.SUBMITTED and _submitted(row) > _submitted(plan)]
    return Stands(plan, PlanState.APPROVED, max(later, key=_submitted)["plan"] if later else None)


def _submitted(row: Row) -> tuple[Any, ...]:
    """Its place among the submissions, whatever was decided on it since."""
    return row["submitted_on"], row["first_recorded_at"], row["plan"]


@dataclass(frozen=True)
class Orientation:
    """A theme that a unit orients cells to. `events`: those of its document."""

    unit: str
    code: str
    title: str
    kinds: frozenset[str] | None
    events: tuple[str, ...]


class Orientations:
    """All orientations of a year."""

    def __init__(self, documents: Iterable[Row]) -> None:
        self._of: dict[str, list[Orientation]] = {}
        for row in documents:
            kinds = None if row["kinds"] is None else frozenset(row["kinds"])
            for code, title in zip(row["codes"], row["titles"], strict=True):
                found = Orientation(row["unit"], code, title, kinds, tuple(row["events"]))
                self._of.setdefault(row["unit"], []).append(found)

    def followed(self, theme: str, code: str | None, kind: str | None, units: Sequence[str]) -> Orientation | None:
        """The orientation that a theme takes up, of a cell of this kind below these units (the nearest comes first).

        It is named by its code; a theme that names none follows one of the same title.
        """
        for unit in units:
            for one in self._of.get(unit, ()):
                meant = one.code == code if code is not None else same(one.title) == same(theme)
                if meant and (one.kinds is None or kind in one.kinds):
                    return one
        return None
