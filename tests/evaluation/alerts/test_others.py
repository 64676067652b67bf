"""Official grades in time, quotas, observers, and sheets that are too much alike."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.contracts.alerts import Colour, Reason, Rule
from services.evaluation.criteria.load import load
from tests.evaluation.alerts.looking import found, regular
from tests.evaluation.history.stream import Stream
from tests.evaluation.scoring.sheets import E, full_marks
from tests.evaluation.territory import territory

TODAY = "2026-11-28"
EXAMPLE = load(Path(__file__).parents[3] / "docs" / "examples" / "criteria-example.yaml")


@pytest.fixture
def stream() -> Stream:
    return territory()


def own(marks: dict[str, float] | None = None, **more: Any) -> dict[str, Any]:
    return {"criteria": E.id, "marks": full_marks(E) | (marks or {}), **more}


# -- official grades and quotas ----------------------------------------------------------------------------------------


def test_cells_that_met_and_have_no_official_grade_after_the_tenth(stream: Stream) -> None:
    regular(stream, "C", "2026-10", "2026-11")
    regular(stream, "D", "2026-10")
    assert found(stream, "2026-11-10", Rule.MONTHLY_REPORT_LATE) == {}
    alerts = found(stream, "2026-11-11", Rule.MONTHLY_REPORT_LATE)
    assert set(alerts) == {("G", "2026-10"), ("CITY", "2026-10")}
    assert (alerts["G", "2026-10"].due, alerts["G", "2026-10"].values) == (date(2026, 11, 10), {"missing": 1, "of": 1})
    stream.grade("C", "2026-10", "2026-11-12")
    assert set(found(stream, "2026-11-12", Rule.MONTHLY_REPORT_LATE)) == {("CITY", "2026-10")}
    stream.grade("C", "2026-10", "2026-11-13", "cancelled", number="9-QĐ", reason="Void")
    assert ("G", "2026-10") in found(stream, "2026-11-13", Rule.MONTHLY_REPORT_LATE)
    assert found(stream, "2026-11-18", Rule.MONTHLY_REPORT_LATE)["G", "2026-10"].colour is Colour.ORANGE


def test_after_a_reorganisation_the_report_is_owed_by_the_unit_above_the_cells_then(stream: Stream) -> None:
    regular(stream, "C", "2026-06")
    stream.unit("WARD", "CITY", "2026-07-01", kind="ward")
    stream.cell("C", {"valid_from": "2026-07-01", "parent": "WARD"}, recorded="2026-07-01")
    stream.unit("G", "CITY", "2026-07-01", dissolved=True)
    assert found(stream, "2026-07-11", Rule.MONTHLY_REPORT_LATE).keys() == {("WARD", "2026-06")}


def test_a_quota_that_is_exceeded_at_the_years_end(stream: Stream) -> None:
    document = EXAMPLE.model_dump(mode="json", by_alias=True, exclude_none=True)
    document["effective"] = {"from": "2026-01-01"}
    document["applies_to"] = {"meeting_kinds": ["regular", "combined"], "units": ["CITY"]}
    stream.criteria(document, "2026-01-01")
    marks = {"criteria": EXAMPLE.id, "marks": full_marks(EXAMPLE)}
    for cell in ("C", "D"):
        for month in range(1, 13):
            more = {"kind": "combined"} if month % 3 == 0 else {}
            sheet = {"speakers": 20, "minutes": 120, "thematic_part": month % 3 == 0}
            stream.held(cell, f"{cell}{month}", f"2026-{month:02}-03", sheet=sheet, assessment=marks, **more)
    assert found(stream, "2026-12-31", Rule.QUOTA_EXCEEDED) == {}
    alerts = found(stream, "2027-01-02", Rule.QUOTA_EXCEEDED)
    assert set(alerts) == {("G", "2026"), ("CITY", "2026")}
    alert = alerts["G", "2026"]
    assert (alert.colour, alert.set, alert.item, alert.due) == (Colour.RED, EXAMPLE.id, "Q1", date(2026, 12, 31))
    assert (alert.values["value"], alert.values["needed"], alert.values["grade"]) == (1, 0, "excellent")
    assert found(stream, "2027-03-02", Rule.QUOTA_EXCEEDED) == {}


def test_more_cells_decided_excellent_than_the_year_rule_allows(stream: Stream) -> None:
    """Of six cells right below the committee one may be (20 %, rounded down)."""
    for n in range(5):
        stream.cell(f"Q{n}", {"valid_from": "2019-01-01", "parent": "G"}, recorded="2019-01-01")
    best = {"common": 29, "results": 65, "grade": "excellent", "by": "G"}
    events = [stream.classified(f"Q{n}", 2025, f"2026-01-{6 + n:02}", "decided", **best) for n in range(2)]
    assert found(stream, "2026-01-06", Rule.QUOTA_EXCEEDED) == {}
    [(subject, alert)] = found(stream, "2026-01-08", Rule.QUOTA_EXCEEDED).items()
    assert (subject, alert.colour, alert.reason) == (("G", "2025"), Colour.RED, Reason.ABOVE_QUOTA)
    assert (alert.since, alert.due, alert.basis, alert.item) == (date(2026, 1, 7), date(2026, 1, 7), "366-QĐ/TW", "Q1")
    assert list(alert.events) == events
    assert alert.values == {
        "value": 2, "needed": 1, "grade": "excellent", "level": "cell", "among": "G", "percent": 20.0, "denominator": 6,
    }  # fmt: skip
    assert set(found(stream, "2026-11-28", Rule.QUOTA_EXCEEDED)) == {("G", "2025")}, "as long as it is so"
    assert found(stream, "2027-01-01", Rule.QUOTA_EXCEEDED) == {}, "until the next year is over"
    good = {"common": 25, "results": 55, "grade": "good"}
    stream.classified("Q1", 2025, "2026-11-29", "reclassified", number="9-QĐ", reason="The quota", **good)
    assert found(stream, "2026-11-29", Rule.QUOTA_EXCEEDED) == {}


# -- observers ---------------------------------------------------------------------------------------------------------


def test_a_self_score_five_points_above_an_observers_or_of_another_grade(stream: Stream) -> None:
    for n, (points, theirs, grade) in enumerate([(90, 86, "fair"), (91, 86.5, "good"), (64.1, 59.1, "good")], 9):
        month = f"2026-{n:02}"
        stream.held("C", f"C-{month}", f"{month}-03", assessment=own(total=points, grade="good"))
        stream.visited("C", f"v{n}", f"C-{month}", f"{month}-03", assessment=own(total=theirs, grade=grade))
    alerts = found(stream, TODAY, Rule.SELF_SCORE_INFLATED)
    assert {period: (one.reason, one.values["own"], one.values["theirs"]) for (_, period), one in alerts.items()} == {
        "2026-09": (Reason.BETTER_GRADE, "good", "fair"),
        "2026-11": (Reason.MORE_POINTS, 64.1, 59.1),
    }
    assert set(found(stream, TODAY, Rule.SELF_SCORE_INFLATED, inflated=6)) == {("C", "2026-09")}
    stream.visited("C", "v9", "C-2026-09", "2026-09-03", "2026-11-20", status="withdrawn", reason="nobody came")
    assert set(found(stream, TODAY, Rule.SELF_SCORE_INFLATED)) == {("C", "2026-11")}


def test_without_totals_the_marks_themselves_are_compared_where_both_marked_the_same_items(stream: Stream) -> None:
    for n, (own_marks, theirs) in enumerate([({}, {"7": 25}), ({}, {"7": 26}), ({"9.9": 1.0}, {"7": 20})], 9):
        month = f"2026-{n:02}"
        stream.held("C", f"C-{month}", f"{month}-03", assessment=own(own_marks))
        stream.visited("C", f"v{n}", f"C-{month}", f"{month}-03", assessment=own(theirs))
    alerts = found(stream, TODAY, Rule.SELF_SCORE_INFLATED)
    assert {period: one.values for (_, period), one in alerts.items()} == {
        "2026-09": {"own": 100.0, "theirs": 95.0, "observer": "o-001"}
    }


def test_a_cell_that_is_harder_on_itself_than_the_observer_flatters_nobody(stream: Stream) -> None:
    stream.held("C", "m", "2026-11-03", assessment=own(total=80, grade="fair"))
    stream.visited("C", "v", "m", "2026-11-03", assessment=own(total=95, grade="good"))
    assert found(stream, TODAY, Rule.SELF_SCORE_INFLATED) == {}


def test_a_hardest_village_without_its_sponsor_in_a_month_that_is_over(stream: Stream) -> None:
    hardest = {"valid_from": "2026-09-01", "parent": "G", "hardship": True}
    stream.cell("H", hardest, recorded="2026-09-01")
    stream.assigned("H", "s", "2026-10-01", observer="o-900", standing="sponsor", line="hardest")
    for month in ("2026-09", "2026-10", "2026-11"):
        regular(stream, "H", month)
    stream.visited("H", "v", "H-2026-11", "2026-11-03", observer="o-900", assignment="s")
    alerts = found(stream, "2026-12-01", Rule.SPONSOR_ABSENT)
    assert {of: (one.reason, one.since) for of, one in alerts.items() if of[0] == "H"} == {
        ("H", "2026-10"): (Reason.SPONSOR_STAYED_AWAY, date(2026, 11, 1)),
    }
    assert found(stream, "2026-11-30", Rule.SPONSOR_ABSENT)["H", "2026-09"].reason is Reason.NO_SPONSOR
    assert ("H", "2026-10") not in found(stream, "2026-10-31", Rule.SPONSOR_ABSENT)
    stream.cell("L", hardest | {"valid_from": "2026-10-10"}, recorded="2026-10-10")
    late = {period for cell, period in found(stream, "2026-12-01", Rule.SPONSOR_ABSENT) if cell == "L"}
    assert late == {"2026-11"}, "coverage counts from the next 3rd on, too"


def test_a_visit_counts_in_the_month_its_meeting_is_known_to_be_of_and_not_when_there_was_none(stream: Stream) -> None:
    stream.assigned("D", "s", "2026-09-01", observer="o-900", standing="sponsor", line="hardest")
    stream.assigned("C", "a", "2026-09-01", observer="o-001")
    for cell, observer in (("C", "o-001"), ("D", "o-900")):
        regular(stream, cell, "2026-09", "2026-10")
        stream.visited(cell, "v", f"{cell}-2026-10", "2026-10-03", observer=observer)
    months = ("2026-09", "2026-10", "2026-11")

    def absent(rule: Rule, cell: str) -> list[str]:
        return [month for month in months if (cell, month) in found(stream, "2026-12-01", rule, months=3)]

    assert (absent(Rule.SPONSOR_ABSENT, "D"), absent(Rule.OBSERVER_ABSENT, "C")) == (
        ["2026-09", "2026-11"],
        ["2026-09"],
    )
    stream.held("D", "D-2026-10", "2026-11-02", "2026-11-20")
    assert absent(Rule.SPONSOR_ABSENT, "D") == ["2026-09", "2026-10"]
    for cell in ("C", "D"):
        stream.meeting(cell, f"{cell}-2026-10", "2026-10-03", "2026-11-28", status="withdrawn")
    assert absent(Rule.SPONSOR_ABSENT, "D") == list(months)
    stream.held("C", "again", "2026-10-04")
    assert absent(Rule.OBSERVER_ABSENT, "C") == ["2026-09", "2026-10"]


def test_a_visit_is_along_the_line_of_the_assignment_that_holds_on_its_day(stream: Stream) -> None:
    sponsor = {"standing": "sponsor", "line": "hardest", "observer": "o-900"}
    stream.assigned("D", "a1", "2026-01-01", valid_to="2026-09-30", **sponsor)
    stream.assigned("D", "a2", "2026-10-01", observer="o-900")
    regular(stream, "D", "2026-09", "2026-10")
    for month in ("2026-09", "2026-10"):
        stream.visited("D", f"v{month}", f"D-{month}", f"{month}-03", observer="o-900")
    absent = found(stream, "2026-11-01", Rule.SPONSOR_ABSENT)
    assert absent["D", "2026-10"].reason is Reason.NO_SPONSOR
    assert ("D", "2026-09") not in absent


def test_an_assignment_may_last_to_the_end_of_days(stream: Stream) -> None:
    stream.assigned("C", "a", "2026-09-01", valid_to="9999-12-31")
    regular(stream, "C", "2026-10")
    assert found(stream, "2026-11-01", Rule.OBSERVER_ABSENT).keys() == {("C", "2026-10")}


def test_an_observer_who_was_assigned_throughout_and_never_came(stream: Stream) -> None:
    stream.assigned("C", "a1", "2026-09-01", observer="o-001")
    stream.assigned("C", "a2", "2026-09-01", observer="o-002")
    stream.assigned("C", "a3", "2026-10-15", observer="o-003")
    for month in ("2026-09", "2026-10"):
        regular(stream, "C", month)
    stream.visited("C", "v", "C-2026-10", "2026-10-03", observer="o-002")
    alert = found(stream, "2026-11-01", Rule.OBSERVER_ABSENT)["C", "2026-10"]
    assert (alert.observer, alert.repeated, alert.values["assigned"]) == ("o-001", 2, "2026-09-01")
    assert ("C", "2026-10") not in found(stream, "2026-10-31", Rule.OBSERVER_ABSENT)
    stream.assigned("C", "a1", "2026-09-01", "2026-10-20", observer="o-001", relieved_on="2026-10-20")
    assert ("C", "2026-10") not in found(stream, "2026-11-01", Rule.OBSERVER_ABSENT)


# -- too much alike ----------------------------------------------------------------------------------------------------


def test_a_sheet_like_that_of_the_month_before(stream: Stream) -> None:
    regular(stream, "C", "2026-09", "2026-10", assessment=own())
    regular(stream, "C", "2026-11", assessment=own(), sheet={"speakers": 10})
    [alert] = found(stream, TODAY, Rule.SUSPICIOUS_UNIFORMITY).values()
    assert (alert.period, alert.reason, alert.values) == ("2026-10", Reason.SAME_SHEET, {"before": "2026-09"})
    assert len(alert.events) == 2


def test_all_cells_of_a_unit_with_the_very_same_marks_or_all_at_100(stream: Stream) -> None:
    for n, cell in enumerate(("K1", "K2", "K3"), 1):
        stream.cell(cell, {"valid_from": "2026-01-01", "parent": "G"}, recorded="2026-01-01")
        regular(stream, cell, "2026-09", sheet={"minutes": 90 + n}, assessment=own(total=100))
        regular(stream, cell, "2026-10", sheet={"minutes": 80 + n}, assessment=own({"1.1": 4}, total=99))
        regular(stream, cell, "2026-11", sheet={"minutes": 70 + n}, assessment=own({"1.1": n}, total=95 + n))
    assert ("G", "2026-10") not in found(stream, "2026-10-31", Rule.SUSPICIOUS_UNIFORMITY)
    alerts = found(stream, "2026-12-01", Rule.SUSPICIOUS_UNIFORMITY)
    assert {of: one.reason for of, one in alerts.items()} == {("G", "2026-10"): Reason.SAME_MARKS}
    earlier = found(stream, "2026-10-01", Rule.SUSPICIOUS_UNIFORMITY)
    assert {of: one.reason for of, one in earlier.items()} == {("G", "2026-09"): Reason.ALL_FULL}
