"""What was officially decided for the months of a run, beside what both lenses say of them."""

from __future__ import annotations

import polars as pl

from services.contracts.rescoring import NONE
from services.evaluation.history.grades import decisions
from services.evaluation.history.known import Dials
from services.evaluation.history.store import Connection
from services.evaluation.history.stretches import EVERY_CELL, Stretch
from services.evaluation.rescoring.pairs import MONTH
from services.evaluation.rescoring.summary import grade_of

NAMED = (*MONTH, "cell_name", "unit", "unit_name")
DECIDED = ("status", "number", "decided_on", "decided_by", "event")
SIDES = tuple(f"{side}_{name}" for side in ("before", "after") for name in ("set", "points", "grade"))


def decided(con: Connection, months: pl.DataFrame, dials: Dials, within: Stretch = EVERY_CELL) -> pl.DataFrame:
    """Of the months (`compare.MONTHS`, not empty) of a stretch of cells those for which something was ever decided, as
    known, in their order.

    Columns: see `contracts.rescoring.ResultOf`, table `official`.
    """
    first, last = months.select(pl.col("period").min().alias("a"), pl.col("period").max().alias("b")).row(0)
    latest = decisions(con, first, last, dials=dials, within=within).unique(MONTH, keep="last", maintain_order=True)
    named = latest.select(*MONTH, pl.col("grade", "points").name.prefix("official_"), *DECIDED)
    joined = months.join(named, on=MONTH, how="inner", maintain_order="left")
    return joined.select(*NAMED, "official_grade", "official_points", *DECIDED, *SIDES)


def against(official: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Months by their official grade (`none` while it is cancelled) and their grade after."""
    both = official.select(pl.col("official_grade").fill_null(NONE).alias("official"), grade_of("after").alias("after"))
    found: dict[str, dict[str, int]] = {}
    for old, new, count in both.group_by("official", "after").len().sort("official", "after").iter_rows():
        found.setdefault(old, {})[new] = count
    return found
