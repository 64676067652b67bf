"""Time, as something that is handed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Returns the present moment, with its time zone."""

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
"""The time zone of the domain: its days begin and end there."""


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """The day it is in the domain's time zone."""
    return moment.astimezone(LOCAL).date()
