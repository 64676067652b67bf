"""Roll-ups and quotas against a slow, obvious reading of what they mean: every possible year, one by one."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.rollups import Quota, Rollup
from services.evaluation.scoring.quotas import QUOTAS, YEARS, quota
from services.evaluation.scoring.rollups import ROLLUPS, roll_up
from services.evaluation.scoring.span_months import MONTHS
from tests.evaluation.scoring.sheets import A, D

TITLE = {"vi": "a", "en": "a", "bn": "a"}
RANKS = ["poor", "average", "fair", "good"]
POLICIES = ["left_out", "lowest", "not_determinable"]


def with_rollup(base: CriteriaSet, *, quotas: tuple[dict[str, Any], ...] = (), **rollup: Any) -> CriteriaSet:
    said = {"code": "R1", "title": TITLE, "reference": "1", "span": "year", **rollup}
    return CriteriaSet.model_validate({**base.model_dump(by_alias=True), "rollups": [said], "quotas": quotas})


def month(period: str, **score: Any) -> dict[str, Any]:
    return {"cell": "C", "period": period, "held": True, "kind": "regular", **score}


def scored(period: str, lower: float, upper: float | None = None, grade: str | None = None) -> dict[str, Any]:
    upper = lower if upper is None else upper
    ranks = [graded(lower), graded(upper)]
    known = grade or (ranks[0] if ranks[0] == ranks[1] else None)
    return month(period, points=lower if lower == upper else None, lower=lower, upper=upper, grade=known)


def idle(period: str) -> dict[str, Any]:
    return {"cell": "C", "period": period, "held": False}


def graded(points: float) -> str:
    return "good" if points >= 90 else "fair" if points >= 70 else "average" if points >= 50 else "poor"


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{**dict.fromkeys(MONTHS), **row} for row in rows], schema=MONTHS)


@st.composite
def months(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to a year of a cell: held and determined, held and open, or not held."""
    rows = []
    for number in sorted(draw(st.sets(st.integers(1, 12), min_size=1, max_size=12))):
        period = f"2025-{number:02}"
        kind = draw(st.sampled_from(["known", "known", "open", "idle"]))
        if kind == "idle" or (kind == "open" and sum(row.get("grade") is None for row in rows) > 4):
            rows.append(idle(period))
            continue
        low = draw(st.integers(0, 10_000)) / 100
        high = low if kind == "known" else draw(st.integers(round(low * 100), 10_000)) / 100
        rows.append({**scored(period, low, high), "kind": draw(st.sampled_from(["regular", "combined"]))})
    return rows


def worth(row: dict[str, Any], rollup: Rollup, *, known: bool) -> str:
    if not row["held"]:
        return rollup.without_meeting.value
    return "as_it_is" if known else rollup.not_determinable.value


# counted


def ranks_of(row: dict[str, Any], rollup: Rollup) -> list[int] | None:
    """The ranks that the month may have, None where it does not count."""
    grade = row.get("grade")
    policy = worth(row, rollup, known=grade is not None)
    if policy == "left_out":
        return None
    if grade is not None:
        return [RANKS.index(grade)]
    low, high = (RANKS.index(graded(row[n])) if row["held"] else n == "upper" and 3 for n in ("lower", "upper"))
    return [low] if policy == "lowest" else list(range(low, high + 1))


def year_of(ranks: tuple[int, ...], rollup: Rollup) -> str:
    for grade in rollup.grades:
        met = True
        for count in grade.all:
            reached = sum(rank >= RANKS.index(count.grade) for rank in ranks)
            if count.every:
                met = met and reached == len(ranks)
            else:
                value = Fraction(reached * 100, len(ranks)) if count.percent else reached
                low, high = count.cuts()
                met = met and low < (value, 0.5) < high
        if met:
            return grade.grade
    raise AssertionError("the last grade takes what remains")


def counts(up: bool) -> st.SearchStrategy[dict[str, Any]]:
    grades = st.sampled_from(RANKS)
    every = st.builds(lambda grade: {"grade": grade, "every": True}, grades)
    words = ["at_least", "above"] if up else ["at_least", "above", "at_most", "below"]
    number = st.builds(lambda g, w, n: {"grade": g, w: n}, grades, st.sampled_from(words), st.integers(1, 12))
    share = st.builds(
        lambda g, w, n: {"grade": g, "percent": True, w: n}, grades, st.sampled_from(words), st.integers(1, 99)
    )
    return st.one_of(every, number, share)


