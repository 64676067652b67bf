"""Alerts: what leadership is warned of, raised and cleared as events of evaluation.

An alert is one rule, one subject and one period: its id follows from these alone, so the same alert is never raised
twice. Nobody reports alerts; they follow from the history, the day, the criteria in force and the settings.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, WithJsonSchema

from services.contracts.base import Code, Contract, Key, Moment, Ref, Text, derived_id
from services.contracts.grades import EventId
from services.contracts.meetings import SetId

AlertId = Annotated[str, Field(pattern=r"^a-[0-9a-f]{16}$")]
Span = Annotated[str, Field(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$")]
"""A month `2026-11`, a quarter `2026-Q4` or a year `2026`."""
MOST_EVENTS = 20
CODE = WithJsonSchema({"type": "string", "pattern": "^[a-z_]{1,40}$"})
"""Rules and reasons may be added without a new version of what is said."""
Value = bool | int | float | str | None


class Rule(StrEnum):
    """What is watched (domain: the table of alerts)."""

    SCHEDULE_MISSING = "schedule_missing"
    DOCUMENTS_LATE = "documents_late"
    NO_REGULAR_MEETING = "no_regular_meeting"
    MINUTES_LATE = "minutes_late"
    MONTHLY_REPORT_LATE = "monthly_report_late"
    NO_THEMATIC_MEETING = "no_thematic_meeting"
    THEMATIC_INSTEAD = "thematic_instead"
    TOO_SHORT = "too_short"
    ATTENDANCE_LOW = "attendance_low"
    UNEXCUSED_ABSENCE = "unexcused_absence"
    EXCUSED_TOO_OFTEN = "excused_too_often"
    SELF_SCORE_INFLATED = "self_score_inflated"
    SUSPICIOUS_UNIFORMITY = "suspicious_uniformity"
    TOO_FEW_MEMBERS = "too_few_members"
    COMMITTEE_MISSING = "committee_missing"
    SPONSOR_ABSENT = "sponsor_absent"
    OBSERVER_ABSENT = "observer_absent"
    QUOTA_EXCEEDED = "quota_exceeded"


class Colour(StrEnum):
    """How grave an alert is, gravest first: red is grave or was so for the third time, orange is late or was so for
    the second time, yellow is a notice."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"


class AlertStatus(StrEnum):
    """Where an alert stands. Resolved: it does not hold any more. Lapsed: its period is too long ago to be watched."""

    RAISED = "raised"
    CHANGED = "changed"
    RESOLVED = "resolved"
    LAPSED = "lapsed"

    @property
    def open(self) -> bool:
        """Whether it still stands."""
        return self in (AlertStatus.RAISED, AlertStatus.CHANGED)


class Reason(StrEnum):
    """Why an alert holds, as a code; `values` of the alert has what belongs to it."""

    NO_PLAN = "no_plan"
    """No meeting of the month is planned. `cancelled`: the day of one that was cancelled."""
    NO_DOCUMENTS = "no_documents"
    """No upload of documents is recorded. `needed`: hours before the start."""
    DOCUMENTS_AFTER = "documents_after"
    """`value` hours before the start (negative: after it), of `needed`."""
    NOT_HELD = "not_held"
    """`planned`: the day for which it is planned, if it is."""
    MONTH_WITHOUT = "month_without"
    """The month is over and nothing was held."""
    NO_MINUTES = "no_minutes"
    """No minutes were filed. `needed`: days after the meeting."""
    MINUTES_AFTER = "minutes_after"
    """`value` days after the meeting, of `needed`."""
    NOT_GRADED = "not_graded"
    """`missing` cells of the `of` that met have no official grade."""
    NO_THEME = "no_theme"
    THEMATIC_ONLY = "thematic_only"
    """`held`: the day of the thematic meeting."""
    SHORTER = "shorter"
    """`value` minutes, of `needed`."""
    FEWER = "fewer"
    """`value` percent, of `needed`; `present` of `expected`."""
    WITHOUT_EXCUSE = "without_excuse"
    """`value` members."""
    IN_A_ROW = "in_a_row"
    """One member was excused `value` times in a row; at most `needed`."""
    IN_THE_YEAR = "in_the_year"
    """One member was excused `value` times in the year; at most `needed`."""
    MORE_POINTS = "more_points"
    """`own` points by the cell itself, `theirs` by the `observer`."""
    BETTER_GRADE = "better_grade"
    """`own` grade by the cell itself, `theirs` by the `observer`."""
    SAME_SHEET = "same_sheet"
    """Figures and marks are those of the month `before`."""
    SAME_MARKS = "same_marks"
    """All `cells` of the unit gave themselves the very same marks."""
    ALL_FULL = "all_full"
    """All `cells` of the unit gave themselves 100 points."""
    MEMBERS_BELOW = "members_below"
    """`value` full members, of `needed`."""
    NO_COMMITTEE = "no_committee"
    """`value` full members; from `needed` on a committee is elected."""
    NO_SPONSOR = "no_sponsor"
    """Nobody is assigned as sponsor."""
    SPONSOR_STAYED_AWAY = "sponsor_stayed_away"
    """None of the `sponsors` assigned came."""
    NEVER_CAME = "never_came"
    """Not once since the `assigned` day."""
    TOO_MANY = "too_many"
    """`value` have the `grade`, `needed` may, among `among` (quota `quota`)."""
    ABOVE_QUOTA = "above_quota"
    """`value` of the unit's `level` (cells or units) are decided `grade`, `needed` may: `percent` of `denominator`."""


