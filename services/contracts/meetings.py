"""The meetings service's reports (what a ward publishes) and events (what it publishes in turn).

A report says one thing that happened to one meeting; an event carries the whole meeting as it now stands.
"""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.contracts.base import Code, Contract, Key, Moment, Ref, Text

Count = Annotated[int, Field(ge=0, le=10_000)]
Mark = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
ItemCode = Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2}){0,2}$")]
SetId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
"""A criteria set's id, e.g. `hd-42-2025`."""


class MeetingKind(StrEnum):
    """A thematic meeting never replaces the regular one; a combined one is regular and thematic, one after the other.

    Model (demonstration) meetings come with the oversight issue.
    """

    # They have reports of their own (`contracts.thematic`): nothing that counts meetings of these kinds counts them.

    REGULAR = "regular"
    THEMATIC = "thematic"
    COMBINED = "combined"
    EXTRAORDINARY = "extraordinary"

    @property
    def counts_as_regular(self) -> bool:
        """Whether it is the month's regular meeting: there is at most one."""
        return self in (MeetingKind.REGULAR, MeetingKind.COMBINED)

    @property
    def has_theme(self) -> bool:
        """Whether it has a thematic part."""
        return self in (MeetingKind.THEMATIC, MeetingKind.COMBINED)


class Step(StrEnum):
    """The steps of a meeting, in order (HD 12-HD/BTCTW, HD 42-HD/BTCTW)."""

    OPENING = "opening"
    REVIEW = "review"
    TASKS = "tasks"
    DISCUSSION = "discussion"
    RESOLUTION = "resolution"
    CLOSING = "closing"


class Grade(StrEnum):
    """Grades of point sets, best first, and of pass/fail sets."""

    GOOD = "good"
    FAIR = "fair"
    AVERAGE = "average"
    POOR = "poor"
    MET = "met"
    NOT_MET = "not_met"


class Absence(Contract):
    """One absentee, by an opaque reference that stays the same from meeting to meeting."""

    ref: Ref
    excused: bool
    reason: Text | None = None


class Targets(Contract):
    """What of the previous resolution was carried out."""

    met: Count
    total: Annotated[int, Field(ge=1, le=10_000)]

    @model_validator(mode="after")
    def _met_fits(self) -> Self:
        if self.met > self.total:
            raise ValueError(f"{self.met} targets met of {self.total}")
        return self


class Sheet(Contract):
    """What is written down of a meeting that was held.

    `members` is the cell's number of members on that day; those exempt or on special duty are not expected to
    attend; of the others each is present or among the absences. `minutes` is the duration.
    """

    held_on: date
    started_at: time
    minutes: Annotated[int, Field(ge=1, le=1440)]
    members: Count
    exempt: Count = 0
    special_duty: Count = 0
    present: Count
    absences: Annotated[tuple[Absence, ...], Field(max_length=500)] = ()
    speakers: Count
    steps: tuple[Step, ...] = ()
    notice_at: Moment | None = None
    documents_at: Moment | None = None
    minutes_filed_on: date | None = None
    targets: Targets | None = None
    thematic_part: bool = False
    theme: Text | None = None

    @property
    def expected(self) -> int:
        """How many should attend."""
        return self.members - self.exempt - self.special_duty

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        wrong = []
        if self.expected < 0:
            wrong.append(
                f"exempt and special-duty members ({self.exempt + self.special_duty}) outnumber all {self.members}"
            )
        if self.present + len(self.absences) != self.expected:
            wrong.append(
                f"{self.present} present and {len(self.absences)} absent do not make the {self.expected} expected"
            )
        if self.speakers > self.present:
            wrong.append(f"{self.speakers} spoke but only {self.present} were present")
        if len({absence.ref for absence in self.absences}) != len(self.absences):
            wrong.append("an absentee is listed twice")
        if self.theme is not None and not self.thematic_part:
            wrong.append("a theme is given but no thematic part")
        if self.minutes_filed_on is not None and self.minutes_filed_on < self.held_on:
            wrong.append("the minutes were filed before the meeting")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class Vote(Contract):
    """The cell's vote on its own assessment: counts only, never who."""

    votes_for: Annotated[int, Field(ge=0, le=10_000, alias="for")]
    of: Annotated[int, Field(ge=1, le=10_000)]

    @model_validator(mode="after")
    def _for_fits(self) -> Self:
        if self.votes_for > self.of:
            raise ValueError(f"{self.votes_for} votes for, of {self.of}")
        return self


class Assessment(Contract):
    """Somebody's marks on a set's form, with the total and grade that come of them."""

    criteria: SetId
    marks: Annotated[dict[ItemCode, Mark], Field(max_length=100)]
    total: Mark | None = None
    grade: Grade | None = None


class SelfAssessment(Assessment):
    """The cell's own marks on a set's form, its proposed total and grade, and the vote on them."""

    vote: Vote | None = None


class Confirmation(Contract):
    """The attending upper-committee member's confirmation, by the unit they came from."""

    by_unit: Code
    on: date
    agrees: bool | None = None


class Status(StrEnum):
    """Where a meeting stands."""

    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    HELD = "held"
    WITHDRAWN = "withdrawn"


# -- reports ---------------------------------------------------------------------------------------------------------


class AboutMeeting(Contract):
    """Every meetings report names the cell and the publisher's own key of the meeting."""

    cell: Code
    meeting: Key


class MeetingScheduled(AboutMeeting):
    kind: MeetingKind
    on: date
    starts_at: time | None = None
    notice_at: Moment | None = None
    theme: Text | None = None


class MeetingRescheduled(AboutMeeting):
    on: date
    starts_at: time | None = None
    reason: Text | None = None


class MeetingCancelled(AboutMeeting):
    reason: Text


class MeetingHeld(AboutMeeting):
    """The sheet. A meeting may be reported held though nobody scheduled it."""

    kind: MeetingKind
    sheet: Sheet

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if self.sheet.thematic_part != self.kind.has_theme:
            raise ValueError(f"a {self.kind} meeting {'has' if self.kind.has_theme else 'has no'} thematic part")
        return self


class MeetingSelfAssessed(AboutMeeting):
    assessment: SelfAssessment


class MeetingConfirmed(AboutMeeting):
    confirmation: Confirmation


class MeetingCorrected(AboutMeeting):
    """The whole sheet as it should have been. What was known before stays in the history."""

    sheet: Sheet
    kind: MeetingKind | None = None
    reason: Text


class MeetingWithdrawn(AboutMeeting):
    """It was reported by mistake: it did not happen."""

    reason: Text


# -- events ----------------------------------------------------------------------------------------------------------


class MeetingRecorded(Contract):
    """The data of every meetings event: the whole meeting as it now stands.

    `version` counts the meeting's events from 1; `on` is the day held, or else the day planned.
    """

    cell: Code
    meeting: Key
    version: Annotated[int, Field(ge=1)]
    status: Status
    kind: MeetingKind
    on: date
    starts_at: time | None = None
    planned_on: date | None = None
    first_planned_on: date | None = None
    notice_at: datetime | None = None
    theme: Text | None = None
    sheet: Sheet | None = None
    assessment: SelfAssessment | None = None
    confirmation: Confirmation | None = None
    corrections: Count = 0
    reason: Text | None = None
