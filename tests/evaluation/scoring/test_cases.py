"""The shipped sets against their cases (`criteria/sets/cases`), and made-up sets for the other rules of the format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.criteria.load import SHIPPED, load
from services.evaluation.scoring.score import score
from tests.evaluation.scoring.sheets import SETS, frame, full_marks, sheet

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[2] / "docs" / "examples" / "criteria-example.yaml"
CASES = [*(SHIPPED / "cases").glob("*.yaml"), *(HERE / "cases").glob("*.yaml"), EXAMPLE.with_suffix(".cases.yaml")]
DOCUMENTS = sorted(CASES)
FORMS = {**SETS, "rules": load(HERE / "rules.yaml"), "example": load(EXAMPLE)}
KEYS = {"name", "policy", "form", "facts", "marks", "expected"}
EXPECTED = {"points", "lower", "upper", "grade", "items", "met", "notes", "reachable"}


def documents() -> list[dict[str, Any]]:
    """Every document of cases."""
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in DOCUMENTS]


def _read() -> list[Any]:
    found = []
    for document in documents():
        criteria = FORMS[document["criteria"]]
        found += [pytest.param(criteria, case, id=f"{criteria.id}: {case['name']}") for case in document["cases"]]
    return found


@pytest.mark.parametrize(("criteria", "case"), _read())
def test_case(criteria: CriteriaSet, case: dict[str, Any]) -> None:
    assert case.keys() <= KEYS
    expected = case["expected"]
    assert expected and expected.keys() <= EXPECTED
    if "policy" in case:
        criteria = criteria.with_policy(case["policy"])
    form = case.get("form", "example" if criteria.id == "example" else "an-phu-2025")
    marks = {**(full_marks(FORMS[form]) if form in FORMS else {}), **case.get("marks", {})}
    facts = frame(sheet(form=form, marks=marks, **case.get("facts", {})))
    scored = score(facts, criteria, FORMS)
    made = scored.scores.row(0, named=True)
    if "points" in expected:
        expected = {"lower": expected["points"], "upper": expected["points"], **expected}
    for name in ("points", "lower", "upper", "grade", "reachable"):
        if name in expected:
            assert made[name] == expected[name], (name, made)
    lines = {line["item"]: line for line in scored.items.iter_rows(named=True)}
    for code, points in expected.get("items", {}).items():
        wanted = points if isinstance(points, list) else [points, points]
        assert [lines[code]["lower"], lines[code]["upper"]] == wanted, lines[code]
        assert lines[code]["points"] == (wanted[0] if wanted[0] == wanted[1] else None)
    assert {code: lines[code]["met"] for code in expected.get("met", {})} == expected.get("met", {})
    assert {code: lines[code]["note"] for code in expected.get("notes", {})} == expected.get("notes", {})


def test_every_shipped_set_has_cases() -> None:
    assert {path.stem for path in DOCUMENTS if path.parent.parent == SHIPPED} == set(SETS)
