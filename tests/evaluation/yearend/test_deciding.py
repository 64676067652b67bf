"""The year's end: proposed, appraised, decided; all that is wrong; in which order; what replaces a decision."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.chassis.recording import event_id
from services.contracts.classification import YearAppraised, YearDecided, YearProposed
from services.evaluation.yearend.load import load_shipped_rules
from tests.evaluation.yearend.said import at, cancelled, line, listed, reclassified, until_decided
from tests.given import Scenario

RULE = load_shipped_rules()["qd-366-2025"]
G_AND_ITS_CELLS = [*until_decided(line("C1"), line("C2", 20, 40, "completed"))]
H_AND_ITS_CELL = [*until_decided(line("C3"), unit="H")]


def said(years: Scenario) -> dict[str, tuple[str, str | None]]:
    assert years.refused is not None
    return {one.path.removeprefix("data."): (one.problem, one.expected) for one in years.refused.problems}


# -- the steps ---------------------------------------------------------------------------------------------------------


def test_a_year_is_proposed_appraised_and_decided_and_every_event_says_how_it_stands(years: Scenario) -> None:
    [propose, *_] = until_decided(line("C1"), line("C2", 20, 40, "completed", note="thiếu hồ sơ"))
    years.when(propose).then(
        (
            "YearProposed",
            {
                "subject": "C1",
                "level": "cell",
                "version": 1,
                "status": "proposed",
                "rule": "qd-366-2025",
                "rule_hash": RULE.hash,
            },
        ),
        ("YearProposed", {"subject": "C2", "proposed.note": "thiếu hồ sơ", "appraised": None, "decided": None}),
    )
    lowered = listed(YearAppraised, line("C1", 25, 50, "good"), line("C2", 20, 40, "completed"), number="3-BC")
    years.given(at(lowered)).when(at(listed(YearDecided, line("C1", 25, 50, "good"), number="5-QĐ"))).then(
        (
            "YearDecided",
            {
                "subject": "C1", "version": 3, "status": "decided", "by": "G", "on": "2026-01-05", "number": "5-QĐ",
                "proposed.grade": "excellent", "appraised.grade": "good", "appraised.number": "3-BC",
                "decided.common": 25, "decided.results": 50, "decided.grade": "good", "decided.by": "G", "list": "y",
            },
        )
    )  # fmt: skip
    [event] = years.published
    assert event.data["replaces"] == event_id(event.originator_id, 2)
    assert event.cell is None


def test_a_step_out_of_turn_waits_for_the_one_before_it(years: Scenario) -> None:
    propose, appraise, decide = until_decided()
    years.when(appraise).then_refused("subjects.0.subject", waiting=True)
    assert said(years)["subjects.0.subject"] == (
        "the year 2025 of C1 is not proposed yet",
        "propose it first (YearProposed)",
    )
    years.given(propose).when(decide).then_refused("subjects.0.subject", waiting=True)
    assert said(years)["subjects.0.subject"][0] == "the year 2025 of C1 is not appraised yet"
    years.given(appraise).when(at(listed(YearDecided, on=date(2025, 12, 19)))).then_refused("on")
    years.when(decide).then(("YearDecided", {"version": 3}))


def test_a_proposal_may_be_bettered_until_it_is_appraised_and_an_appraisal_until_it_is_decided(years: Scenario) -> None:
    propose, appraise, decide = until_decided()
    years.given(propose).when(propose).then_nothing()
    other = listed(YearProposed, line(results=60, grade="good"))
    years.when(at(other)).then(("YearProposed", {"version": 2, "proposed.results": 60}))
    years.given(appraise).when(at(other)).then_nothing()
    years.when(propose).then_refused("subjects.0.subject")
    years.when(at(listed(YearAppraised, line(results=60, grade="good")))).then(("YearAppraised", {"version": 4}))
    years.given(decide).when(appraise).then_refused("subjects.0.subject")
    assert said(years)["subjects.0.subject"] == (
        "the year 2025 of C1 is excellent (92 points), decided on 2026-01-05",
        "a YearReclassified with the number of its decision, to put another in its place",
    )
    years.when(decide).then_nothing()


def test_a_list_is_all_or_nothing_and_every_problem_is_named_with_its_place(years: Scenario) -> None:
    lines = (
        line("C1", 31, 60),  # more than 30
        line("C2", 20, 40, "good"),  # 60 points
        line("C2"),  # listed already
        line("D"),  # right below the city
        line("NOBODY"),
        line("GONE"),  # dissolved in May
        line("C3", grade="good", veto="ky_luat"),  # H's; a veto forces the lowest
    )
    years.when(at(listed(YearProposed, *lines))).then_refused(
        "subjects.0.common",
        "subjects.1.grade",
        "subjects.2.subject",
        "subjects.3.subject",
        "subjects.4.subject",
        "subjects.5.subject",
        "subjects.6.grade",
        "subjects.6.subject",
    )
    found = said(years)
    assert found["subjects.0.common"] == ("31 points, 366-QĐ/TW gives 30", "at most 30")
    assert found["subjects.1.grade"] == ("good, but 60 points earn completed at best", "completed or lower")
    assert found["subjects.3.subject"] == (
        "D: G is neither that nor the unit right above it",
        "a report from CITY",
    )
    assert found["subjects.5.subject"][0] == "GONE does not stand at the end of 2025"
    assert found["subjects.6.grade"][0] == "good, but the veto ky_luat earn not_completed at best"
    years.when(at(listed(YearProposed, line("C1"), line("C2")))).then(("YearProposed", {}), ("YearProposed", {}))


@pytest.mark.parametrize(
    ("common", "results", "grade", "earns"),
    [
        (30, 60, "excellent", True),
        (30, 59.99, "excellent", False),
        (30, 59.99, "good", True),
        (20, 50, "good", True),
        (19.99, 50, "good", False),
        (10, 40, "completed", True),
        (9.99, 40, "completed", False),
        (9.99, 40, "not_completed", True),
        (30, 70, "good", True),  # lower than earned: there is a quota
    ],
)
def test_a_grade_is_none_above_what_its_points_earn(
    years: Scenario, common: float, results: float, grade: str, earns: bool
) -> None:
    years.when(at(listed(YearProposed, line("C1", common, results, grade))))
    if earns:
        years.then(("YearProposed", {"proposed.grade": grade}))
    else:
        years.then_refused("subjects.0.grade")


def test_who_may_a_unit_proposes_itself_and_the_one_right_above_decides(years: Scenario) -> None:
    own = listed(YearProposed, line("G"))
    years.when(at(own, "H")).then_refused("subjects.0.subject", waiting=True)
    years.when(at(own, "G")).then(("YearProposed", {"level": "unit", "by": "G"}))
    years.when(at(own, "CITY")).then(("YearProposed", {"by": "CITY"}))
    years.when(at(listed(YearAppraised, line("G")), "G")).then_refused("subjects.0.subject", waiting=True)
    assert said(years)["subjects.0.subject"] == ("G: G is not the unit right above it", "a report from CITY")
    years.when(at(listed(YearProposed, line("CITY")), "CITY")).then(("YearProposed", {}))
    years.when(at(listed(YearAppraised, line("CITY")), "CITY")).then_refused("subjects.0.subject")
    assert said(years)["subjects.0.subject"][0] == "CITY has no unit above it that could"


@pytest.mark.parametrize(
    ("how", "paths"),
    [
        ({"on": date(2026, 2, 2)}, ["on"]),
        ({"on": date(2024, 12, 31)}, ["on"]),
        ({"year": 2024}, ["year"]),
        ({"on": date(2026, 2, 1)}, []),
    ],
)
def test_a_day_of_that_year_or_after_it_and_a_year_that_a_rule_is_for(
    years: Scenario, how: dict[str, Any], paths: list[str]
) -> None:
    years.when(at(listed(YearProposed, **how)))
    if paths:
        years.then_refused(*paths)
    else:
        years.then(("YearProposed", {}))


# -- the order ---------------------------------------------------------------------------------------------------------


def test_an_organisation_is_decided_after_its_cells_and_lower_ones_and_what_is_missing_is_named(
    years: Scenario,
) -> None:
    steps = until_decided(line("G"), line("H"), unit="CITY")
    years.given(*steps[:2], *until_decided(line("C1"))).when(steps[2])
    years.then_refused("subjects.0.subject", "subjects.1.subject", waiting=True)
    assert said(years) == {
        "subjects.0.subject": ("1 below G is undecided: C2", "a decision on each of them first (YearDecided)"),
        "subjects.1.subject": ("1 below H is undecided: C3", "a decision on each of them first (YearDecided)"),
    }
    years.given(*until_decided(line("C2")), *H_AND_ITS_CELL).when(steps[2])
    years.then(("YearDecided", {"subject": "G"}), ("YearDecided", {"subject": "H"}))


def test_a_cancelled_cell_is_undecided_again(years: Scenario) -> None:
    steps = until_decided(line("G"), unit="CITY", by="G")
    years.given(*G_AND_ITS_CELLS, *steps[:2], at(cancelled("C2"))).when(steps[2])
    years.then_refused("subjects.0.subject", waiting=True)
    years.given(at(listed(YearDecided, line("C2", 20, 40, "completed"), number="9-QĐ", on=date(2026, 1, 22))))
    years.when(steps[2]).then(("YearDecided", {"subject": "G"}))


# -- cancelling and re-classifying -------------------------------------------------------------------------------------


def test_a_numbered_decision_puts_another_in_its_place_and_names_it(years: Scenario) -> None:
    years.given(*until_decided()).when(at(reclassified())).then(
        (
            "YearReclassified",
            {
                "version": 4, "status": "reclassified", "decided.grade": "good", "decided.number": "8-QĐ",
                "number": "8-QĐ", "reason": "A test", "proposed.grade": "excellent", "list": None,
            },
        )
    )  # fmt: skip
    [event] = years.published
    assert event.data["replaces"] == event_id(event.originator_id, 3)
    years.when(at(reclassified())).then_nothing()
    years.when(at(reclassified(number="9-QĐ"))).then_refused("grade")
    years.when(at(reclassified(number="9-QĐ", on=date(2026, 1, 2), results=40, grade="completed"))).then_refused("on")


def test_what_is_cancelled_is_decided_anew_by_a_number_only(years: Scenario) -> None:
    years.given(*until_decided()).when(at(cancelled())).then(
        ("YearCancelled", {"version": 4, "status": "cancelled", "decided": None, "number": "7-QĐ", "reason": "A test"})
    )
    years.when(at(cancelled())).then_nothing()
    years.when(at(cancelled(number="9-QĐ"))).then_refused("subject")
    years.when(at(reclassified())).then_refused("subject")
    assert said(years)["subject"] == (
        "the decision on the year 2025 of C1 was cancelled by 7-QĐ on 2026-01-20",
        "a YearDecided with the number of its decision, to decide it anew",
    )
    late = date(2026, 1, 25)
    years.when(at(listed(YearDecided, on=late))).then_refused("subjects.0.subject")
    years.when(at(listed(YearDecided, number="9-QĐ"))).then_refused("on")
    years.when(at(listed(YearDecided, on=late, number="9-QĐ"))).then(("YearDecided", {"version": 5}))


def test_what_was_not_decided_yet_waits(years: Scenario) -> None:
    years.given(*until_decided()[:2])
    years.when(at(cancelled())).then_refused("subject", waiting=True)
    years.when(at(reclassified())).then_refused("subject", waiting=True)
    assert said(years)["subject"] == ("the year 2025 of C1 is not decided", "decide it first (YearDecided)")
