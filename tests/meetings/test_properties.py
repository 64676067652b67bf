"""Whatever is reported in whatever order: no crash, one regular meeting a month, one visit of an observer to a meeting,
and repetition changes nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.intake import Work
from services.chassis.outbox import event_topics
from services.chassis.reading import Report
from services.chassis.store import Store
from services.contracts.base import Contract
from services.contracts.catalogue import REPORTS as REPORTS_SAID
from services.contracts.meetings import MeetingRecorded
from services.contracts.observers import AssignmentRecorded, VisitRecorded
from services.contracts.receipts import Refused
from services.meetings.decide import DECISIONS, make_decide
from services.meetings.events import KINDS as KINDS_RECORDED
from services.meetings.events import MeetingEvent
from services.meetings.meeting import Meeting, RegularMonth, month_taken
from services.meetings.observer import Assignment, Seat, Visit
from services.meetings.observer_events import KINDS as OBSERVER_KINDS
from services.meetings.observer_events import AssignmentEvent, VisitEvent
from services.meetings.year_events import KINDS as YEAR_KINDS
from tests.given import TODAY
from tests.meetings.said import (
    assessed,
    assigned,
    cancelled,
    confirmed,
    corrected,
    held,
    relief_withdrawn,
    relieved,
    rescheduled,
    scheduled,
    tree,
    unvisited,
    visited,
    withdrawn,
)

KEYS = st.sampled_from(["M1", "M2", "M3"])
DAYS = st.sampled_from(["2025-03-03", "2025-03-20", "2025-04-03", "2025-06-20", "2019-01-01"])
KINDS = st.sampled_from(["regular", "combined", "thematic"])
OBSERVERS, OTHERS = st.sampled_from(["o-001", "o-002"]), st.sampled_from(["V1", "V2"])
REPORTS = st.one_of(
    st.builds(scheduled, DAYS, KEYS, kind=KINDS),
    st.builds(rescheduled, DAYS, KEYS),
    st.builds(cancelled, KEYS),
    st.builds(held, DAYS, KEYS, kind=KINDS, members=st.sampled_from([20, 24, 25])),
    st.builds(assessed, KEYS, st.sampled_from([80, 90]), st.sampled_from([None, 10, 30])),
    st.builds(confirmed, DAYS, KEYS, st.sampled_from(["W1", "W9"])),
    st.builds(corrected, DAYS, KEYS, st.one_of(st.none(), KINDS)),
    st.builds(withdrawn, KEYS),
)
OF_OBSERVERS = st.one_of(
    st.builds(held, DAYS, KEYS, kind=st.just("thematic")),
    st.builds(withdrawn, KEYS),
    st.builds(assigned, st.just("A1"), DAYS, observer=OBSERVERS),
    st.builds(relieved, DAYS),
    st.builds(relief_withdrawn),
    st.builds(visited, OTHERS, KEYS, DAYS, st.sampled_from([None, "A1"]), observer=OBSERVERS),
    st.builds(unvisited, OTHERS),
)
TREE = tree()


class Meetings:
    """The meetings service on a store of its own, for one example."""

    def __init__(self) -> None:
        self.store, self.decide = Store("meetings", ":memory:"), make_decide(TREE)
        self.events: list[Any] = []
        self.accepted: list[Contract] = []

    def take(self, reports: list[Contract]) -> None:
        """Settles the reports as one batch."""
        work = Work(self.store)
        for data in reports:
            said = Report("meetings", "W1", "r", "", data, TODAY, TODAY, "urn:test", 1)
            try:
                self.decide(work, said)
                self.accepted.append(data)
            except Refused as refused:
                assert not work.dirty
                assert refused.problems
            work.collect()
        self.store.append(work.events)
        self.events += work.events

    @property
    def meetings(self) -> dict[str, dict[str, Any]]:
        """The meetings as stored, by key."""
        found = {key: self.store.find(Meeting, Meeting.id_of("C1", key)) for key in ("M1", "M2", "M3")}
        return {key: meeting.state for key, meeting in found.items() if meeting}

    @property
    def visits(self) -> dict[str, dict[str, Any]]:
        """The visits and the assignment as stored, by key."""
        found = {key: self.store.find(Visit, Visit.id_of("C1", key)) for key in ("V1", "V2")}
        assignment = self.store.find(Assignment, Assignment.id_of("C1", "A1"))
        whole = {**found, "A1": assignment}
        return {key: one.state for key, one in whole.items() if one}


@settings(max_examples=200, deadline=None)
@given(st.lists(REPORTS, max_size=20), st.integers(0, 20))
def test_invariants(reports: list[Contract], cut: int) -> None:
    service = Meetings()
    service.take(reports[:cut])
    service.take(reports[cut:])
    taken = {key: month for key, state in service.meetings.items() if (month := month_taken(state)) is not None}
    assert len(set(taken.values())) == len(taken), "two regular meetings in a month"
    for month in ("2025-03", "2025-04"):
        room = service.store.find(RegularMonth, RegularMonth.id_of("C1", month))
        assert (room.meeting if room else None) == next((key for key, m in taken.items() if m == month), None)
    versions: dict[str, int] = {}
    for event in service.events:
        if isinstance(event, MeetingEvent):
            whole = MeetingRecorded.model_validate(event.data)
            versions[whole.meeting] = versions.get(whole.meeting, 0) + 1
            assert whole.version == versions[whole.meeting] == event.originator_version
            assert (whole.sheet is not None) >= (whole.status == "held")
            assert whole.on == (whole.sheet.held_on if whole.sheet else whole.planned_on)


@settings(max_examples=100, deadline=None)
@given(st.lists(OF_OBSERVERS, max_size=20))
def test_an_observer_was_at_a_meeting_once_and_repetition_changes_nothing(reports: list[Contract]) -> None:
    service, alone = Meetings(), Meetings()
    service.take([report for report in reports for _ in range(2)])
    for report in reports:
        alone.take([report])
    assert service.visits == alone.visits
    assert [one.data for one in service.events if isinstance(one, VisitEvent | AssignmentEvent)] == [
        one.data for one in alone.events if isinstance(one, VisitEvent | AssignmentEvent)
    ]
    made = [one for key, one in alone.visits.items() if key != "A1" and one["status"] == "made"]
    seats = {(one["meeting"], one["observer"]): one["visit"] for one in made}
    assert len(seats) == len(made), "an observer twice at one meeting"
    for meeting in ("M1", "M2", "M3"):
        for observer in ("o-001", "o-002"):
            seat = alone.store.find(Seat, Seat.id_of("C1", meeting, observer))
            assert (seat.visit if seat else None) == seats.get((meeting, observer))
    for event in alone.events:
        if isinstance(event, VisitEvent | AssignmentEvent):
            model = VisitRecorded if isinstance(event, VisitEvent) else AssignmentRecorded
            assert model.model_validate(event.data).version == event.originator_version


@settings(max_examples=100, deadline=None)
@given(st.lists(REPORTS, max_size=20))
def test_batches_make_no_difference(reports: list[Contract]) -> None:
    together, alone = Meetings(), Meetings()
    together.take(reports)
    for report in reports:
        alone.take([report])
    assert together.meetings == alone.meetings
    assert together.events == alone.events


@settings(max_examples=100, deadline=None)
@given(st.lists(REPORTS, max_size=20))
def test_each_report_said_twice_at_once_is_said_once(reports: list[Contract]) -> None:
    once, twice = Meetings(), Meetings()
    once.take(reports)
    twice.take([report for report in reports for _ in range(2)])
    assert once.meetings == twice.meetings


def test_every_report_is_decided_on_and_every_event_has_its_topic() -> None:
    assert set(DECISIONS) == {said.model for said in REPORTS_SAID if said.service == "meetings"}
    assert [kind.TOPIC for kind in (*KINDS_RECORDED, *OBSERVER_KINDS, *YEAR_KINDS)] == event_topics("meetings")