@st.composite
def counted(draw: st.DrawFn, up: bool) -> CriteriaSet:
    first, second = (draw(st.lists(counts(up), min_size=1, max_size=2)) for _ in range(2))
    return with_rollup(
        D,
        method="counted",
        without_meeting=draw(st.sampled_from(POLICIES)),
        not_determinable=draw(st.sampled_from(POLICIES)),
        grades=[{"grade": "excellent", "all": first}, {"grade": "good", "all": second}, {"grade": "poor"}],
    )


@pytest.mark.parametrize("up", [True, False], ids=["only lower bounds", "any bounds"])
@settings(max_examples=60, deadline=None)
@given(data=st.data(), rows=months())
def test_a_counted_grade_is_what_every_possible_year_would_have(
    up: bool, data: st.DataObject, rows: list[dict[str, Any]]
) -> None:
    criteria = data.draw(counted(up))
    rollup = criteria.rollups[0]
    [made] = roll_up(frame(*rows), criteria).to_dicts() or [None]
    possible = [ranks for row in rows if (ranks := ranks_of(row, rollup)) is not None]
    if not possible:
        assert made is None
        return
    assert made is not None and made["counted"] == len(possible)
    grades = {year_of(ranks, rollup) for ranks in product(*possible)}
    if made["grade"] is not None:
        assert grades == {made["grade"]}
    elif up:
        assert len(grades) > 1


# means


def bounds_of(row: dict[str, Any], rollup: Rollup) -> tuple[Fraction, Fraction] | None:
    known = row["held"] and row["lower"] == row["upper"]
    policy = worth(row, rollup, known=known)
    if policy == "left_out":
        return None
    low, high = (Fraction(round(row[n] * 100), 100) if row["held"] else Fraction(top) for n, top in BOUNDS)
    return (low, low) if policy == "lowest" else (low, high)


BOUNDS = (("lower", 0), ("upper", 100))


def weight_of(row: dict[str, Any], rollup: Rollup) -> Fraction:
    if rollup.weights is None:
        return Fraction(1)
    number = int(row["period"][5:])
    key = {
        "kind": row.get("kind") or "without_meeting",
        "month": str(number),
        "quarter": str(math.ceil(number / 3)),
    }[rollup.weights.per.value]
    return Fraction(round(rollup.weights.values[key] * 100), 100)


def rounded(value: Fraction, rollup: Rollup) -> float:
    if rollup.rounding.way == "none":
        return float(value)
    scaled = value * 10**rollup.rounding.decimals
    ways = {"down": math.floor, "up": math.ceil, "half_up": lambda v: math.floor(v + Fraction(1, 2))}
    return ways[rollup.rounding.way](scaled) / 10**rollup.rounding.decimals


WEIGHTS = st.integers(0, 300).map(lambda hundredths: hundredths / 100)


@st.composite
def means(draw: st.DrawFn) -> CriteriaSet:
    keys = {
        "kind": ["regular", "combined", "without_meeting"],
        "month": [*map(str, range(1, 13))],
        "quarter": ["1", "2", "3", "4"],
    }
    per = draw(st.sampled_from([None, *keys]))
    way = draw(st.sampled_from(["none", "down", "half_up", "up"]))
    rounding = {"way": way} if way == "none" else {"way": way, "decimals": draw(st.integers(0, 4))}
    weights = {} if per is None else {"weights": {"per": per, "values": {key: draw(WEIGHTS) for key in keys[per]}}}
    return with_rollup(
        D,
        method="mean" if per is None else "weighted",
        span=draw(st.sampled_from(["quarter", "year"])),
        without_meeting=draw(st.sampled_from(POLICIES)),
        not_determinable=draw(st.sampled_from(POLICIES)),
        rounding=rounding,
        grades=[
            {"grade": "fair", "at_least": 60, "at_most": 85},
            {"grade": "excellent", "above": 85},
            {"grade": "poor", "below": 60},
        ],
        **weights,
    )


@settings(max_examples=100, deadline=None)
@given(criteria=means(), rows=months())
def test_a_mean_is_exact_rounded_as_stated_and_bounded_by_what_is_possible(
    criteria: CriteriaSet, rows: list[dict[str, Any]]
) -> None:
    rollup = criteria.rollups[0]
    spans: dict[str, list[tuple[Fraction, Fraction, Fraction]]] = {}
    for row in rows:
        quarter = f"2025-Q{math.ceil(int(row['period'][5:]) / 3)}"
        if bounds := bounds_of(row, rollup):
            span = "2025" if rollup.span == "year" else quarter
            spans.setdefault(span, []).append((weight_of(row, rollup), *bounds))
    made = {line["span"]: line for line in roll_up(frame(*rows), criteria).to_dicts()}
    assert list(made) == sorted(spans)
    for span, parts in spans.items():
        total, line = sum(weight for weight, _, _ in parts), made[span]
        assert line["counted"] == len(parts)
        if not total:
            assert line["points"] is line["lower"] is line["upper"] is line["grade"] is None
            continue
        lower, upper = (rounded(sum(p[0] * p[side] for p in parts) / total, rollup) for side in (1, 2))
        assert (line["lower"], line["upper"]) == (lower, upper)
        assert line["points"] == (lower if lower == upper else None)
        grades = ["excellent" if v > 85 else "fair" if v >= 60 else "poor" for v in (lower, upper)]
        assert line["grade"] == (grades[0] if grades[0] == grades[1] else None)


