"""The facts frame: every held meeting in its latest version as known, with its cell and unit as of the right day.

The dials: which meetings (cells, dates, a unit's territory), known at which moment, grouped by the tree of which date,
up to which position of the event stream. Facts come whole, or in batches of whole cells: then what is in memory is a
batch and what DuckDB's limit allows, which writes to disk what it cannot keep.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa

from services.evaluation.history.excuses import with_excuses
from services.evaluation.history.known import NOW, Dials
from services.evaluation.history.statement import ASKED, EXCUSED, statement
from services.evaluation.history.store import Connection, registered
from services.evaluation.history.tables import DATE, TEXT, arrow_schema
from services.evaluation.scoring.facts import FACTS

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)
SCOPE = arrow_schema([("cell", TEXT), ("first", DATE), ("last", DATE)])
ROWS = 250_000
"""Meetings in a batch, about: with what set E needs of them some 80 MB."""
_ORDER = ("cell", "period", "kind", "held_on")
"""What batches are cut and excuses are counted by, beside what is wanted."""


def facts(
    con: Connection,
    *,
    cells: Sequence[str] | None = None,
    first: date = FIRST_DAY,
    last: date = LAST_DAY,
    unit: str | None = None,
    dials: Dials = NOW,
    wanted: Iterable[str] = FACTS,
) -> pl.DataFrame:
    """The facts of the meetings held from `first` to `last`, of these cells (None: all), in this unit's territory.

    Columns: those `wanted` of `scoring.facts.FACTS`; ordered by cell, period, meeting. What the registry does not know
    is null.
    """
    batches = fact_batches(con, cells=cells, first=first, last=last, unit=unit, dials=dials, wanted=wanted)
    return _whole(batches, wanted)


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
    """The same facts in the same order, in batches of about so many rows that never divide a cell.

    Until the last batch is taken nothing else may be asked of this connection.
    """
    if cells is None:
        return _batches(con, None, {"first": first, "last": last}, unit, dials, wanted, rows)
    scope = pa.table([list(cells), [first] * len(cells), [last] * len(cells)], schema=SCOPE)
    return _batches(con, scope, {}, unit, dials, wanted, rows)


def scoped_facts(
    con: Connection, scope: pa.Table, *, dials: Dials = NOW, wanted: Iterable[str] = FACTS
) -> pl.DataFrame:
    """The facts of a scope: one row per cell with the first and last day of interest (`SCOPE`)."""
    return _whole(_batches(con, scope, {}, None, dials, wanted, ROWS), wanted)


def _whole(batches: Iterator[pl.DataFrame], wanted: Iterable[str]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema={name: FACTS[name] for name in wanted}), *batches])


def _batches(
    con: Connection,
    scope: pa.Table | None,
    days: dict[str, date],
    unit: str | None,
    dials: Dials,
    wanted: Iterable[str],
    rows: int,
) -> Iterator[pl.DataFrame]:
    names = tuple(wanted)
    read = statement(tuple(dict.fromkeys((*_ORDER, *names))), scoped=scope is not None, within=unit is not None)
    given = {**dials.parameters, **days, "unit": unit}
    parameters = {name: value for name, value in given.items() if f"${name}" in read}
    with registered(con, "scope", scope) if scope is not None else nullcontext():
        for batch in _cut(con.sql(read, params=parameters).to_arrow_reader(rows)):
            if EXCUSED in batch.columns:
                counted = with_excuses(batch)
                asked = counted if counted[ASKED].all() else counted.filter(ASKED)
                yield asked.select(_typed(names))
            else:
                yield batch.select(_typed(names))


def _typed(names: Sequence[str]) -> list[pl.Expr]:
    """The columns as `FACTS` has them: moments in UTC."""
    moments = [name for name in names if isinstance(FACTS[name], pl.Datetime)]
    return [pl.col(name).dt.replace_time_zone("UTC") if name in moments else pl.col(name) for name in names]


def _cut(batches: Iterable[Any]) -> Iterator[pl.DataFrame]:
    """Batches of DuckDB's as frames of whole cells."""
    rest: list[pl.DataFrame] = []
    for batch in batches:
        frame = pl.from_arrow(batch)
        assert isinstance(frame, pl.DataFrame)
        if frame.is_empty():
            continue
        cut = (frame["cell"] == frame["cell"][-1]).arg_max() or 0
        if cut == 0 and rest and frame["cell"][0] == rest[-1]["cell"][-1]:
            rest.append(frame)
            continue
        if rest or cut:
            yield pl.concat([*rest, frame[:cut]])
        rest = [frame[cut:]]
    if rest:
        yield pl.concat(rest)
