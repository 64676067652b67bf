"""What the history says, as far as alerts look: frames of the last months, and the criteria as known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from services.evaluation.alerts.rules.thresholds import add_months, month_of, quarter_of
from services.evaluation.criteria.format import CriteriaSet

MEMORY = 6
"""Months over which repetition is counted, the alert's own included."""
QUARTERS = 3
"""The same of quarters."""
LIVING: dict[str, Any] = {
    "cell": pl.String,
    "period": pl.String,
    "due": pl.Date,
    "unit": pl.String,
    "founded": pl.Date,
}
"""Every month in which a cell lived on the day when it should meet (`due`, the 3rd): the unit right above it then, and
the cell's first day."""
MEETINGS: dict[str, Any] = {
    "cell": pl.String,
    "meeting": pl.String,
    "event": pl.String,
    "status": pl.String,
    "kind": pl.String,
    "on": pl.Date,
}
"""Meetings in their version in force, on the day held or else planned."""
CELLS: dict[str, Any] = {
    "cell": pl.String,
    "valid_from": pl.Date,
    "until": pl.Date,
    "event": pl.String,
    "members_full": pl.Int32,
    "committee_size": pl.Int32,
    "hardship": pl.Boolean,
    "dissolved": pl.Boolean,
}
"""The states of cells that any rule of the registry or of the hardest villages may be about."""
GRADES: dict[str, Any] = {"cell": pl.String, "period": pl.String}
"""Months that have an official grade."""
ASSIGNMENTS: dict[str, Any] = {
    "cell": pl.String,
    "assignment": pl.String,
    "event": pl.String,
    "observer": pl.String,
    "line": pl.String,
    "since": pl.Date,
    "until": pl.Date,
    "first_visit": pl.Date,
}
"""Assignments of observers: they hold from `since` and before `until` (the last day there is: until relieved);
`first_visit` is the day of the observer's first visit to the cell since."""
VISITS: dict[str, Any] = {
    "cell": pl.String,
    "meeting": pl.String,
    "event": pl.String,
    "observer": pl.String,
    "on": pl.Date,
    "line": pl.String,
    "marks_criteria": pl.String,
    "marks_items": pl.String,
    "marks": pl.List(pl.Int32),
    "total": pl.Float64,
    "grade": pl.String,
}
"""Visits to meetings that were held, on the meeting's day, with the line of the assignment that their observer then had
to the cell (null: none)."""


@dataclass(frozen=True)
class Seen:
    """What alerts are made from. `facts` are those of the held meetings (`scoring.facts.FACTS`) with `criteria`, the id
    of the set in force (null: none). `quotas` are of the months of the last year, while its end is watched, by the sets
    that state any (`rescoring.spans.QUOTAS`), `year_quotas` of what is decided of the present and the last year by the
    year rules (`yearend.standing.Classification.quotas`, each with the `number` of its rule)."""

    living: pl.DataFrame
    meetings: pl.DataFrame
    cells: pl.DataFrame
    facts: pl.DataFrame
    grades: pl.DataFrame
    assignments: pl.DataFrame
    visits: pl.DataFrame
    quotas: pl.DataFrame
    year_quotas: Sequence[Mapping[str, Any]]
    sets: Mapping[str, CriteriaSet]


@dataclass(frozen=True)
class Reach:
    """Which months are looked at on a day: alerts of those from `watched` on are kept up. Those from `first` on are
    read too, so that repetition is known, of meetings those from `far` on (for quarters); `last` is the month after the
    present one, which may lack a schedule."""

    far: date
    first: date
    watched: date
    last: date

    @property
    def year(self) -> int | None:
        """The year before the day's, as long as its last month is watched."""
        before = add_months(self.last, -1).year - 1
        return before if self.watched <= date(before, 12, 1) else None

    @property
    def years(self) -> tuple[int, int]:
        """The year before the day's, and the day's."""
        present = add_months(self.last, -1).year
        return present - 1, present

    @classmethod
    def on(cls, today: date, months: int) -> Reach:
        """The reach on a day when so many months before its own are watched."""
        watched = add_months(today, -months)
        far = add_months(month_of(quarter_of(watched)), 3 * (1 - QUARTERS))
        first = add_months(watched, 1 - MEMORY)
        return cls(min(far, first), first, watched, add_months(today, 1))
