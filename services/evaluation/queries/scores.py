"""`rpc.evaluation.scores`: the scores of a year's months, as known at a moment, grouped by the tree of a date."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from services.contracts.queries import ScoresOf
from services.evaluation.history.criteria import Sets
from services.evaluation.history.facts import facts
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import require_cell, require_unit
from services.evaluation.queries.answers import days, plain, table
from services.evaluation.rescoring.known import judge_known
from services.evaluation.running.months import COLUMNS as SCORE_COLUMNS
from services.evaluation.running.months import of_the_month
from services.evaluation.scoring.digest import digest
from services.evaluation.scoring.score import ENGINE

COLUMNS = (
    "cell",
    "cell_name",
    "unit",
    "unit_name",
    "period",
    "meeting",
    "held_on",
    "points",
    "lower",
    "upper",
    "grade",
    "criteria",
)


def scores(con: Connection, question: ScoresOf, shipped: Sets) -> pa.Table:
    """The scores asked for (columns and metadata: see `ScoresOf`), by cell and period, by the sets known at the lens's
    moment. Refuses unknown cells, units."""
    if question.cell:
        require_cell(con, question.cell)
    if question.unit:
        require_unit(con, question.unit)
    first, last = days(question.year, question.month)
    lens = question.lens
    dials = Dials(lens.known_at, lens.tree_at)
    by = judge_known(con, lens, shipped)
    cells = [question.cell] if question.cell else None
    used = of_the_month(facts(con, cells=cells, first=first, last=last, unit=question.unit, dials=dials))
    scored = by.scored(used).scores.select(SCORE_COLUMNS)
    names = used.select("cell", "period", "cell_name", "unit", "unit_name")
    found = scored.join(names, on=["cell", "period"], how="left", maintain_order="left").select(COLUMNS)
    behind = pl.concat([used["event"], used["registry_event"]]).drop_nulls().n_unique()
    return table(
        found,
        con,
        criteria=dict(scored.select("criteria", "criteria_hash").unique().sort("criteria").iter_rows()),
        engine=ENGINE,
        dials=plain(question.model_dump(mode="json")),
        events=behind,
        facts_digest=digest(used),
    )
