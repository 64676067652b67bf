"""Alerts in English: what each warns of, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from services.contracts.alerts import Reason, Rule

RULES = {
    Rule.SCHEDULE_MISSING: "schedule missing",
    Rule.DOCUMENTS_LATE: "documents late",
    Rule.NO_REGULAR_MEETING: "no regular meeting",
    Rule.MINUTES_LATE: "minutes late",
    Rule.MONTHLY_REPORT_LATE: "monthly report late",
    Rule.NO_THEMATIC_MEETING: "no thematic meeting",
    Rule.THEMATIC_INSTEAD: "thematic instead of regular",
    Rule.TOO_SHORT: "too short",
    Rule.ATTENDANCE_LOW: "attendance low",
    Rule.UNEXCUSED_ABSENCE: "unexcused absence",
    Rule.EXCUSED_TOO_OFTEN: "excused too often",
    Rule.SELF_SCORE_INFLATED: "self-score inflated",
    Rule.SUSPICIOUS_UNIFORMITY: "suspiciously uniform",
    Rule.TOO_FEW_MEMBERS: "too few members",
    Rule.COMMITTEE_MISSING: "committee missing",
    Rule.SPONSOR_ABSENT: "no sponsor came",
    Rule.OBSERVER_ABSENT: "observer never came",
    Rule.QUOTA_EXCEEDED: "quota exceeded",
}
REASONS = {
    Reason.NO_PLAN: "no meeting of the month is planned",
    Reason.NO_DOCUMENTS: "no documents were uploaded, {needed} h before were due",
    Reason.DOCUMENTS_AFTER: "documents {value} h before the start, {needed} h were due",
    Reason.NOT_HELD: "not held yet",
    Reason.MONTH_WITHOUT: "the month ended without it",
    Reason.NO_MINUTES: "no minutes were filed, due within {needed} days",
    Reason.MINUTES_AFTER: "minutes filed after {value} days, due within {needed}",
    Reason.NOT_GRADED: "{missing} of {of} cells that met have no official grade",
    Reason.NO_THEME: "the quarter ended without one",
    Reason.THEMATIC_ONLY: "a thematic meeting on {held}, and no regular one",
    Reason.SHORTER: "{value} minutes of {needed}",
    Reason.FEWER: "{value} % present ({present} of {expected}), {needed} % are asked for",
    Reason.WITHOUT_EXCUSE: "{value} absent without excuse",
    Reason.IN_A_ROW: "one member excused {value} times in a row, at most {needed}",
    Reason.IN_THE_YEAR: "one member excused {value} times this year, at most {needed}",
    Reason.MORE_POINTS: "{own} points by itself, {theirs} by observer {observer}",
    Reason.BETTER_GRADE: "{own} by itself, {theirs} by observer {observer}",
    Reason.SAME_SHEET: "figures and marks are those of {before}",
    Reason.SAME_MARKS: "all {cells} cells gave themselves the very same marks",
    Reason.ALL_FULL: "all {cells} cells gave themselves 100",
    Reason.MEMBERS_BELOW: "{value} full members, at least {needed}",
    Reason.NO_COMMITTEE: "{value} full members, a committee from {needed} on",
    Reason.NO_SPONSOR: "nobody is assigned as its sponsor",
    Reason.SPONSOR_STAYED_AWAY: "none of {sponsors} assigned sponsors came",
    Reason.NEVER_CAME: "observer {observer} not once since {assigned}",
    Reason.TOO_MANY: "{value} are {grade}, {needed} may be ({quota}, among {among})",
    Reason.ABOVE_QUOTA: "{value} {level}s right below it are {grade}, {needed} may be ({percent} % of {denominator})",
}


def why(reason: Reason, values: Mapping[str, Any]) -> str:
    """The reason in words; a value that an alert lacks is a dash."""
    said = {name: _said(value) for name, value in values.items()}
    return REASONS[reason].format_map(defaultdict(lambda: "–", said))


def _said(value: Any) -> str:
    return "–" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
