"""The parts in which the demo is told: the register, the recent months, the months before."""

from __future__ import annotations

from datetime import date

from deploy.embedded import demo
from deploy.embedded.progress import begin
from services.demo import history
from tests.demo.conftest import SEED, kind_of


def test_the_parts_are_the_whole_and_nothing_refers_to_what_is_told_later() -> None:
    today = date(2026, 2, 10)
    told = begin(SEED, 2025, today, 2026)
    assert told.recent_from == date(2025, 7, 1), "half a year, in the midst of a year's assignments"
    parts = [list(part(told)) for part in (demo.registry, demo.recent, demo.earlier)]
    assert {event.id for part in parts for event in part} == {event.id for event in history(SEED, 2025, 2026, today)}
    assigned: set[str] = set()
    for event in (event for part in parts for event in part):
        if kind_of(event) == "ObserverAssigned":
            assigned.add(event.data["assignment"])
        elif "assignment" in event.data:
            assert event.data["assignment"] in assigned
