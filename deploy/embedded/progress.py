"""`<data>/demo.json`: how far the demo is told, so that the next start goes on there and the screen can show it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import BaseModel

FILE = "demo.json"


class Part(BaseModel):
    """A part of the history: reports published and answered in unbroken order, of how many."""

    done: int = 0
    total: int | None = None

    @property
    def complete(self) -> bool:
        """Whether all of it was answered."""
        return self.total is not None and self.done >= self.total


class Progress(BaseModel):
    """The demo of a data directory. Seed, years and `until` are of its first start and do not change.

    `registry`: the registry's reports of all years; `recent`: all else that concerns the months from `recent_from` on;
    `earlier`: those before. All end with what was recorded on the day `until`. `told`: the last day after that which
    was told whole, `goes_on`: whether live reports follow (not when the years asked for are over), `year`: that of the
    last report answered, `rejected`: how many were refused.
    """

    seed: int
    first: int
    until: date
    recent_from: date
    goes_on: bool = True
    registry: Part = Part()
    recent: Part = Part()
    earlier: Part = Part()
    told: date | None = None
    year: int | None = None
    live: int = 0
    rejected: int = 0

    def write(self, data: Path) -> None:
        """Replace the file in one step."""
        draft = data / f".{FILE}.new"
        draft.write_text(self.model_dump_json(indent=2) + "\n")
        draft.replace(data / FILE)


def read(data: Path) -> Progress | None:
    """The demo's progress on this data directory; None when it never had one."""
    try:
        return Progress.model_validate_json((data / FILE).read_bytes())
    except FileNotFoundError:
        return None


def begin(seed: int, first: int, today: date, last: int) -> Progress:
    """A demo that has not begun: the years `first` to `last`, up to yesterday (today is told as it comes due).

    Recent is the current year, and always at least half a year, which the live reports look back on.
    """
    until = min(date.fromordinal(today.toordinal() - 1), date(last, 12, 31))
    half_a_year = (until.year * 12 + until.month - 1) - 7
    recent_from = min(date(until.year, 1, 1), date(half_a_year // 12, half_a_year % 12 + 1, 1))
    return Progress(seed=seed, first=first, until=until, recent_from=recent_from, goes_on=last >= today.year)
