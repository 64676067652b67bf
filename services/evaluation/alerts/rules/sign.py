"""What a rule finds, and the alert it becomes: how often it was so before, and how grave it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from services.contracts.alerts import MOST_EVENTS, Colour, Reason, Rule, Value, alert_id
from services.evaluation.alerts.rules.seen import MEMORY, QUARTERS
from services.evaluation.alerts.rules.thresholds import add_months, last_month_of, month_of

LATE_DAYS = 7
"""What is still to be done so many days after it was due is late."""
Subject = tuple[Rule, str | None, str | None, str | None]


@dataclass(frozen=True)
class Sign:
    """That a rule holds for a subject in a period.

    `due`: by when it should have been well; `since`: the first day on which it was not. `pending`: it may still be made
    good; `grave`: it is red at once. `held`: in how many of the last months it was so, where that is not to be counted.
    `apart`: what else tells it from others of the same subject and period.
    """

    rule: Rule
    period: str
    due: date
    since: date
    reason: Reason
    basis: str
    cell: str | None = None
    unit: str | None = None
    meeting: str | None = None
    observer: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    events: tuple[str, ...] = ()
    set: str | None = None
    item: str | None = None
    pending: bool = False
    grave: bool = False
    held: int | None = None
    apart: str = ""

    @property
    def subject(self) -> Subject:
        """What repetition is counted for."""
        return self.rule, self.cell, self.unit, self.observer

    @property
    def id(self) -> str:
        """The alert's id."""
        return alert_id(self.rule, self.cell, self.unit, self.meeting, self.observer, f"{self.period}{self.apart}")


def alerts(signs: Iterable[Sign], today: date, watched: date) -> dict[str, dict[str, Any]]:
    """The alerts that hold on a day, by their ids, as `AlertRecorded` has them (ready for JSON) but for version, status
    and `was`. Periods that ended before the month `watched` only count as repetition."""
    begun = [sign for sign in signs if sign.since <= today]
    held: dict[Subject, set[str]] = {}
    for sign in begun:
        held.setdefault(sign.subject, set()).add(sign.period)
    found = {}
    for sign in begun:
        if sign.held is not None or last_month_of(sign.period) >= watched:
            repeated = sign.held or sum(1 for period in _looked_back(sign.period) if period in held[sign.subject])
            found[sign.id] = _alert(sign, today, repeated)
    return found


def colour(sign: Sign, repeated: int, today: date) -> Colour:
    """Red: grave, or so for the third time; orange: for the second time, or long due; else yellow."""
    if sign.grave or repeated >= 3:
        return Colour.RED
    late = sign.pending and today > sign.due + timedelta(days=LATE_DAYS)
    return Colour.ORANGE if late or repeated == 2 else Colour.YELLOW


def _looked_back(period: str) -> Iterator[str]:
    """The period and those before it over which repetition is counted."""
    first = month_of(period)
    if len(period) == 4:
        yield from (f"{first.year - n:04}" for n in range(3))
    elif "Q" in period:
        months = (add_months(first, -3 * n) for n in range(QUARTERS))
        yield from (f"{month.year:04}-Q{(month.month + 2) // 3}" for month in months)
    else:
        yield from (f"{add_months(first, -n):%Y-%m}" for n in range(MEMORY))


def _alert(sign: Sign, today: date, repeated: int) -> dict[str, Any]:
    return {
        "alert": sign.id,
        "rule": sign.rule.value,
        "colour": colour(sign, repeated, today).value,
        "cell": sign.cell,
        "unit": sign.unit,
        "meeting": sign.meeting,
        "observer": sign.observer,
        "period": sign.period,
        "due": sign.due.isoformat(),
        "since": sign.since.isoformat(),
        "on": today.isoformat(),
        "repeated": repeated,
        "reason": sign.reason.value,
        "values": dict(sign.values),
        "events": list(sign.events[:MOST_EVENTS]),
        "basis": sign.basis,
        "set": sign.set,
        "item": sign.item,
    }
