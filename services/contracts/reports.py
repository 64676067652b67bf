"""What papers to be signed and calendars are made from: `rpc.evaluation.monthly` and `rpc.evaluation.calendar`."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.contracts.base import Code, Contract, Key, Moment, Ref, Year
from services.contracts.evaluation import Period
from services.contracts.grades import GradeStatus
from services.contracts.meetings import Grade, MeetingKind, SetId
from services.contracts.observers import Line
from services.contracts.rescoring import Lens

Month = Annotated[int, Field(ge=1, le=12)]


class MonthlyOf(Contract):
    """`rpc.evaluation.monthly`: every month of a unit's cells, with all that a list of them says.

    The months from `first` to `last` of a year, through a lens; `unit` takes the whole subtree. `losses`: why points
    were lost. Arrow columns: the fields of `CellMonth`, one row a cell and month in which it lived or met. Metadata:
    unit_name, last (the last day that is told), engine, criteria (JSON of id to content hash), facts_digest.
    """

    year: Year
    first: Month
    last: Month
    unit: Code
    losses: bool = False
    lens: Lens = Lens()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"the months end in {self.last}, before they begin in {self.first}")
        return self


class Loss(Contract):
    """An item of the set that did not earn all it could: between `least` and `most` points (the same where the loss is
    determined). A condition or limit without points has neither; `open`: whether it is kept is not determinable.
    `applies` is False where the set gives nothing because the item does not apply to this meeting."""

    item: str
    title: dict[str, str]
    least: float | None
    most: float | None
    open: bool
    applies: bool


class CellMonth(Contract):
    """A cell's month. What is of its regular meeting is None where none is known: `meeting`, `held_on`, `expected`,
    `present`, the set, the grades. `members` are the sheet's, or the registry's on the day the meeting is due.

    `number` and `decided_on` are those of the latest official decision. `thematic`: meetings with a theme held in the
    month; `visits`: to any meeting of the month. `losses` is None when they were not asked for, or nothing judges.
    """

    cell: Code
    cell_name: str | None
    unit: Code | None
    unit_name: str | None
    period: Period
    meeting: Key | None
    held_on: date | None
    members: int | None
    expected: int | None
    present: int | None
    criteria: SetId | None
    criteria_number: str | None
    status: GradeStatus | None
    official_grade: Grade | None
    official_points: float | None
    number: str | None
    decided_on: date | None
    self_grade: Grade | None
    self_points: float | None
    computed_grade: Grade | None
    computed_points: float | None
    computed_lower: float | None
    computed_upper: float | None
    thematic: int
    visits: int
    losses: tuple[Loss, ...] | None = None


class CalendarOf(Contract):
    """`rpc.evaluation.calendar`: an observer's year, as known at a moment. Answered by `ObserverCalendar`."""

    observer: Ref
    year: Year
    known_at: Moment | None = None


class CalendarMeeting(Contract):
    """A meeting of a cell that the observer was assigned to on its day, or came to.

    `status`: scheduled, held or cancelled. `starts_at` is local (Asia/Ho_Chi_Minh). `visit`: the observer's, if any.
    `revision` rises with every version of the meeting or of the visit; `recorded_at` is that of the latest of them.
    """

    cell: Code
    cell_name: str | None
    unit_name: str | None
    meeting: Key
    kind: MeetingKind
    status: str
    on: date
    starts_at: time | None
    minutes: int | None
    line: Line | None
    visit: Key | None
    revision: int
    recorded_at: datetime


class ObserverCalendar(Contract):
    """The answer, by day and cell."""

    observer: Ref
    year: Year
    meetings: tuple[CalendarMeeting, ...]
