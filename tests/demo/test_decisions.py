"""The demo's official grades: decided by the unit right above, close to the cells' own, now and then replaced."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from services.contracts.cloudevents import CloudEvent
from services.demo import history, period_of, timeline, unit_of
from services.demo.decisions import FIRST
from services.demo.places import COMMITTEES, WARD_A, WARD_B
from services.demo.themes import CANCELLED_GRADE, DISAGREED, RECLASSIFIED
from tests.demo.conftest import SEED, kind_of, service_of

UNTIL = date(2026, 9, 30)


def told() -> list[CloudEvent]:
    return list(history(SEED, 2026, 2026, UNTIL))


@pytest.fixture(scope="module")
def year() -> list[CloudEvent]:
    return told()


@pytest.fixture(scope="module")
def decided(year: list[CloudEvent]) -> list[CloudEvent]:
    return [event for event in year if service_of(event) == "evaluation"]


def lines(decided: list[CloudEvent]) -> list[tuple[CloudEvent, dict[str, Any]]]:
    return [(event, line) for event in decided for line in event.data.get("grades", ())]


def test_without_its_decisions_the_story_is_the_same(
    year: list[CloudEvent], decided: list[CloudEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "decided", lambda *_: ())
    assert told() == [event for event in year if event not in decided]


def test_every_unit_right_above_cells_decides_most_of_a_month_around_the_10th(decided: list[CloudEvent]) -> None:
    assert {unit_of(event) for event in decided} == {WARD_A, WARD_B, *(one.unit for one in COMMITTEES)}
    march = [(event, line) for event, line in lines(decided) if period_of(event) == "2026-03"]
    assert len({line["cell"] for _, line in march}) == len(march) > 140
    days = Counter(event.data["decided_on"] for event, _ in march)
    assert sum(days[f"2026-03-{day:02}"] for day in (9, 10, 11)) > 110
    assert min(str(period_of(event)) for event in decided) == f"{FIRST:%Y-%m}"


def test_few_grades_are_not_the_cells_own_and_those_say_why(year: list[CloudEvent], decided: list[CloudEvent]) -> None:
    own = {
        (event.data["cell"], period_of(event)): event.data["assessment"]["grade"]
        for event in year
        if kind_of(event) == "MeetingSelfAssessed" and "_R" in event.data["meeting"]
    }
    plain = [(event, line) for event, line in lines(decided) if "number" not in event.data]
    other = [line for event, line in plain if own[line["cell"], period_of(event)] != line["grade"]]
    assert 0.02 < len(other) / len(plain) < 0.15
    assert all(line["note"] in DISAGREED for line in other)


def test_some_are_re_classified_or_cancelled_and_decided_anew_each_with_a_number(decided: list[CloudEvent]) -> None:
    kinds = Counter(kind_of(event) for event in decided)
    assert kinds["GradeReclassified"] >= 1 and kinds["GradeCancelled"] >= 1
    numbered = [event for event in decided if "number" in event.data]
    assert len(numbered) >= kinds["GradeReclassified"] + 2 * kinds["GradeCancelled"]
    assert {event.data["reason"] for event in decided if "reason" in event.data} == {RECLASSIFIED, CANCELLED_GRADE}
