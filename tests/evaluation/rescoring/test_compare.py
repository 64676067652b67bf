"""Two lenses side by side: nothing is lost, nothing is invented, and what moved a month adds up to its move."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from services.contracts.rescoring import Outcome
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.rescoring.compare import Compared, Side, compare, differs
from services.evaluation.rescoring.judge import Judge
from services.evaluation.scoring.score import score, score_all
from tests.evaluation.scoring.sheets import SETS, A, D, E, frame, sheet
from tests.evaluation.scoring.strategies import forgotten, meetings

RESCALED = E.with_policy("rescale")
JUDGES = st.sampled_from([Judge(SETS), *(Judge(SETS, criteria) for criteria in (A, D, E, RESCALED))])
ORDER = {"good": 3, "fair": 2, "average": 1, "poor": 0}


@st.composite
def months(draw: st.DrawFn) -> pl.DataFrame:
    """Some months of some cells, with facts missing as they are in life."""
    rows: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, 8))):
        rows.append(draw(forgotten(draw(meetings()))))
    return frame(*rows).unique(["cell", "period"], keep="first", maintain_order=True)


def sides(facts: pl.DataFrame, before: Judge, after: Judge) -> tuple[Side, Side]:
    return Side(before, facts), Side(after, facts)


def reference(facts: pl.DataFrame, judge: Judge) -> dict[tuple[str, str], dict[str, Any]]:
    """The scores as scoring alone gives them."""
    found = score(facts, judge.one, SETS) if judge.one else score_all(facts, SETS)
    return {(row["cell"], row["period"]): row for row in found.scores.to_dicts()}


def outcome(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """What becomes of a month, the slow and obvious way."""
    if before is None or after is None:
        return "appeared" if before is None else "vanished"
    old, new = before["grade"], after["grade"]
    if old is None or new is None:
        return "open" if old == new else "settled" if old is None else "opened"
    scale = {"met": 1, "not_met": 0}
    if (old in scale) != (new in scale):
        return "restated"
    ranks = scale if old in scale else ORDER
    return "same" if old == new else "up" if ranks[new] > ranks[old] else "down"


@settings(max_examples=24, deadline=None)
@given(months(), JUDGES, JUDGES)
def test_each_side_is_what_scoring_says_and_the_outcome_follows(facts: pl.DataFrame, b: Judge, a: Judge) -> None:
    found = compare(*sides(facts, b, a))
    before, after = reference(facts, b), reference(facts, a)
    assert [(row["cell"], row["period"]) for row in found.months.to_dicts()] == sorted({*before, *after})
    for row in found.months.to_dicts():
        old, new = (known.get((row["cell"], row["period"])) for known in (before, after))
        for side, expected in (("before", old), ("after", new)):
            shown = [row[f"{side}_{name}"] for name in ("set", "points", "lower", "upper", "grade")]
            names = ("criteria", "points", "lower", "upper", "grade")
            assert shown == ([expected[name] for name in names] if expected else [None] * 5)
        assert row["outcome"] == outcome(old, new)


@settings(max_examples=24, deadline=None)
@given(months(), st.sampled_from([D, E, RESCALED]), st.sampled_from([D, E, RESCALED]))
def test_what_the_headings_moved_adds_up_to_the_move(facts: pl.DataFrame, b: CriteriaSet, a: CriteriaSet) -> None:
    found = compare(*sides(facts, Judge(SETS, b), Judge(SETS, a)))
    for row in found.months.filter(pl.col("change").is_not_null()).to_dicts():
        lines = found.lines.filter(pl.col("cell") == row["cell"], pl.col("period") == row["period"])
        if lines["change"].null_count() == 0:
            assert abs(lines["change"].sum() - row["change"]) < 1e-6
        most = lines["change"].abs().max()
        assert (row["heading_change"] is None) == (most is None)
        if most is not None:
            assert abs(abs(row["heading_change"]) - most) < 1e-9  # type: ignore[operator]


@settings(max_examples=14, deadline=None)
@given(months(), JUDGES)
def test_a_lens_beside_itself_moves_nothing(facts: pl.DataFrame, judge: Judge) -> None:
    found = compare(*sides(facts, judge, judge))
    assert set(found.months["outcome"]) <= {Outcome.SAME.value, Outcome.OPEN.value}
    assert not found.months.select(differs().any()).item()
    assert found.impacts["change"].fill_null(0).abs().sum() == 0


@settings(max_examples=14, deadline=None)
@given(months(), JUDGES, JUDGES)
def test_the_other_way_round_is_the_mirror(facts: pl.DataFrame, b: Judge, a: Judge) -> None:
    there, back = (compare(*sides(facts, *pair)).months for pair in ((b, a), (a, b)))
    mirrored = {"up": "down", "down": "up", "opened": "settled", "settled": "opened"}
    mirrored |= {"appeared": "vanished", "vanished": "appeared"}
    assert [mirrored.get(one, one) for one in there["outcome"]] == back["outcome"].to_list()
    assert [None if one is None else -one for one in there["change"]] == back["change"].to_list()


@settings(max_examples=12, deadline=None)
@given(months(), JUDGES, JUDGES, st.integers(0, 8))
def test_parts_come_to_the_same(facts: pl.DataFrame, b: Judge, a: Judge, cut: int) -> None:
    whole = compare(*sides(facts, b, a))
    parts = [compare(*sides(part, b, a)) for part in (facts[:cut], facts[cut:])]
    assert_frame_equal(joined(parts, "months"), whole.months)
    assert_frame_equal(joined(parts, "lines"), whole.lines)


def joined(parts: list[Compared], name: str) -> pl.DataFrame:
    frames: list[pl.DataFrame] = [getattr(part, name) for part in parts]
    return pl.concat(frames).sort("cell", "period", maintain_order=True)


def test_a_condition_that_failed_is_what_moved_a_grade_that_is_stated_anew() -> None:
    unexcused = frame(sheet(present=23, unexcused=1))
    row = compare(*sides(unexcused, Judge(SETS, E), Judge(SETS, A))).months.row(0, named=True)
    assert (row["before_grade"], row["after_grade"], row["outcome"]) == ("good", "not_met", "restated")
    assert row["heading"] == "→ 1.2"
    back = compare(*sides(unexcused, Judge(SETS, A), Judge(SETS, E)))
    row = back.months.row(0, named=True)
    assert (row["before_grade"], row["after_grade"]) == ("not_met", "good")
    assert (row["heading"], row["heading_change"]) == ("→ 4.3", -5)
    gone = back.lines.filter(pl.col("heading") == "1.2 →").row(0, named=True)
    assert (gone["before_items"], gone["before_met"], gone["after_items"]) == ("1.2", False, None)


def test_scaling_has_a_line_of_its_own() -> None:
    facts = frame(sheet(minutes=80))
    found = compare(*sides(facts, Judge(SETS, E), Judge(SETS, RESCALED)))
    row = found.months.row(0, named=True)
    assert (row["before_points"], row["heading"]) == (94, "rest")
    assert row["after_points"] == 94 / 95 * 100
    assert found.lines["heading"].to_list() == ["rest"]
