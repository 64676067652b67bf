"""Year rules: what is wrong with one, whose comes first, what the meetings are worth by it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.contracts.classification import YearGrade, YearOf
from services.evaluation.criteria.load import CriteriaError, load_shipped
from services.evaluation.queries.year import year
from services.evaluation.yearend.load import SHIPPED, load_shipped_rules, loads, rules_with
from services.evaluation.yearend.meetings import Component, component, mean
from services.evaluation.yearend.rule import YearRule, rule_for
from tests.evaluation.territory import rows, running
from tests.evaluation.yearend.said import territory

TEXT = (SHIPPED / "qd-366-2025.yaml").read_text(encoding="utf-8")
RULE = load_shipped_rules()["qd-366-2025"]


def local(**how: Any) -> dict[str, Any]:
    """The shipped document with what differs."""
    return {**yaml.safe_load(TEXT), "id": "own", "units": ["CITY"], **how}


def written(folder: Path, *documents: dict[str, Any]) -> Path:
    for n, one in enumerate(documents):
        (folder / f"{n}.yaml").write_text(yaml.safe_dump(one, allow_unicode=True), encoding="utf-8")
    return folder


def test_the_shipped_rule_says_how_what_the_source_leaves_open_was_closed() -> None:
    assert (RULE.common, RULE.results, RULE.quotas[0].percent) == (30, 70, 20)
    assert "rounded down" in (RULE.quotas[0].note or "")
    assert any("deadlines" in note for note in RULE.notes) and any("local" in note for note in RULE.notes)


def test_everything_wrong_with_a_rule_is_said_at_once_with_its_place() -> None:
    faulty = local(
        grades=[{"grade": "excellent", "above": 90}, {"grade": "good", "at_least": 70, "below": 90}],
        veto={"grade": "completed"},
        quotas=[{**yaml.safe_load(TEXT)["quotas"][0], "grade": "not_completed", "denominator": "at_least"}],
        meetings={"of": "common", "points": 40, "organisation": "mean"},
        deadlines={"decide": {"month": 2, "day": 30}},
    )
    with pytest.raises(CriteriaError) as failed:
        loads(yaml.safe_dump(faulty))
    said = str(failed.value)
    for problem in (
        "grades: nothing covers exactly 90",
        "grades: nothing covers from 0 to below 70",
        "veto, grade: completed is no grade of the rule",
        "quotas Q1, grade: not_completed is no grade of the rule; they are excellent, good",
        "quotas Q1, denominator_grade: belongs to the denominators",
        "meetings, points: is 40, but common has only 30 points",
        "deadlines, decide: there is no day 30 in month 2",
    ):
        assert problem in said, said
    with pytest.raises(CriteriaError, match="thresholds: is not a key of the format"):
        loads(yaml.safe_dump(local(thresholds=[])))


def test_a_localitys_rule_comes_before_the_one_for_all(tmp_path: Path) -> None:
    rules = rules_with(written(tmp_path, local(deadlines={"propose": {"month": 1, "day": 15, "next_year": True}})))
    assert {line: rule_for(rules, 2025, line) for line in (("G", "CITY"), ("X",))} == {
        ("G", "CITY"): rules["own"],
        ("X",): RULE,
    }
    assert rule_for(rules, 2024, ("G", "CITY")) is None
    found = {row["subject"]: row for row in rows(year(running(territory()), YearOf(year=2025), load_shipped(), rules))}
    assert (found["C1"]["rule"], found["C1"]["deadline"]) == ("own", date(2026, 1, 15))


@pytest.mark.parametrize(
    ("documents", "problem"),
    [
        ([], "has no year rule"),
        ([local(units=None)], "own and qd-366-2025: both are for the same years of the same units"),
        ([local(), local(id="other")], "other and own: both are"),
        ([local(), local()], "two files hold a rule of the same id"),
        ([local(grades=yaml.safe_load(TEXT)["grades"][:3])], "grades: nothing covers"),
    ],
)
def test_a_folder_of_rules_that_cannot_be_used_stops_with_all_reasons(
    tmp_path: Path, documents: list[dict[str, Any]], problem: str
) -> None:
    with pytest.raises(SystemExit, match=problem):
        rules_with(written(tmp_path, *[{k: v for k, v in one.items() if v is not None} for one in documents]))


def test_listed_vetoes_are_the_only_ones() -> None:
    facts = [{"code": "ky_luat", "title": {"vi": "a", "en": "a", "bn": "a"}, "reference": "a"}]
    own = YearRule.model_validate(local(veto={"grade": "not_completed", "facts": facts}))
    assert (own.allows("ky_luat"), own.allows("khac"), RULE.allows("khac")) == (True, False, True)
    assert own.earned(30, 70, "ky_luat") is YearGrade.NOT_COMPLETED


def test_what_the_months_are_worth() -> None:
    criteria = load_shipped()["hd-42-2025"]
    known = {"grade": "good", "lower": 92.5, "upper": 92.5}
    assert component(known, criteria, RULE) == Component(9.25, 9.25, 9.25)
    assert component({"grade": None, "lower": 15.0, "upper": 98.0}, criteria, RULE) == Component(None, 1.5, 9.8)
    counted = {"grade": "good", "lower": None, "upper": None}
    assert component(counted, criteria, RULE) == Component(None, None, None)
    meetings = {"of": "results", "points": 10, "organisation": "mean", "worth": {"good": 80}}
    worth = YearRule.model_validate(local(meetings=meetings))
    assert component(counted, criteria, worth) == Component(8.0, 8.0, 8.0)
    assert mean([Component(9.0, 9.0, 9.0), Component(None, None, None)], RULE) == Component(None, 4.5, 9.5)
    assert mean([Component(None, None, None)], RULE) == Component(None, None, None)


@pytest.mark.parametrize(("mean_points", "worth"), [(92.25, 9.23), (90.25, 9.03), (70.85, 7.09), (88.24, 8.82)])
def test_a_half_hundredth_is_rounded_up_as_clerks_do(mean_points: float, worth: float) -> None:
    known = {"grade": "good", "lower": mean_points, "upper": mean_points}
    assert component(known, load_shipped()["hd-42-2025"], RULE) == Component(worth, worth, worth)
    cells = [Component(value, value, value) for value in (9.0, 9.01, 9.01, 9.0)]
    assert mean(cells, RULE).points == 9.01, "9.005"
