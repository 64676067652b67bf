"""Whether cells plan and hold their meetings: the month's regular one, the quarter's thematic one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from services.contracts.alerts import Reason, Rule
from services.contracts.meetings import MeetingKind, Status
from services.evaluation.alerts.rules.seen import Seen
from services.evaluation.alerts.rules.sign import Sign
from services.evaluation.alerts.rules.thresholds import Thresholds, add_months, month_of

FRAME_OF_2025 = "HD 42-HD/BTCTW"
"""Regular meeting on the 3rd, one thematic in a quarter, documents a day before, minutes within two days."""
FRAME_FROM = date(2025, 10, 28)
REGULAR = [kind.value for kind in MeetingKind if kind.counts_as_regular]
THEMATIC = [kind.value for kind in MeetingKind if kind.has_theme]
ONE_DAY = timedelta(days=1)
KEY = ("cell", "period")


def _regular(seen: Seen) -> pl.DataFrame:
    """What is known of the regular meeting of every month in which a cell lived: `LIVING`, held, planned (its day),
    cancelled (its day), events (of its meetings, by day)."""
    own = seen.meetings.filter(pl.col("kind").is_in(REGULAR)).with_columns(
        pl.col("on").dt.strftime("%Y-%m").alias("period")
    )
    found = own.group_by(KEY).agg(
        (pl.col("status") == Status.HELD).any().alias("held"),
        _day_of(Status.SCHEDULED).alias("planned"),
        _day_of(Status.CANCELLED).alias("cancelled"),
        pl.col("event").alias("events"),
    )
    return seen.living.join(found, on=KEY, how="left").with_columns(pl.col("held").fill_null(False))


def _day_of(status: Status) -> pl.Expr:
    return pl.col("on").filter(pl.col("status") == status).max()


def schedule_missing(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """No regular meeting of the month is planned or held when the schedule was due, until it is overdue itself. A cell
    that was founded later owes none."""
    missing = _regular(seen).filter(~pl.col("held") & pl.col("planned").is_null())
    overdue = pl.col("due") + timedelta(days=by.grace_days) < today
    for row in missing.filter(~overdue).iter_rows(named=True):
        due = add_months(month_of(row["period"]), -1).replace(day=by.schedule_day)
        if row["founded"] > due:
            continue
        yield Sign(
            Rule.SCHEDULE_MISSING,
            row["period"],
            due,
            due + ONE_DAY,
            Reason.NO_PLAN,
            by.basis("schedule_day"),
            cell=row["cell"],
            values={"cancelled": _text(row["cancelled"])},
            events=tuple(row["events"] or ()),
            pending=True,
        )


def no_regular_meeting(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """No regular meeting was held after the 3rd plus the days of grace; grave once the month is over."""
    for row in _regular(seen).filter(~pl.col("held")).iter_rows(named=True):
        due = row["due"] + timedelta(days=by.grace_days)
        over = add_months(row["due"], 1) <= today
        yield Sign(
            Rule.NO_REGULAR_MEETING,
            row["period"],
            due,
            due + ONE_DAY,
            Reason.MONTH_WITHOUT if over else Reason.NOT_HELD,
            f"{FRAME_OF_2025}; {by.basis('grace_days')}",
            cell=row["cell"],
            values={"planned": _text(row["planned"])},
            events=tuple(row["events"] or ()),
            pending=not over,
            grave=over,
        )


def thematic_instead(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """A thematic meeting was held and no regular one, nor is one planned for later (unless its days of grace are over
    too): it never replaces the regular."""
    held = seen.meetings.filter(pl.col("kind") == MeetingKind.THEMATIC, pl.col("status") == Status.HELD)
    held = held.with_columns(pl.col("on").dt.strftime("%Y-%m").alias("period"))
    last = held.group_by(KEY, maintain_order=True).last()
    without = last.join(_regular(seen).filter(~pl.col("held")).select(*KEY, "planned"), on=KEY)
    late = pl.col("planned") + timedelta(days=by.grace_days) < today
    for row in without.filter(late | (pl.col("planned") <= pl.col("on")) | pl.col("planned").is_null()).iter_rows(
        named=True
    ):
        yield Sign(
            Rule.THEMATIC_INSTEAD,
            row["period"],
            row["on"],
            row["on"],
            Reason.THEMATIC_ONLY,
            FRAME_OF_2025,
            cell=row["cell"],
            values={"held": _text(row["on"])},
            events=(row["event"],),
            pending=True,
        )


def no_thematic_meeting(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """A quarter is over in which a cell lived throughout and held no thematic meeting, alone or combined."""
    quarter = pl.format("{}-Q{}", pl.col("day").dt.year(), pl.col("day").dt.quarter()).alias("quarter")
    lived = (
        seen.living.with_columns(pl.col("due").alias("day")).group_by("cell", quarter).len().filter(pl.col("len") == 3)
    )
    held = seen.meetings.filter(pl.col("kind").is_in(THEMATIC), pl.col("status") == Status.HELD)
    themes = held.with_columns(pl.col("on").alias("day")).select("cell", quarter).unique()
    without = lived.join(themes, on=("cell", "quarter"), how="anti", maintain_order="left").select("cell", "quarter")
    met = seen.meetings.filter(pl.col("status") == Status.HELD).with_columns(pl.col("on").alias("day"))
    events = met.group_by("cell", quarter).agg(pl.col("event").sort_by("on"))
    for cell, period, behind in without.join(events, on=("cell", "quarter"), how="left").iter_rows():
        next_ = add_months(month_of(period), 3)
        if FRAME_FROM < next_ <= today:
            yield Sign(
                Rule.NO_THEMATIC_MEETING,
                period,
                next_ - ONE_DAY,
                next_,
                Reason.NO_THEME,
                FRAME_OF_2025,
                cell=cell,
                events=tuple(behind or ()),
            )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
