"""Drafts of reports, and the structured CloudEvents they become."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from random import Random
from typing import Any, NamedTuple

from services.contracts.base import derived_id
from services.contracts.catalogue import find
from services.contracts.cloudevents import DEMO_SOURCE, CloudEvent

LOCAL = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh, which has had no other offset in the years that the demo can tell of."""


class Draft(NamedTuple):
    """A report before it is sealed. `at` is when the unit's system recorded it, `key` what makes it this one report."""

    at: datetime
    unit: str
    service: str
    kind: str
    subject: str
    key: str
    data: Mapping[str, Any]


@cache
def _type(service: str, kind: str) -> str:
    said = find("report", service, kind)
    if said is None:
        raise LookupError(f"the catalogue has no report {service}.{kind}")
    return said.type


def sealed(seed: int, draft: Draft) -> CloudEvent:
    """The report as a CloudEvent. Its id follows from seed, kind and key alone, so saying it twice is a duplicate."""
    return CloudEvent(
        id=str(derived_id("demo", seed, draft.kind, draft.key)),
        source=f"{DEMO_SOURCE}/{draft.unit}",
        type=_type(draft.service, draft.kind),
        time=draft.at,
        subject=draft.subject,
        data=dict(draft.data),
    )


def unit_of(event: CloudEvent) -> str:
    """The unit that publishes this demo report. ValueError when the event is not one of the demo's."""
    prefix, _, unit = event.source.rpartition("/")
    if prefix != DEMO_SOURCE or not unit:
        raise ValueError(f"source {event.source!r} is not a demo unit's; expected {DEMO_SOURCE}/<UNIT>")
    return unit


def period_of(event: CloudEvent) -> str | None:
    """The last month (`YYYY-MM`) that a demo report concerns: that of the meeting or the grades it is about, or in
    which what it assigns or plans ends; None for the registry's reports."""
    if (period := event.data.get("period")) is not None:
        return str(period)
    if (assignment := event.data.get("assignment")) is not None and "meeting" not in event.data:
        return f"{str(assignment).rsplit('_', 2)[1][:4]}-12"
    if (year := event.data.get("year")) is not None:
        return f"{year}-12"
    key = event.data.get("meeting") or event.data.get("visit")
    return None if key is None else str(key).rsplit("_", 2)[1]


def meeting_key(cell: str, period: str, mark: str) -> str:
    """The ward's own key of a meeting: `TP-TDP03_2025-07_R`."""
    return f"{cell}_{period}_{mark}"


def local(day: date, at: time) -> datetime:
    """That time of that day in Lai Châu."""
    return datetime.combine(day, at, LOCAL)


def dice(*parts: object) -> Random:
    """Random numbers that follow from these parts alone, in every process and on every day."""
    return Random(":".join(str(part) for part in parts))  # noqa: S311 - made-up data, nothing secret


def office_hour(rng: Random, day: date) -> datetime:
    """Some moment of that day when the office is open (8 to 17 h)."""
    return local(day, time(8)) + timedelta(seconds=rng.randrange(9 * 3600))


def months_after(month: date, n: int = 1) -> date:
    """The first day of the month `n` months after (before, when negative)."""
    index = month.year * 12 + month.month - 1 + n
    return date(index // 12, index % 12 + 1, 1)
