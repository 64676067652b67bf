"""What took place: what each report produces, what it refuses, when it stays quiet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.contracts.base import Contract
from tests.given import TODAY, By, Scenario
from tests.meetings.said import (
    assessed,
    cancelled,
    confirmed,
    corrected,
    held,
    rescheduled,
    scheduled,
    withdrawn,
)


def test_held_without_a_plan(meetings: Scenario) -> None:
    said = held(notice_at="2025-03-01T08:00:00+07:00")
    meetings.when(said).then(
        (
            "MeetingHeld",
            {
                "version": 1,
                "status": "held",
                "kind": "regular",
                "on": "2025-03-03",
                "planned_on": None,
                "notice_at": "2025-03-01T08:00:00+07:00",
                "sheet.present": 22,
                "sheet.absences.0.excused": True,
                "corrections": 0,
            },
        )
    )
    meetings.when(said).then_nothing()
    meetings.when(held(minutes=90)).then_refused("meeting")
    meetings.when(held(kind="extraordinary")).then_refused("meeting")


def test_held_as_planned(meetings: Scenario) -> None:
    plan = scheduled("2025-03-01", kind="combined", theme="Chuyên đề quý I", notice_at="2025-02-25T08:00:00+07:00")
    meetings.given(plan, rescheduled("2025-03-03")).when(held(kind="combined")).then(
        (
            "MeetingHeld",
            {
                "version": 3,
                "planned_on": "2025-03-03",
                "first_planned_on": "2025-03-01",
                "theme": "Chuyên đề quý I",
                "notice_at": "2025-02-25T08:00:00+07:00",
                "reason": None,
            },
        )
    )


def test_held_though_cancelled(meetings: Scenario) -> None:
    meetings.given(scheduled(), cancelled()).when(held()).then(("MeetingHeld", {"status": "held", "reason": None}))


def test_documents_after_the_meeting_are_only_late(meetings: Scenario) -> None:
    meetings.when(held(documents_at="2025-03-09T08:00:00+07:00", notice_at="2025-03-09T08:00:00+07:00")).then(
        ("MeetingHeld", {"sheet.documents_at": "2025-03-09T08:00:00+07:00"})
    )


def test_not_held(meetings: Scenario) -> None:
    meetings.when(held(cell="C9")).then_refused("cell", waiting=True)
    meetings.when(By("W2", held())).then_refused("cell", waiting=True)
    meetings.when(held("2019-12-31", members=9)).then_refused("sheet.held_on")
    meetings.when(held("2025-02-01", cell="C2", members=10)).then_refused("sheet.held_on")
    meetings.when(held("2025-06-16")).then_refused("sheet.held_on")
    meetings.when(held("2025-03-03", members=25, away=0)).then_refused("sheet.present", "sheet.members", waiting=True)
    meetings.when(held("2025-03-03", members=30, exempt=10, present=18)).then_refused("sheet.members", waiting=True)
    meetings.when(held("2024-12-31", members=23)).then_refused("sheet.present", "sheet.members", waiting=True)
    meetings.when(By("W2", held("2025-06-16", members=99))).then_refused(
        "cell", "sheet.held_on", "sheet.present", "sheet.members"
    )


def test_today_is_the_day_in_vietnam(meetings: Scenario) -> None:
    before, after = datetime(2025, 6, 15, 16, 59, tzinfo=UTC), datetime(2025, 6, 15, 17, 0, tzinfo=UTC)
    meetings.when(By("W1", held("2025-06-16"), before)).then_refused("sheet.held_on")
    meetings.when(By("W1", held("2025-06-16"), after)).then(("MeetingHeld", {"on": "2025-06-16"}))


def test_one_regular_meeting_a_month(meetings: Scenario) -> None:
    meetings.given(held())
    for kind in ("regular", "combined"):
        meetings.when(held("2025-03-20", "M2", kind=kind)).then_refused("sheet.held_on")
        assert "M1" in str(meetings.refused)
    meetings.when(held("2025-03-20", "M3", kind="thematic")).then(("MeetingHeld", {"kind": "thematic"}))
    meetings.when(held("2025-03-20", "M4", kind="extraordinary")).then(("MeetingHeld", {"kind": "extraordinary"}))
    meetings.when(held("2025-04-03", "M5")).then(("MeetingHeld", {"on": "2025-04-03"}))
    meetings.when(By("W2", held(cell="C3", members=9))).then(("MeetingHeld", {"cell": "C3"}))


def test_a_withdrawn_meeting_makes_room(meetings: Scenario) -> None:
    meetings.given(held(), withdrawn()).when(held("2025-03-20", "M2")).then(("MeetingHeld", {"meeting": "M2"}))
    meetings.when(held("2025-03-25", "M3")).then_refused("sheet.held_on")


def test_a_corrected_day_moves_to_its_month(meetings: Scenario) -> None:
    meetings.given(held("2025-03-31"), held("2025-05-05", "M5"))
    meetings.when(corrected("2025-05-01")).then_refused("sheet.held_on")
    meetings.when(corrected("2025-03-30")).then(("MeetingCorrected", {"on": "2025-03-30", "corrections": 1}))
    meetings.when(corrected("2025-04-01")).then(("MeetingCorrected", {"on": "2025-04-01", "corrections": 2}))
    meetings.when(held("2025-04-20", "M2")).then_refused("sheet.held_on")
    meetings.when(held("2025-03-20", "M2")).then(("MeetingHeld", {"meeting": "M2"}))


def test_a_corrected_kind_takes_or_leaves_the_month(meetings: Scenario) -> None:
    meetings.given(held(), held("2025-03-10", "M2", kind="thematic"))
    meetings.when(corrected("2025-03-10", "M2", kind="combined")).then_refused("sheet.held_on")
    meetings.when(corrected(kind="extraordinary")).then(("MeetingCorrected", {"kind": "extraordinary"}))
    meetings.when(corrected("2025-03-10", "M2", kind="combined")).then(("MeetingCorrected", {"kind": "combined"}))


def test_corrected(meetings: Scenario) -> None:
    meetings.given(scheduled("2025-03-01"), held(), assessed())
    meetings.when(corrected(minutes=80)).then(
        (
            "MeetingCorrected",
            {
                "version": 4,
                "sheet.minutes": 80,
                "corrections": 1,
                "reason": "nhầm",
                "planned_on": "2025-03-01",
                "assessment.total": 88.0,
            },
        )
    )
    meetings.when(corrected(minutes=80)).then_nothing()
    meetings.when(corrected(minutes=81, thematic_part=True)).then_refused("sheet.thematic_part")
    meetings.when(corrected("2025-06-16", minutes=81)).then_refused("sheet.held_on")
    meetings.when(corrected(members=30)).then_refused("sheet.members", "sheet.present", waiting=True)
    meetings.when(By("W2", corrected(minutes=70))).then_refused("cell", waiting=True)


def test_assessed(meetings: Scenario) -> None:
    meetings.given(held()).when(assessed()).then(
        (
            "MeetingSelfAssessed",
            {
                "version": 2,
                "status": "held",
                "assessment.total": 88.0,
                "assessment.grade": "fair",
                "assessment.vote": {"for": 21, "of": 22},
                "assessment.marks": {"3.1": 3.0, "8.3": 1.0},
            },
        )
    )
    meetings.when(assessed()).then_nothing()
    meetings.when(assessed(total=90)).then(("MeetingSelfAssessed", {"assessment.total": 90.0}))
    meetings.when(assessed(votes=25)).then_refused("assessment.vote.of")
    meetings.when(By("W2", assessed(votes=25))).then_refused("assessment.vote.of", "cell")
    meetings.when(assessed(votes=None)).then(("MeetingSelfAssessed", {"assessment.vote": None}))


def test_confirmed(meetings: Scenario) -> None:
    meetings.given(held()).when(confirmed()).then(
        ("MeetingConfirmed", {"confirmation": {"by_unit": "W1", "on": "2025-03-04", "agrees": True}})
    )
    meetings.when(confirmed()).then_nothing()
    meetings.when(confirmed(by="W9")).then_refused("confirmation.by_unit", waiting=True)
    meetings.when(confirmed("2025-03-02")).then_refused("confirmation.on")
    meetings.when(confirmed("2025-06-16")).then_refused("confirmation.on")
    meetings.when(By("W2", confirmed(by="W9"))).then_refused("cell", "confirmation.by_unit", waiting=True)


@pytest.mark.parametrize("report", [assessed(), confirmed(), corrected(minutes=80)])
def test_what_comes_before_the_sheet_waits_for_it(meetings: Scenario, report: Contract) -> None:
    meetings.when(report).then_refused("meeting", waiting=True)
    meetings.given(scheduled()).when(report).then_refused("meeting", waiting=True)
    meetings.given(cancelled()).when(report).then_refused("meeting", waiting=True)
    meetings.given(held()).when(report)
    assert len(meetings.published) == 1


def test_withdrawn(meetings: Scenario) -> None:
    meetings.when(withdrawn()).then_refused("meeting", waiting=True)
    meetings.given(held()).when(By("W2", withdrawn())).then_refused("cell", waiting=True)
    meetings.when(withdrawn()).then(
        ("MeetingWithdrawn", {"status": "withdrawn", "reason": "nhầm chi bộ", "on": "2025-03-03", "sheet.minutes": 95})
    )
    meetings.when(withdrawn()).then_nothing()


@pytest.mark.parametrize("report", [held(), assessed(), confirmed(), corrected(), withdrawn(reason="khác")])
def test_nothing_is_said_of_a_withdrawn_meeting(meetings: Scenario, report: Contract) -> None:
    meetings.given(held(), withdrawn()).when(report).then_refused("meeting")


def test_a_report_about_a_meeting_of_another_cell_is_another_meeting(meetings: Scenario) -> None:
    meetings.given(held()).when(By("W2", held(cell="C3", members=9))).then(("MeetingHeld", {"version": 1}))


def test_knowledge_time_never_goes_back(meetings: Scenario) -> None:
    early = datetime(2025, 6, 1, tzinfo=UTC)
    meetings.given(held()).when(By("W1", assessed(), early))
    assert meetings.published[0].timestamp == TODAY
