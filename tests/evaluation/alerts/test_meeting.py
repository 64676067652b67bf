"""Schedules, regular and thematic meetings: when an alert holds and when not, and how it grows graver."""

from __future__ import annotations

from datetime import date

import pytest

from services.contracts.alerts import Colour, Reason, Rule
from tests.evaluation.alerts.looking import found, regular
from tests.evaluation.history.stream import Stream
from tests.evaluation.territory import territory

MONTHS = [f"2026-{month:02}" for month in range(1, 12)]


@pytest.fixture
def stream() -> Stream:
    """C meets every month of 2026 up to November, with a thematic part in each quarter's first; D in October only."""
    stream = territory()
    for month in MONTHS:
        combined = month[5:] in ("01", "04", "07", "10")
        more = {"kind": "combined", "sheet": {"thematic_part": True}} if combined else {}
        regular(stream, "C", month, **more)
    regular(stream, "D", "2026-10")
    return stream


def test_a_schedule_is_missing_from_the_day_after_it_was_due(stream: Stream) -> None:
    stream.meeting("D", "next", "2026-12-03", "2026-11-20")
    assert found(stream, "2026-11-25", Rule.SCHEDULE_MISSING) == {}
    [alert] = found(stream, "2026-11-26", Rule.SCHEDULE_MISSING).values()
    assert (alert.cell, alert.period, alert.due, alert.since) == (
        "C", "2026-12", date(2026, 11, 25), date(2026, 11, 26),
    )  # fmt: skip
    assert (alert.reason, alert.colour, alert.basis) == (Reason.NO_PLAN, Colour.YELLOW, "NENEP_ALERT_SCHEDULE_DAY=25")
    assert found(stream, "2026-11-26", Rule.SCHEDULE_MISSING, schedule_day=28) == {}


def test_a_schedule_that_still_is_missing_a_week_later_is_late_until_the_meeting_itself_is(stream: Stream) -> None:
    assert found(stream, "2026-12-03", Rule.SCHEDULE_MISSING)["C", "2026-12"].colour is Colour.ORANGE
    assert found(stream, "2026-12-08", Rule.SCHEDULE_MISSING).keys() >= {("C", "2026-12")}
    assert found(stream, "2026-12-09", Rule.SCHEDULE_MISSING).keys() == set()
    assert ("C", "2026-12") in found(stream, "2026-12-09", Rule.NO_REGULAR_MEETING)


def test_a_cell_that_began_after_the_schedule_was_due_owes_none(stream: Stream) -> None:
    stream.cell("NEW", {"valid_from": "2026-11-26", "parent": "G"}, recorded="2026-11-26")
    stream.cell("IN-TIME", {"valid_from": "2026-11-25", "parent": "G"}, recorded="2026-11-26")
    assert {cell for cell, _ in found(stream, "2026-11-27", Rule.SCHEDULE_MISSING)} == {"C", "D", "IN-TIME"}


def test_a_cancelled_meeting_is_no_plan(stream: Stream) -> None:
    stream.meeting("C", "next", "2026-12-03", "2026-11-20")
    stream.meeting("C", "next", "2026-12-03", "2026-11-27", status="cancelled", reason="flood")
    assert found(stream, "2026-11-28", Rule.SCHEDULE_MISSING)["C", "2026-12"].values == {"cancelled": "2026-12-03"}


def test_no_regular_meeting_after_the_days_of_grace(stream: Stream) -> None:
    assert ("D", "2026-11") not in found(stream, "2026-11-08", Rule.NO_REGULAR_MEETING)
    alert = found(stream, "2026-11-09", Rule.NO_REGULAR_MEETING)["D", "2026-11"]
    assert (alert.due, alert.since, alert.reason) == (date(2026, 11, 8), date(2026, 11, 9), Reason.NOT_HELD)
    assert alert.basis == "HD 42-HD/BTCTW; NENEP_GRACE_DAYS=5"
    assert found(stream, "2026-11-09", Rule.NO_REGULAR_MEETING, grace_days=20).keys() == {("D", "2026-09")}
    regular(stream, "D", "2026-11")
    assert ("D", "2026-11") not in found(stream, "2026-11-09", Rule.NO_REGULAR_MEETING)


