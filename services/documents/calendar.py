"""An observer's year as iCalendar (RFC 5545): one entry a meeting, under a UID that it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from services.contracts.base import derived_id
from services.contracts.meetings import MeetingKind
from services.contracts.reports import CalendarMeeting, ObserverCalendar

ZONE = "Asia/Ho_Chi_Minh"
LINE = 75
"""Octets of a line, at most, without its end (RFC 5545, 3.1)."""
LANGUAGES = ("vi", "en", "bn")
_KINDS: dict[MeetingKind, tuple[str, str, str]] = {
    MeetingKind.REGULAR: ("Sinh hoạt thường kỳ", "Regular meeting", "নিয়মিত সভা"),
    MeetingKind.THEMATIC: ("Sinh hoạt chuyên đề", "Thematic meeting", "বিষয়ভিত্তিক সভা"),
    MeetingKind.COMBINED: (
        "Sinh hoạt thường kỳ kết hợp chuyên đề",
        "Regular and thematic meeting",
        "নিয়মিত ও বিষয়ভিত্তিক সভা",
    ),
    MeetingKind.EXTRAORDINARY: ("Sinh hoạt bất thường", "Extraordinary meeting", "জরুরি সভা"),
}
_STATES: dict[str, tuple[str, str, str]] = {
    "visited": ("đã dự", "attended", "উপস্থিত ছিলেন"),
    "held": ("đã họp, không ghi nhận lượt dự", "held, no visit is known", "অনুষ্ঠিত, কোনো সফর জানা নেই"),
    "scheduled": ("dự kiến", "planned", "পরিকল্পিত"),
    "cancelled": ("đã hủy", "cancelled", "বাতিল"),
}
_NAME = ("Dự sinh hoạt chi bộ", "Meetings to observe", "পর্যবেক্ষণের সভা")


def as_ics(calendar: ObserverCalendar, lang: str = "vi") -> bytes:
    """The calendar in one of `LANGUAGES`; no clock is looked at, so the same answer gives the same bytes."""
    return b"".join(_folded(line) for line in _lines(calendar, LANGUAGES.index(lang)))


def _lines(calendar: ObserverCalendar, at: int) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Nen Nep//nenep//VI", "CALSCALE:GREGORIAN")
    yield from ("METHOD:PUBLISH", f"X-WR-CALNAME:{_text(f'{_NAME[at]} {calendar.year} ({calendar.observer})')}")
    yield from ("BEGIN:VTIMEZONE", f"TZID:{ZONE}", "BEGIN:STANDARD", "DTSTART:19750613T000000")
    yield from ("TZOFFSETFROM:+0700", "TZOFFSETTO:+0700", "TZNAME:+07", "END:STANDARD", "END:VTIMEZONE")
    for meeting in calendar.meetings:
        yield from _event(meeting, calendar.observer, at)
    yield "END:VCALENDAR"


def _event(meeting: CalendarMeeting, observer: str, at: int) -> Iterator[str]:
    cell = meeting.cell_name or meeting.cell
    state = "visited" if meeting.visit is not None and meeting.status == "held" else meeting.status
    yield "BEGIN:VEVENT"
    yield f"UID:{derived_id('calendar', observer, meeting.cell, meeting.meeting)}@nenep"
    yield f"DTSTAMP:{meeting.recorded_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{meeting.revision}"
    yield from _when(meeting)
    yield f"SUMMARY:{_text(f'{_KINDS[meeting.kind][at]}: {cell} ({_STATES[state][at]})')}"
    where = [f"{cell} [{meeting.cell}]", *([meeting.unit_name] if meeting.unit_name else [])]
    yield f"DESCRIPTION:{_text(', '.join(where))}"
    yield f"CATEGORIES:{meeting.kind.value.upper()}{',VISITED' if state == 'visited' else ''}"
    yield f"STATUS:{'CANCELLED' if meeting.status == 'cancelled' else 'CONFIRMED'}"
    yield "TRANSP:OPAQUE" if meeting.status != "cancelled" else "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _when(meeting: CalendarMeeting) -> Iterator[str]:
    """From the hour on, or (where none is known) the whole day."""
    if meeting.starts_at is None:
        yield f"DTSTART;VALUE=DATE:{meeting.on:%Y%m%d}"
        return
    begins = datetime.combine(meeting.on, meeting.starts_at)
    yield f"DTSTART;TZID={ZONE}:{begins:%Y%m%dT%H%M%S}"
    if meeting.minutes is not None:
        yield f"DTEND;TZID={ZONE}:{begins + timedelta(minutes=meeting.minutes):%Y%m%dT%H%M%S}"


def _text(value: str) -> str:
    """As TEXT (RFC 5545, 3.3.11)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> bytes:
    """The line in pieces of at most `LINE` octets, never cut within a letter."""
    pieces, piece, room = [], b"", LINE
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > room:
            pieces.append(piece)
            piece, room = b"", LINE - 1
        piece += octets
    return b"\r\n ".join([*pieces, piece]) + b"\r\n"
