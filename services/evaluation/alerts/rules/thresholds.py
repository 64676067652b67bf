"""What no criteria set says: days and numbers that a system's settings give."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Thresholds(NamedTuple):
    """The settings of alerts (`chassis.settings`, by the names of their environment variables in `basis`).

    A schedule is due on the `schedule_day` of the month before, the month's list of official grades on the
    `report_day` of the month after, a regular meeting `grace_days` after the 3rd. `months`: besides the present month
    so many before it are watched. `shortest`: minutes that a meeting must last where the set in force does not measure
    it (0: nothing is said). `inflated`: points above the observer's. `off`: rules that are not watched.
    """

    grace_days: int = 5
    months: int = 2
    schedule_day: int = 25
    report_day: int = 10
    shortest: int = 0
    inflated: float = 5
    off: frozenset[str] = frozenset()

    def basis(self, name: str) -> str:
        """A setting as the rule behind an alert."""
        variable = {"grace_days": "GRACE_DAYS", "inflated": "ALERT_POINTS"}.get(name, f"ALERT_{name.upper()}")
        value = getattr(self, name)
        return f"NENEP_{variable}={value:g}"


def month_of(period: str) -> date:
    """The first day of a month `2026-11`, of a quarter or of a year."""
    year, rest = int(period[:4]), period[5:]
    if not rest:
        return date(year, 1, 1)
    return date(year, 3 * int(rest[1]) - 2 if rest[0] == "Q" else int(rest), 1)


def last_month_of(period: str) -> date:
    """The first day of the last month of a month, quarter or year."""
    first = month_of(period)
    return add_months(first, {4: 11, 7: 2 if period[5:6] == "Q" else 0}[len(period)])


def add_months(day: date, n: int) -> date:
    """The first day of the month that is n months after the day's own."""
    index = day.year * 12 + day.month - 1 + n
    return date(index // 12, index % 12 + 1, 1)


def quarter_of(day: date) -> str:
    """The quarter a day is in, `2026-Q4`."""
    return f"{day.year:04}-Q{(day.month + 2) // 3}"
