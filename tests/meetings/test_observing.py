"""Observers: what each report produces, what it refuses, when it stays quiet."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.contracts.base import Contract
from tests.given import By, Scenario
from tests.meetings.said import (
    assessed,
    assigned,
    cancelled,
    corrected,
    held,
    relief_withdrawn,
    relieved,
    scheduled,
    unvisited,
    visited,
    withdrawn,
)

MARKS = {"criteria": "an-phu-2025", "marks": {"3.1": 2, "8.3": 1}, "total": 81.5, "grade": "fair"}


def test_assigned(meetings: Scenario) -> None:
    meetings.when(assigned(until="2025-12-31")).then(
        (
            "ObserverAssigned",
            {
                "version": 1,
                "observer": "o-001",
                "standing": "party_body_staff",
                "line": "villages",
                "by_unit": "W1",
                "valid_from": "2025-01-01",
                "valid_to": "2025-12-31",
                "relieved_on": None,
            },
        )
    )
    assert meetings.published[0].cell == "C1"
    meetings.when(assigned(until="2025-12-31")).then_nothing()
    meetings.when(assigned(line="hardest", by_unit="C3")).then(
        ("ObserverAssigned", {"version": 2, "line": "hardest", "by_unit": "C3", "valid_to": None})
    )


@pytest.mark.parametrize("said", [{"line": "grassroots"}, {"line": "hardest"}, {"standing": "sponsor"}])
def test_an_assignment_that_breaks_its_line_is_an_act_that_happened(meetings: Scenario, said: dict[str, str]) -> None:
    meetings.when(assigned(**said)).then(("ObserverAssigned", said))


def test_not_assigned(meetings: Scenario) -> None:
    meetings.when(assigned(cell="C9", by_unit="NOWHERE")).then_refused("cell", "by_unit", waiting=True)
    meetings.when(By("W2", assigned())).then_refused("cell", waiting=True)
    meetings.when(assigned(since="2019-12-31")).then_refused("valid_from")
    meetings.when(assigned(since="2025-02-01", cell="C2")).then_refused("valid_from")
    meetings.when(By("W2", assigned(since="1900-01-01", by_unit="NOWHERE"))).then_refused(
        "cell", "by_unit", "valid_from", "valid_from"
    )
    with pytest.raises(ValidationError, match="before it begins"):
        assigned(since="2025-03-01", until="2025-02-28")
    with pytest.raises(ValidationError, match="observer"):
        assigned(observer="Nguyen Van A")


def test_relieved(meetings: Scenario) -> None:
    meetings.when(relieved()).then_refused("assignment", waiting=True)
    meetings.given(assigned()).when(relieved(reason="chuyển công tác")).then(
        (
            "ObserverRelieved",
            {"version": 2, "relieved_on": "2025-06-01", "reason": "chuyển công tác", "observer": "o-001"},
        )
    )
    meetings.when(relieved(reason="chuyển công tác")).then_nothing()
    meetings.when(relieved("2025-05-01")).then(("ObserverRelieved", {"relieved_on": "2025-05-01", "reason": None}))
    meetings.when(relieved("2024-12-31")).then_refused("on")
    meetings.when(relieved("2035-01-01")).then_refused("on")
    meetings.when(By("W2", relieved("2025-04-01"))).then_refused("cell", waiting=True)


def test_a_relief_reported_by_mistake_is_taken_back(meetings: Scenario) -> None:
    meetings.when(relief_withdrawn()).then_refused("assignment", waiting=True)
    meetings.given(assigned(until="2025-12-31")).when(relief_withdrawn()).then_refused("assignment", waiting=True)
    meetings.given(relieved(), relieved("2025-05-01"))
    meetings.when(By("W2", relief_withdrawn())).then_refused("cell", waiting=True)
    back = {"version": 4, "relieved_on": None, "valid_to": "2025-12-31", "reason": "nhầm người", "observer": "o-001"}
    meetings.when(relief_withdrawn()).then(("ReliefWithdrawn", back))
    meetings.when(relief_withdrawn()).then_nothing()
    meetings.when(relief_withdrawn(reason="khác")).then_refused("assignment", waiting=True)
    meetings.given(held("2025-06-03", "M2")).when(visited(meeting="M2", on="2025-06-03", assignment="A1"))
    assert meetings.refused is None, "the assignment holds again"
    meetings.when(relieved("2025-05-01")).then(("ObserverRelieved", {"version": 5, "relieved_on": "2025-05-01"}))


def test_an_assignment_is_corrected_after_its_end_and_stays_ended(meetings: Scenario) -> None:
    meetings.given(assigned(), relieved())
    meetings.when(assigned(line="subordinate")).then(
        ("ObserverAssigned", {"line": "subordinate", "relieved_on": "2025-06-01"})
    )
    meetings.when(assigned(since="2025-06-02")).then_refused("valid_from")


def test_visited(meetings: Scenario) -> None:
    meetings.given(assigned(), held(), assessed())
    said = visited(assignment="A1", guidance="Thảo luận kỹ hơn", assessment=MARKS, agrees=False)
    meetings.when(said).then(
        (
            "MeetingVisited",
            {
                "version": 1,
                "status": "made",
                "meeting": "M1",
                "observer": "o-001",
                "assignment": "A1",
                "on": "2025-03-03",
                "guidance": "Thảo luận kỹ hơn",
                "assessment.marks": {"3.1": 2.0, "8.3": 1.0},
                "assessment.total": 81.5,
                "agrees": False,
            },
        )
    )
    meetings.when(said).then_nothing()
    meetings.when(visited("V2", observer="o-002")).then(
        ("MeetingVisited", {"assignment": None, "assessment": None, "agrees": None})
    )


def test_a_later_report_of_a_visit_replaces_the_earlier(meetings: Scenario) -> None:
    meetings.given(assigned(), held(), held("2025-04-03", "M2"), visited(assignment="A1", assessment=MARKS))
    meetings.when(visited(assessment={**MARKS, "total": 70})).then(
        ("MeetingVisited", {"version": 2, "assignment": None, "assessment.total": 70.0})
    )
    meetings.when(visited(meeting="M2", on="2025-04-03")).then(("MeetingVisited", {"version": 3, "meeting": "M2"}))
    meetings.when(visited("V2")).then(("MeetingVisited", {"version": 1, "meeting": "M1"}))


def test_an_observer_is_at_a_meeting_once(meetings: Scenario) -> None:
    meetings.given(held(), held("2025-04-03", "M2"), visited(), visited("V2", "M2", "2025-04-03"))
    meetings.when(visited("V3")).then_refused("observer")
    assert "visit V1" in str(meetings.refused)
    meetings.when(visited("V2")).then_refused("observer")
    meetings.given(unvisited()).when(visited("V3")).then(("MeetingVisited", {"visit": "V3"}))


def test_not_visited(meetings: Scenario) -> None:
    meetings.given(held(), assigned(since="2025-03-04"), assigned("A2", until="2025-03-02"))
    meetings.when(visited(on="2025-03-04")).then_refused("on", waiting=True)
    meetings.when(visited(assignment="A9")).then_refused("assignment", waiting=True)
    meetings.when(visited(assignment="A1")).then_refused("assignment", waiting=True)
    meetings.when(visited(assignment="A2")).then_refused("assignment", waiting=True)
    meetings.when(visited(assignment="A2", observer="o-002")).then_refused("assignment", "assignment")
    meetings.when(By("W2", visited(on="2025-03-05", assignment="A9"))).then_refused(
        "cell", "on", "assignment", waiting=True
    )
    meetings.given(assigned("A3"), relieved("2025-03-03", "A3"))
    meetings.when(visited(assignment="A3")).then_refused("assignment", waiting=True)
    meetings.given(relieved("2025-03-04", "A3"))
    meetings.when(visited(assignment="A3")).then(("MeetingVisited", {"assignment": "A3"}))


def test_a_visit_before_the_sheet_waits_for_it_and_for_its_right_day(meetings: Scenario) -> None:
    meetings.when(visited()).then_refused("meeting", waiting=True)
    meetings.given(scheduled()).when(visited()).then_refused("meeting", waiting=True)
    meetings.given(cancelled()).when(visited()).then_refused("meeting", waiting=True)
    meetings.given(held("2025-03-04")).when(visited()).then_refused("on", waiting=True)
    meetings.given(corrected("2025-03-03")).when(visited()).then(("MeetingVisited", {"on": "2025-03-03"}))


@pytest.mark.parametrize("report", [visited(), visited(assignment="A9", on="2025-03-09")])
def test_nobody_was_at_a_meeting_that_was_withdrawn(meetings: Scenario, report: Contract) -> None:
    meetings.given(held(), withdrawn()).when(report)
    assert meetings.refused is not None and not meetings.refused.waiting
    assert "data.meeting" in {problem.path for problem in meetings.refused.problems}


def test_a_visit_is_withdrawn(meetings: Scenario) -> None:
    meetings.when(unvisited()).then_refused("visit", waiting=True)
    meetings.given(held(), visited(assessment=MARKS)).when(By("W2", unvisited())).then_refused("cell", waiting=True)
    meetings.when(unvisited()).then(
        ("VisitWithdrawn", {"status": "withdrawn", "reason": "nhầm cuộc họp", "assessment.total": 81.5})
    )
    meetings.when(unvisited()).then_nothing()
    meetings.when(unvisited(reason="khác")).then_refused("visit")
    meetings.when(visited()).then_refused("visit")
