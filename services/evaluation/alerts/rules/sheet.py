"""What the sheets of held meetings say, by the set in force: documents, minutes, duration, attendance, excuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import floor
from typing import Any

import polars as pl

from services.contracts.alerts import Reason, Rule, Value
from services.contracts.meetings import MeetingKind
from services.evaluation.alerts.rules.by_set import judged, unasked
from services.evaluation.alerts.rules.meeting import FRAME_FROM, FRAME_OF_2025, ONE_DAY
from services.evaluation.alerts.rules.seen import Seen
from services.evaluation.alerts.rules.sign import Sign
from services.evaluation.alerts.rules.thresholds import Thresholds
from services.evaluation.scoring.measures import column, with_measures

FAR = 366_000
"""Hours or days that no deadline is further away than."""
HOURS, DAYS = 24, 2
"""Documents are up a day before, minutes within two days (HD 42-HD/BTCTW), where the set in force does not say."""
Row = dict[str, Any]


def documents_late(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """Documents were up later than a day before the meeting, or no upload is recorded."""
    for row in _late(seen, "documents.hours_before", pl.col("value") < HOURS, HOURS):
        reason = Reason.NO_DOCUMENTS if row["value"] is None else Reason.DOCUMENTS_AFTER
        due = row["held_on"] - timedelta(hours=_meant(row["needed"]))
        yield _sign(Rule.DOCUMENTS_LATE, seen, row, reason, {**_value(row, 1), **_needed(row)}, due=due)


def minutes_late(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """Minutes were filed later than on the second day, or are not filed although that is over."""
    for row in _late(seen, "minutes.days_after", pl.col("value") > DAYS, DAYS):
        filed = row["value"] is not None
        reason, due = (
            Reason.MINUTES_AFTER if filed else Reason.NO_MINUTES,
            row["held_on"] + timedelta(days=_meant(row["needed"])),
        )
        values = {**_value(row), **_needed(row)}
        yield _sign(Rule.MINUTES_LATE, seen, row, reason, values, due=due, since=due + ONE_DAY, pending=not filed)


def too_short(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """A meeting was shorter than the set in force asks for full marks; where that asks nothing, than a setting does."""
    found = judged(seen, "time.minutes")
    for row in found.filter("fails").iter_rows(named=True):
        yield _sign(Rule.TOO_SHORT, seen, row, Reason.SHORTER, {**_value(row), **_needed(row)})
    for row in unasked(seen, found).filter(pl.col("minutes") < by.shortest).iter_rows(named=True):
        values: dict[str, Value] = {"value": row["minutes"], "needed": by.shortest}
        yield _sign(Rule.TOO_SHORT, seen, row, Reason.SHORTER, values, basis=by.basis("shortest"))


def attendance_low(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """Fewer came than the set in force asks for."""
    for row in judged(seen, "attendance.rate").filter("fails").iter_rows(named=True):
        came = {"present": row["present"], "expected": row["expected"]}
        yield _sign(Rule.ATTENDANCE_LOW, seen, row, Reason.FEWER, {**_value(row, 2), **_needed(row), **came})


def unexcused_absence(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """Somebody was absent without excuse, which the set in force does not allow."""
    for row in judged(seen, "attendance.unexcused").filter("fails").iter_rows(named=True):
        yield _sign(Rule.UNEXCUSED_ABSENCE, seen, row, Reason.WITHOUT_EXCUSE, _value(row))


def excused_too_often(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """One member was excused more often in a row, or in the year, than the set in force allows."""
    for measure, reason in (
        ("attendance.excused_run", Reason.IN_A_ROW),
        ("attendance.excused_in_year", Reason.IN_THE_YEAR),
    ):
        for row in judged(seen, measure).filter("fails").iter_rows(named=True):
            yield _sign(Rule.EXCUSED_TOO_OFTEN, seen, row, reason, {**_value(row), **_needed(row)})


def _late(seen: Seen, measure: str, late: pl.Expr, needed: float) -> Iterator[Row]:
    """The meetings that fail a measure by their set, or, where it asks nothing of it, by the frame of 2025; those of
    which nothing is recorded too. Extraordinary meetings are called at short notice and left out."""
    by_set = judged(seen, measure)
    rest = unasked(seen, by_set).filter(pl.col("held_on") >= FRAME_FROM)
    framed = with_measures(rest.lazy(), [measure]).with_columns(
        pl.lit(None, pl.String).alias("item"),
        pl.col(column(measure)).cast(pl.Float64).alias("value"),
        pl.lit(float(needed)).alias("needed"),
    )
    whole = pl.concat([by_set, framed.with_columns(late.alias("fails")).select(by_set.columns).collect()])
    failed = whole.filter(pl.col("fails").fill_null(pl.col("value").is_null()), pl.col("needed").is_not_null())
    yield from failed.filter(pl.col("kind") != MeetingKind.EXTRAORDINARY).iter_rows(named=True)


def _meant(needed: float) -> float:
    """The hours or days of a threshold as far as a deadline can be told; a set may say 9999999 for no limit."""
    return max(-FAR, min(needed, FAR))


def _value(row: Row, digits: int = 0) -> dict[str, Value]:
    """The measure to so many digits; what falls short of the threshold is not rounded up to it."""
    value = row["value"]
    if value is None or not digits:
        return {"value": value if value is None else int(value)}
    shown = round(value, digits)
    return {"value": floor(value * 10**digits) / 10**digits if shown == row["needed"] else shown}


def _needed(row: Row) -> dict[str, Value]:
    needed = row["needed"]
    whole = needed is not None and float(needed).is_integer() and abs(needed) < 2**53
    return {"needed": int(needed) if whole else needed}


def _sign(
    rule: Rule,
    seen: Seen,
    row: Row,
    reason: Reason,
    values: dict[str, Value],
    *,
    due: date | None = None,
    since: date | None = None,
    pending: bool = False,
    basis: str | None = None,
) -> Sign:
    """A sign of one meeting. Its line is the set's item, where there is one."""
    item = row.get("item")
    number = seen.sets[row["criteria"]].number if item is not None else FRAME_OF_2025
    return Sign(
        rule,
        row["period"],
        due or row["held_on"],
        since or row["held_on"],
        reason,
        basis or number,
        cell=row["cell"],
        meeting=row["meeting"],
        values=values,
        events=(row["event"],),
        set=row["criteria"] if item is not None else None,
        item=item,
        pending=pending,
    )
