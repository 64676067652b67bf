"""How often in a row, and how often in the year, one same member was excused from a cell's regular meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from threading import Lock

import numpy as np
import polars as pl

from services.evaluation.history.statement import EXCUSES

RUN, TIMES = EXCUSES
FEW = 2_000
"""So many meetings are sooner counted one by one than put in order as columns."""
THREADS = 2
"""Shares that are counted at the same time."""
MEETINGS: dict[str, type[pl.DataType] | pl.DataType] = {
    "position": pl.Int64,
    "cell": pl.String,
    "held_on": pl.Date,
    "excused": pl.List(pl.String),
}
"""Regular meetings, with the references of the excused."""
Named = Callable[[pl.Series], Sequence[str]]
"""The ids of the meetings at these positions, which order those that a cell held on one day."""


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


def counted(batches: Iterable[pl.DataFrame], named: Named, wanted: Sequence[str] = EXCUSES, shares: int = 1) -> Counts:
    """The counts wanted of these regular meetings (`MEETINGS`).

    They are all of their cells' from the first of each year on, in any order. Both counts take in the meeting itself:
    the longest run of any one absentee's that ends with it, and the most that any one of them was excused in the year
    so far. What is in memory are numbers for all meetings, and what counting one share of the cells takes.
    """
    if shares == 1:
        whole = pl.concat([pl.DataFrame(schema=MEETINGS), *batches])
        if whole.height <= FEW:
            return Counts([_one_by_one(whole, named).select("position", *wanted)])
        batches = [whole]
    return Counts(_by_share(batches, named, wanted, shares))


def _by_share(batches: Iterable[pl.DataFrame], named: Named, wanted: Sequence[str], shares: int) -> list[pl.DataFrame]:
    rows, taken = 0, [_numbered(pl.DataFrame(schema=MEETINGS), 0, shares)]  # there may be no meeting at all
    for batch in batches:
        taken.append(_numbered(batch, rows, shares))
        rows += batch.height
    meetings, excuses = (pl.concat(parts) for parts in zip(*taken, strict=True))
    one_at_a_time = Lock()

    def safely_named(positions: pl.Series) -> Sequence[str]:
        with one_at_a_time:
            return named(positions)

    def of_share(share: int) -> pl.DataFrame:
        mine = pl.col("share") == share
        return _of_share(meetings.filter(mine), excuses.filter(mine), wanted, safely_named)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(of_share, range(shares)))


def _one_by_one(meetings: pl.DataFrame, named: Named) -> pl.DataFrame:
    found = []
    year: tuple[str, int] | None = None
    same_day = meetings.select(pl.struct("cell", "held_on").is_duplicated()).to_series()
    tied = meetings["position"].filter(same_day)
    names = dict(zip(tied, named(tied), strict=True)) if len(tied) else {}
    rows = [(*row, names.get(row[0], "")) for row in meetings.iter_rows()]
    for position, cell, day, excused, _ in sorted(rows, key=itemgetter(1, 2, 4)):
        if (cell, day.year) != year:
            year, runs, times = (cell, day.year), defaultdict[str, int](int), defaultdict[str, int](int)
        runs = defaultdict(int, {name: runs[name] + 1 for name in excused or ()})
        for name in runs:
            times[name] += 1
        if runs:
            found.append((position, max(runs.values()), max(times[name] for name in runs)))
    return pl.DataFrame(found, {"position": pl.Int64, RUN: pl.Int32, TIMES: pl.Int32}, orient="row")


def hashed(names: pl.Series) -> pl.Series:
    """A number of 63 bits: hardly ever the same for two names, and quick to make and to sort by."""
    return (names.hash() // 2).cast(pl.Int64)


def _check(names: pl.Series) -> pl.Series:
    """Another one: two names that have both the same there are not."""
    return names.hash(seed=1)


def _numbered(batch: pl.DataFrame, rows: int, shares: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The meetings (position, day, name and check of the cell) and the excuses (name and check of the member), each
    with its cell's `share` and the `row` of the meeting: `rows` came before."""
    name = hashed(batch["cell"]).alias("name")
    share = (name % shares).cast(pl.UInt16).alias("share")
    row = pl.int_range(rows, rows + batch.height, dtype=pl.UInt32, eager=True).alias("row")
    # Copies: a column that were taken as it is would keep all of the batch in memory.
    position, day = (batch[one].to_physical().to_numpy().copy() for one in ("position", "held_on"))
    numbers = {"position": position, "day": day, "name": name, "check": _check(batch["cell"])}
    meetings = pl.DataFrame({"share": share, "row": row, **numbers})
    each = batch.select(share, row, "excused").explode("excused", empty_as_null=False, keep_nulls=False)
    excuses = each.select("share", "row", hashed(each["excused"]).alias("name"), _check(each["excused"]).alias("check"))
    return meetings, excuses


