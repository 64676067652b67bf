"""Shares of living cells that were observed: of all, by month, unit and line, and cell by cell.

`months` has a row per cell and month in which it lived: cell, period, cell_name, unit, unit_name, units (all above,
nearest first), a column of `marks` (whether the line is for it) for each line, and of visits in that month `events`
(list) and `last_visit`. With `along_<line>` (observed along it) and `assigned_<line>`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from services.contracts.coverage import CellVisits, LineShare, MonthShare, Share, UnitShare
from services.contracts.observers import Line
from services.evaluation.observing.lines import FOR_LINE

_SEEN = pl.col("events").list.len() > 0


def monthly(living: pl.DataFrame, facts: pl.DataFrame, visits: pl.DataFrame, assigned: pl.DataFrame) -> pl.DataFrame:
    """The rows that shares are made from. `living`: `history.living.living_months`; the others: `history.observers`."""
    day = pl.col("due").alias("day")
    lines = facts.select("cell", "day", *(expr.alias(f"for_{line}") for line, expr in FOR_LINE.items()))
    rows = living.with_columns(day).join(lines, on=["cell", "day"], how="left", maintain_order="left")
    period = pl.col("held_on").dt.strftime("%Y-%m").alias("period")
    seen = (
        visits.with_columns(period)
        .group_by("cell", "period", maintain_order=True)
        .agg(
            pl.col("event").alias("events"),
            pl.col("held_on").max().alias("last_visit"),
            *((pl.col("line") == line.value).any().alias(f"along_{line}") for line in Line),
        )
    )
    rows = rows.join(seen, on=["cell", "period"], how="left", maintain_order="left")
    spans = rows.select("cell", "period", "day").join(
        assigned.select("cell", "line", "since", "until"), on="cell", how="inner"
    )
    month_begins = pl.col("day").dt.month_start()
    holds = (pl.col("since") < month_begins.dt.offset_by("1mo")) & (pl.col("until") > month_begins)
    held = (
        spans.filter(holds)
        .group_by("cell", "period")
        .agg((pl.col("line") == line.value).any().alias(f"assigned_{line}") for line in Line)
    )
    flags = [f"{what}_{line}" for what in ("along", "assigned", "for") for line in Line]
    return rows.join(held, on=["cell", "period"], how="left", maintain_order="left").with_columns(
        pl.col("events").fill_null([]), *(pl.col(name).fill_null(False) for name in flags)
    )


def whole(months: pl.DataFrame) -> Share:
    """All cells of the period."""
    return Share(**_counted(months.select(*_COUNTS).row(0, named=True)))


def by_month(months: pl.DataFrame) -> tuple[MonthShare, ...]:
    """Month by month."""
    rows = months.group_by("period").agg(*_COUNTS).sort("period").to_dicts()
    return tuple(MonthShare(period=row["period"], **_counted(row)) for row in rows)


def by_unit(months: pl.DataFrame, names: Mapping[str, str], within: str | None) -> tuple[UnitShare, ...]:
    """Every unit with all cells below it; within a unit only that and those below it."""
    above = pl.col("units")
    if within is not None:
        above = above.list.slice(0, above.list.eval(pl.element() == within).list.arg_max() + 1)
    each = months.with_columns(above.alias("above")).explode("above", keep_nulls=False, empty_as_null=False)
    rows = each.group_by("above").agg(*_COUNTS).sort("above").to_dicts()
    return tuple(UnitShare(unit=row["above"], unit_name=names.get(row["above"]), **_counted(row)) for row in rows)


def by_line(months: pl.DataFrame, lines: tuple[Line, ...]) -> tuple[LineShare, ...]:
    """Of the cells that each line is for."""
    found = []
    for line in lines:
        own = months.filter(pl.col(f"for_{line}"))
        assigned = own.filter(pl.col(f"assigned_{line}"))["cell"].n_unique()
        seen = own.filter(pl.col(f"along_{line}"))["cell"].n_unique()
        counts = _counted({"cells": own["cell"].n_unique(), "observed": seen})
        found.append(LineShare(line=line, assigned=assigned, **counts))
    return tuple(found)


def by_cell(months: pl.DataFrame, met: pl.DataFrame) -> tuple[CellVisits, ...]:
    """Cell by cell, in the order of their codes; `met` (cell, held_on, event) are the meetings of the time."""
    if months.is_empty():
        return ()
    first = months["day"].min()
    held = dict(met.filter(pl.col("held_on") >= first).group_by("cell", maintain_order=True).agg("event").iter_rows())
    rows = months.group_by("cell", maintain_order=True).agg(
        pl.col("cell_name", "unit", "unit_name", *(f"for_{line}" for line in Line)).last(),
        pl.len().alias("months"),
        _SEEN.sum().alias("observed_months"),
        pl.col("last_visit").max(),
        pl.col("events").explode(keep_nulls=False, empty_as_null=False),
    )
    return tuple(
        CellVisits(
            lines=lines_of(row),
            events=tuple(row["events"] or held.get(row["cell"], ())),
            **{name: row[name] for name in CellVisits.model_fields if name not in ("lines", "events")},
        )
        for row in rows.iter_rows(named=True)
    )


def lines_of(row: dict[str, object]) -> tuple[Line, ...]:
    """The lines that are for the cell of a row."""
    return tuple(line for line in Line if row[f"for_{line}"])


_COUNTS = pl.col("cell").n_unique().alias("cells"), pl.col("cell").filter(_SEEN).n_unique().alias("observed")


def _counted(row: dict[str, int]) -> dict[str, int | float | None]:
    cells, observed = row["cells"], row["observed"]
    return {"cells": cells, "observed": observed, "share": observed / cells if cells else None}
