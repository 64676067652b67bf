"""What is counted of the months of a run, part by part."""

from __future__ import annotations

from collections import Counter

import polars as pl

from services.evaluation.rescoring import summary
from services.evaluation.rescoring.compare import Compared
from services.evaluation.rescoring.judge import Judge
from services.evaluation.rescoring.pairs import IMPACTS


class Tally:
    """Counts of all months seen, and the sums of headings."""

    def __init__(self) -> None:
        self.months = 0
        self._outcomes: Counter[str] = Counter()
        self._sets: dict[str, set[str]] = {"before": set(), "after": set()}
        self._distribution: list[pl.DataFrame] = []
        self._impacts = [pl.DataFrame(schema=IMPACTS)]

    def take(self, compared: Compared) -> None:
        """The next part."""
        months = compared.months
        self.months += months.height
        self._outcomes.update(summary.counts(months, pl.col("outcome")))
        for side, used in self._sets.items():
            used.update(months[f"{side}_set"].drop_nulls().unique())
        self._distribution.append(summary.distribution(months))
        self._impacts.append(compared.impacts)

    @property
    def outcomes(self) -> dict[str, int]:
        """Months by what became of them."""
        return dict(sorted(self._outcomes.items()))

    @property
    def distribution(self) -> pl.DataFrame:
        """Months by year, side and grade (columns: year, side, grade, months)."""
        by = ("year", "side", "grade")
        return pl.concat(self._distribution).group_by(by).agg(pl.col("months").sum()).sort(by)

    @property
    def impacts(self) -> pl.DataFrame:
        """What each heading did to all months together (`summary.impacts`)."""
        return summary.impacts(pl.concat(self._impacts))

    def judging(self, judge: Judge, side: str) -> dict[str, str]:
        """The content hashes of the sets that judged any of the months on a side."""
        return {id_: hash_ for id_, hash_ in judge.hashes.items() if id_ in self._sets[side]}
