"""Bounds keep their word: whatever a missing fact turns out to be, the score lies between them, and the grade holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.load import load
from services.evaluation.scoring.score import score
from tests.evaluation.scoring.sheets import SETS, frame
from tests.evaluation.scoring.strategies import forgotten, meetings
from tests.evaluation.scoring.test_cases import HERE

RULES = load(HERE / "rules.yaml")
ALL = [
    *SETS.values(),
    RULES,
    RULES.with_policy("full"),
    RULES.with_policy("drop"),
    SETS["an-phu-2025"].with_policy("rescale"),
]


@pytest.mark.parametrize("criteria", ALL, ids=lambda one: f"{one.id}-{one.not_applicable}")
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_was_forgotten_lies_within_the_bounds(criteria: CriteriaSet, data: st.DataObject) -> None:
    whole = data.draw(meetings())
    known = data.draw(forgotten(whole))
    told, left = (score(frame(row), criteria, SETS) for row in (whole, known))
    after, before = (one.scores.row(0, named=True) for one in (told, left))
    if before["lower"] is not None:
        assert before["lower"] <= after["lower"] <= after["upper"] <= before["upper"]
    if before["grade"] is not None:
        assert after["grade"] == before["grade"]
    for line, less in zip(told.items.iter_rows(named=True), left.items.iter_rows(named=True), strict=True):
        assert line["item"] == less["item"]
        if less["met"] is not None and less["status"] == "scored":
            assert line["met"] == less["met"]
        if less["lower"] is not None:
            assert less["lower"] <= line["lower"] <= line["upper"] <= less["upper"], (line, less)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_points_are_given_only_where_nothing_is_open(data: st.DataObject) -> None:
    row = data.draw(meetings().flatmap(forgotten))
    for criteria in ALL:
        made = score(frame(row), criteria, SETS)
        total = made.scores.row(0, named=True)
        lines = list(made.items.iter_rows(named=True))
        if total["lower"] is None:
            assert total["points"] is None and criteria.scale == "pass_fail"
            continue
        assert (total["points"] is None) == (total["lower"] != total["upper"])
        assert 0 <= total["lower"] <= total["upper"] <= 100
        most = {item.code: item.max for item in criteria.items}
        for line in lines:
            if line["item"] in most:
                assert 0 <= line["lower"] <= line["upper"] <= (most[line["item"]] or 0)
                assert (line["status"] == "not_determinable") <= (line["note"] is not None)
