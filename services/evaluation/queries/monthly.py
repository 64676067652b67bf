"""`rpc.evaluation.monthly`: what a list of a unit's cells and their months says, all of it in one answer."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

from services.contracts.meetings import MeetingKind
from services.contracts.reports import CellMonth, MonthlyOf
from services.evaluation.criteria.format import CriteriaSet
from services.evaluation.history.criteria import Sets
from services.evaluation.history.known import Dials
from services.evaluation.history.living import REGULAR_DAY, members_on, told_until
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import require_unit, unit_names
from services.evaluation.queries.answers import days, table
from services.evaluation.queries.grades import KEY, SideBySide, side_by_side
from services.evaluation.scoring.digest import digest
from services.evaluation.scoring.losses import LOSS, losses
from services.evaluation.scoring.score import ENGINE

_THEMED = [kind.value for kind in MeetingKind if kind.has_theme]
_NO_LOSSES = pl.lit(None, pl.List(pl.Struct(LOSS))).alias("losses")


def monthly(con: Connection, question: MonthlyOf, shipped: Sets) -> pa.Table:
    """The months asked for (columns and metadata: see `MonthlyOf`), by cell and period. Refuses an unknown unit."""
    require_unit(con, question.unit)
    first, last = days(question.year, question.first)[0], days(question.year, question.last)[1]
    lens = question.lens
    dials = Dials(lens.known_at, lens.tree_at)
    found = side_by_side(con, first, last, cell=None, unit=question.unit, lens=lens, shipped=shipped)
    until = told_until(con, dials)
    return table(
        _rows(con, found, dials, with_losses=question.losses),
        con,
        unit_name=unit_names(con, lens.tree_at or last, dials).get(question.unit),
        last=str(min(last, until)) if until else None,
        criteria=found.criteria,
        engine=ENGINE,
        facts_digest=digest(found.used),
    )


def _rows(con: Connection, found: SideBySide, dials: Dials, *, with_losses: bool) -> pl.DataFrame:
    sets = _sets(found)
    due = pl.col("period").str.to_date("%Y-%m") + pl.duration(days=REGULAR_DAY - 1)
    rows = found.rows.with_columns(due.alias("day"))
    registered = members_on(con, rows.select("cell", "day"), dials)
    sheet = found.used.select(*KEY, "members", "expected", "present")
    rows = rows.join(sheet, on=KEY, how="left").join(registered, on=["cell", "day"], how="left")
    numbers = pl.DataFrame({"criteria": list(sets), "criteria_number": [one.number for one in sets.values()]})
    rows = rows.join(numbers.cast(pl.String), on="criteria", how="left")
    latest = pl.col("decisions").list.last()
    rows = rows.drop("visits").with_columns(
        pl.coalesce("members", "registered").alias("members"),
        latest.struct.field("number").alias("number"),
        latest.struct.field("decided_on").alias("decided_on"),
    )
    themed = found.held.filter(pl.col("kind").is_in(_THEMED) | pl.col("thematic_part").fill_null(False))
    month = pl.col("held_on").dt.strftime("%Y-%m").alias("period")
    came = found.visits.with_columns(month)
    for name, counted in {"thematic": themed, "visits": came}.items():
        rows = rows.join(counted.group_by(KEY).agg(pl.len().cast(pl.Int32).alias(name)), on=KEY, how="left")
    rows = rows.with_columns(pl.col("thematic", "visits").fill_null(0))
    if with_losses:
        rows = rows.join(losses(found.scored, sets).drop("meeting"), on=KEY, how="left")
    else:
        rows = rows.with_columns(_NO_LOSSES)
    return rows.select(list(CellMonth.model_fields)).sort(KEY)


def _sets(found: SideBySide) -> Mapping[str, CriteriaSet]:
    """The sets that judged, by id."""
    if found.by.one is not None:
        return {found.by.one.id: found.by.one}
    return {id_: found.by.sets[id_] for id_ in found.criteria}
