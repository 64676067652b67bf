"""How often in a row, and how often in the year, one same member was excused from a cell's regular meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from operator import itemgetter

import numpy as np
import polars as pl

from services.evaluation.history.statement import EXCUSES

RUN, TIMES = EXCUSES
FEW = 2_000
"""So many meetings are sooner counted one by one than put in order as columns."""


class Counts:
    """What was `counted`, to be looked up by position: in a join DuckDB would keep all of it, and what it joins."""

    def __init__(self, parts: Iterable[pl.DataFrame]) -> None:
        found = pl.concat(parts).sort("position")
        self._positions = np.append(-1, found["position"].to_numpy())
        self._counts = {name: np.append(0, found[name].to_numpy()) for name in found.columns if name != "position"}

    def beside(self, facts: pl.DataFrame) -> pl.DataFrame:
        """The facts (with `position`) and their counts, which are 0 where nobody was excused."""
        positions = facts["position"].to_numpy()
        place = np.searchsorted(self._positions, positions, side="right") - 1
        known = self._positions[place] == positions
        return facts.with_columns(
            pl.Series(name, np.where(known, counts[place], 0), dtype=pl.Int32) for name, counts in self._counts.items()
        )


class _Alike(Exception):
    """Two names have the same number."""


def counted(meetings: pl.DataFrame, wanted: Iterable[str] = EXCUSES) -> pl.DataFrame:
    """Of these regular meetings those from which anybody was excused: `position` and the counts wanted.

    `meetings` (position, cell, held_on, meeting, excused: references) are all of their cells' from the first of each
    year on, in any order. Both counts take in the meeting itself: the longest run of any one absentee's that ends with
    it, and the most that any one of them was excused in the year so far.
    """
    if meetings.height <= FEW:
        return _one_by_one(meetings).select("position", *wanted)
    meetings = meetings.rechunk()  # looking up rows in pieces is many times slower
    try:
        return _counted(meetings, list(wanted), hashed, exact=False)
    except _Alike:
        return _counted(meetings, list(wanted), _numbered, exact=True)


def _one_by_one(meetings: pl.DataFrame) -> pl.DataFrame:
    found = []
    year: tuple[str, int] | None = None
    for position, cell, day, _, excused in sorted(meetings.select(_READ).iter_rows(), key=itemgetter(1, 2, 3)):
        if (cell, day.year) != year:
            year, runs, times = (cell, day.year), defaultdict[str, int](int), defaultdict[str, int](int)
        runs = defaultdict(int, {name: runs[name] + 1 for name in excused or ()})
        for name in runs:
            times[name] += 1
        if runs:
            found.append((position, max(runs.values()), max(times[name] for name in runs)))
    return pl.DataFrame(found, {"position": pl.Int64, RUN: pl.Int32, TIMES: pl.Int32}, orient="row")


_READ = ("position", "cell", "held_on", "meeting", "excused")
Numbers = Callable[[pl.Series], pl.Series]
"""Gives every name a number. Sorting by numbers is quick."""


def hashed(names: pl.Series) -> pl.Series:
    """A number of 63 bits: hardly ever the same for two names, and much quicker than counting them."""
    return (names.hash() // 2).cast(pl.Int64)


def _check(names: pl.Series) -> pl.Series:
    """Another one: two names that have both the same there are not."""
    return names.hash(seed=1).alias("check")


def _numbered(names: pl.Series) -> pl.Series:
    return names.cast(pl.Categorical(pl.Categories.random())).to_physical().cast(pl.Int64)


def _counted(meetings: pl.DataFrame, wanted: list[str], numbers: Numbers, *, exact: bool) -> pl.DataFrame:
    """The same, names being known by numbers. Raises `_Alike` where two names that are not `exact` have the same."""
    turns, years = _turns(meetings, numbers, exact=exact)
    each = meetings.select(_rows(meetings), turns, "excused").explode("excused", empty_as_null=False, keep_nulls=False)
    return _most(meetings, _times(each, years, wanted, numbers, exact=exact), wanted)


def _rows(frame: pl.DataFrame) -> pl.Series:
    return pl.int_range(frame.height, dtype=pl.UInt32, eager=True).alias("row")


def _turns(meetings: pl.DataFrame, numbers: Numbers, *, exact: bool) -> tuple[pl.Series, pl.Series]:
    """The `turn` of each meeting (numbers the meetings by cell and day, leaving one number out before each year), and
    by turn the number of the year it is in."""
    day = meetings["held_on"].to_physical().cast(pl.Int64)
    first, span = int(day.min() or 0), _span(day)  # type: ignore[arg-type]
    key = _keys(numbers(meetings["cell"]), day - first, span, exact=exact)
    keys = meetings.select(key, _rows(meetings), _check(meetings["cell"]))
    ordered = keys.sort("key")
    if (ordered["key"].diff() == 0).any():  # two on one day
        ordered = keys.with_columns(meetings["meeting"]).sort("key", "meeting")
    same = (ordered["key"] // span).diff() == 0
    _told_apart(ordered["check"], same, exact=exact)
    year_of = pl.int_range(first, first + span, dtype=pl.Int32, eager=True).cast(pl.Date).dt.year()
    year = year_of.gather(ordered["key"] % span)
    begins = ~same.fill_null(False) | (year.diff() != 0).fill_null(True)
    number = begins.cum_sum().cast(pl.Int64).to_numpy()
    in_order = number + np.arange(meetings.height)
    turns, years = np.empty(meetings.height, np.int64), np.zeros(int(in_order.max(initial=0)) + 1, np.int64)
    turns[ordered["row"].to_numpy()], years[in_order] = in_order, number
    return pl.Series("turn", turns), pl.Series(years)


def _times(each: pl.DataFrame, years: pl.Series, wanted: list[str], numbers: Numbers, *, exact: bool) -> pl.DataFrame:
    """Of every excuse the meeting's `row` and the counts.

    A member's number and a meeting's turn make one key. Sorted, a member's meetings lie together, and in a run each key
    is the one before plus one.
    """
    span = _span(each["turn"])
    key = _keys(numbers(each["excused"]), each["turn"], span, exact=exact)
    ordered = each.select("row", key, _check(each["excused"])).sort("key")
    gap = ordered["key"].diff()
    goes_on = {RUN: gap == 1}
    same = gap <= 1
    if TIMES in wanted:
        same = (ordered["key"] // span).diff() == 0
        same &= years.gather(ordered["key"] % span).diff() == 0
        goes_on[TIMES] = same
    _told_apart(ordered["check"], same, exact=exact)
    found = pl.DataFrame({name: goes_on[name].fill_null(False) for name in wanted})
    return found.select(ordered["row"], *(_so_far(name) for name in wanted))


def _span(places: pl.Series) -> int:
    """More than there are places between the first (or 0) and the last."""
    return 2 + int(places.max() or 0) - min(0, int(places.min() or 0))  # type: ignore[arg-type]


def _keys(numbers: pl.Series, places: pl.Series, span: int, *, exact: bool) -> pl.Series:
    """Each number and its place (from 0 on) as one number: what is not `exact` gives up the bits that it takes."""
    return ((numbers if exact else numbers // (2 * span)) * span + places).alias("key")


def _told_apart(check: pl.Series, same: pl.Series, *, exact: bool) -> None:
    """Raises `_Alike` if of two neighbours that are the `same` the names differ."""
    if not exact and (same & (check != check.shift())).any():
        raise _Alike


def _so_far(goes_on: str) -> pl.Expr:
    """How many rows there are up to each since one that does not go on, that row included."""
    place = pl.int_range(pl.len(), dtype=pl.Int32)
    return (place - pl.when(~pl.col(goes_on)).then(place).forward_fill() + 1).alias(goes_on)


def _most(meetings: pl.DataFrame, found: pl.DataFrame, wanted: list[str]) -> pl.DataFrame:
    """The most of each meeting's counts, which `found` has by the meeting's `row`."""
    counts = {}
    for name in wanted:
        more = found.filter(pl.col(name) > 1).group_by("row").agg(pl.col(name).max())
        once = pl.Series(name, [1], dtype=pl.Int32).new_from_index(0, meetings.height)
        counts[name] = once.scatter(more["row"], more[name])
    return meetings.select("position", **counts).filter(meetings["excused"].list.len() > 0)
