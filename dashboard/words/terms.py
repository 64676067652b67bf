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
YEAR_GRADES = {
    "excellent": noted("Tasks carried out excellently"),
    "good": noted("Tasks carried out well"),
    "completed": noted("Tasks carried out"),
    "not_completed": noted("Tasks not carried out"),
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
CHECKS = {
    "intake": noted("reports answered"),
    "receipts": noted("receipts sent"),
    "events": noted("events published"),
    "registry": noted("events of the registry taken in"),
    "meetings": noted("events of the meetings taken in"),
    "evaluation": noted("events of the evaluation taken in"),
    "history": noted("the history has no gap"),
    "readable": noted("events could be read"),
    "outbox": noted("changes of scores published"),
    "webhook": noted("alerts delivered by webhook"),
    "e-mail": noted("alerts delivered by e-mail"),
}
FACTS = {
    "minutes": noted("Minutes of the meeting"),
    "members": noted("Members"),
    "expected": noted("Expected to attend"),
    "present": noted("Present"),
    "excused": noted("Absent, excused"),
    "unexcused": noted("Absent, unexcused"),
    "exempt": noted("Exempt"),
    "special_duty": noted("On special duty"),
    "longest_excused_run": noted("Longest run of excused absences"),
    "most_excused_in_year": noted("Most excused absences of a member in the year"),
    "speakers": noted("Members who spoke"),
    "targets_met": noted("Targets met"),
    "targets_total": noted("Targets set"),
    "has_committee": noted("Has a cell committee"),
    "hardship": noted("Hardship village"),
    "thematic_part": noted("Has a thematic part"),
    "documents_at": noted("Documents sent"),
    "notice_at": noted("Notice sent"),
    "minutes_filed_on": noted("Minutes filed"),
    "held_on": noted("Held on"),
    "started_at": noted("Started at"),
    "steps": noted("Steps followed"),
}
"""The fields of a sheet and of a cell's record that scores are made from."""
MEASURES = {
    "attendance.rate": noted("attendance rate"),
    "attendance.unexcused": noted("absent without excuse"),
    "attendance.excused": noted("absent with excuse"),
    "attendance.excused_run": noted("excused in a row"),
    "attendance.excused_in_year": noted("excused in the year"),
    "size.members": noted("members on the day"),
    "size.expected": noted("expected to attend on the day"),
    "time.minutes": noted("duration in minutes"),
    "time.day": noted("day of the month"),
    "meeting.thematic": noted("thematic part"),
    "opinions.share": noted("share of attenders who spoke"),
    "targets.share": noted("share of targets met"),
    "documents.hours_before": noted("hours from documents to start"),
    "notice.hours_before": noted("hours from notice to start"),
    "minutes.days_after": noted("days until the minutes were filed"),
    "steps.followed": noted("steps followed"),
    "cell.committee": noted("has a committee"),
    "cell.hardship": noted("is a hardship village"),
}
"""What criteria compare (the evaluation's measures), as words within a sentence."""
PERCENT = ("attendance.rate", "opinions.share", "targets.share")
"""Measures counted in percent."""
STEPS = {
    "opening": noted("opening"),
    "review": noted("review of the month"),
    "tasks": noted("tasks ahead"),
    "discussion": noted("discussion"),
    "resolution": noted("resolution"),
    "closing": noted("closing"),
}
POLICIES = {
    "drop": noted("gives nothing; the total stays as printed"),
    "full": noted("counts in full"),
    "rescale": noted("gives nothing; the rest is scaled up"),
}
"""What an item is worth that does not apply."""
OUTCOMES = {
    "up": noted("Better grade"),
    "down": noted("Lower grade"),
    "same": noted("Same grade"),
    "restated": noted("On another scale"),
    "opened": noted("No longer determinable"),
    "settled": noted("Determinable now"),
    "open": noted("Not determinable on both sides"),
    "appeared": noted("Judged only after"),
    "vanished": noted("Judged only before"),
}
"""What became of a month between two lenses."""
OUTCOME_SIGNS = {
    "up": "▲",
    "down": "▼",
    "same": "=",
    "restated": "↔",
    "opened": "?",
    "settled": "✓",
    "open": "?",
    "appeared": "+",
    "vanished": "−",
}
LINES = {
    "grassroots": noted("to grassroots cells"),
    "villages": noted("to villages and residential groups"),
    "hardest": noted("to the hardest villages"),
    "subordinate": noted("to subordinate cells"),
}
"""The four lines along which observers are assigned."""
STANDINGS = {
    "standing_committee": noted("standing committee"),
    "council_or_peoples_committee_head": noted("head of council or people's committee"),
    "city_committee": noted("city committee"),
    "party_body_staff": noted("staff of party bodies"),
    "sponsor": noted("sponsor"),
    "local_committee": noted("local committee"),
}
DECISIONS = {
    "decided": noted("decided"),
    "cancelled": noted("cancelled"),
    "reclassified": noted("re-classified"),
}
"""What was decided of an official grade."""
PLAN_STATES = {
    "missing": noted("no plan submitted"),
    "due": noted("no plan yet"),
    "submitted": noted("submitted"),
    "returned": noted("returned"),
    "approved": noted("approved"),
}
THEMATIC_STATES = {
    "held": noted("held as a meeting of its own"),
    "combined": noted("held as a part of a regular meeting"),
    "missing": noted("missing"),
    "due": noted("still to come"),
    "not_owed": noted("not owed"),
}
"""A cell's thematic meeting of a quarter."""
LACKS = {
    "too_few": noted("fewer cells are chosen than should be"),
    "too_many": noted("more cells are chosen than should be"),
    "not_held": noted("a chosen cell has not held its model meeting"),
    "no_guests": noted("a model meeting was held without guests"),
}
"""What is missing of a unit's model meetings."""
ALERT_RULES = {
    "schedule_missing": noted("Schedule missing"),
    "documents_late": noted("Documents late"),
    "no_regular_meeting": noted("No regular meeting"),
    "minutes_late": noted("Minutes or resolution late"),
    "monthly_report_late": noted("Monthly report late"),
    "no_thematic_meeting": noted("No thematic meeting in the quarter"),
    "thematic_instead": noted("Thematic held instead of the regular one"),
    "too_short": noted("Meeting too short"),
    "attendance_low": noted("Attendance low"),
    "unexcused_absence": noted("Unexcused absence"),
    "excused_too_often": noted("Excused too often"),
    "self_score_inflated": noted("Self-score inflated"),
    "suspicious_uniformity": noted("Suspiciously uniform"),
    "too_few_members": noted("Too few members"),
    "committee_missing": noted("Cell committee missing"),
    "sponsor_absent": noted("No sponsor came this month"),
    "observer_absent": noted("Assigned observer never came"),
    "quota_exceeded": noted("Quota exceeded"),
}
ALERT_REASONS = {
    "no_plan": noted("no meeting of the month is planned"),
    "no_documents": noted("no documents were uploaded; {needed} hours before the start were due"),
    "documents_after": noted("documents {value} hours before the start; {needed} were due"),
    "not_held": noted("not held yet"),
    "month_without": noted("the month ended without it"),
    "no_minutes": noted("no minutes were filed; due within {needed} days"),
    "minutes_after": noted("minutes filed after {value} days; due within {needed}"),
    "not_graded": noted("without an official grade: {missing} of {of} cells that met"),
    "no_theme": noted("the quarter ended without one"),
    "thematic_only": noted("a thematic meeting on {held}, and no regular one"),
    "shorter": noted("{value} minutes of {needed}"),
    "fewer": noted("{value}% present ({present} of {expected}); {needed}% are asked for"),
    "without_excuse": noted("{value} absent without excuse"),
    "in_a_row": noted("one member excused {value} times in a row; at most {needed}"),
    "in_the_year": noted("one member excused {value} times this year; at most {needed}"),
    "more_points": noted("{own} points by itself, {theirs} by observer {observer}"),
    "better_grade": noted("{own} by itself, {theirs} by observer {observer}"),
    "same_sheet": noted("figures and marks are those of {before}"),
    "same_marks": noted("all {cells} cells gave themselves the very same marks"),
    "all_full": noted("all {cells} cells gave themselves 100 points"),
    "members_below": noted("full members: {value}; at least {needed}"),
    "no_committee": noted("full members: {value}; a committee from {needed} on"),
    "no_sponsor": noted("nobody is assigned as its sponsor"),
    "sponsor_stayed_away": noted("no assigned sponsor came ({sponsors} assigned)"),
    "never_came": noted("observer {observer} not once since {assigned}"),
    "too_many": noted("{value} are {grade}; {needed} may be ({quota}, among {among})"),
    "above_quota": noted("{level}: {value} decided “{grade}”; at most {needed} ({percent}% of {denominator})"),
}
"""Why an alert holds; the braces are its values."""
COLOURS = {
    "red": noted("red"),
    "orange": noted("orange"),
    "yellow": noted("yellow"),
}
"""How grave an alert is."""
YEAR_STAGES = {
    "none": noted("not proposed"),
    "proposed": noted("proposed"),
    "appraised": noted("appraised"),
    "decided": noted("decided"),
}
STEPS_NEXT = {
    "propose": noted("to be proposed"),
    "appraise": noted("to be appraised"),
    "decide": noted("to be decided"),
}
LEVELS = {"cell": noted("Cells"), "unit": noted("Organisations")}
"""What is classified at the year's end."""
STAGES = {"waiting": noted("waiting for its turn"), "reading": noted("reading the facts")}
"""What a run is doing, besides the year that it is at."""
NOTES = (
    noted("does not apply to this meeting; counts in full"),
    noted("does not apply to this meeting; gives nothing, and the total stays as printed"),
    noted("does not apply to this meeting; the other items are scaled up to the total"),
    noted("whether it applies is not known: a fact it depends on is not recorded"),
    noted("a fact it needs is not recorded"),
    noted("judged by people, and no marks are recorded for this meeting"),
    noted("marks are recorded on a form whose definition is not known here"),
    noted("the form used does not mark exactly what this item judges, with the same maximum"),
    noted("the form used does not mark it here, and this set does not say what it is then worth"),
    noted("a part of it does not apply to this meeting and counts in full"),
    noted("a mark it needs is not recorded"),
    noted("a recorded mark is above the maximum of its item on its form, so it cannot be used"),
    noted("neither full marks nor none: whether that met the condition is not recorded"),
    noted("the facts do not earn full marks, but full marks are recorded: the mark cannot be used"),
    noted("the facts do not earn full marks; the recorded mark is carried"),
    noted("not met, but for this cell another rule may hold that is not recorded"),
)
"""What the evaluation says about a line besides its points; another sentence is shown as it came."""


def term(table: dict[str, str], code: str, texts: Texts) -> str:
    """A code in words; a code that this version does not know is shown as it is."""
    return texts.say(table[code]) if code in table else code


def grade(code: str | None, texts: Texts) -> str:
    """A grade in words, or that it cannot be determined."""
    return texts.say("Not determinable") if code is None else term(GRADES, code, texts)