# what is easily got wrong

MEAN = {
    "method": "mean",
    "without_meeting": "lowest",
    "not_determinable": "not_determinable",
    "rounding": {"way": "none"},
    "grades": [{"grade": "good", "at_least": 90}, {"grade": "poor", "below": 90}],
}


def test_a_mean_that_is_exactly_the_threshold_reaches_it() -> None:
    rows = [scored(f"2025-{number:02}", points) for number, points in enumerate((89.99, 90.01, 90), 1)]
    [line] = roll_up(frame(*rows), with_rollup(D, **MEAN)).to_dicts()
    assert (line["points"], line["grade"]) == (90.0, "good")


def test_months_that_count_by_their_kind_and_months_with_only_another_kind() -> None:
    rows = [
        scored("2025-01", 100),
        {**scored("2025-01", 10), "kind": "thematic"},
        {**scored("2025-02", 100), "kind": "thematic"},
    ]
    judges = {**D.model_dump(by_alias=True), "applies_to": {"meeting_kinds": ["regular", "combined", "thematic"]}}
    wide = CriteriaSet.model_validate(judges)
    both, regular = (
        roll_up(frame(*rows), with_rollup(wide, **MEAN, **kinds)).to_dicts()[0]
        for kinds in ({}, {"kinds": ["regular"]})
    )
    assert (both["counted"], both["points"]) == (3, 70.0)
    assert roll_up(frame(*rows), with_rollup(D, **MEAN)).to_dicts() == [regular], "what the set does not judge"
    assert (regular["counted"], regular["points"]) == (2, 50.0), "February had no meeting that counts"


def test_a_month_that_another_set_judged_can_be_anything() -> None:
    rows = [scored("2025-01", 96), month("2025-02")]
    [line] = roll_up(frame(*rows), with_rollup(D, **MEAN)).to_dicts()
    assert (line["points"], line["lower"], line["upper"], line["grade"]) == (None, 48.0, 98.0, None)


def test_a_grade_that_a_limit_may_lower_is_not_bounded_by_its_points() -> None:
    half = {"method": "counted", "without_meeting": "left_out", "not_determinable": "not_determinable"}
    half["grades"] = [{"grade": "good", "all": [{"grade": "fair", "every": True}]}, {"grade": "poor"}]
    free = with_rollup(D, **half)
    veto = {"code": "V1", "title": TITLE, "reference": "1", "when": {"measure": "targets.share", "below": 10}}
    bound = CriteriaSet.model_validate({**free.model_dump(by_alias=True), "vetoes": [veto]})
    row = month("2025-01", lower=80, upper=95)
    assert [roll_up(frame(row), one)["grade"][0] for one in (free, bound)] == ["good", None]


def test_a_pass_fail_set_is_counted() -> None:
    year = with_rollup(
        A,
        method="counted",
        without_meeting="lowest",
        not_determinable="not_determinable",
        grades=[{"grade": "met", "all": [{"grade": "met", "at_least": 2}]}, {"grade": "not_met"}],
    )
    rows = [month("2025-01", grade="met"), month("2025-02", grade="not_met"), month("2025-03")]
    assert roll_up(frame(*rows), year)["grade"].to_list() == [None]
    assert roll_up(frame(*rows, month("2025-04", grade="met")), year)["grade"].to_list() == ["met"]
    assert roll_up(frame(*rows[1:], idle("2025-04")), year)["grade"].to_list() == ["not_met"]


def test_cells_and_years_stay_apart_in_order_whatever_the_order_of_the_months() -> None:
    rows = [{**scored(f"{year}-03", points), "cell": cell} for cell, year, points in PLACES]
    made = roll_up(frame(*rows), with_rollup(D, **MEAN))
    assert made.select("cell", "span", "points").rows() == [("A", "2024", 5.0), ("A", "2025", 7.0), ("B", "2024", 9.0)]
    assert made.schema == pl.Schema(ROLLUPS)
    assert roll_up(frame(*reversed(rows)), with_rollup(D, **MEAN)).equals(made)


PLACES = [("B", 2024, 9), ("A", 2025, 7), ("A", 2024, 5)]


