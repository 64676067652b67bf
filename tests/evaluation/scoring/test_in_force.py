"""The set in force on the day of the meeting, for its kind, the cell's kind and its unit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.scoring.in_force import in_force
from services.evaluation.scoring.score import score_all
from tests.evaluation.scoring.sheets import SETS, D, frame, sheet


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"held_on": date(2018, 7, 5)}, None),
        ({"held_on": date(2018, 7, 6)}, "hd-12-2018"),
        ({"held_on": date(2025, 10, 27)}, "hd-12-2018"),
        ({"held_on": date(2025, 10, 28)}, "hd-42-2025"),
        ({"held_on": date(2099, 1, 3)}, "hd-42-2025"),
        ({"held_on": date(2025, 10, 27), "unit": "AN-PHU"}, "hd-12-2018"),
        ({"held_on": date(2025, 10, 28), "unit": "AN-PHU"}, "an-phu-2025"),
        ({"kind": "combined"}, "hd-42-2025"),
        ({"kind": "thematic"}, None),
        ({"kind": "extraordinary"}, None),
        ({"unit": None}, "hd-42-2025"),
    ],
)
def test_the_set_in_force(changes: dict[str, Any], expected: str | None) -> None:
    assert in_force(SETS, frame(sheet(**changes)))["criteria"].to_list() == [expected]


def test_a_set_for_some_kinds_of_cell_judges_only_those() -> None:
    only = {**D.model_dump(by_alias=True), "id": "schools"}
    only["applies_to"] = {"meeting_kinds": ["regular"], "cell_kinds": ["school"]}
    sets = {"schools": CriteriaSet.model_validate(only)}
    rows = [sheet(cell=kind, cell_kind=kind) for kind in ("school", "village")]
    assert in_force(sets, frame(*rows))["criteria"].to_list() == ["schools", None]


def test_every_meeting_is_scored_under_its_own_set_in_one_go() -> None:
    rows = [
        sheet(cell="C", held_on=date(2025, 11, 3)),
        sheet(cell="A", held_on=date(2019, 3, 4), period="2019-03"),
        sheet(cell="B", unit="AN-PHU"),
        sheet(cell="D", kind="extraordinary"),
    ]
    made = score_all(frame(*rows), SETS).scores
    assert made.select("cell", "criteria", "points", "grade").rows() == [
        ("A", "hd-12-2018", None, "met"),
        ("B", "an-phu-2025", 95.0, "good"),
        ("C", "hd-42-2025", 100.0, "good"),
    ]
    assert made["criteria_hash"].to_list() == [SETS[one].hash for one in made["criteria"]]


def variant(id_: str, effective: dict[str, Any], **applies_to: Any) -> CriteriaSet:
    scope = {"meeting_kinds": ["regular"], **applies_to}
    return CriteriaSet.model_validate(
        {**D.model_dump(by_alias=True), "id": id_, "effective": effective, "applies_to": scope}
    )


def chosen(*sets: CriteriaSet, decided_on: date | None = None, **changes: Any) -> str | None:
    known = {one.id: one for one in sets}
    return in_force(known, frame(sheet(**changes)), decided_on)["criteria"].to_list()[0]


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (["PARTY-BASE", "WARD", "PROVINCE"], "ward"),
        (["OTHER", "PROVINCE"], "province"),
        (["OTHER"], "all"),
        ([], "all"),
        (None, "all"),
    ],
)
def test_a_unit_reaches_all_below_it_and_the_nearest_unit_comes_first(units: list[str] | None, expected: str) -> None:
    always = {"from": "2000-01-01"}
    sets = [
        variant("all", always),
        variant("province", always, units=["PROVINCE"]),
        variant("ward", always, units=["NOWHERE", "WARD"]),
    ]
    assert chosen(*sets, units=units) == expected


def test_a_set_that_goes_by_the_decision_judges_the_whole_year_that_is_decided_under_it() -> None:
    late = variant("late", {"from": "2025-08-30", "to": "2026-12-30", "anchor": "decision"})
    frames = {day: chosen(late, held_on=day) for day in (date(2024, 12, 31), date(2025, 1, 3), date(2025, 12, 31))}
    assert frames == {date(2024, 12, 31): None, date(2025, 1, 3): "late", date(2025, 12, 31): "late"}
    assert chosen(late, held_on=date(2026, 1, 3)) is None
    assert chosen(late, held_on=date(2026, 1, 3), decided_on=date(2026, 12, 30)) == "late"
    assert chosen(late, held_on=date(2019, 1, 3), decided_on=date(2025, 8, 30)) == "late"
    assert chosen(late, held_on=date(2025, 1, 3), decided_on=date(2025, 8, 29)) is None


def test_the_day_of_decision_says_nothing_to_sets_that_go_by_the_meeting() -> None:
    early = variant("early", {"from": "2019-01-01", "to": "2019-12-31"})
    assert chosen(early, held_on=date(2019, 1, 3), decided_on=date(2025, 1, 1)) == "early"


def test_the_decision_comes_before_the_meeting_and_a_named_unit_before_both() -> None:
    by_decision = variant("z", {"from": "2025-01-01", "anchor": "decision"})
    by_meeting = variant("a", {"from": "2025-01-01"})
    local = variant("m", {"from": "2025-01-01"}, units=["WARD"])
    assert chosen(by_decision, by_meeting, units=["WARD"]) == "z"
    assert chosen(by_decision, by_meeting, local, units=["WARD"]) == "m"


def test_without_any_set_nothing_judges() -> None:
    assert chosen() is None
