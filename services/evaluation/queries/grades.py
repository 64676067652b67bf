"""`rpc.evaluation.grades`: each month's official grade beside what the cell says itself and what the criteria give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
import pyarrow as pa

from services.contracts.queries import GradesOf
from services.contracts.rescoring import Lens
from services.evaluation.history.criteria import Sets
from services.evaluation.history.facts import facts
from services.evaluation.history.grades import decisions, standing
from services.evaluation.history.known import Dials
from services.evaluation.history.living import living_months, told_until
from services.evaluation.history.observers import visits_known
from services.evaluation.history.store import Connection
from services.evaluation.history.tree import require_cell, require_unit
from services.evaluation.queries.answers import days, plain, table
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.known import judge_known
from services.evaluation.running.months import of_the_month
from services.evaluation.scoring.digest import digest
from services.evaluation.scoring.score import ENGINE, Scored

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
    first, last = days(question.year, question.month)
    found = side_by_side(con, first, last, cell=question.cell, unit=question.unit, lens=question.lens, shipped=shipped)
    return table(
        found.rows,
        con,
        criteria=found.criteria,
        engine=ENGINE,
        dials=plain(question.model_dump(mode="json")),
        facts_digest=digest(found.used),
    )


@dataclass(frozen=True)
class SideBySide:
    """The grades of some months (`rows`: `COLUMNS`, by cell and period) and what they were made from: the months'
    regular meetings (`used`), all meetings held (`held`), the `visits` up to the last day,
    the judge and what it gave."""

    rows: pl.DataFrame
    used: pl.DataFrame
    held: pl.DataFrame
    visits: pl.DataFrame
    by: Judge
    scored: Scored

    @property
    def criteria(self) -> dict[str, str]:
        """Content hashes of the sets that judged, by id."""
        return dict(self.scored.scores.select("criteria", "criteria_hash").unique().sort("criteria").iter_rows())


def side_by_side(
    con: Connection, first: date, last: date, *, cell: str | None, unit: str | None, lens: Lens, shipped: Sets
) -> SideBySide:
    """The grades of the months from the day `first` to the day `last`, of one cell or in a unit's territory."""
    dials, by = Dials(lens.known_at, lens.tree_at), judge_known(con, lens, shipped)
    cells = [cell] if cell else None
    held = facts(con, cells=cells, first=first, last=last, unit=unit, dials=dials)
    used = of_the_month(held)
    lived = living_months(con, first, last.replace(day=1), cell=cell, unit=unit, dials=dials)
    until = told_until(con, dials)
    lived = lived.filter(pl.col("due") <= until) if until else lived.clear()
    official = standing(decisions(con, f"{first:%Y-%m}", f"{last:%Y-%m}", cell=cell, dials=dials))
    months = [used.select(NAMED), lived.select(NAMED)]
    if unit is None:
        months.append(official.select(KEY))
    whole = pl.concat(months, how="diagonal").unique(KEY, keep="first", maintain_order=True)
    scored = by.scored(used)
    computed = scored.scores.select(*KEY, "criteria", *(pl.col(name).alias(f"computed_{name}") for name in _COMPUTED))
    met = used.select(*KEY, "meeting", "held_on", "self_grade", pl.col("self_total").alias("self_points"))
    visits = visits_known(con, last, dials)
    seen = met.join(_observed(visits), on=["cell", "meeting"], how="left").drop("meeting")
    for side in (met.select(*KEY, "meeting"), seen, computed, official):
        whole = whole.join(side, on=KEY, how="left")
    return SideBySide(whole.select(COLUMNS).sort(KEY), used, held, visits, by, scored)


def _observed(visits: pl.DataFrame) -> pl.DataFrame:
    """What observers made of each meeting (cell, meeting): observer_grade, observer_points, visits."""
    marked = visits.filter(pl.col("total").is_not_null() | pl.col("grade").is_not_null())
    grade = pl.when(pl.col("grade").n_unique() == 1).then(pl.col("grade").first())
    return marked.group_by("cell", "meeting").agg(
        grade.alias("observer_grade"), pl.col("total").mean().alias("observer_points"), pl.len().alias("visits")
    )


_COMPUTED = ("grade", "points", "lower", "upper")