def test_a_set_without_roll_ups_makes_none() -> None:
    assert roll_up(frame(scored("2025-01", 90)), D).schema == pl.Schema(ROLLUPS)
    assert roll_up(frame(scored("2025-01", 90)), D).is_empty()
    assert roll_up(frame(), with_rollup(D, **MEAN)).is_empty()


# quotas


def years(*rows: tuple[str | None, str, str | None]) -> pl.DataFrame:
    cells = [
        {"cell": f"C{place}", "unit": unit, "cell_kind": kind, "span": "2025", "grade": grade}
        for place, (unit, kind, grade) in enumerate(rows)
    ]
    return pl.DataFrame(cells, schema=YEARS)


GRADES = ["excellent", "good", "poor"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["U", "V"]), st.sampled_from(["village", "school"]), st.sampled_from([*GRADES, GRADES[0], None])
    ),
    min_size=1,
    max_size=40,
)


@st.composite
def quotas(draw: st.DrawFn) -> dict[str, Any]:
    denominator = draw(st.sampled_from(["all", "graded", "at_least", "exactly"]))
    more: dict[str, Any] = {}
    if denominator in ("at_least", "exactly"):
        more["denominator_grade"] = draw(st.sampled_from(GRADES))
    among = draw(st.sampled_from(["unit", "cell_kind", "territory"]))
    if among == "unit" and draw(st.booleans()):
        more["raised"] = [{"units": ["V", "W"], "percent": draw(st.integers(1, 10_000)) / 100}]
    return {
        "code": "Q1",
        "title": TITLE,
        "reference": "1",
        "grade": draw(st.sampled_from(GRADES)),
        "percent": draw(st.integers(1, 10_000)) / 100,
        "denominator": denominator,
        "among": among,
        "rounding": draw(st.sampled_from(["down", "half_up", "up"])),
        **more,
    }


def by_hand(rows: list[tuple[Any, ...]], one: Quota) -> list[tuple[Any, ...]]:
    groups: dict[str, list[str | None]] = {}
    for unit, kind, grade in rows:
        groups.setdefault({"unit": unit, "cell_kind": kind, "territory": "all"}[one.among], []).append(grade)
    found = []
    for name, grades in sorted(groups.items()):
        at = one.denominator_grade and GRADES.index(one.denominator_grade)
        of = {
            "all": len(grades),
            "graded": sum(g is not None for g in grades),
            "at_least": sum(g is not None and at is not None and GRADES.index(g) <= at for g in grades),
            "exactly": sum(g is not None and g == one.denominator_grade for g in grades),
        }[one.denominator]
        percent = next((raised.percent for raised in one.raised if name in raised.units), one.percent)
        share = Fraction(of * round(percent * 100), 10_000)
        whole = {"down": math.floor(share), "up": math.ceil(share), "half_up": math.floor(share + Fraction(1, 2))}
        allowed, counted = whole[one.rounding], grades.count(one.grade)
        open_ = grades.count(None)
        found.append(("Q1", "2025", name, of, allowed, one.grade, counted, open_, max(0, counted - allowed)))
    return found


@settings(max_examples=100, deadline=None)
@given(rows=ROWS, said=quotas())
def test_a_quota_is_what_a_pencil_makes_of_it(rows: list[tuple[Any, ...]], said: dict[str, Any]) -> None:
    grades = [
        {"grade": "excellent", "all": [{"grade": "good", "every": True}]},
        {"grade": "good", "all": [{"grade": "fair", "every": True}]},
        {"grade": "poor"},
    ]
    base = {"method": "counted", "without_meeting": "lowest", "not_determinable": "lowest", "grades": grades}
    criteria = with_rollup(D, quotas=(said,), **base)
    made = quota(years(*rows), criteria)
    assert made.schema == pl.Schema(QUOTAS)
    assert made.rows() == by_hand(rows, criteria.quotas[0])


def test_quarters_are_not_years_and_a_cell_of_no_known_unit_stands_apart() -> None:
    said = {
        "code": "Q1",
        "title": TITLE,
        "reference": "1",
        "grade": "good",
        "percent": 50,
        "denominator": "all",
        "among": "unit",
        "rounding": "down",
    }
    rows = years(("U", "village", "good"), (None, "village", "good"))
    quarter = rows.with_columns(pl.lit("2025-Q1").alias("span"))
    made = quota(pl.concat([rows, quarter]), with_rollup(D, quotas=(said,), **MEAN))
    assert made.select("among", "denominator", "allowed", "counted", "over").rows() == [
        (None, 1, 0, 1, 1),
        ("U", 1, 0, 1, 1),
    ]
    assert quota(rows, D).is_empty()
