"""Bounds keep their word: whatever a missing fact turns out to be, the score lies between them, and the grade holds."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.criteria.format import CriteriaSet, Scale
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


@st.composite
def told_twice(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Meetings as they were, and as they are recorded with something forgotten."""
    whole = [
        {**row, "meeting": f"m{place}"} for place, row in enumerate(draw(st.lists(meetings(), min_size=1, max_size=6)))
    ]
    return whole, [draw(forgotten(row)) for row in whole]


@pytest.mark.parametrize("criteria", ALL, ids=lambda one: f"{one.id}-{one.not_applicable}")
@settings(max_examples=6, deadline=None)
@given(told=told_twice())
def test_what_was_forgotten_lies_within_the_bounds(criteria: CriteriaSet, told: Any) -> None:
    full, open_ = (score(frame(*rows), criteria, SETS) for rows in told)
    for after, before in zip(full.scores.iter_rows(named=True), open_.scores.iter_rows(named=True), strict=True):
        if before["lower"] is not None:
            assert before["lower"] <= after["lower"] <= after["upper"] <= before["upper"]
        if before["grade"] is not None:
            assert after["grade"] == before["grade"]
    for line, less in zip(full.items.iter_rows(named=True), open_.items.iter_rows(named=True), strict=True):
        assert (line["meeting"], line["item"]) == (less["meeting"], less["item"])
        if less["met"] is not None and less["status"] == "scored":
            assert line["met"] == less["met"]
        if less["lower"] is not None:
            assert less["lower"] <= line["lower"] <= line["upper"] <= less["upper"], (line, less)


@pytest.mark.parametrize("criteria", ALL, ids=lambda one: f"{one.id}-{one.not_applicable}")
@settings(max_examples=6, deadline=None)
@given(told=told_twice())
def test_points_are_given_only_where_nothing_is_open(criteria: CriteriaSet, told: Any) -> None:
    made = score(frame(*told[1]), criteria, SETS)
    most = {item.code: item.max for item in criteria.items}
    for total in made.scores.iter_rows(named=True):
        if criteria.scale is Scale.PASS_FAIL:
            assert total["lower"] is total["upper"] is total["points"] is None
        else:
            assert (total["points"] is None) == (total["lower"] != total["upper"])
            assert 0 <= total["lower"] <= total["upper"] <= criteria.total
    for line in made.items.filter(pl.col("item").is_in(list(most))).iter_rows(named=True):
        assert line["status"] != "not_determinable" or line["note"] is not None, line
        if most[line["item"]] is not None:
            assert 0 <= line["lower"] <= line["upper"] <= most[line["item"]]
