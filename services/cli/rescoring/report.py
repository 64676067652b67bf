"""What a run found, as every format shows it. Nothing in it depends on who asks, where, or when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from services.contracts.rescoring import RunReceipt
from services.evaluation.rescoring import summary
from services.evaluation.rescoring.compare import differs
from services.evaluation.rescoring.result import Result


@dataclass(frozen=True)
class Report:
    """A run's receipt and tables (`contracts.rescoring.ResultOf`)."""

    receipt: RunReceipt
    tables: Mapping[str, pl.DataFrame]

    @classmethod
    def of(cls, result: Result) -> Report:
        """The report of a result."""
        return cls(result.receipt, result.tables)

    @property
    def months(self) -> pl.DataFrame:
        """Every month through both lenses."""
        return self.tables["months"]

    @cached_property
    def moves(self) -> pl.DataFrame:
        """The months that are not the same, those that matter most first."""
        return summary.moves(self.months)

    @cached_property
    def undetermined(self) -> pl.DataFrame:
        """The months whose grade cannot be determined after, with their bounds."""
        return self.months.filter(pl.col("after_set").is_not_null() & pl.col("after_grade").is_null())

    @cached_property
    def unmoved(self) -> int:
        """How many months are the same."""
        return self.months.height - int(self.months.select(differs().sum()).item())

    @cached_property
    def transitions(self) -> dict[str, dict[str, int]]:
        """Months by grade before and grade after."""
        return summary.transitions(self.months)

    @cached_property
    def distribution(self) -> dict[str, dict[str, int]]:
        """Months by grade, before and after."""
        return {side: summary.counts(self.months, summary.grade_of(side)) for side in ("before", "after")}

    @cached_property
    def means(self) -> dict[str, float | None]:
        """The mean of the points known, before and after."""
        return {side: summary.mean(*summary.points(self.months, side)) for side in ("before", "after")}
