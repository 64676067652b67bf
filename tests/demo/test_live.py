"""The live ward: it goes on with the story and never falls silent, says nothing of the future and nothing twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from services.contracts.catalogue import find
from services.contracts.cloudevents import DEMO_SOURCE, CloudEvent
from services.demo import LiveWard, history, unit_of
from services.demo.places import WARD_A, WARD_B
from tests.demo.conftest import SEED, kind_of, service_of

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


def said(ward: LiveWard, start: datetime, count: int, every: timedelta = timedelta(seconds=4)) -> list[CloudEvent]:
    found = (ward.report(start + n * every) for n in range(count))
    return [event for event in found if event is not None]


@pytest.fixture(scope="module")
def day() -> list[CloudEvent]:
    """What is said in a day, one report every twenty seconds."""
    return said(LiveWard(SEED, 2026, date(2026, 11, 20)), NOON, 4320, timedelta(seconds=20))


def test_first_it_tells_what_was_recorded_since() -> None:
    ward = LiveWard(SEED, 2025, date(2025, 11, 2))
    missed = [e for e in history(SEED, 2025, 2025, date(2025, 11, 7)) if e.time and e.time.date() >= date(2025, 11, 2)]
    assert len(missed) > 50 and "MeetingVisited" in map(kind_of, missed), "observers come in the live city too"
    assert said(ward, datetime(2025, 11, 6, 16, 59, 59, tzinfo=UTC), len(missed)) == missed


def test_then_it_never_falls_silent(day: list[CloudEvent]) -> None:
    assert len(day) == 4320
    assert {"MeetingScheduled", "MeetingHeld", "MeetingSelfAssessed", "MeetingCorrected"} <= set(map(kind_of, day))


def test_it_says_nothing_twice_and_nothing_of_the_future(day: list[CloudEvent]) -> None:
    assert len({event.id for event in day}) == len(day)
    for n, event in enumerate(day):
        now = NOON + n * timedelta(seconds=20)
        assert event.time is not None and event.time <= now
        if sheet := event.data.get("sheet"):
            begins = datetime.fromisoformat(f"{sheet['held_on']}T{sheet['started_at']}+07:00")
            assert begins + timedelta(minutes=sheet["minutes"]) <= now


def test_it_speaks_as_the_wards_and_the_contracts_do(day: list[CloudEvent]) -> None:
    assert {unit_of(event) for event in day if service_of(event) != "evaluation"} == {WARD_A, WARD_B}
    for event in day:
        model = find("report", service_of(event), kind_of(event))
        assert model is not None and event.source.startswith(DEMO_SOURCE)
        model.model.model_validate_json(event.body())


def test_small_talk_holds_no_second_regular_meeting(day: list[CloudEvent]) -> None:
    story = {event.id for event in history(SEED, 2026, 2026, date(2026, 11, 30))}
    small = Counter(
        (event.data["cell"], event.data["sheet"]["held_on"], event.data["kind"])
        for event in day
        if kind_of(event) == "MeetingHeld" and event.id not in story
    )
    assert {kind for _, _, kind in small} == {"extraordinary"} and set(small.values()) == {1}


def test_a_ward_that_starts_again_contradicts_nothing_it_said(day: list[CloudEvent]) -> None:
    before = {event.id: event.data for event in day}
    again = said(LiveWard(SEED, 2026, date(2026, 11, 20)), NOON + timedelta(days=1), 2000)
    twice = [event for event in again if event.id in before]
    assert all(event.data == before[event.id] for event in twice)
    assert 0 < len(twice) < 200, "then it says something new"


def test_before_any_meeting_it_has_nothing_to_say() -> None:
    ward = LiveWard(SEED, 2026, date(2025, 12, 31))
    early = datetime(2026, 1, 1, tzinfo=UTC)
    assert list(map(kind_of, said(ward, early, 5))) == []
