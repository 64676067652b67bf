"""All rules, and what holds of them on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from services.contracts.alerts import Rule
from services.evaluation.alerts.rules import grading, meeting, observer, registry, sheet, uniformity
from services.evaluation.alerts.rules.seen import Reach, Seen
from services.evaluation.alerts.rules.sign import Sign, alerts
from services.evaluation.alerts.rules.thresholds import Thresholds

Watching = Callable[[Seen, date, Thresholds], Iterator[Sign]]
RULES: dict[Rule, Watching] = {
    Rule.SCHEDULE_MISSING: meeting.schedule_missing,
    Rule.NO_REGULAR_MEETING: meeting.no_regular_meeting,
    Rule.NO_THEMATIC_MEETING: meeting.no_thematic_meeting,
    Rule.THEMATIC_INSTEAD: meeting.thematic_instead,
    Rule.DOCUMENTS_LATE: sheet.documents_late,
    Rule.MINUTES_LATE: sheet.minutes_late,
    Rule.TOO_SHORT: sheet.too_short,
    Rule.ATTENDANCE_LOW: sheet.attendance_low,
    Rule.UNEXCUSED_ABSENCE: sheet.unexcused_absence,
    Rule.EXCUSED_TOO_OFTEN: sheet.excused_too_often,
    Rule.SUSPICIOUS_UNIFORMITY: uniformity.suspicious_uniformity,
    Rule.SELF_SCORE_INFLATED: observer.self_score_inflated,
    Rule.SPONSOR_ABSENT: observer.sponsor_absent,
    Rule.OBSERVER_ABSENT: observer.observer_absent,
    Rule.MONTHLY_REPORT_LATE: grading.monthly_report_late,
    Rule.QUOTA_EXCEEDED: grading.quota_exceeded,
    Rule.TOO_FEW_MEMBERS: registry.too_few_members,
    Rule.COMMITTEE_MISSING: registry.committee_missing,
}
"""What each rule finds in what the history says, on a day."""


def holding(
    seen: Seen, today: date, by: Thresholds, rules: Mapping[Rule, Watching] = RULES
) -> dict[str, dict[str, Any]]:
    """Every alert of these rules that holds on the day, by its id (see `sign.alerts`)."""
    signs = [sign for rule, watch in rules.items() if rule not in by.off for sign in watch(seen, today, by)]
    return alerts(signs, today, Reach.on(today, by.months).watched)
