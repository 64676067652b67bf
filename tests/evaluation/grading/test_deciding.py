"""Official grades: what a decision becomes, all that is wrong with it, what replaces it, when nothing happens."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.chassis.recording import event_id
from tests.evaluation.grading.said import DAY, MONTH, cancelled, decided, graded, reclassified
from tests.given import By, Scenario

LATER = datetime(2026, 1, 10, 5, tzinfo=UTC)


def at(data: Any, unit: str = "G") -> By:
    """The report as this unit sends it in January 2026."""
    return By(unit, data, LATER)


def said(grades: Scenario) -> dict[str, tuple[str, str | None]]:
    assert grades.refused is not None
    return {one.path: (one.problem, one.expected) for one in grades.refused.problems}


# -- deciding ----------------------------------------------------------------------------------------------------------


def test_a_list_becomes_one_event_a_cell_each_saying_how_the_grade_stands(grades: Scenario) -> None:
    whole = decided(graded("C1", "good", 92.5, meeting="c1-11"), graded("C2", "fair", note="sổ chưa đủ"), number="5-QĐ")
    grades.when(at(whole)).then(
        (
            "GradeDecided",
            {
                "cell": "C1", "period": MONTH, "version": 1, "status": "decided", "meeting": "c1-11", "grade": "good",
                "points": 92.5, "number": "5-QĐ", "decided_on": "2025-12-02", "decided_by": "G", "list": "nov",
                "replaces": None, "reason": None,
            },
        ),
        ("GradeDecided", {"cell": "C2", "grade": "fair", "points": None, "meeting": None, "note": "sổ chưa đủ"}),
    )  # fmt: skip
    assert {event.cell for event in grades.published} == {None}


def test_a_list_is_all_or_nothing_and_every_problem_is_named_with_its_place(grades: Scenario) -> None:
    grades.given(at(decided(graded("C2"))))
    lines = (
        graded("C1", "met"),  # no grade of a set that counts points
        graded("C2", "fair"),  # decided already
        graded("D"),  # right below the city
        graded("NOBODY"),
        graded("GONE"),  # dissolved in October
        graded("C1", "good", meeting="c1-t"),  # listed already; thematic
        graded("C3", "good", 100, meeting="c1-11"),  # another cell's meeting
    )
    grades.when(at(decided(*lines))).then_refused(
        "grades.0.grade",
        "grades.1.cell",
        "grades.2.cell",
        "grades.3.cell",
        "grades.4.cell",
        "grades.5.cell",
        "grades.5.meeting",
        "grades.6.meeting",
    )
    found = said(grades)
    assert found["data.grades.0.grade"] == ("met is no grade of hd-42-2025", "one of good, fair, average, poor")
    assert found["data.grades.1.cell"] == (
        "the grade of C2 for 2025-11 is good, decided on 2025-12-02",
        "a GradeReclassified with the number of its decision, to put another in its place",
    )
    assert found["data.grades.2.cell"] == ("G is not the unit right above D", "a report from CITY")
    assert found["data.grades.5.cell"] == ("C1 is listed already, in grades.0", "each cell once")
    grades.when(at(decided(graded("C1"), graded("C3")))).then(("GradeDecided", {"cell": "C1"}), ("GradeDecided", {}))


@pytest.mark.parametrize(
    ("meeting", "problem", "waiting"),
    [
        ("nobody-knows", "no meeting nobody-knows of C1 is known", True),
        ("c1-x", "c1-x is withdrawn", False),
        ("c1-t", "c1-t is a thematic meeting of 2025-11-20", False),
        ("c1-10", "c1-10 is a regular meeting of 2025-10-03", False),
        ("d-11", "no meeting d-11 of C1 is known", True),
    ],
)
def test_a_meeting_that_is_named_is_the_cells_regular_one_of_the_month(
    grades: Scenario, meeting: str, problem: str, waiting: bool
) -> None:
    grades.when(at(decided(graded("C1", meeting=meeting)))).then_refused("grades.0.meeting", waiting=waiting)
    assert said(grades)["data.grades.0.meeting"][0] == problem


@pytest.mark.parametrize(
    ("how", "paths"),
    [
        ({"decided_on": date(2026, 1, 11)}, ["decided_on"]),
        ({"decided_on": date(2025, 10, 31)}, ["decided_on", "decided_on"]),
        ({"decided_on": date(2025, 11, 2)}, ["decided_on"]),
        ({"period": "2026-02", "decided_on": date(2026, 2, 1)}, ["decided_on"]),
        ({"decided_on": date(2025, 11, 3)}, []),
        ({"decided_on": date(2026, 1, 10)}, []),
    ],
)
def test_a_decision_is_of_a_day_between_the_meeting_and_today(
    grades: Scenario, how: dict[str, Any], paths: list[str]
) -> None:
    grades.when(at(decided(**how)))
    if paths:
        grades.then_refused(*paths)
    else:
        grades.then(("GradeDecided", {}))


def test_the_unit_right_above_decides_that_of_the_month_or_that_of_the_day(grades: Scenario) -> None:
    early, late = decided(graded("C3"), decided_on=date(2025, 11, 20)), decided(graded("C3"))
    grades.when(at(early, "G")).then_refused("grades.0.cell", waiting=True)
    assert said(grades)["data.grades.0.cell"] == ("G is not the unit right above C3", "a report from H")
    grades.when(at(late, "CITY")).then_refused("grades.0.cell", waiting=True)
    assert said(grades)["data.grades.0.cell"] == ("CITY is not the unit right above C3", "a report from G or H")
    grades.when(at(late, "H")).then(("GradeDecided", {"decided_by": "H"}))
    grades.when(at(decided(graded("C3"), period="2025-12", decided_on=date(2025, 12, 20)), "H")).then_refused(
        "grades.0.cell", waiting=True
    )
    grades.when(at(decided(graded("C3"), decided_on=date(2025, 12, 16)), "H")).then_refused(
        "decided_on", "grades.0.cell"
    )
    assert said(grades)["data.decided_on"] == ("H was dissolved by 2025-12-16", "a day on which it stood")
    grades.when(at(decided(graded("D")), "CITY")).then(("GradeDecided", {"decided_by": "CITY"}))


def test_where_no_meeting_is_known_any_set_that_may_judge_the_month_will_do(grades: Scenario) -> None:
    """HD 12 is in force to 27 October 2025, HD 42 from the 28th on; C1 met on the 3rd, of C2 nothing is known."""
    october = {"period": "2025-10", "decided_on": date(2025, 11, 10)}
    grades.when(at(decided(graded("C1", "good"), **october))).then_refused("grades.0.grade")
    assert said(grades)["data.grades.0.grade"] == ("good is no grade of hd-12-2018", "one of met, not_met")
    grades.when(at(decided(graded("C1", "met"), graded("C2", "good", 95), **october))).then(
        ("GradeDecided", {"grade": "met"}), ("GradeDecided", {"grade": "good"})
    )
    before = {"period": "2018-06", "decided_on": date(2018, 7, 1)}
    grades.when(at(decided(graded("C2"), **before))).then_refused("grades.0.cell")


def test_points_are_those_of_a_set_that_counts_them(grades: Scenario) -> None:
    september = {"period": "2025-09", "decided_on": date(2025, 10, 10)}
    grades.when(at(decided(graded("C2", "met", 80), **september))).then_refused("grades.0.points")
    assert said(grades)["data.grades.0.points"] == ("hd-12-2018 gives no points", "leave them out")


def test_a_grade_is_none_above_what_its_points_earn_and_may_be_below(grades: Scenario) -> None:
    listed = decided(graded("C1", "good", 68), graded("C2", "fair", 69.99))
    grades.when(at(listed)).then_refused("grades.0.grade", "grades.1.grade")
    assert said(grades)["data.grades.0.grade"] == (
        "good, but 68 points earn average at best by hd-42-2025",
        "average or lower, or other points",
    )
    grades.when(at(reclassified(grade="good", points=89.5))).then_refused("cell", "grade")
    for cell, grade, points in (("C1", "good", 90), ("C2", "poor", 95)):
        grades.when(at(decided(graded(cell, grade, points)))).then(("GradeDecided", {"grade": grade}))


def test_the_same_again_changes_nothing_and_a_list_may_bring_what_is_missing(grades: Scenario) -> None:
    grades.given(at(decided(graded("C1", "good", 91))))
    grades.when(at(decided(graded("C1", "good", 91)))).then_nothing()
    again = decided(graded("C1", "good", 91), graded("C2", "fair"), list="nov-2")
    grades.when(at(again)).then(("GradeDecided", {"cell": "C2", "list": "nov-2"}))
    grades.when(at(decided(graded("C1", "good", 90)))).then_refused("grades.0.cell")


# -- cancelling and re-classifying -------------------------------------------------------------------------------------


def test_a_numbered_decision_puts_another_grade_in_its_place_and_names_it(grades: Scenario) -> None:
    grades.given(at(decided(graded("C1", "good", 91, meeting="c1-11"))))
    grades.when(at(reclassified(points=75))).then(
        (
            "GradeReclassified",
            {
                "version": 2, "status": "reclassified", "grade": "fair", "points": 75.0, "number": "8-QĐ/G",
                "meeting": "c1-11", "reason": "A test", "decided_by": "G",
            },
        )
    )  # fmt: skip
    [event] = grades.published
    assert event.data["replaces"] == event_id(event.originator_id, 1)
    grades.when(at(reclassified(points=75))).then_nothing()
    grades.when(at(reclassified(grade="fair", points=75, number="9-QĐ/G"))).then_refused("grade")
    grades.when(at(reclassified(grade="poor", number="9-QĐ/G"))).then(("GradeReclassified", {"version": 3}))


def test_what_is_cancelled_is_decided_anew_by_a_number_only(grades: Scenario) -> None:
    grades.given(at(decided()))
    grades.when(at(cancelled())).then(
        ("GradeCancelled", {"version": 2, "status": "cancelled", "grade": None, "points": None, "reason": "A test"})
    )
    grades.when(at(cancelled())).then_nothing()
    grades.when(at(cancelled(number="9-QĐ/G"))).then_refused("cell")
    grades.when(at(reclassified())).then_refused("cell")
    assert said(grades)["data.cell"] == (
        "the grade of C1 for 2025-11 was cancelled by 7-QĐ/G on 2025-12-02",
        "a GradesDecided with the number of its decision, to decide it anew",
    )
    grades.when(at(decided())).then_refused("grades.0.cell")
    grades.when(at(decided(number="9-QĐ/G", decided_on=date(2025, 12, 1)))).then_refused("decided_on")
    grades.when(at(decided(number="9-QĐ/G"))).then(("GradeDecided", {"version": 3, "status": "decided"}))
    grades.when(at(cancelled(number="10-QĐ/G"))).then(("GradeCancelled", {"version": 4}))


def test_what_was_not_decided_yet_waits(grades: Scenario) -> None:
    grades.when(at(cancelled())).then_refused("cell", waiting=True)
    grades.when(at(reclassified(decided_on=DAY))).then_refused("cell", waiting=True)
    assert said(grades)["data.cell"] == ("no grade of C1 for 2025-11 is decided", "decide it first (GradesDecided)")


def test_everything_wrong_with_a_replacement_is_said_at_once(grades: Scenario) -> None:
    grades.given(at(decided()))
    wrong = reclassified(grade="met", points=3, decided_on=date(2025, 11, 30))
    grades.when(at(wrong, "CITY")).then_refused("cell", "grade", "decided_on")
    assert said(grades)["data.decided_on"] == (
        "2025-11-30 is before 2025-12-02, the day of the decision whose place it takes",
        "from 2025-12-02 on",
    )


@pytest.mark.parametrize("kind", [cancelled, reclassified])
def test_without_a_number_nothing_is_replaced(kind: Any) -> None:
    with pytest.raises(ValueError, match="number"):
        kind(number=None)
    with pytest.raises(ValueError, match="number"):
        kind(number=" ")
