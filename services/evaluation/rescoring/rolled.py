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
    """What is rolled up on both sides of a run, year by year, of one cell or in one unit's territory (None: of all)."""

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
        self._until = [told_until(con, one) for one in dials]
        self._year, self._counted = 0, (list[pl.DataFrame](), list[pl.DataFrame]())
        self._quotas = [pl.DataFrame(schema=QUOTAS)]

    def taken(self, first: date, last: date, within: Stretch, sides: Sequence[Side]) -> pl.DataFrame:
        """The next part's quarters and years (columns: `ROLLUPS`); none where no set states any roll-up."""
        if not any_rollups(self.judges):
            return pl.DataFrame(schema=ROLLUPS)
        made, living = list[pl.DataFrame](), list[pl.DataFrame]()
        if first.year != self._year:
            self._count()
            self._year = first.year
        for side, dials, until, counted in zip(sides, self.dials, self._until, self._counted, strict=True):
            months = living_months(
                self.con, first.replace(day=1), last, cell=self.cell, unit=self.unit, dials=dials, within=within
            )
            living.append(months)
            made.append(rolled(side, months, spans_over(first, last, until)))
            counted.append(alike(made[-1], months))
        return rollups(made[0], made[1], pl.concat(living))

    def quotas(self) -> pl.DataFrame:
        """The quotas of all years (columns: `QUOTAS`)."""
        self._count()
        return pl.concat(self._quotas)

    def _count(self) -> None:
        """The quotas of the year that has ended: each counts every cell, so they are known only now."""
        for judge, name, counted in zip(self.judges, SIDES, self._counted, strict=True):
            if counted:
                self._quotas.append(quotas(judge, name, pl.concat(counted)))
            counted.clear()
