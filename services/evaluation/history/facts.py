"""The facts frame: every held meeting in its latest version as known, with its cell and unit as of the right day.

The dials: which meetings (cells, dates, a unit's territory), known at which moment, grouped by the tree of which date,
up to which position of the event stream. Facts come whole and in order, or in batches as they are found: then what is
in memory is a batch, the count of excuses and what DuckDB's limit allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import polars as pl
import pyarrow as pa

from services.evaluation.history.columns import DATE, TEXT
from services.evaluation.history.excuses import Counts, counted
from services.evaluation.history.known import NOW, Dials
from services.evaluation.history.statement import EXCUSES, REGULAR, Shape, excused_statement, statement
from services.evaluation.history.store import Connection, registered
from services.evaluation.history.stretches import EVERY_CELL, Stretch
from services.evaluation.history.tables import arrow_schema
from services.evaluation.scoring.facts import FACTS, KEY

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)
SCOPE = arrow_schema([("cell", TEXT), ("first", DATE), ("last", DATE)])
ROWS = 122_880
"""Meetings in a batch, at most: DuckDB gives no larger ones. With what set E needs of them some 35 MB."""
RUNNING = Shape(scoped=True, kept=True)
COUNTED_AT_ONCE = 500_000
"""Meetings whose excuses are counted at once, about (some 100 MB); of all others only numbers are in memory."""


def facts(
    con: Connection,
    *,
    cells: Sequence[str] | None = None,
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
    unit: str | None = None,
    within: Stretch = EVERY_CELL,
    dials: Dials = NOW,
    wanted: Iterable[str] = FACTS,
) -> pl.DataFrame:
    """The facts of the meetings held from `first` to `last`, of these cells (None: all `within` a stretch of them), in
    this unit's territory.

    Columns: those `wanted` of `scoring.facts.FACTS`; ordered by cell, period, meeting. What the registry does not know
    is null.
    """
    return _whole(con, _asked(cells, first, last, unit, dials, within), wanted)


def fact_batches(
    con: Connection,
    *,
    cells: Sequence[str] | None = None,
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
    unit: str | None = None,
    dials: Dials = NOW,
    wanted: Iterable[str] = FACTS,
    rows: int = ROWS,
) -> Iterator[pl.DataFrame]:
    """The same facts in no order, in batches of at most so many rows.

    Until the last batch is taken nothing else may be asked of this connection.
    """
    return _batches(con, _asked(cells, first, last, unit, dials), tuple(wanted), rows)


def scoped_facts(con: Connection, scope: pa.Table, wanted: Iterable[str] = FACTS) -> pl.DataFrame:
    """The facts of a scope, as known now: one row per cell with the first and last day of interest (`SCOPE`).

    For scoring batch after batch: in one statement, that reads what `history.kept` has worked out.
    """
    names = tuple(wanted)
    counts = [name for name in EXCUSES if name in names]
    read = dict.fromkeys(("position", *names, *KEY, "kind", "held_on"))
    # DuckDB finds the scope by the name of the argument
    found = con.sql(statement(tuple(name for name in read if name not in counts), RUNNING)).pl()
    years = found.filter(pl.col("kind").is_in(REGULAR)).select("position", "cell", "held_on", excused="names")
    excused = counted([years], partial(_meeting_ids, con), counts)
    return excused.beside(found.filter("asked")).sort(KEY).select(_typed(names))


@dataclass(frozen=True)
class _Asked:
    """Which meetings: of a scope, or of all cells between two days; in whose territory; through which dials."""

    scope: pa.Table | None
    first: date | None
    last: date | None
    unit: str | None
    dials: Dials
    within: Stretch = EVERY_CELL

    @property
    def given(self) -> dict[str, Any]:
        """What a statement may ask for by name."""
        cells = {"cell_from": self.within.from_, "cell_until": self.within.until}
        return {**self.dials.parameters, **cells, "first": self.first, "last": self.last, "unit": self.unit}

    @property
    def shape(self) -> Shape:
        """Which conditions the statements have."""
        names = ("first", "last", "cell_from", "cell_until", "known_at", "tree_at", "upto")
        asked = {name: self.given[name] is not None for name in names}
        return Shape(scoped=self.scope is not None, within=self.unit is not None, **asked)

    def parameters(self, read: str, **more: Any) -> dict[str, Any]:
        """Those that a statement has."""
        return {name: value for name, value in {**self.given, **more}.items() if f"${name}" in read}


def _asked(
    cells: Sequence[str] | None, first: date, last: date, unit: str | None, dials: Dials, within: Stretch = EVERY_CELL
) -> _Asked:
    if cells is None:
        begins, ends = None if first == FIRST_DAY else first, None if last == LAST_DAY else last
        return _Asked(None, begins, ends, unit, dials, within)
    scope = pa.table([list(cells), [first] * len(cells), [last] * len(cells)], schema=SCOPE)
    return _Asked(scope, None, None, unit, dials)


def _whole(con: Connection, asked: _Asked, wanted: Iterable[str]) -> pl.DataFrame:
    names = tuple(wanted)
    read = tuple(dict.fromkeys((*names, *KEY)))
    found = pl.concat([pl.DataFrame(schema={name: FACTS[name] for name in read}), *_batches(con, asked, read, ROWS)])
    return found.sort(KEY).select(names)


def _batches(con: Connection, asked: _Asked, names: tuple[str, ...], rows: int) -> Iterator[pl.DataFrame]:
    counts = [name for name in EXCUSES if name in names]
    read_names = tuple(dict.fromkeys(("position", *names) if counts else names))
    with ExitStack() as held:
        if asked.scope is not None:
            held.enter_context(registered(con, "scope", asked.scope))
        excused = _excused(con, asked, counts) if counts else None
        read = statement(tuple(name for name in read_names if name not in counts), asked.shape)
        columns = _typed(names)
        for batch in con.sql(read, params=asked.parameters(read)).to_arrow_reader(rows):
            frame = _frame(batch)
            if excused is not None:
                frame = excused.beside(frame)
            yield frame.select(columns)


def _excused(con: Connection, asked: _Asked, wanted: Sequence[str]) -> Counts:
    """How often in a row anybody was excused from each meeting."""
    few = asked.scope is not None or asked.within != EVERY_CELL
    shares = 1 if few else 1 + con.execute("SELECT count(*) FROM meetings").fetchall()[0][0] // COUNTED_AT_ONCE
    read = excused_statement(asked.shape)
    found = con.sql(read, params=asked.parameters(read)).to_arrow_reader(ROWS)
    return counted(map(_frame, found), partial(_meeting_ids, con), wanted, shares)


def _meeting_ids(con: Connection, positions: pl.Series) -> Sequence[str]:
    """The ids of the meetings at these positions of the stream."""
    asked = pa.table({"position": positions.to_arrow()})
    with registered(con, "asked", asked):
        found = con.execute("SELECT position, meeting FROM meetings SEMI JOIN asked USING (position)").fetchall()
    meetings = dict(found)
    return [meetings[position] for position in positions]


def _frame(batch: pa.RecordBatch) -> pl.DataFrame:
    frame = pl.from_arrow(batch)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _typed(names: Sequence[str]) -> list[pl.Expr]:
    """The columns as `FACTS` has them: moments in UTC."""
    moments = [name for name in names if isinstance(FACTS[name], pl.Datetime)]
    return [pl.col(name).dt.replace_time_zone("UTC") if name in moments else pl.col(name) for name in names]
