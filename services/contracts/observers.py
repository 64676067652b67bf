"""Observers: who is assigned to watch which cell along which line, and the visits they make to its meetings.

Reports and events of the meetings service. A report says one thing; an event carries the whole assignment or visit as
it now stands. Nobody is named: an observer is an opaque reference and a standing.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.contracts.base import Code, Contract, Key, Ref, Text
from services.contracts.meetings import Assessment, Grade


class Standing(StrEnum):
    """In what standing somebody is assigned to observe. What a committee is named by stands for its successors too:
    the city's until 30 June 2025, then the commune's or ward's."""

    STANDING_COMMITTEE = "standing_committee"
    COUNCIL_OR_PEOPLES_COMMITTEE_HEAD = "council_or_peoples_committee_head"
    CITY_COMMITTEE = "city_committee"
    PARTY_BODY_STAFF = "party_body_staff"
    SPONSOR = "sponsor"
    LOCAL_COMMITTEE = "local_committee"


class Line(StrEnum):
    """The four lines along which observers are assigned to cells."""

    GRASSROOTS = "grassroots"
    """Standing-committee members, heads of council and people's committee: to grassroots cells whose secretary is no
    member of the upper committee."""
    VILLAGES = "villages"
    """Members of the city committee, staff of party bodies and of its office: to village and residential cells."""
    HARDEST = "hardest"
    """Sponsoring cells and committees: to the hardest villages, every month."""
    SUBORDINATE = "subordinate"
    """Members of the commune's, ward's or other grassroots committee: to the cells under it."""


class VisitStatus(StrEnum):
    """Where a visit stands."""

    MADE = "made"
    WITHDRAWN = "withdrawn"


Version = Annotated[int, Field(ge=1)]

# -- reports ---------------------------------------------------------------------------------------------------------


class AboutAssignment(Contract):
    """Names the cell and the publisher's own key of the assignment."""

    cell: Code
    assignment: Key


class ObserverAssigned(AboutAssignment):
    """An observer is to attend the cell's meetings from `valid_from` to `valid_to` (both belong; None: until relieved).

    `by_unit`: the committee that the observer comes from, of a sponsor the sponsoring cell or committee (default: the
    unit that reports). Said again under the same key it is corrected. Whether it keeps to its line is not asked here:
    it was done, and is shown for what it is.
    """

    observer: Ref
    standing: Standing
    line: Line
    by_unit: Code | None = None
    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"it ends on {self.valid_to}, before it begins on {self.valid_from}")
        return self


class ObserverRelieved(AboutAssignment):
    """`on` is the first day on which the observer is not assigned any more."""

    on: date
    reason: Text | None = None


class ReliefWithdrawn(AboutAssignment):
    """The relief was reported by mistake: the observer is assigned as before."""

    reason: Text


class AboutVisit(Contract):
    """Names the cell and the publisher's own key of the visit."""

    cell: Code
    visit: Key


class MeetingVisited(AboutVisit):
    """An observer attended a meeting: on its day, under an assignment or of their own accord (None).

    `guidance` is what was said to the cell about its work, never about a person. `assessment`: the observer's own marks
    on a set's form. `agrees`: whether with the cell's own score. Said again under the same key it is corrected.
    """

    meeting: Key
    observer: Ref
    assignment: Key | None = None
    on: date
    guidance: Text | None = None
    assessment: Assessment | None = None
    agrees: bool | None = None


class VisitWithdrawn(AboutVisit):
    """It was reported by mistake: nobody came."""

    reason: Text


# -- events ----------------------------------------------------------------------------------------------------------


class AssignmentRecorded(Contract):
    """The data of `ObserverAssigned`, `ObserverRelieved` and `ReliefWithdrawn`: the whole assignment as it now stands.

    `version` counts the assignment's events from 1. It holds from `valid_from` to `valid_to`, and before `relieved_on`.
    """

    cell: Code
    assignment: Key
    version: Version
    observer: Ref
    standing: Standing
    line: Line
    by_unit: Code
    valid_from: date
    valid_to: date | None = None
    relieved_on: date | None = None
    reason: Text | None = None


class VisitRecorded(Contract):
    """The data of `MeetingVisited` and `VisitWithdrawn`: the whole visit as it now stands.

    `version` counts the visit's events from 1.
    """

    cell: Code
    visit: Key
    version: Version
    status: VisitStatus
    meeting: Key
    observer: Ref
    assignment: Key | None = None
    on: date
    guidance: Text | None = None
    assessment: Assessment | None = None
    agrees: bool | None = None
    reason: Text | None = None


# -- in answers ------------------------------------------------------------------------------------------------------


class Marks(Contract):
    """Somebody's marks by item, on which form, with their total and grade."""

    criteria: str | None = None
    marks: dict[str, float] = Field(default_factory=dict)
    total: float | None = None
    grade: Grade | None = None


class VisitSeen(Marks):
    """A visit to a meeting that was held: by whom, along which line (None: under no assignment), and its event."""

    visit: Key
    observer: Ref
    line: Line | None = None
    agrees: bool | None = None
    guidance: str | None = None
    event: str
