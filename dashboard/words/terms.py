"""The domain's codes in words. Codes travel (URL, bus, CSS classes); words exist only on the screen."""

from __future__ import annotations

from dashboard.words.texts import Texts, noted

GRADES = {
    "good": noted("Good"),
    "fair": noted("Fair"),
    "average": noted("Average"),
    "poor": noted("Poor"),
    "met": noted("Met"),
    "not_met": noted("Not met"),
}
STATES = {
    "held": noted("Held"),
    "scheduled": noted("Scheduled"),
    "overdue": noted("Overdue"),
    "cancelled": noted("Cancelled"),
    "none": noted("No meeting reported"),
}
CELL_KINDS = {
    "village": noted("Village cell"),
    "residential": noted("Residential-group cell"),
    "agency": noted("Agency cell"),
    "school": noted("School cell"),
    "enterprise": noted("Enterprise cell"),
    "armed_forces": noted("Armed-forces cell"),
    "health": noted("Health-station cell"),
    "other": noted("Other cell"),
}
UNIT_KINDS = {
    "province": noted("Province committee"),
    "city": noted("City committee"),
    "commune": noted("Commune committee"),
    "ward": noted("Ward committee"),
    "grassroots": noted("Grassroots committee"),
}
MEETING_KINDS = {
    "regular": noted("Regular meeting"),
    "thematic": noted("Thematic meeting"),
    "combined": noted("Regular meeting with a thematic part"),
    "extraordinary": noted("Extraordinary meeting"),
}
MEETING_STATES = {
    "scheduled": noted("Scheduled"),
    "cancelled": noted("Cancelled"),
    "held": noted("Held"),
    "withdrawn": noted("Withdrawn"),
}
POSTS = {
    "none": noted("holds no other post"),
    "village_head": noted("also heads the village"),
    "residential_head": noted("also heads the residential group"),
    "front_head": noted("also heads the front work committee"),
}
SERVICES = {
    "registry": noted("Registry of cells"),
    "meetings": noted("Meeting reports"),
    "evaluation": noted("Evaluation and scores"),
}
MEASURES = {
    "minutes": noted("Minutes of the meeting"),
    "duration": noted("Minutes of the meeting"),
    "required_minutes": noted("Minutes required"),
    "members": noted("Members"),
    "expected": noted("Expected to attend"),
    "present": noted("Present"),
    "excused": noted("Absent, excused"),
    "unexcused": noted("Absent, unexcused"),
    "exempt": noted("Exempt"),
    "special_duty": noted("On special duty"),
    "attendance": noted("Attendance rate"),
    "attendance_rate": noted("Attendance rate"),
    "longest_excused_run": noted("Longest run of excused absences"),
    "speakers": noted("Members who spoke"),
    "speaking_share": noted("Share of attenders who spoke"),
    "targets_met": noted("Targets met"),
    "targets_total": noted("Targets set"),
    "targets_share": noted("Share of targets met"),
    "has_committee": noted("Has a cell committee"),
    "thematic_part": noted("Has a thematic part"),
    "mark": noted("Mark recorded by the cell"),
    "documents_at": noted("Documents sent"),
    "notice_at": noted("Notice sent"),
    "minutes_filed_on": noted("Minutes filed"),
    "started_at": noted("Started at"),
    "steps": noted("Steps followed"),
}


def term(table: dict[str, str], code: str, texts: Texts) -> str:
    """A code in words; a code that this version does not know is shown as it is."""
    return texts.say(table[code]) if code in table else code


def grade(code: str | None, texts: Texts) -> str:
    """A grade in words, or that it cannot be determined."""
    return texts.say("Not determinable") if code is None else term(GRADES, code, texts)
