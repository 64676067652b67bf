"""What deciding a classification must know of cells and units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from services.contracts.classification import Level


class Below(NamedTuple):
    """A cell or unit below another."""

    level: Level
    subject: str


@dataclass(frozen=True)
class Subject:
    """A cell or unit that is known.

    `uppers`: the units that it was right below, on the day that something is said first, then in the year. `line`: the
    units above it, nearest first (for a unit: itself first), on the reference day, or empty when it did not stand then.
    """

    level: Level
    uppers: tuple[str, ...]
    line: tuple[str, ...]


def reference_day(year: int, on: date) -> date:
    """The day whose tree says what is classified: the year's last, or the day that something is said, if before it."""
    return min(on, date(year, 12, 31))


class Subjects(Protocol):
    """Cells and units, as everything known tells them."""

    def look(self, codes: Sequence[str], year: int, on: date) -> Mapping[tuple[Level, str], Subject]:
        """These cells and units for a year of which something is said on a day; unknown ones are left out."""

    def below(self, units: Sequence[str], day: date) -> Mapping[str, tuple[Below, ...]]:
        """All cells and units that stood below each of these units on a day, cells first, in the order of codes."""

    def dissolved(self, unit: str, day: date) -> bool:
        """Whether a unit is known not to stand any more on that day."""
