"""A year's work: what each report produces, what it refuses, when it stays quiet, in whatever order it comes."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from services.chassis.store import Store
from services.contracts.base import Contract
from services.contracts.receipts import Refused
from services.meetings.decide import make_decide
from tests.given import By, Scenario
from tests.meetings.said import (
    approved,
    chosen,
    demonstrated,
    oriented,
    planned,
    returned,
    tree,
    undemonstrated,
)


def problems(scenario: Scenario) -> dict[str, tuple[str, str | None]]:
    assert scenario.refused is not None
    return {one.path: (one.problem, one.expected) for one in scenario.refused.problems}


# -- orientations ------------------------------------------------------------------------------------------------------


def test_orientations_said_again_are_replaced(meetings: Scenario) -> None:
    meetings.when(oriented(kinds=["village", "residential"], number="12-HD/W1")).then(
        (
            "OrientationsPublished",
            {
                "unit": "W1", "document": "D1", "version": 1, "year": 2025, "kinds": ["village", "residential"],
                "themes.0.code": "CD-01", "on": "2025-01-05", "number": "12-HD/W1",
            },
        )
    )  # fmt: skip
    assert (meetings.published[0].cell, meetings.published[0].unit) == (None, "W1")
    meetings.when(oriented(kinds=["village", "residential"], number="12-HD/W1")).then_nothing()
    meetings.when(oriented(themes=[])).then(
        ("OrientationsPublished", {"version": 2, "themes": [], "kinds": None, "number": None})
    )
    meetings.when(By("W2", oriented())).then(("OrientationsPublished", {"unit": "W2", "version": 1}))


def test_nobody_plans_further_ahead_than_the_next_year(meetings: Scenario) -> None:
    for report in (oriented(year=2027), planned(year=2027), chosen("C1", year=2027)):
        meetings.when(report).then_refused("year")
        assert problems(meetings)["data.year"] == ("2027 cannot be meant", "at the latest 2026")
    meetings.when(planned(year=2026)).then(("PlanSubmitted", {"year": 2026}))


def test_not_oriented(meetings: Scenario) -> None:
    meetings.when(By("NOWHERE", oriented())).then_refused("on", waiting=True)
    meetings.when(oriented(on="2018-01-01")).then_refused("on", waiting=True)
    meetings.when(oriented(on="2025-06-16")).then_refused("on")
    twice = [{"code": "A", "title": "a"}, {"code": "A", "title": "b"}]
    with pytest.raises(ValidationError, match="codes given twice: A"):
        oriented(themes=twice)


# -- plans -------------------------------------------------------------------------------------------------------------


def test_a_plan_is_submitted_corrected_and_approved(meetings: Scenario) -> None:
    meetings.when(planned()).then(
        (
            "PlanSubmitted",
            {
                "cell": "C1", "year": 2025, "plan": "P1", "version": 1, "status": "submitted",
                "submitted_on": "2025-01-10", "entries.0.orientation": "CD-01", "decided_by": None, "decided_on": None,
            },
        )
    )  # fmt: skip
    assert meetings.published[0].cell == "C1"
    meetings.when(planned()).then_nothing()
    corrected = planned(entries=[{"month": 5, "theme": "Phân loại rác"}])
    meetings.when(corrected).then(("PlanSubmitted", {"version": 2, "entries.0.month": 5}))
    meetings.when(approved(number="5-KL/W1")).then(
        (
            "PlanApproved",
            {
                "version": 3, "status": "approved", "decided_by": "W1", "decided_on": "2025-01-20",
                "number": "5-KL/W1", "reason": None, "entries.0.theme": "Phân loại rác",
            },
        )
    )  # fmt: skip
    meetings.when(approved(number="5-KL/W1")).then_nothing()
    meetings.when(corrected).then_nothing()


def test_a_plan_is_decided_on_once(meetings: Scenario) -> None:
    meetings.given(planned()).when(returned()).then(
        ("PlanReturned", {"status": "returned", "reason": "chưa sát định hướng", "number": None})
    )
    meetings.when(returned()).then_nothing()
    meetings.when(approved(on="2025-02-01")).then_refused("plan")
    assert problems(meetings)["data.plan"] == (
        "P1 was returned by W1 on 2025-01-20",
        "a decision on a new submission, under another key",
    )
    meetings.when(planned(on="2025-01-11")).then_refused("plan")
    assert problems(meetings)["data.plan"][1] == "another key for another submission"
    meetings.given(planned("P2", "2025-02-01")).when(approved("P2", "2025-02-05")).then(
        ("PlanApproved", {"plan": "P2", "version": 2})
    )
    meetings.when(returned("P2", "2025-02-06")).then_refused("plan")


def test_only_the_unit_right_above_decides(meetings: Scenario) -> None:
    meetings.given(planned())
    for other in ("W2", "CITY", "NOWHERE"):
        meetings.when(By(other, approved())).then_refused("cell", waiting=True)
        assert problems(meetings)["data.cell"] == (
            f"{other} is not right above C1 on 2025-01-20",
            "the decision of W1, to which C1 submits its plans",
        )
    meetings.when(By("CITY", planned(on="2025-01-11"))).then(("PlanSubmitted", {"version": 2}))


def test_everything_wrong_with_a_plan_is_said_at_once(meetings: Scenario) -> None:
    meetings.when(By("W2", planned(on="2019-12-31"))).then_refused("cell", "on")
    meetings.when(planned(cell="C9", on="2025-06-16")).then_refused("cell", "on")
    meetings.when(planned(cell="C2", on="2025-02-01")).then_refused("on")
    meetings.when(approved()).then_refused("plan", waiting=True)
    meetings.given(planned())
    meetings.when(By("W2", approved(on="2025-01-09"))).then_refused("cell", "on", waiting=True)
    meetings.when(approved(on="2025-06-16")).then_refused("on")
    meetings.when(approved(on="2019-12-31")).then_refused("on", "on", waiting=True)
    about: Any = {"cell": "C9", "year": 2025, "plan": "P1", "on": "2025-01-20"}
    meetings.when(type(approved()).model_validate(about)).then_refused("cell", "plan", waiting=True)


@pytest.mark.parametrize(
    ("entries", "wrong"),
    [
        ([{"theme": "A"}], "give one of the two"),
        ([{"theme": "A", "quarter": 1, "month": 2}], "give one of the two"),
        ([{"theme": "A", "quarter": 5}], "less than or equal to 4"),
        ([{"theme": "A", "quarter": 1}, {"theme": "A", "quarter": 1}], "entries given twice"),
        ([], "at least 1"),
    ],
)
def test_a_plan_says_for_each_theme_when(entries: list[dict[str, Any]], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        planned(entries=entries)


STORY = (planned(), returned(), planned("P2", "2025-02-01"), approved("P2", "2025-02-05"), planned("P3", "2025-03-01"))


def test_the_same_story_in_any_order_and_said_twice_comes_to_the_same() -> None:
    """What names a plan that is still unknown waits and comes again, as at the intake."""
    decide = make_decide(tree())
    for order in permutations(STORY):
        store = Store("meetings", ":memory:")
        scenario = Scenario("meetings", store, decide, None, "W1")
        waiting: list[Contract] = [*order, *order[:2]]
        while waiting:
            before, waiting = waiting, [report for report in waiting if not taken(scenario, report)]
            assert len(waiting) < len(before)
        found = [orjson.loads(event.state)["data"] for event in store.recorder.select_notifications(1, 20)]
        assert sorted((one["plan"], one["version"], one["status"]) for one in found) == [
            ("P1", 1, "submitted"),
            ("P1", 2, "returned"),
            ("P2", 1, "submitted"),
            ("P2", 2, "approved"),
            ("P3", 1, "submitted"),
        ]
        store.close()


def taken(scenario: Scenario, report: Contract) -> bool:
    """Whether the report was accepted; otherwise it waits."""
    try:
        scenario.given(report)
    except Refused as refused:
        assert refused.waiting
        return False
    return True


# -- model cells and meetings ------------------------------------------------------------------------------------------


def test_model_cells_are_chosen_by_the_unit_right_above_and_chosen_again(meetings: Scenario) -> None:
    meetings.when(By("W2", chosen("C3"))).then(
        ("ModelCellsChosen", {"unit": "W2", "year": 2025, "version": 1, "cells": ["C3"], "number": None})
    )
    meetings.when(By("W2", chosen("C3"))).then_nothing()
    meetings.when(By("W2", chosen())).then(("ModelCellsChosen", {"version": 2, "cells": []}))
    meetings.when(chosen("C1", "C2", number="3-QĐ")).then(
        ("ModelCellsChosen", {"unit": "W1", "cells": ["C1", "C2"], "number": "3-QĐ"})
    )


def test_not_chosen(meetings: Scenario) -> None:
    meetings.when(chosen("C1", "C3", "C9")).then_refused("cells.1", "cells.2", waiting=True)
    assert problems(meetings)["data.cells.1"] == (
        "C3 is not right below W1 on 2025-01-15 but below W2",
        "a cell right below W1",
    )
    meetings.when(chosen("C2", "C3", on="2025-02-01")).then_refused("cells.0", "cells.1")
    meetings.when(By("CITY", chosen("C1"))).then_refused("cells.0", waiting=True)
    meetings.when(By("NOWHERE", chosen("C1", on="2025-06-16"))).then_refused("on", "on", "cells.0")
    with pytest.raises(ValidationError, match="cells given twice: C1"):
        chosen("C1", "C1")


def test_a_model_meeting_is_held_before_guests_whether_or_not_the_cell_was_chosen(meetings: Scenario) -> None:
    meetings.when(demonstrated(theme="Sinh hoạt mẫu")).then(
        (
            "ModelMeetingHeld",
            {
                "cell": "C1", "meeting": "MM1", "version": 1, "status": "held", "on": "2025-05-20",
                "theme": "Sinh hoạt mẫu", "attended": {"W2": 3, "C3": 1}, "reason": None,
            },
        )
    )  # fmt: skip
    meetings.when(demonstrated(theme="Sinh hoạt mẫu")).then_nothing()
    meetings.when(demonstrated(attended={})).then(("ModelMeetingHeld", {"version": 2, "attended": {}, "theme": None}))
    meetings.when(undemonstrated()).then(("ModelMeetingWithdrawn", {"status": "withdrawn", "reason": "nhầm"}))
    meetings.when(undemonstrated()).then_nothing()
    meetings.when(undemonstrated(reason="khác")).then_refused("meeting")
    meetings.when(demonstrated()).then_refused("meeting")


def test_not_demonstrated(meetings: Scenario) -> None:
    meetings.when(undemonstrated()).then_refused("meeting", waiting=True)
    meetings.when(demonstrated(attended={"C9": 1, "W1": 2, "W9": 1})).then_refused(
        "attended.C9", "attended.W9", waiting=True
    )
    meetings.when(By("W2", demonstrated(on="2025-06-16", attended={"X": 1}))).then_refused("cell", "on", "attended.X")
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        demonstrated(attended={"W1": 0})