def alert_id(rule: Rule, cell: str | None, unit: str | None, meeting: str | None, observer: str | None, of: str) -> str:
    """The id of the alert of this rule, subject and period (`of`)."""
    return f"a-{derived_id('alert', rule.value, cell, unit, meeting, observer, of).hex[:16]}"


class AlertRecorded(Contract):
    """The data of `AlertRaised`, `AlertChanged` and `AlertCleared`: the whole alert as it now stands.

    `version` counts the alert's events from 1; `on` is the day (in Vietnam) on which it was looked at, `due` the day by
    which it should have been well, `since` the first day on which it was not. `was` is its colour before this event.
    `repeated`: in how many of the last six months (quarters: of the last three), this period included, the same rule
    held for the same cell, unit and observer. `events` are those behind it, `basis` the rule behind it: a document's
    number or a setting; where a criteria set decides, `set` and `item` name the line.
    """

    alert: AlertId
    version: Annotated[int, Field(ge=1)]
    status: AlertStatus
    rule: Annotated[Rule, CODE]
    colour: Colour
    was: Colour | None = None
    cell: Code | None = None
    unit: Code | None = None
    meeting: Key | None = None
    observer: Ref | None = None
    period: Span
    due: date
    since: date
    on: date
    repeated: Annotated[int, Field(ge=1)]
    reason: Annotated[Reason, CODE]
    values: dict[str, Value] = Field(default_factory=dict)
    events: Annotated[tuple[EventId, ...], Field(max_length=MOST_EVENTS)] = ()
    basis: Text
    set: SetId | None = None
    item: Annotated[str, Field(max_length=16)] | None = None


# -- questions -------------------------------------------------------------------------------------------------------


class AlertsOf(Contract):
    """`rpc.evaluation.alerts`: the alerts that stand; with `cleared` those that were cleared too. `period`: only
    those of a month, or of a quarter or year and all the months in it.

    `unit` takes the whole subtree of today; an alert about a cell belongs to the unit above it today. `known_at`: what
    was recorded later is not seen.
    """

    cell: Code | None = None
    unit: Code | None = None
    rule: Rule | None = None
    colour: Colour | None = None
    period: Span | None = None
    cleared: bool = False
    known_at: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=10_000)] = 2_000


class AlertLine(Contract):
    """An alert as known, with names of today; `event` is the one that says so, `raised_at` when it was (last) raised.

    For an alert about a cell, `unit` is the unit above it today.
    """

    alert: AlertRecorded
    event: str
    recorded_at: datetime
    raised_at: datetime
    cell_name: str | None
    unit: str | None
    unit_name: str | None


class AlertCount(Contract):
    """How many of the alerts asked for are of this rule and colour (cleared ones apart)."""

    rule: Rule
    colour: Colour
    alerts: int
    cleared: int


class Alerts(Contract):
    """The answer to `AlertsOf`: gravest first, then the longest standing; at most `limit` of the `total`.

    `looked_at`: when evaluation last made sure of what stands. None: not since it began, because its history is not yet
    whole or the past is being told; that nothing stands then means nothing.
    """

    alerts: tuple[AlertLine, ...]
    counts: tuple[AlertCount, ...]
    total: int
    position: int
    looked_at: datetime | None = None
