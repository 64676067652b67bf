"""`rpc.evaluation.grades`: each month's official grade beside what the cell says itself and what the criteria give."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from services.contracts.queries import GradesOf
from services.evaluation.history.criteria import Sets
from services.evaluation.history.facts import facts
from services.evaluation.history.grades import decisions, standing
from services.evaluation.history.known import Dials
from services.evaluation.history.living import living_months, told_until
from services.evaluation.history.observers import visits_known
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import require_cell, require_unit
from services.evaluation.queries.answers import days, plain, table
from services.evaluation.rescoring.known import judge_known
from services.evaluation.running.months import of_the_month
from services.evaluation.scoring.digest import digest
from services.evaluation.scoring.score import ENGINE

KEY = ["cell", "period"]
NAMED = [*KEY, "cell_name", "unit", "unit_name"]
COLUMNS = (
    *NAMED,
    "meeting",
    "held_on",
    "criteria",
    "computed_grade",
    "computed_points",
    "computed_lower",
    "computed_upper",
    "self_grade",
    "self_points",
    "observer_grade",
    "observer_points",
    "visits",
    "status",
    "official_grade",
    "official_points",
    "decisions",
)


def grades(con: Connection, question: GradesOf, shipped: Sets) -> pa.Table:
    """The grades asked for (columns: see `GradesOf`), by cell and period. Refuses unknown cells, units and sets.

    A month without a meeting is there as long as something is told of it; one that was graded always is, unless a unit
    is asked for and nothing says that the cell belonged to it.
    """
    if question.cell:
        require_cell(con, question.cell)
    if question.unit:
        require_unit(con, question.unit)
    (first, last), lens = days(question.year, question.month), question.lens
    dials, by = Dials(lens.known_at, lens.tree_at), judge_known(con, lens, shipped)
    cells = [question.cell] if question.cell else None
    used = of_the_month(facts(con, cells=cells, first=first, last=last, unit=question.unit, dials=dials))
    lived = living_months(con, first, last.replace(day=1), cell=question.cell, unit=question.unit, dials=dials)
    until = told_until(con, dials)
    lived = lived.filter(pl.col("due") <= until) if until else lived.clear()
    official = standing(decisions(con, f"{first:%Y-%m}", f"{last:%Y-%m}", cell=question.cell, dials=dials))
    months = [used.select(NAMED), lived.select(NAMED)]
    if question.unit is None:
        months.append(official.select(KEY))
    whole = pl.concat(months, how="diagonal").unique(KEY, keep="first", maintain_order=True)
    scored = by.scored(used).scores.select(
        *KEY, "criteria", "criteria_hash", *(pl.col(name).alias(f"computed_{name}") for name in _COMPUTED)
    )
    met = used.select(*KEY, "meeting", "held_on", "self_grade", pl.col("self_total").alias("self_points"))
    seen = met.join(_observed(visits_known(con, last, dials)), on=["cell", "meeting"], how="left").drop("meeting")
    for side in (met.select(*KEY, "meeting"), seen, scored, official):
        whole = whole.join(side, on=KEY, how="left")
    return table(
        whole.select(COLUMNS).sort(KEY),
        con,
        criteria=dict(scored.select("criteria", "criteria_hash").unique().sort("criteria").iter_rows()),
        engine=ENGINE,
        dials=plain(question.model_dump(mode="json")),
        facts_digest=digest(used),
    )


def _observed(visits: pl.DataFrame) -> pl.DataFrame:
    """What observers made of each meeting (cell, meeting): observer_grade, observer_points, visits."""
    marked = visits.filter(pl.col("total").is_not_null() | pl.col("grade").is_not_null())
    grade = pl.when(pl.col("grade").n_unique() == 1).then(pl.col("grade").first())
    return marked.group_by("cell", "meeting").agg(
        grade.alias("observer_grade"), pl.col("total").mean().alias("observer_points"), pl.len().alias("visits")
    )


_COMPUTED = ("grade", "points", "lower", "upper")
