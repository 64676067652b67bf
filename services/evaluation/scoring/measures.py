"""The measures: what criteria may compare. Each has a unit, a meaning, the facts it comes from, and what a gap means.

A measure whose facts are missing is null, which makes the items that need it not determinable; it is never guessed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from services.contracts.meetings import Step
from services.evaluation.scoring.exact import divided

LOCAL_TIME = pl.duration(hours=7)
"""Asia/Ho_Chi_Minh is seven hours before UTC all year, in all the years these rules cover."""


@dataclass(frozen=True)
class Measure:
    """A measure. `low` and `high` (both belong) bound what it can be; `whole` when it is a whole number.

    `yes` marks a measure that is true or false. `missing` says when it is null.
    """

    name: str
    unit: str
    meaning: str
    fields: tuple[str, ...]
    missing: str
    expr: pl.Expr
    low: float = 0
    high: float = math.inf
    whole: bool = False
    yes: bool = False


def _percent(part: str, of: str) -> pl.Expr:
    """`part` of `of` in percent; null where there is nothing to be part of. One division, so 27 of 30 is exactly 90."""
    return pl.when(pl.col(of) > 0).then(pl.col(part).cast(pl.Float64) * 100 / pl.col(of))


def _hours_before_start(moment: str) -> pl.Expr:
    start = (pl.col("held_on").dt.combine(pl.col("started_at")) - LOCAL_TIME).dt.replace_time_zone("UTC")
    return divided((start - pl.col(moment)).dt.total_microseconds(), 3_600_000_000)


NEVER = "never: every sheet has it"

_ALL = (
    Measure(
        "attendance.rate",
        "%",
        "members present, of those expected (all but the exempt and those on special duty)",
        ("present", "expected"),
        "nobody was expected",
        _percent("present", "expected"),
        high=100,
    ),
    Measure(
        "attendance.unexcused",
        "members",
        "members absent without an accepted reason",
        ("unexcused",),
        NEVER,
        pl.col("unexcused"),
        whole=True,
    ),
    Measure(
        "attendance.excused",
        "members",
        "members absent with an accepted reason",
        ("excused",),
        NEVER,
        pl.col("excused"),
        whole=True,
    ),
    Measure(
        "attendance.excused_run",
        "meetings",
        "the longest run of regular meetings of the calendar year, ending with this one, in which one same member who "
        "is absent now was excused",
        ("longest_excused_run",),
        NEVER,
        pl.col("longest_excused_run"),
        whole=True,
    ),
    Measure(
        "attendance.excused_in_year",
        "meetings",
        "regular meetings of the calendar year, up to and with this one, from which one same member who is excused now "
        "was excused: the most of all members",
        ("most_excused_in_year",),
        NEVER,
        pl.col("most_excused_in_year"),
        whole=True,
    ),
    Measure("size.members", "members", "all members on that day", ("members",), NEVER, pl.col("members"), whole=True),
    Measure(
        "size.expected",
        "members",
        "members expected to attend on that day",
        ("expected",),
        NEVER,
        pl.col("expected"),
        whole=True,
    ),
    Measure("time.minutes", "minutes", "how long the meeting took", ("minutes",), NEVER, pl.col("minutes"), whole=True),
    Measure(
        "time.day",
        "day of the month",
        "the day of the month on which the meeting was held",
        ("held_on",),
        NEVER,
        pl.col("held_on").dt.day(),
        low=1,
        high=31,
        whole=True,
    ),
    Measure(
        "meeting.thematic",
        "",
        "whether the meeting had a thematic part",
        ("thematic_part",),
        NEVER,
        pl.col("thematic_part"),
        yes=True,
    ),
    Measure(
        "opinions.share",
        "%",
        "members who spoke, of those present",
        ("speakers", "present"),
        "nobody was present",
        _percent("speakers", "present"),
        high=100,
    ),
    Measure(
        "targets.share",
        "%",
        "targets of the previous resolution that were met, of all its targets",
        ("targets_met", "targets_total"),
        "the sheet does not count the targets",
        _percent("targets_met", "targets_total"),
        high=100,
    ),
    Measure(
        "documents.hours_before",
        "hours",
        "how long before the start the documents were uploaded (negative: after it)",
        ("documents_at", "held_on", "started_at"),
        "no upload is recorded",
        _hours_before_start("documents_at"),
        low=-math.inf,
    ),
    Measure(
        "notice.hours_before",
        "hours",
        "how long before the start the notice was sent (negative: after it)",
        ("notice_at", "held_on", "started_at"),
        "no notice is recorded",
        _hours_before_start("notice_at"),
        low=-math.inf,
    ),
    Measure(
        "minutes.days_after",
        "days",
        "calendar days from the meeting to the filing of its minutes",
        ("minutes_filed_on", "held_on"),
        "no filing is recorded",
        (pl.col("minutes_filed_on") - pl.col("held_on")).dt.total_days(),
        whole=True,
    ),
    Measure(
        "steps.followed",
        "steps",
        f"how many of the {len(Step)} steps of a meeting were followed",
        ("steps",),
        "the sheet names no step",
        pl.when(pl.col("steps").list.len() > 0).then(pl.col("steps").list.n_unique()),
        high=len(Step),
        whole=True,
    ),
    Measure(
        "cell.committee",
        "",
        "whether the cell had a committee on that day (if not, it has only a secretary)",
        ("has_committee",),
        "the registry does not know the cell on that day",
        pl.col("has_committee"),
        yes=True,
    ),
    Measure(
        "cell.hardship",
        "",
        "whether the cell was among the hardest villages on that day",
        ("hardship",),
        "the registry does not know the cell on that day",
        pl.col("hardship"),
        yes=True,
    ),
)
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
"""Every measure by its name."""


def column(name: str) -> str:
    """The column in which scoring keeps a measure, apart from the facts of the same name."""
    return f"m:{name}"


def with_measures(facts: pl.LazyFrame, names: list[str]) -> pl.LazyFrame:
    """The facts with the measures of these names, each in its `column`."""
    return facts.with_columns(MEASURES[name].expr.alias(column(name)) for name in names)