class _Alike(Exception):
    """Two names have the same number."""


def _of_share(meetings: pl.DataFrame, excuses: pl.DataFrame, wanted: Sequence[str], named: Named) -> pl.DataFrame:
    """Of the meetings from which anybody was excused: `position` and the counts wanted."""
    meetings, excuses = meetings.rechunk(), excuses.rechunk()  # looking up rows in pieces is many times slower
    place = np.searchsorted(meetings["row"].to_numpy(), excuses["row"].to_numpy())
    excuses = excuses.with_columns(pl.Series("row", place, pl.UInt32))
    try:
        return _counted(meetings, excuses, wanted, named, exact=False)
    except _Alike:
        return _counted(_exactly(meetings), _exactly(excuses), wanted, named, exact=True)


def _exactly(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with names that are surely not the same for two: small numbers, by name and check."""
    both = ["name", "check"]
    numbers = frame.select(both).unique().with_row_index("number")
    found = frame.join(numbers, on=both, how="left", maintain_order="left")
    return found.with_columns(pl.col("number").cast(pl.Int64).alias("name")).drop("number")


def _counted(
    meetings: pl.DataFrame, excuses: pl.DataFrame, wanted: Sequence[str], named: Named, *, exact: bool
) -> pl.DataFrame:
    """Raises `_Alike` where two names that are not `exact` are the same number."""
    turns, years = _turns(meetings, named, exact=exact)
    each = excuses.select("row", "name", "check", turns.gather(excuses["row"]))
    return _most(meetings, _times(each, years, wanted, exact=exact), wanted)


def _turns(meetings: pl.DataFrame, named: Named, *, exact: bool) -> tuple[pl.Series, pl.Series]:
    """The `turn` of each meeting (numbers the meetings by cell and day, leaving one number out before each year), and
    by turn the number of the year it is in."""
    day = meetings["day"].cast(pl.Int64)
    first, span = int(day.min() or 0), _span(day)  # type: ignore[arg-type]
    key = _keys(meetings["name"], day - first, span, exact=exact)
    row = pl.int_range(meetings.height, dtype=pl.UInt32, eager=True).alias("row")
    ordered = meetings.select(key, row, "check", "position").sort("key")
    same = (ordered["key"] // span).diff() == 0
    _told_apart(ordered["check"], same, exact=exact)
    year_of = pl.int_range(first, first + span, dtype=pl.Int32, eager=True).cast(pl.Date).dt.year()
    year = year_of.gather(ordered["key"] % span)
    begins = ~same.fill_null(False) | (year.diff() != 0).fill_null(True)
    number = begins.cum_sum().cast(pl.Int64).to_numpy()
    in_order = number + np.arange(meetings.height)
    turns, years = np.empty(meetings.height, np.int64), np.zeros(int(in_order.max(initial=0)) + 1, np.int64)
    turns[_by_name(ordered, named).to_numpy()], years[in_order] = in_order, number
    return pl.Series("turn", turns), pl.Series(years)


def _by_name(ordered: pl.DataFrame, named: Named) -> pl.Series:
    """The rows in their order, those of one cell and day by the ids of the meetings."""
    after = (ordered["key"].diff() == 0).fill_null(False)
    tied = (after | after.shift(-1, fill_value=False)).arg_true()
    if tied.is_empty():
        return ordered["row"]
    some = ordered[tied]
    some = some.with_columns(pl.Series("meeting", named(some["position"]))).sort("key", "meeting")
    return ordered["row"].scatter(tied, some["row"])


def _times(each: pl.DataFrame, years: pl.Series, wanted: Sequence[str], *, exact: bool) -> pl.DataFrame:
    """Of every excuse the meeting's `row` and the counts.

    A member's number and a meeting's turn make one key. Sorted, a member's meetings lie together, and in a run each key
    is the one before plus one.
    """
    span = _span(each["turn"])
    ordered = each.select("row", _keys(each["name"], each["turn"], span, exact=exact), "check").sort("key")
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


def _most(meetings: pl.DataFrame, found: pl.DataFrame, wanted: Sequence[str]) -> pl.DataFrame:
    """The most of each meeting's counts, which `found` has by the meeting's `row`, where anybody was excused."""
    rows = np.zeros(meetings.height, bool)
    rows[found["row"].to_numpy()] = True
    counts = {}
    for name in wanted:
        most = np.ones(meetings.height, np.int32)
        more = found.filter(pl.col(name) > 1)
        np.maximum.at(most, more["row"].to_numpy(), more[name].to_numpy())
        counts[name] = most[rows]
    return pl.DataFrame({"position": meetings["position"].filter(pl.Series(rows)), **counts})
