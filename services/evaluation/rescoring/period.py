"""A period from month to month, year by year: years are independent of one another (runs of excuses end with them)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def years(first: str, last: str) -> Iterator[tuple[date, date]]:
    """The first and last day of every calendar year's part of a period."""
    begin, end = date.fromisoformat(f"{first}-01"), month_end(last)
    for year in range(begin.year, end.year + 1):
        yield max(begin, date(year, 1, 1)), min(end, date(year, 12, 31))


def month_end(period: str) -> date:
    """The last day of a month `YYYY-MM`."""
    year, month = map(int, period.split("-"))
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
