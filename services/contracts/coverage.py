"""`rpc.evaluation.coverage`: which cells were observed, by whom they should have been, and who could go.

Everything is as known at a moment, and names the events behind it. Shares are of living cells: a cell lives in a month
when it lives on the 3rd, the day of its regular meeting.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from services.contracts.base import Code, Contract, Key, Moment, Ref, Year
from services.contracts.evaluation import Period
from services.contracts.observers import Line, Standing

EventId = str
Words = dict[str, str]
"""The same in three languages (vi, en, bn)."""


class CoverageOf(Contract):
    """The months of a year (or one month) as far as anything is told of them.

    `unit` takes the whole subtree. With `line` only the cells that the line is for, and what was done along it.
    `unvisited_months`: how long a cell may go without a visit. `known_at`, `tree_at`: the dials. Of each list at most
    `limit` entries come, the answer's `left_out` says how many more there are.
    """

    year: Year
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    unit: Code | None = None
    line: Line | None = None
    unvisited_months: Annotated[int, Field(ge=1, le=60)] = 3
    known_at: Moment | None = None
    tree_at: date | None = None
    limit: Annotated[int, Field(ge=1, le=5_000)] = 1_000


class Share(Contract):
    """So many of the cells were observed. `share` (0 to 1) is None where there is no cell."""

    cells: int
    observed: int
    share: float | None


class MonthShare(Share):
    """One month."""

    period: Period


class UnitShare(Share):
    """A unit with all cells below it."""

    unit: Code
    unit_name: str | None


class LineShare(Share):
    """The cells that a line is for: so many have an observer of that line, so many were observed along it."""

    line: Line
    assigned: int


class CellVisits(Contract):
    """A cell in the period: its unit in its last month, the lines that are for it then, the events of the visits, or
    where nobody came those of the meetings that it held."""

    cell: Code
    cell_name: str | None
    unit: Code | None
    unit_name: str | None
    lines: tuple[Line, ...]
    months: int
    observed_months: int
    last_visit: date | None
    events: tuple[EventId, ...]


class Unvisited(Contract):
    """A cell that nobody visited in the last months: the events of the `last_visit` (None: never) and of the meetings
    that it held since."""

    cell: Code
    cell_name: str | None
    unit: Code | None
    unit_name: str | None
    last_visit: date | None
    events: tuple[EventId, ...]


class Assigned(Contract):
    """An assignment as it stands. `until` is the first day on which it does not hold any more (None: open)."""

    cell: Code
    cell_name: str | None
    assignment: Key
    observer: Ref
    standing: Standing
    line: Line
    by_unit: Code
    since: date
    until: date | None


class NeverCame(Assigned):
    """An observer who came to none of the `meetings` that the cell held since, until the period's end."""

    meetings: int
    events: tuple[EventId, ...]


class Reason(Contract):
    """Why an assignment does not keep to its line: a code, and the same in words."""

    code: str
    words: Words


class Broken(Assigned):
    """An assignment that does not keep to its line from `broken_on` on, the first such day in the period.

    `events`: the assignment's, and those of the registry that made the facts of that day what they are.
    """

    broken_on: date
    reasons: tuple[Reason, ...]
    events: tuple[EventId, ...]


class Unsponsored(Contract):
    """A hardest village in a month that is over, in which no sponsor came. `sponsors`: the observers assigned then."""

    cell: Code
    cell_name: str | None
    period: Period
    sponsors: tuple[Ref, ...]
    events: tuple[EventId, ...]


class Proposal(Contract):
    """Who could observe a cell that nobody observed in the period: somebody whose standing the line takes.

    `load`: their assignments on that day with all that is proposed here. Without an observer `reason` says why. The
    events are those of the assignment that their standing is known by, and of the cell's state.
    """

    cell: Code
    cell_name: str | None
    unit: Code | None
    unit_name: str | None
    lines: tuple[Line, ...]
    line: Line | None = None
    observer: Ref | None = None
    standing: Standing | None = None
    by_unit: Code | None = None
    load: int | None = None
    reason: Reason | None = None
    events: tuple[EventId, ...]


class Coverage(Contract):
    """The answer. `first` and `last` are the months that are told (None: none is), `told_until` the last day of it."""

    first: Period | None
    last: Period | None
    told_until: date | None
    whole: Share
    months: tuple[MonthShare, ...]
    units: tuple[UnitShare, ...]
    lines: tuple[LineShare, ...]
    by_cell: tuple[CellVisits, ...]
    unvisited: tuple[Unvisited, ...]
    never_came: tuple[NeverCame, ...]
    broken: tuple[Broken, ...]
    unsponsored: tuple[Unsponsored, ...]
    proposals: tuple[Proposal, ...]
    left_out: dict[str, int]
    position: int
