"""The quarters, years and quotas of a run, put together from its parts: a year of a stretch of cells each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from services.evaluation.history.known import Dials
from services.evaluation.history.living import living_months, told_until
from services.evaluation.history.store import Connection
from services.evaluation.history.stretches import Stretch
from services.evaluation.rescoring.compare import Side
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.spans import (
    QUOTAS,
    ROLLUPS,
    alike,
    any_rollups,
    quotas,
    rolled,
    rollups,
    spans_over,
)

SIDES = ("before", "after")


class RolledUp:
    """What is rolled up on both sides of a run, of one cell or in one unit's territory (None: of all)."""

    def __init__(
        self,
        con: Connection,
        judges: Sequence[Judge],
        dials: Sequence[Dials],
        *,
        cell: str | None,
        unit: str | None,
    ) -> None:
        self.con, self.judges, self.dials, self.cell, self.unit = con, judges, dials, cell, unit
        self._rollups = [pl.DataFrame(schema=ROLLUPS)]
        self._counted: dict[int, tuple[list[pl.DataFrame], ...]] = {}

    def take(self, first: date, last: date, within: Stretch, sides: Sequence[Side]) -> None:
        """The next part; nothing where no set states any roll-up."""
        if not any_rollups(self.judges):
            return
        made, living = list[pl.DataFrame](), list[pl.DataFrame]()
        counted = self._counted.setdefault(first.year, ([], []))
        for side, dials, kept in zip(sides, self.dials, counted, strict=True):
            over = spans_over(first, last, told_until(self.con, dials))
            months = living_months(
                self.con, first.replace(day=1), last, cell=self.cell, unit=self.unit, dials=dials, within=within
            )
            living.append(months)
            made.append(rolled(side, months, over))
            kept.append(alike(made[-1], months))
        self._rollups.append(rollups(made[0], made[1], pl.concat(living)))

    def tables(self) -> dict[str, pl.DataFrame]:
        """All parts together, by table. A quota counts every cell, so it is known only now."""
        gauges = [pl.DataFrame(schema=QUOTAS)]
        for _, counted in sorted(self._counted.items()):
            for judge, name, parts in zip(self.judges, SIDES, counted, strict=True):
                gauges.append(quotas(judge, name, pl.concat(parts)))
        return {"rollups": pl.concat(self._rollups), "quotas": pl.concat(gauges)}
