"""Shrunken means: what the formulas say, and that few values do not shout."""

from __future__ import annotations

from random import Random
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.observing.shrinking import shrunken

_groups = st.lists(st.lists(st.integers(-20, 20).map(lambda mark: mark / 2), min_size=1, max_size=5), min_size=1)


@pytest.mark.parametrize(
    ("groups", "within", "between"),
    [
        ([[1, 5], [4, 8, 6, 6]], 16 / 4, (12 - 4) / (6 - 20 / 6)),
        ([[1, 3], [8, 10, 9, 9]], (1 + (196 / 3 - 1) / (6 - 20 / 6)) / 2, (1 + (196 / 3 - 1) / (6 - 20 / 6)) / 2),
    ],
    ids=["SSW 16 and SSB 12", "SSW 4 and SSB 196/3: half is chance at least"],
)
def test_a_case_that_can_be_checked_by_hand(groups: list[list[float]], within: float, between: float) -> None:
    found, spread = shrunken(groups)
    assert (spread.within, spread.between) == pytest.approx((within**0.5, between**0.5), abs=1e-5)
    weights = [between / (between + within / n) for n in (2, 4)]
    parts = [1 / (between + within / n) for n in (2, 4)]
    means = [fmean(group) for group in groups]
    mean = sum(part * raw for part, raw in zip(parts, means, strict=True)) / sum(parts)
    assert spread.mean == pytest.approx(mean, abs=1e-5)
    for one, raw, n, w in zip(found, means, (2, 4), weights, strict=True):
        assert one.shrunken == pytest.approx(mean + w * (raw - mean), abs=1e-5)
        half = 1.959964 * (w * within / n + (1 - w) ** 2 / sum(parts)) ** 0.5
        assert (one.low, one.high) == pytest.approx((one.shrunken - half, one.shrunken + half), abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(_groups)
def test_a_shrunken_mean_lies_between_its_own_and_that_of_all(groups: list[list[float]]) -> None:
    found, spread = shrunken(groups)
    for group, one in zip(groups, found, strict=True):
        assert one.mean == pytest.approx(np.mean(group), abs=1e-5)
        assert min(one.mean, spread.mean) - 1e-5 <= one.shrunken <= max(one.mean, spread.mean) + 1e-5
        assert (one.low is None) == (one.high is None)
        assert one.low is None or (one.high is not None and one.low <= one.shrunken <= one.high)
        assert not one.stands_out or (one.count >= 2 and one.low is not None and one.low > spread.mean)


def test_of_two_with_the_same_mean_the_one_with_fewer_visits_is_moved_more_and_known_less() -> None:
    random = Random(1)
    ordinary = [[random.gauss(0, 2) for _ in range(5)] for _ in range(20)]
    found, _ = shrunken([*ordinary, [9.0], [8.0, 10.0, 9.0, 8.5, 9.5, 9.0, 8.0, 10.0]])
    once, often = found[-2:]
    assert once.mean == often.mean == 9
    assert once.shrunken < often.shrunken
    assert once.low is not None and once.high is not None and often.low is not None and often.high is not None
    assert once.high - once.low > often.high - often.low
    assert (once.stands_out, often.stands_out) == (False, True)


def test_where_nearly_all_do_the_same_every_time_one_visit_is_moved_half_way_at_least() -> None:
    found, spread = shrunken([*([0.0] * 5 for _ in range(20)), [12.0], [12.0, 11.0, 13.0, 12.0]])
    once, often = found[-2:]
    assert once.shrunken - spread.mean <= (12 - spread.mean) / 2 + 1e-5 < often.shrunken - spread.mean
    assert (once.stands_out, often.stands_out) == (False, True)


def test_where_groups_do_not_differ_nobody_does() -> None:
    found, spread = shrunken([[1.0, 5.0], [5.0, 1.0], [3.0]])
    assert spread.between == 0
    assert {one.shrunken for one in found} == {3.0}
    assert not any(one.stands_out for one in found)


@pytest.mark.parametrize("groups", [[[4.0]], [[2.0, 2.0], [2.0]]])
def test_where_nothing_scatters_there_are_no_bounds(groups: list[list[float]]) -> None:
    for one in shrunken(groups)[0]:
        assert (one.shrunken, one.low, one.high, one.stands_out) == (groups[0][0], None, None, False)


def test_estimates_are_nearer_to_the_truth_than_means_and_the_bounds_hold_it() -> None:
    random = Random(7)
    truth = [random.gauss(2, 1.5) for _ in range(400)]
    found, _ = shrunken([[random.gauss(mean, 2) for _ in range(random.randint(1, 7))] for mean in truth])
    pairs = list(zip(truth, found, strict=True))
    assert sum((one.shrunken - mean) ** 2 for mean, one in pairs) < 0.75 * sum((o.mean - m) ** 2 for m, o in pairs)
    held = sum(one.low is not None and one.high is not None and one.low <= mean <= one.high for mean, one in pairs)
    assert 0.9 < held / len(pairs) < 0.98
