"""Official monthly grades: what the direct upper committee of cells reports, and what evaluation records of it.

A grade is decided once, alone or in a list; from then on only a numbered decision cancels it or puts another in its
place (Regulation 366-QĐ/TW, article 13). The historic decision stays: what replaces it names it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from services.contracts.base import Code, Contract, Key, Text
from services.contracts.evaluation import Period
from services.contracts.meetings import Grade, Mark
from services.contracts.receipts import Problem

MOST_IN_A_LIST = 400
EventId = Annotated[str, Field(min_length=1, max_length=64)]

# -- reports ---------------------------------------------------------------------------------------------------------


class CellGrade(Contract):
    """One line of a list. `meeting` is the regular meeting that is graded, where it shall be named."""

    cell: Code
    meeting: Key | None = None
    grade: Grade
    points: Mark | None = None
    note: Text | None = None


class GradesDecided(Contract):
    """The grades of a month, one or a whole list: all of them or none. `list` is the publisher's own key of the list,
    `number` that of the decision, where it has one. A grade that was cancelled is decided anew only by a number."""

    list: Key
    period: Period
    decided_on: date
    number: Text | None = None
    grades: Annotated[tuple[CellGrade, ...], Field(min_length=1, max_length=MOST_IN_A_LIST)]


class GradeCancelled(Contract):
    """The grade that stands for the cell and month is void; there is none until one is decided anew."""

    cell: Code
    period: Period
    number: Text
    decided_on: date
    reason: Text


class GradeReclassified(Contract):
    """Another grade takes the place of the one that stands for the cell and month."""

    cell: Code
    period: Period
    number: Text
    decided_on: date
    grade: Grade
    points: Mark | None = None
    reason: Text


# -- events ----------------------------------------------------------------------------------------------------------


class GradeStatus(StrEnum):
    """How the grade of a cell's month stands."""

    DECIDED = "decided"
    CANCELLED = "cancelled"
    RECLASSIFIED = "reclassified"


class GradeRecorded(Contract):
    """The data of every event about an official grade: how that of a cell and month now stands.

    `version` counts its events from 1. `grade` and `points` are those in force: None while it is cancelled.
    `decided_by` is the unit that decided this, `replaces` the event that this takes the place of.
    """

    cell: Code
    period: Period
    version: Annotated[int, Field(ge=1)]
    status: GradeStatus
    meeting: Key | None = None
    grade: Grade | None = None
    points: Mark | None = None
    note: Text | None = None
    number: Text | None = None
    decided_on: date
    decided_by: Code
    list: Key | None = None
    replaces: EventId | None = None
    reason: Text | None = None


# -- questions -------------------------------------------------------------------------------------------------------


class Trial(Contract):
    """`rpc.evaluation.try`: what would become of this report of evaluation's (`kind`, `data`) if `unit` sent it now."""

    unit: Code
    kind: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]{0,63}$")]
    data: dict[str, Any]


class Tried(Contract):
    """Everything that is wrong with the report (`waits`: what is missing may still come, so it would be held for a
    while); or the data of the events that it would become, none where everything is so already, and what would be taken
    in, but is worth a second look (`warnings`)."""

    problems: tuple[Problem, ...] = ()
    waits: bool = False
    events: tuple[dict[str, Any], ...] = ()
    warnings: tuple[Problem, ...] = ()


class Decision(Contract):
    """A recorded decision on a grade: `GradeRecorded`, its event and when it was recorded."""

    event: str
    recorded_at: datetime
    version: int
    status: GradeStatus
    grade: Grade | None
    points: float | None
    number: str | None
    decided_on: date
    decided_by: Code
    list: str | None
    replaces: str | None
    reason: str | None
    note: str | None


class OfficialGrade(Contract):
    """The official grade of a month with its decisions, oldest first. `grade` is None while it is cancelled."""

    period: Period
    grade: Grade | None
    points: float | None
    decisions: tuple[Decision, ...]
