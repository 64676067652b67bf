"""What observers say and whether they come: inflated self-scores, sponsors and observers who stayed away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from services.contracts.alerts import Reason, Rule, Value
from services.contracts.meetings import Grade, Status
from services.contracts.observers import Line
from services.evaluation.alerts.rules.meeting import ONE_DAY
from services.evaluation.alerts.rules.seen import Reach, Seen
from services.evaluation.alerts.rules.sign import Sign
from services.evaluation.alerts.rules.thresholds import Thresholds, add_months
from services.evaluation.scoring.exact import divided

LINES = "assignment lines"
SPONSORS = f"{LINES}: sponsors of the hardest villages, every month"
RANKS = {grade.value: rank for rank, grade in enumerate(Grade)}
"""Best first; grades of points and of pass/fail sets are not compared."""
MET = (Grade.MET.value, Grade.NOT_MET.value)


def self_score_inflated(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """A cell gave itself more points than an observer on the same form, by so many; or a better grade. Of several
    observers of a meeting, the one farthest below is named. Where a total is missing, the marks of the same items are
    added up."""
    form = ["marks_criteria", "marks_items", "marks"]
    own = seen.facts.select("cell", "period", "meeting", "event", "self_total", "self_grade", *form)
    visits = seen.visits.join(own, on=["cell", "meeting"], suffix="_own").with_columns(*_points())
    gap = (pl.col("self_total") - pl.col("total")).round(6)  # so that 64.1 is five more than 59.1
    gap = pl.when(pl.col("marks_criteria") == pl.col("marks_criteria_own")).then(gap).alias("gap")
    ranks = [pl.col(name).replace_strict(RANKS, return_dtype=pl.Int32) for name in ("self_grade", "grade")]
    alike = pl.col("self_grade").is_in(MET) == pl.col("grade").is_in(MET)
    better = (alike & (ranks[0] < ranks[1])).fill_null(False).alias("better")
    found = visits.with_columns(gap, better).filter((pl.col("gap") >= by.inflated).fill_null(False) | pl.col("better"))
    worst = found.sort("gap", descending=True, nulls_last=True, maintain_order=True)
    for row in (
        worst.unique(["cell", "meeting"], keep="first", maintain_order=True)
        .sort("cell", "meeting")
        .iter_rows(named=True)
    ):
        points = row["gap"] is not None and row["gap"] >= by.inflated
        names = ("self_total", "total") if points else ("self_grade", "grade")
        yield Sign(
            Rule.SELF_SCORE_INFLATED,
            row["period"],
            row["on"],
            row["on"],
            Reason.MORE_POINTS if points else Reason.BETTER_GRADE,
            by.basis("inflated"),
            cell=row["cell"],
            meeting=row["meeting"],
            values={"own": row[names[0]], "theirs": row[names[1]], "observer": row["observer"]},
            events=(row["event_own"], row["event"]),
        )


def _points() -> Iterator[pl.Expr]:
    """Both sides' points: as they say, or else of what they marked."""
    said = pl.col("self_total").is_not_null() & pl.col("total").is_not_null()
    alike = pl.col("marks_items") == pl.col("marks_items_own")
    for total, marks in (("self_total", "marks_own"), ("total", "marks")):
        summed = divided(pl.col(marks).list.sum(), 100)
        yield pl.when(said).then(pl.col(total)).when(alike).then(summed).alias(total)


def sponsor_absent(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """A month is over in which no sponsor came to a village that was among the hardest on the day it should meet."""
    sponsors = seen.assignments.filter(pl.col("line") == Line.HARDEST)
    visits = seen.visits.filter(pl.col("line") == Line.HARDEST)
    for first, last in _months(seen, today, by):
        living = seen.living.filter(period=f"{first:%Y-%m}").select("cell", "due")
        of_day = (pl.col("valid_from") <= pl.col("due")) & (pl.col("until") > pl.col("due"))
        hardest = seen.cells.join(living, on="cell", maintain_order="left").filter(of_day & pl.col("hardship"))
        came = visits.filter(pl.col("on").is_between(first, last))
        for row in hardest.join(came, on="cell", how="anti").iter_rows(named=True):
            assigned = sponsors.filter(pl.col("cell") == row["cell"], pl.col("since") <= last, pl.col("until") > first)
            none = assigned.is_empty()
            values: dict[str, Value] = {} if none else {"sponsors": assigned["observer"].n_unique()}
            yield Sign(
                Rule.SPONSOR_ABSENT,
                f"{first:%Y-%m}",
                last,
                last + ONE_DAY,
                Reason.NO_SPONSOR if none else Reason.SPONSOR_STAYED_AWAY,
                SPONSORS,
                cell=row["cell"],
                values=values,
                events=(row["event"], *assigned["event"]),
            )


def observer_absent(seen: Seen, today: date, by: Thresholds) -> Iterator[Sign]:
    """A month is over, throughout which somebody was assigned who never came to the cell since, though it met."""
    others = seen.assignments.filter(pl.col("line") != Line.HARDEST)
    held = seen.meetings.filter(pl.col("status") == Status.HELD).select("cell", pl.col("on").alias("met"))
    for first, last in _months(seen, today, by):
        there = others.filter(pl.col("since") <= first, pl.col("until") > last)
        never = there.filter(pl.col("first_visit").is_null() | (pl.col("first_visit") > last))
        met = held.filter(pl.col("met").is_between(first, last)).unique("cell")
        for row in never.join(met, on="cell", how="semi").iter_rows(named=True):
            yield Sign(
                Rule.OBSERVER_ABSENT,
                f"{first:%Y-%m}",
                last,
                last + ONE_DAY,
                Reason.NEVER_CAME,
                f"{LINES}: {row['line']}",
                cell=row["cell"],
                observer=row["observer"],
                values={"observer": row["observer"], "assigned": row["since"].isoformat()},
                events=(row["event"],),
            )


def _months(seen: Seen, today: date, by: Thresholds) -> Iterator[tuple[date, date]]:
    """First and last day of the months that are over, as far back as is looked."""
    first = Reach.on(today, by.months).first
    while (next_ := add_months(first, 1)) <= today:
        yield first, next_ - timedelta(days=1)
        first = next_
