"""An observer's calendar: what concerns them, under UIDs that stay, as RFC 5545 has it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.contracts.meetings import MeetingKind
from services.contracts.receipts import Refused
from services.contracts.reports import CalendarMeeting, CalendarOf, ObserverCalendar
from services.documents.calendar import LANGUAGES, ZONE, as_ics
from services.evaluation.queries.calendar import calendar
from tests.documents.opened import Component, icalendar
from tests.documents.said import OBSERVER, history, observed


def events(content: bytes) -> list[Component]:
    return [part for part in icalendar(content).parts if part.name == "VEVENT"]


def test_the_meetings_of_the_cells_that_an_observer_is_assigned_to() -> None:
    found = [(one.meeting, one.status, one.line, one.visit) for one in observed().meetings]
    assert found == [
        ("c1-11", "held", "subordinate", "v1"),
        ("c1-t", "held", "subordinate", None),
        ("c1-12", "scheduled", "subordinate", None),
    ]
    assert [one.cell_name for one in observed().meetings] == ["Chi bộ C1"] * 3
    assert [one.meeting for one in observed("o-002").meetings] == ["c2-11"], "relieved before the next"
    assert [(one.meeting, one.line, one.visit) for one in observed("o-003").meetings] == [("c1-t", None, "v2")]
    known = observed(known_at="2025-11-30").meetings
    assert [(one.on, one.revision) for one in known][-1] == (date(2025, 12, 3), 0)
    assert [(one.on, one.revision) for one in observed().meetings][-1] == (date(2025, 12, 4), 1)


def test_somebody_whom_nothing_names_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        calendar(history(), CalendarOf(observer="o-999", year=2025))
    assert refused.value.problems[0].path == "observer"
    assert calendar(history(), CalendarOf(observer=OBSERVER, year=2019)).meetings == ()


def test_an_entry_has_its_hour_in_vietnam_and_keeps_its_uid() -> None:
    whole = icalendar(as_ics(observed()))
    assert (whole.name, whole.properties["VERSION"]) == ("VCALENDAR", "2.0")
    [zone] = [part for part in whole.parts if part.name == "VTIMEZONE"]
    assert zone.properties["TZID"] == ZONE
    assert zone.parts[0].properties["TZOFFSETTO"] == "+0700"
    found = events(as_ics(observed()))
    planned, visited = found[-1].properties, found[0].properties
    assert planned[f"DTSTART;TZID={ZONE}"] == "20251204T200000"
    assert (visited[f"DTSTART;TZID={ZONE}"], visited[f"DTEND;TZID={ZONE}"]) == ("20251103T080000", "20251103T093500")
    assert visited["SUMMARY"] == "Sinh hoạt thường kỳ: Chi bộ C1 (đã dự)"
    assert visited["CATEGORIES"] == "REGULAR,VISITED"
    assert (planned["DTSTAMP"], planned["SEQUENCE"], planned["STATUS"]) == ("20251201T000000Z", "1", "CONFIRMED")
    before = events(as_ics(observed(known_at="2025-11-30")))[-1].properties
    assert (before["UID"], before["SEQUENCE"]) == (planned["UID"], "0")
    assert len({event.properties["UID"] for event in found}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_and_long_names_fold_and_escape(language: str) -> None:
    name = "Chi bộ; bản, xã \\n " + "ở Ⅳ 𠮷 " * 30
    meeting = CalendarMeeting(
        cell="C1", cell_name=name, unit_name=None, meeting="m", kind=MeetingKind.COMBINED, status="cancelled",
        on=date(2026, 2, 3), starts_at=None, minutes=None, line=None, visit=None, revision=2,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    content = as_ics(ObserverCalendar(observer="o-001", year=2026, meetings=(meeting,)), language)
    [event] = events(content)
    assert name.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") in event.properties["SUMMARY"]
    assert event.properties["DTSTART;VALUE=DATE"] == "20260203"
    assert event.properties["STATUS"] == "CANCELLED"
    assert as_ics(ObserverCalendar(observer="o-001", year=2026, meetings=(meeting,)), language) == content


def test_a_year_without_meetings_is_a_calendar_too() -> None:
    assert events(as_ics(ObserverCalendar(observer="o-001", year=2026, meetings=()))) == []
