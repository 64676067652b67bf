"""Cases of roll-ups and quotas: years written down in YAML beside the cases of the meetings."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.scoring.grades import grade
from services.evaluation.scoring.quotas import YEARS, quota
from services.evaluation.scoring.rollups import roll_up
from services.evaluation.scoring.span_months import MONTHS
from tests.evaluation.scoring.test_cases import FORMS, documents

CASES = {"rollups": {"name", "span", "months", "expected"}, "quotas": {"name", "year", "cells", "expected"}}


def cases(kind: str) -> list[Any]:
    found = []
    for document in documents():
        for case in document.get(kind, ()):
            assert case.keys() == CASES[kind], case
            criteria = FORMS[document["criteria"]]
            found.append(pytest.param(criteria, case, id=f"{criteria.id}: {case['name']}"))
    return found


def month(period: str, told: Any) -> dict[str, Any]:
    """A month as a case tells it: points, [least, greatest], a mapping, a grade of a pass/fail set, or nothing."""
    row: dict[str, Any] = {**dict.fromkeys(MONTHS), "cell": "C", "period": period, "held": told is not None}
    if told is None:
        return row
    if isinstance(told, dict):
        row["kind"], told = told["kind"], told["points"]
    row["kind"] = row["kind"] or "regular"
    if isinstance(told, str):
        return {**row, "grade": told}
    lower, upper = told if isinstance(told, list) else (told, told)
    return {**row, "lower": lower, "upper": upper, "points": lower if lower == upper else None}


def graded(months: pl.DataFrame, criteria: CriteriaSet) -> pl.DataFrame:
    """The months with the grades that their points earn where no limit applies."""
    free = criteria.model_copy(update={"gates": (), "caps": (), "vetoes": ()})
    if not free.grades:
        return months
    return months.with_columns(pl.coalesce("grade", grade(free, pl.col("lower"), pl.col("upper"))).alias("grade"))


@pytest.mark.parametrize(("criteria", "case"), cases("rollups"))
def test_roll_up(criteria: CriteriaSet, case: dict[str, Any]) -> None:
    rows = [month(period, told) for period, told in case["months"].items()]
    made = roll_up(graded(pl.DataFrame(rows, schema=MONTHS), criteria), criteria)
    [line] = made.filter(pl.col("span") == case["span"]).to_dicts()
    assert case["expected"] and {name: line[name] for name in case["expected"]} == case["expected"]


@pytest.mark.parametrize(("criteria", "case"), cases("quotas"))
def test_quota(criteria: CriteriaSet, case: dict[str, Any]) -> None:
    rows = [
        {"unit": group.get("unit"), "cell_kind": group.get("cell_kind"), "grade": None if name == "none" else name}
        for group in case["cells"]
        for name, number in group["grades"].items()
        for _ in range(number)
    ]
    cells = [{**row, "cell": f"C{place}", "span": case["year"]} for place, row in enumerate(rows)]
    made = quota(pl.DataFrame(cells, schema=YEARS), criteria).to_dicts()
    assert len(made) == len(case["expected"])
    for line, expected in zip(made, case["expected"], strict=True):
        assert {name: line[name] for name in expected} == expected
