"""Ranges: what they hold, and the holes and overlaps between them, named."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.evaluation.criteria.ranges import Range, holes


def r(**bounds: float) -> Range:
    return Range.model_validate(bounds)


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([r(at_least=50), r(below=50)], []),
        ([r(above=50), r(at_most=50)], []),
        ([r(above=50), r(below=50)], ["nothing covers exactly 50"]),
        ([r(at_least=50), r(at_most=50)], ["two ranges cover exactly 50"]),
        ([r(at_least=60), r(below=50)], ["nothing covers from 50 to below 60"]),
        ([r(above=60), r(at_most=50)], ["nothing covers above 50 to 60"]),
        ([r(at_least=40), r(below=50)], ["two ranges cover from 40 to below 50"]),
        ([r(at_least=10)], ["nothing covers from 0 to below 10"]),
        ([r(below=90)], ["nothing covers from 90 to 100"]),
        (
            [r(at_least=20, below=30), r(at_least=20, below=30), r(below=20), r(at_least=30)],
            ["two ranges cover from 20 to below 30"],
        ),
        ([], ["nothing covers from 0 to 100"]),
        (
            [r(above=90), r(at_least=10, below=90), r(below=5)],
            ["nothing covers from 5 to below 10", "nothing covers exactly 90"],
        ),
    ],
)
def test_holes_between_0_and_100(ranges: list[Range], expected: list[str]) -> None:
    assert holes(ranges, 0, 100) == expected


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([r(at_least=4), r(at_most=3)], []),
        ([r(above=3), r(below=4)], []),
        ([r(above=3), r(at_most=2.5)], ["nothing covers exactly 3"]),
        ([r(at_least=9), r(below=6)], ["nothing covers from 6 to 8"]),
        ([r(at_least=3), r(at_most=3)], ["two ranges cover exactly 3"]),
        ([r(at_least=2)], ["nothing covers from 0 to 1"]),
        ([r(below=7)], ["nothing covers from 7 on"]),
    ],
)
def test_holes_between_whole_numbers(ranges: list[Range], expected: list[str]) -> None:
    assert holes(ranges, 0, math.inf, whole=True) == expected


def test_a_domain_without_ends_wants_ranges_without_ends() -> None:
    assert holes([r(at_least=24), r(below=24)], -math.inf, math.inf) == []
    assert holes([r(at_least=24)], -math.inf, math.inf) == ["nothing covers to below 24"]


@pytest.mark.parametrize(
    "bounds", [{"at_least": 1, "above": 1}, {"at_most": 1, "below": 2}, {"at_least": 2, "below": 2}]
)
def test_a_range_that_cannot_be(bounds: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        r(**bounds)


CUTS = st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True).map(sorted)


@given(cuts=CUTS, closed=st.lists(st.booleans(), min_size=6, max_size=6), lost=st.integers(0, 6), order=st.randoms())
def test_a_partition_has_no_holes_and_losing_a_part_makes_exactly_one(cuts, closed, lost, order) -> None:
    edges = [None, *cuts, None]
    parts = []
    for place, (low, high) in enumerate(pairwise(edges)):
        bounds = {}
        if low is not None:
            bounds["at_least" if closed[place - 1] else "above"] = low
        if high is not None:
            bounds["below" if closed[place] else "at_most"] = high
        parts.append(r(**bounds))
    order.shuffle(parts)
    assert holes(parts, 0, 100) == []
    assert len(holes(parts[: lost % len(parts)] + parts[lost % len(parts) + 1 :], 0, 100)) == 1
    assert len(holes([*parts, parts[0]], 0, 100)) == 1
