"""How often in a row, and how often in the year, one same member was excused from a cell's regular meetings."""

from __future__ import annotations

import polars as pl

from services.contracts.meetings import MeetingKind
from services.evaluation.history.statement import EXCUSED

_SPAN = 2**22
"""More days than a calendar has: a cell's number and a day in one number."""
REGULAR = [kind.value for kind in MeetingKind if kind.counts_as_regular]


def with_excuses(meetings: pl.DataFrame) -> pl.DataFrame:
    """The meetings with `longest_excused_run` and `most_excused_in_year`, in place of `EXCUSED`.

    `meetings` (cell, kind, held_on, `EXCUSED`) are all of their cells' from the first of each year on, in the order of
    cell, period and meeting. Both count the meeting itself; for meetings that are not regular both are 0.
    """
    turns = _turns(meetings)
    times = _times(turns)
    counted = meetings.drop(EXCUSED).with_columns(
        pl.lit(0, pl.Int32).alias("longest_excused_run"), pl.lit(0, pl.Int32).alias("most_excused_in_year")
    )
    if times.is_empty():
        return counted
    return counted.with_columns(
        counted[name].scatter(times["row"], times[name]).alias(name)
        for name in ("longest_excused_run", "most_excused_in_year")
    )


def _turns(meetings: pl.DataFrame) -> pl.DataFrame:
    """The regular meetings: `row`, `year` (numbers the years of all cells), `turn` (numbers the meetings, leaving one
    number out before each year), the excused."""
    days = pl.col("cell").cast(pl.Int64) * _SPAN + pl.col("held_on").to_physical()
    regular = (
        meetings.select("kind", "held_on", EXCUSED, cell=pl.col("cell").rle_id())
        .with_row_index("row")
        .filter(pl.col("kind").is_in(REGULAR))
        .sort(days, maintain_order=True)
    )
    year = (pl.col("cell").cast(pl.Int64) * 10_000 + pl.col("held_on").dt.year()).rle_id().cast(pl.Int64)
    return regular.select("row", EXCUSED, year=year).with_columns(turn=pl.col("year") + pl.int_range(pl.len()))


def _times(turns: pl.DataFrame) -> pl.DataFrame:
    """The meetings (`row`) from which somebody was excused, with both counts.

    Whoever was excused becomes a number, and number and turn one key: sorted, a member's meetings lie together, and in
    a run each key is the one before plus one.
    """
    each = turns.explode(EXCUSED, empty_as_null=False, keep_nulls=False)
    if each.is_empty():
        return each
    member = each[EXCUSED].cast(pl.Categorical(pl.Categories.random())).to_physical().cast(pl.Int64)
    span = each["turn"].max() + 2  # type: ignore[operator]
    each = each.select("row", "year", key=member * span + each["turn"], member=member).sort("key")
    place = pl.int_range(pl.len(), dtype=pl.Int32)
    breaks = {
        "longest_excused_run": pl.col("key").diff() != 1,
        "most_excused_in_year": (pl.col("member").diff() != 0) | (pl.col("year").diff() != 0),
    }
    counts = [
        (place - pl.when(new.fill_null(True)).then(place).forward_fill() + 1).alias(name)
        for name, new in breaks.items()
    ]
    return each.select("row", *counts).group_by("row").max()
