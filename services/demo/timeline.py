"""The city's whole story in the order in which it was recorded, without end: the history is a part of it.

A longer history begins with a shorter one, byte for byte: what is told depends on the seed and the first year alone,
and how much of it on the date up to which it is asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import count, takewhile

from services.contracts.cloudevents import CloudEvent
from services.demo.changes import opened
from services.demo.city import City
from services.demo.classified import classified
from services.demo.decisions import decided
from services.demo.models import Models
from services.demo.months import Month
from services.demo.observers import Observers
from services.demo.plans import planned
from services.demo.reports import Draft, local, months_after, sealed

FOUNDED = date(2018, 12, 1)
"""The city's cells and sizes are drawn as of this month; a later first year finds what has become of them since."""


def timeline(seed: int, first: int, meetings_from: date = date.min) -> Iterator[Draft]:
    """Every report from the opening of the register (1 December before `first`) on, for ever, by recording time.

    Meetings of months before `meetings_from` are left out (the register, who observes whom, the year's plans, model
    meetings and end never are): for whoever needs only the recent part.
    """
    opening, city = date(first - 1, 12, 1), City.founded(seed)
    observers, models = Observers(seed), Models(seed)
    month = min(opening, FOUNDED)
    while month < opening:
        month = months_after(month)
        opened(city, month)
    order, waiting = count(), list[tuple[datetime, int, Draft]]()
    for draft in city.registered(opening):
        heapq.heappush(waiting, (draft.at, next(order), draft))
    while True:
        month = months_after(month)
        changes, observed = opened(city, month), observers.opened(city, month)
        for draft in (*changes, *observed, *planned(city, month), *models.opened(city, month)):
            heapq.heappush(waiting, (draft.at, next(order), draft))
        for draft in classified(city, month):
            heapq.heappush(waiting, (draft.at, next(order), draft))
        if month >= meetings_from:
            told = [
                draft
                for cell in city.cells.values()
                for draft in Month(city, cell, month, observers.of.get(cell.code, ())).reports()
            ]
            for draft in (*told, *decided(city, month, told)):
                heapq.heappush(waiting, (draft.at, next(order), draft))
        settled = local(month.replace(day=20), time(0))  # nothing of a later month is recorded before
        while waiting and waiting[0][0] < settled:
            yield heapq.heappop(waiting)[2]


def history(seed: int, first: int, last: int, until: date) -> Iterator[CloudEvent]:
    """All that was recorded of the years `first` to `last` before the day `until` began, by recording time.

    So `until` may be today, and nothing is of the future. It begins with the register's opening on 1 December before
    `first` and ends with the year `last` at the latest. ValueError when the years are no span or before 1931.
    """
    if not 1931 <= first <= last:
        raise ValueError(f"the years {first}-{last} are not a span; expected FIRST-LAST such as 2019-2025")
    end = local(min(until, date(last + 1, 1, 1)), time(0))
    for draft in takewhile(lambda draft: draft.at < end, timeline(seed, first)):
        yield sealed(seed, draft)
