"""The demo's thematic work and model meetings: most go by the plan, some do not, and all else is told as before."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pytest

from services.contracts.cloudevents import CloudEvent
from services.contracts.thematic import PlannedTheme
from services.demo import history, timeline
from services.demo.models import Models
from services.demo.places import CITY, COMMITTEES, WARD_A, WARD_B
from tests.demo.conftest import SEED, YEARS, kind_of

OF_THE_YEAR = ("Orientations", "Plan", "Model")


def of(events: list[CloudEvent], *kinds: str) -> list[dict[str, Any]]:
    return [event.data for event in events if kind_of(event) in kinds]


def test_without_plans_and_model_meetings_the_story_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> list[CloudEvent]:
        return list(history(SEED, 2025, 2025, date(2025, 8, 1)))

    whole = told()
    monkeypatch.setattr(timeline, "planned", lambda *_: ())
    monkeypatch.setattr(Models, "opened", lambda *_: ())
    assert told() == [event for event in whole if not kind_of(event).startswith(OF_THE_YEAR)] != whole


def test_orientations_come_each_january_for_all_cells_and_for_each_kind(events: list[CloudEvent]) -> None:
    said = of(events, "OrientationsPublished")
    assert Counter(one["year"] for one in said) == dict.fromkeys(YEARS, 8)
    assert {one["document"].split("_")[0] for one in said} == {CITY}
    assert all(one["on"][5:7] == "01" for one in said)


def test_most_plans_are_approved_some_returned_and_submitted_again_a_few_missing(events: list[CloudEvent]) -> None:
    submitted, approved, returned = (of(events, f"Plan{what}") for what in ("Submitted", "Approved", "Returned"))
    for year in YEARS:
        cells = {one["cell"] for one in submitted if one["year"] == year}
        in_force = {one["cell"] for one in approved if one["year"] == year}
        assert 155 < len(cells) < 171
        assert 0.85 < len(in_force) / 171 < 0.97
    again = {(one["cell"], one["year"]) for one in submitted if one["plan"].endswith("_2")}
    assert again == {(one["cell"], one["year"]) for one in returned if one["plan"].endswith("_1")}
    assert len(again) > 50


def test_most_thematic_meetings_have_the_theme_that_was_planned(events: list[CloudEvent]) -> None:
    plans: dict[tuple[str, int, int], set[str]] = defaultdict(set)
    for plan in of(events, "PlanSubmitted"):
        for entry in plan["entries"]:
            planned = PlannedTheme.model_validate(entry)
            quarter = planned.quarter or ((planned.month or 0) + 2) // 3
            plans[plan["cell"], plan["year"], quarter].add(entry["theme"])
    as_planned = []
    for meeting in of(events, "MeetingHeld"):
        if (theme := meeting["sheet"].get("theme")) is not None:
            held = date.fromisoformat(meeting["sheet"]["held_on"])
            as_planned.append(theme in plans[meeting["cell"], held.year, (held.month + 2) // 3])
    assert 0.6 < sum(as_planned) / len(as_planned) < 0.9


def test_units_choose_two_cells_each_year_and_most_of_them_hold_their_model_meeting(events: list[CloudEvent]) -> None:
    chosen, held = of(events, "ModelCellsChosen"), of(events, "ModelMeetingHeld")
    assert Counter(one["year"] for one in chosen) == {year: 12 + 2 * (year == 2025) for year in YEARS}
    assert set(Counter(len(one["cells"]) for one in chosen)) == {1, 2}
    units = [event.source.rsplit("/", 1)[1] for event in events if kind_of(event) == "ModelCellsChosen"]
    assert set(units) == {CITY, WARD_A, WARD_B, *(committee.unit for committee in COMMITTEES)}
    wanted = sum(len(one["cells"]) for one in chosen)
    assert 0.75 < len(held) / wanted < 0.97
    assert {bool(one["attended"]) for one in held} == {True, False}
