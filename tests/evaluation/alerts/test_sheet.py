"""What sheets say, by the set in force: HD 42 for the city (C), the form of An Phú for its own (A)."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest

from services.contracts.alerts import AlertRecorded, Colour, Reason, Rule
from services.evaluation.alerts.rules.by_set import lines
from services.evaluation.alerts.rules.holding import RULES, holding
from services.evaluation.alerts.rules.seen import Reach
from services.evaluation.alerts.rules.thresholds import Thresholds
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.history.watched import watched
from services.evaluation.yearend.load import load_shipped_rules
from tests.evaluation.alerts.looking import found
from tests.evaluation.history.stream import Stream
from tests.evaluation.territory import SETS, running, territory

E, D, A = "an-phu-2025", "hd-42-2025", "hd-12-2018"
TODAY = "2026-11-28"


@pytest.fixture
def stream() -> Stream:
    stream = territory()
    stream.unit("AN-PHU", "CITY", "2019-01-01", kind="ward")
    stream.cell("A", {"valid_from": "2019-01-01", "parent": "AN-PHU"}, recorded="2019-01-01")
    return stream


def test_documents_less_than_a_day_before_or_never(stream: Stream) -> None:
    stream.held("C", "well", "2026-09-03", sheet={"documents_at": "2026-09-02T01:00:00Z"})
    stream.held("C", "late", "2026-10-03", sheet={"documents_at": "2026-10-02T01:01:00Z"})
    stream.held("A", "late", "2026-10-03", sheet={"documents_at": "2026-10-02T01:30:00Z"})
    stream.held("C", "never", "2026-11-03", sheet={"documents_at": None})
    stream.held("C", "short-notice", "2026-11-12", kind="extraordinary", sheet={"documents_at": None})
    alerts = found(stream, TODAY, Rule.DOCUMENTS_LATE)
    assert set(alerts) == {("C", "2026-10"), ("A", "2026-10"), ("C", "2026-11")}
    late, never, own = alerts["C", "2026-10"], alerts["C", "2026-11"], alerts["A", "2026-10"]
    assert (late.reason, late.values) == (Reason.DOCUMENTS_AFTER, {"value": 23.9, "needed": 24}), (
        "59 minutes are no hour"
    )
    assert (late.due, late.basis, late.set) == (date(2026, 10, 2), "HD 42-HD/BTCTW", None)
    assert (never.reason, never.values["value"], never.colour) == (Reason.NO_DOCUMENTS, None, Colour.ORANGE)
    assert (own.set, own.item, own.basis) == (E, "3.5", SETS[E].number)


def test_minutes_after_the_second_day_or_still_missing(stream: Stream) -> None:
    stream.held("C", "well", "2026-09-03", sheet={"minutes_filed_on": "2026-09-05"})
    stream.held("C", "late", "2026-10-03", sheet={"minutes_filed_on": "2026-10-06"})
    stream.held("C", "open", "2026-11-03", sheet={"minutes_filed_on": None})
    assert ("C", "2026-11") not in found(stream, "2026-11-05", Rule.MINUTES_LATE)
    alerts = found(stream, "2026-11-06", Rule.MINUTES_LATE)
    assert set(alerts) == {("C", "2026-10"), ("C", "2026-11")}
    late, missing = alerts["C", "2026-10"], alerts["C", "2026-11"]
    assert (late.due, late.since, late.values) == (date(2026, 10, 5), date(2026, 10, 6), {"value": 3, "needed": 2})
    assert (missing.reason, missing.due) == (Reason.NO_MINUTES, date(2026, 11, 5))
    stream.held("C", "open", "2026-11-03", "2026-11-07", sheet={"minutes_filed_on": "2026-11-04"})
    assert ("C", "2026-11") not in found(stream, TODAY, Rule.MINUTES_LATE)


@pytest.mark.parametrize("most", [9999999, 1e300])
def test_a_set_that_says_no_limit_by_a_huge_one_stops_no_look(stream: Stream, most: float) -> None:
    said = SETS[E].model_dump(by_alias=True, exclude_unset=True)
    item = next(one for one in said["items"] if one["code"] == "3.5")
    asked = [
        {"measure": "minutes.days_after", "at_most": most},
        {"measure": "documents.hours_before", "at_least": most},
    ]
    item["yes_no"] = {"all": asked}
    stream.held("A", "open", "2026-11-03", sheet={"minutes_filed_on": None})
    sets, today = {**SETS, E: CriteriaSet.model_validate(said)}, date.fromisoformat(TODAY)
    seen = watched(running(stream), sets, load_shipped_rules(), Reach.on(today, 2))
    rules = {rule: RULES[rule] for rule in (Rule.MINUTES_LATE, Rule.DOCUMENTS_LATE)}
    holds = holding(seen, today, Thresholds(), rules)
    alerts = [AlertRecorded.model_validate({**one, "version": 1, "status": "raised"}) for one in holds.values()]
    assert [alert.rule for alert in alerts if alert.cell == "A"] == [Rule.DOCUMENTS_LATE]
    assert [
        AlertRecorded.model_validate_json(orjson.dumps(alert.model_dump(mode="json"))) for alert in alerts
    ] == alerts


def test_too_short_by_the_set_in_force_or_by_a_setting_where_it_does_not_say(stream: Stream) -> None:
    stream.held("A", "well", "2026-10-03", sheet={"minutes": 90})
    stream.held("A", "short", "2026-11-03", sheet={"minutes": 89})
    stream.held("C", "short", "2026-11-03", sheet={"minutes": 60})
    [alert] = found(stream, TODAY, Rule.TOO_SHORT).values()
    assert (alert.cell, alert.values, alert.item) == ("A", {"value": 89, "needed": 90}, "1.1")
    by_setting = found(stream, TODAY, Rule.TOO_SHORT, shortest=61)["C", "2026-11"]
    assert (by_setting.basis, by_setting.values) == ("NENEP_ALERT_SHORTEST=61", {"value": 60, "needed": 61})


def test_attendance_and_absences_by_the_set_in_force(stream: Stream) -> None:
    few, nobody = ["m-100", "m-101", "m-102"], ["m-100"]
    stream.held("C", "well", "2026-09-03", excused=few[:2])
    stream.held("C", "few", "2026-10-03", excused=few)
    stream.held("C", "away", "2026-11-03", unexcused=nobody)
    stream.held("A", "few", "2026-10-03", excused=few)
    stream.held("A", "away", "2026-11-03", unexcused=nobody)
    low, away = found(stream, TODAY, Rule.ATTENDANCE_LOW), found(stream, TODAY, Rule.UNEXCUSED_ABSENCE)
    assert set(low) == {("C", "2026-10"), ("A", "2026-10")}
    assert low["C", "2026-10"].values == {"value": 86.96, "needed": 90, "present": 20, "expected": 23}
    assert (low["C", "2026-10"].item, low["A", "2026-10"].item) == ("2", "2.1")
    assert set(away) == {("C", "2026-11"), ("A", "2026-11")}
    assert away["A", "2026-11"].values == {"value": 1}


def test_the_threshold_is_that_of_the_set_in_force_on_the_day(stream: Stream) -> None:
    """HD 12 asked for more than 85 %, HD 42 from 28 October 2025 on for 90."""
    few = ["m-100", "m-101", "m-102"]
    stream.held("C", "before", "2025-10-03", excused=few)
    stream.held("C", "after", "2025-11-03", excused=few)
    assert set(found(stream, "2025-11-28", Rule.ATTENDANCE_LOW)) == {("C", "2025-11")}


def test_excused_more_than_three_times_in_a_row(stream: Stream) -> None:
    for month in (7, 8, 9, 10, 11):
        stream.held("A", f"m{month}", f"2026-{month:02}-03", excused=["m-100"])
        stream.held("C", f"m{month}", f"2026-{month:02}-03", excused=["m-100"])
    alerts = found(stream, TODAY, Rule.EXCUSED_TOO_OFTEN)
    assert set(alerts) == {("A", "2026-10"), ("A", "2026-11")}, "HD 42 does not ask for it"
    assert alerts["A", "2026-11"].values == {"value": 5, "needed": 3}
    assert alerts["A", "2026-11"].colour is Colour.ORANGE


@pytest.mark.parametrize(
    ("set_", "measure", "codes"),
    [
        (E, "attendance.rate", ["2.1"]),
        (E, "attendance.unexcused", ["2.1"]),
        (E, "attendance.excused_run", ["2.2"]),
        (E, "time.minutes", ["1.1"]),
        (D, "attendance.rate", ["2"]),
        (D, "time.minutes", []),
        (A, "attendance.rate", ["1"]),
    ],
)
def test_which_lines_of_a_set_ask_something_of_a_measure(set_: str, measure: str, codes: list[str]) -> None:
    found_: list[Any] = list(lines(SETS[set_], measure))
    assert [line.code.split(".")[0] if set_ == A else line.code for line in found_] == codes
