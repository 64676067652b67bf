"""Sets at the edge of the format: every item scaled away, and as many limits as there can be."""

from __future__ import annotations

from typing import Any

from services.evaluation.criteria.check import check
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.source import Source
from services.evaluation.scoring.score import score
from tests.evaluation.publishing.said import document, title
from tests.evaluation.scoring.sheets import frame, sheet


def known(**changes: Any) -> CriteriaSet:
    made = document(**changes)
    assert check(Source(data=made)) == []
    return CriteriaSet.model_validate(made)


def totals(criteria: CriteriaSet, **facts: Any) -> tuple[Any, ...]:
    scored = score(frame(sheet(form=None, **facts)), criteria)
    assert scored.items.height == len(criteria.items) + len(criteria.limits)
    return scored.scores.select("lower", "upper", "grade", "reachable").row(0)


def test_every_item_may_be_scaled_away() -> None:
    items = [
        {**item, "not_applicable": {"when": {"measure": measure, "is": False}}}
        for item, measure in zip(document()["items"], ("cell.committee", "cell.hardship"), strict=True)
    ]
    criteria = known(items=items, not_applicable="rescale")
    assert totals(criteria, has_committee=True, hardship=True) == (100, 100, "good", 100)
    assert totals(criteria, has_committee=True, hardship=False, minutes=10) == (0, 0, "poor", 100)
    assert totals(criteria, has_committee=None, hardship=True, minutes=10) == (40, 100, None, 100)
    assert totals(criteria, has_committee=False, hardship=False) == (0, 100, None, 100)


def test_as_many_limits_as_there_can_be_are_soon_looked_at() -> None:
    limits: dict[str, list[dict[str, Any]]] = {"caps": [], "vetoes": []}
    for number in range(30):
        named = {"title": title("Too short"), "reference": "x", "when": {"measure": "time.minutes", "below": number}}
        limits["caps"].append({"code": f"C{number}", **named, "points": 30 + number})
        limits["vetoes"].append(
            {"code": f"V{number}", **named, "when": {"measure": "notice.hours_before", "below": number}}
        )
    criteria = known(**limits)
    assert totals(criteria, minutes=95)[:3] == (100, 100, "good")
    assert totals(criteria, minutes=20)[:3] == (40, 40, "poor")
    assert totals(criteria, minutes=95, notice_at=None)[:3] == (100, 100, None)


def test_of_many_bands_whose_or_if_holds_the_one_with_the_fewest_points_is_taken() -> None:
    steps = [{"below": 1, "points": 0}]
    steps += [{"at_least": n, "below": n + 1, "points": n} for n in range(1, 39)]
    steps += [{"at_least": 39, "points": 60}]
    for number, step in enumerate(steps):
        step["or_if"] = {"measure": "attendance.unexcused", "at_least": 40 - number}
    first, second = document()["items"]
    del first["yes_no"]
    criteria = known(items=[{**first, "bands": {"measure": "time.minutes", "steps": steps}}, second])
    assert totals(criteria, minutes=95)[:2] == (100, 100)
    assert totals(criteria, minutes=95, unexcused=3)[:2] == (37 + 40, 37 + 40)
