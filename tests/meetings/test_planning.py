"""What is planned: what each report produces, what it refuses, when it stays quiet."""

from __future__ import annotations

import pytest

from services.contracts.base import Contract
from tests.given import By, Scenario
from tests.meetings.said import cancelled, held, rescheduled, scheduled, withdrawn


def test_scheduled(meetings: Scenario) -> None:
    said = scheduled(starts_at="19:30", notice_at="2025-02-25T08:00:00+07:00", theme="Học tập")
    meetings.when(said).then(
        (
            "MeetingScheduled",
            {
                "cell": "C1",
                "meeting": "M1",
                "version": 1,
                "status": "scheduled",
                "on": "2025-03-03",
                "planned_on": "2025-03-03",
                "first_planned_on": "2025-03-03",
                "starts_at": "19:30:00",
                "notice_at": "2025-02-25T08:00:00+07:00",
                "theme": "Học tập",
                "sheet": None,
            },
        )
    )
    assert meetings.published[0].cell == "C1"
    meetings.when(said).then_nothing()
    meetings.when(scheduled("2025-03-04")).then_refused("meeting")
    meetings.when(scheduled(kind="thematic")).then_refused("meeting")


def test_not_scheduled(meetings: Scenario) -> None:
    meetings.when(scheduled(cell="C9")).then_refused("cell", waiting=True)
    meetings.when(By("W2", scheduled())).then_refused("cell", waiting=True)
    meetings.when(scheduled("2019-06-03")).then_refused("on")
    meetings.when(scheduled("2025-02-01", cell="C2")).then_refused("on")
    meetings.when(scheduled("2026-06-30")).then_refused("on")
    meetings.when(By("W2", scheduled("1900-01-01"))).then_refused("on", "on", "cell")


def test_one_above_may_report_too(meetings: Scenario) -> None:
    meetings.when(By("CITY", scheduled())).then(("MeetingScheduled", {"cell": "C1"}))


def test_rescheduled(meetings: Scenario) -> None:
    meetings.given(scheduled(starts_at="19:30")).when(rescheduled("2025-03-05", reason="họp xã")).then(
        (
            "MeetingRescheduled",
            {
                "version": 2,
                "on": "2025-03-05",
                "planned_on": "2025-03-05",
                "first_planned_on": "2025-03-03",
                "starts_at": "19:30:00",
                "reason": "họp xã",
            },
        )
    )
    meetings.when(rescheduled("2025-03-05")).then_nothing()
    meetings.when(rescheduled("2025-03-05", starts_at="20:00")).then(("MeetingRescheduled", {"starts_at": "20:00:00"}))
    meetings.when(rescheduled("2035-03-05")).then_refused("on")
    meetings.when(By("W2", rescheduled("2025-03-06"))).then_refused("cell", waiting=True)


def test_not_rescheduled_without_a_plan(meetings: Scenario) -> None:
    meetings.when(rescheduled("2025-03-05")).then_refused("meeting", waiting=True)
    meetings.given(held()).when(rescheduled("2025-03-05")).then_refused("meeting", waiting=True)


def test_cancelled(meetings: Scenario) -> None:
    meetings.given(scheduled()).when(cancelled()).then(
        ("MeetingCancelled", {"status": "cancelled", "reason": "mưa lũ", "planned_on": "2025-03-03"})
    )
    meetings.when(cancelled()).then_nothing()
    meetings.when(scheduled()).then_refused("meeting")
    meetings.when(rescheduled("2025-03-03")).then(("MeetingRescheduled", {"status": "scheduled", "reason": None}))


def test_not_cancelled(meetings: Scenario) -> None:
    meetings.when(cancelled()).then_refused("meeting", waiting=True)
    meetings.given(held()).when(cancelled()).then_refused("meeting")
    meetings.given(scheduled(key="M2")).when(By("W2", cancelled("M2"))).then_refused("cell", waiting=True)


def test_a_plan_that_comes_after_the_sheet_is_late_knowledge(meetings: Scenario) -> None:
    late = scheduled("2025-03-01", starts_at="19:00", notice_at="2025-02-25T08:00:00+07:00", theme="x")
    meetings.given(held()).when(late).then(
        (
            "MeetingScheduled",
            {
                "version": 2,
                "status": "held",
                "on": "2025-03-03",
                "planned_on": "2025-03-01",
                "first_planned_on": "2025-03-01",
                "starts_at": "19:00:00",
                "notice_at": "2025-02-25T08:00:00+07:00",
                "theme": None,
            },
        )
    )
    meetings.when(late).then_nothing()
    meetings.when(scheduled("2025-03-02")).then_refused("meeting")
    meetings.when(rescheduled("2025-03-02")).then(
        ("MeetingRescheduled", {"status": "held", "on": "2025-03-03", "planned_on": "2025-03-02"})
    )
    meetings.when(rescheduled("2025-03-02")).then_nothing()
    meetings.when(rescheduled("2025-07-02")).then_refused("on")


def test_the_sheets_own_notice_and_theme_hold_against_a_late_plan(meetings: Scenario) -> None:
    sheet = held(kind="combined", theme="Của biên bản", notice_at="2025-03-01T08:00:00+07:00")
    meetings.given(sheet).when(scheduled(kind="regular", theme="Khác", notice_at="2025-02-01T08:00:00+07:00")).then(
        (
            "MeetingScheduled",
            {"kind": "combined", "theme": "Của biên bản", "notice_at": "2025-03-01T08:00:00+07:00"},
        )
    )


@pytest.mark.parametrize("report", [scheduled(), rescheduled("2025-03-05"), cancelled()])
def test_nothing_is_planned_after_a_withdrawal(meetings: Scenario, report: Contract) -> None:
    meetings.given(scheduled(), withdrawn()).when(report).then_refused("meeting")
