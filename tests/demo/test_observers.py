"""The demo's observers: assigned along the four lines, most cells visited, and the article's faults among them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pytest

from services.contracts.cloudevents import CloudEvent
from services.demo import history
from services.demo.observers import Observers
from services.demo.places import CITY, REFORM
from tests.demo.conftest import SEED, kind_of

YEARS = (2024, 2025)
OF_OBSERVERS = {"ObserverAssigned", "ObserverRelieved", "MeetingVisited", "VisitWithdrawn"}


@pytest.fixture(scope="module")
def events() -> list[CloudEvent]:
    return list(history(SEED, YEARS[0], YEARS[-1], date(2026, 1, 31)))


@pytest.fixture(scope="module")
def assigned(events: list[CloudEvent]) -> list[dict[str, Any]]:
    return [event.data for event in events if kind_of(event) == "ObserverAssigned"]


@pytest.fixture(scope="module")
def visits(events: list[CloudEvent]) -> list[dict[str, Any]]:
    return [event.data for event in events if kind_of(event) == "MeetingVisited"]


def test_without_its_observers_the_story_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> list[CloudEvent]:
        return list(history(SEED, 2025, 2025, date(2025, 4, 1)))

    whole = told()
    monkeypatch.setattr(Observers, "opened", lambda *_: [])
    assert told() == [event for event in whole if kind_of(event) not in OF_OBSERVERS] != whole


def test_observers_are_assigned_along_the_four_lines_anew_each_year_and_by_the_wards_after_the_reform(
    assigned: list[dict[str, Any]],
) -> None:
    lines = Counter((one["valid_from"][:4], one["line"]) for one in assigned)
    assert {line for _, line in lines} == {"grassroots", "villages", "hardest", "subordinate"}
    assert all(lines[str(year), "hardest"] == (20 if year == REFORM.year else 10) for year in YEARS)
    by_city = {one["valid_from"] for one in assigned if one["by_unit"] == CITY}
    assert max(by_city) < REFORM.isoformat() < max(one["valid_from"] for one in assigned)
    assert len({one["observer"] for one in assigned}) < len({one["cell"] for one in assigned}), "they go to several"


def test_most_cells_are_visited_and_some_observers_never_come(
    assigned: list[dict[str, Any]], visits: list[dict[str, Any]]
) -> None:
    seen = defaultdict(set)
    for visit in visits:
        seen[visit["on"][:4]].add(visit["cell"])
    assert all(0.6 < len(seen[str(year)]) / 171 < 0.9 for year in YEARS)
    came = {visit["assignment"] for visit in visits}
    assert came <= {one["assignment"] for one in assigned}
    never = [one for one in assigned if one["assignment"] not in came and one["valid_from"].endswith("01-01")]
    assert 0.05 < len(never) / len(assigned) < 0.3


def test_sponsors_come_most_months_but_not_all(assigned: list[dict[str, Any]], visits: list[dict[str, Any]]) -> None:
    sponsored = {one["assignment"] for one in assigned if one["line"] == "hardest"}
    months = {(visit["cell"], visit["on"][:7]) for visit in visits if visit["assignment"] in sponsored}
    assert 0.6 < len(months) / (10 * 12 * len(YEARS)) < 0.95


def test_a_few_observers_are_lenient(visits: list[dict[str, Any]]) -> None:
    since = [visit for visit in visits if "assessment" in visit and visit["on"] >= "2025-10-28"]
    marks = defaultdict(list)
    for visit in since:
        marks[visit["observer"]].append(visit["assessment"]["marks"]["7"])
    full = {observer for observer, given in marks.items() if len(given) >= 3 and set(given) == {30.0}}
    assert 0 < len(full) < len(marks) / 2
    assert {visit.get("agrees") for visit in visits} == {True, False, None}
    assert {"vote"} & set(since[0]["assessment"]) == set()