def test_a_month_that_ends_without_a_meeting_is_grave(stream: Stream) -> None:
    alert = found(stream, "2026-12-01", Rule.NO_REGULAR_MEETING)["D", "2026-11"]
    assert (alert.colour, alert.reason) == (Colour.RED, Reason.MONTH_WITHOUT)
    assert alert.repeated == 5, "June to September and November, of June to November"


def test_a_cell_that_was_founded_later_or_is_dissolved_need_not_have_met(stream: Stream) -> None:
    stream.cell("NEW", {"valid_from": "2026-11-04", "parent": "G"}, recorded="2026-11-04")
    stream.cell("D", {"valid_from": "2026-11-01", "parent": "CITY", "dissolved": True}, recorded="2026-11-01")
    assert found(stream, "2026-11-28", Rule.NO_REGULAR_MEETING).keys() == {("D", "2026-09")}


def test_a_quarter_without_a_thematic_meeting(stream: Stream) -> None:
    assert found(stream, "2026-09-30", Rule.NO_THEMATIC_MEETING).keys() == set()
    [alert] = found(stream, "2026-10-01", Rule.NO_THEMATIC_MEETING).values()
    assert (alert.cell, alert.period, alert.due) == ("D", "2026-Q3", date(2026, 9, 30))
    assert (alert.repeated, alert.colour) == (3, Colour.RED)
    stream.held("D", "r", "2026-08-03", recorded="2026-10-02")
    [alert] = found(stream, "2026-10-02", Rule.NO_THEMATIC_MEETING).values()
    assert alert.events == (stream.events[-1].headers["ce-id"],), "the quarter's meetings, none of them thematic"
    stream.held("D", "t", "2026-09-20", kind="thematic", sheet={"thematic_part": True}, recorded="2026-10-05")
    assert found(stream, "2026-10-06", Rule.NO_THEMATIC_MEETING) == {}


def test_a_thematic_meeting_never_replaces_the_regular_one(stream: Stream) -> None:
    stream.held("D", "t", "2026-11-05", kind="thematic", sheet={"thematic_part": True})
    stream.held("C", "t", "2026-11-05", kind="thematic", sheet={"thematic_part": True})
    [alert] = found(stream, "2026-11-05", Rule.THEMATIC_INSTEAD).values()
    assert (alert.cell, alert.values, alert.events) == (
        "D",
        {"held": "2026-11-05"},
        (stream.events[-2].headers["ce-id"],),
    )
    stream.meeting("D", "r", "2026-11-06", "2026-11-05")
    assert found(stream, "2026-11-05", Rule.THEMATIC_INSTEAD) == {}
    assert found(stream, "2026-11-11", Rule.THEMATIC_INSTEAD) == {}, "its sheet may still come"
    assert found(stream, "2026-11-12", Rule.THEMATIC_INSTEAD).keys() == {("D", "2026-11")}


def test_only_the_last_months_are_watched(stream: Stream) -> None:
    periods = {period for _, period in found(stream, "2026-11-28", Rule.NO_REGULAR_MEETING)}
    assert periods == {"2026-09", "2026-11"}
    wider = {period for _, period in found(stream, "2026-11-28", Rule.NO_REGULAR_MEETING, months=4)}
    assert wider == {"2026-07", "2026-08", "2026-09", "2026-11"}


def test_a_rule_that_is_switched_off_is_not_watched(stream: Stream) -> None:
    off = frozenset({Rule.NO_REGULAR_MEETING.value})
    assert found(stream, "2026-11-28", Rule.NO_REGULAR_MEETING, off=off) == {}
