"""The official grades as known: every decision of a cell's month, and what stands after them."""

from __future__ import annotations

from itertools import groupby

import polars as pl

from services.contracts.grades import Decision, OfficialGrade
from services.evaluation.history.known import KNOWN, NOW, Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.stretches import EVERY_CELL, Stretch
from services.evaluation.history.tree import known

DECISION = tuple(Decision.model_fields)
KEY = ("cell", "period")
_DECISIONS = f"""
SELECT cell, period, {", ".join(DECISION)} FROM grades
WHERE {KNOWN} AND period BETWEEN $first AND $last AND ($cell::VARCHAR IS NULL OR cell = $cell)
    AND ($cell_from::VARCHAR IS NULL OR cell >= $cell_from) AND ($cell_until::VARCHAR IS NULL OR cell < $cell_until)
QUALIFY row_number() OVER (PARTITION BY cell, period, version ORDER BY position DESC) = 1
ORDER BY cell, period, version
"""  # noqa: S608 - constants of ours


def decisions(
    con: Connection,
    first: str,
    last: str,
    *,
    cell: str | None = None,
    dials: Dials = NOW,
    within: Stretch = EVERY_CELL,
) -> pl.DataFrame:
    """All known decisions on the months from `first` to `last` (both belong) of a cell, or of a stretch of cells: cell,
    period and the fields of `Decision`, by cell and period, oldest first."""
    asked = {"first": first, "last": last, "cell": cell, "cell_from": within.from_, "cell_until": within.until}
    found: pl.DataFrame = con.sql(_DECISIONS, params={**known(dials), **asked}).pl()
    return found.with_columns(pl.col("recorded_at").dt.replace_time_zone("UTC"))


def standing(found: pl.DataFrame) -> pl.DataFrame:
    """What stands after these decisions: cell, period, status, official_grade, official_points, decisions (a list)."""
    return found.group_by(KEY, maintain_order=True).agg(
        pl.col("status").last(),
        pl.col("grade").last().alias("official_grade"),
        pl.col("points").last().alias("official_points"),
        pl.struct(DECISION).alias("decisions"),
    )


def official_grades(con: Connection, cell: str, first: str, last: str, dials: Dials = NOW) -> tuple[OfficialGrade, ...]:
    """The official grades of a cell's months that were ever decided, with their decisions."""
    rows = decisions(con, first, last, cell=cell, dials=dials).to_dicts()
    return tuple(
        _official(period, [{name: row[name] for name in DECISION} for row in found])
        for period, found in groupby(rows, key=lambda row: str(row["period"]))
    )


def _official(period: str, rows: list[dict[str, object]]) -> OfficialGrade:
    said = tuple(Decision.model_validate(row) for row in rows)
    return OfficialGrade(period=period, grade=said[-1].grade, points=said[-1].points, decisions=said)
