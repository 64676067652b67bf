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
